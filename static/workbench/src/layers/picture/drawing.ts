/** Which pen is in hand, and what it may do with the picture. */

import type { Shape } from "../../canvas/painter";
import { t } from "../../core/i18n";
import type { ToolContext } from "../../core/tool";
import { penFor, type PenName } from "../../core/pens";
import { questionNamed, type Question } from "../../core/schema";
import type { Scene } from "../../core/tool";
import type { Region } from "../../core/types";
import { isDrawable } from "../../geometry/joining";
import type { Placed } from "../../geometry/places";
import type { Point } from "../../geometry/rect";
import type { Camera } from "./camera";
import { PathPen, type PathUse } from "./pens/path";
import type { Easel, Pen, PenMaker } from "./pens/pen";
import { PointPen, SkeletonPen } from "./pens/points";
import { RectPen } from "./pens/rect";

/** What drawing needs of the stage. */
export interface Surface {
  readonly context: ToolContext;
  readonly camera: Camera;
  scene(): Scene | null;
  selected(): Shape | null;
  near(at: Point, reach: number): readonly Shape[];
  shapes(): readonly Shape[];
  picture(): ImageBitmap | null;
  color(): string;
  readonly halo: string;
  /** Pens that only some tools have; null where this one has none of that name. */
  readonly morePens: PenMaker;
  /** A region was made or changed by the pen: the view stays where it is. */
  changed(): void;
  redraw(): void;
}

/** A change of the selected shape that is drawn like a new one. */
type Special = Extract<PathUse, "hole" | "cut">;

export class Drawing {
  readonly #surface: Surface;
  readonly #easel: Easel;
  #pen: Pen | null = null;
  #made = "";
  #special: Special | null = null;

  constructor(surface: Surface) {
    this.#surface = surface;
    this.#easel = easelOn(surface);
  }

  /** The pen for what the scene asks for; null where nothing can be drawn now. */
  get pen(): Pen | null {
    const scene = this.#surface.scene();
    const question = scene?.brush ? questionNamed(scene.schema, scene.brush.question) : null;
    const name = scene?.mode === "draw" && question ? penFor(question, scene.pen) : null;
    const wanted = this.#special ?? (name && question ? `${name}:${question.name}` : "");
    if (wanted !== this.#made) {
      this.#pen?.cancel();
      this.#made = wanted;
      this.#pen = this.#special ? this.#path(this.#special) : name && question ? this.#make(name, question) : null;
    }
    return this.#pen;
  }

  get isBusy(): boolean {
    return this.#pen?.isBusy ?? false;
  }

  /** The pen in hand, by its name. */
  get name(): PenName | null {
    return this.pen && !this.#special ? (this.#made.split(":")[0] as PenName) : null;
  }

  #make(name: PenName, question: Question): Pen | null {
    switch (name) {
      case "box":
      case "rotated_box":
      case "ellipse":
        return new RectPen(this.#easel, name);
      case "polygon":
      case "polyline":
        return this.#path(name);
      case "point":
        return new PointPen(this.#easel);
      case "skeleton":
        return new SkeletonPen(this.#easel, question.joints);
      default:
        return this.#surface.morePens(name, this.#easel);
    }
  }

  #path(use: PathUse): Pen {
    return new PathPen(this.#easel, use, (remove, add) => this.#replace(remove, add));
  }

  /** The lines of the skeleton that is being drawn. */
  get edges(): Question["edges"] {
    const scene = this.#surface.scene();
    return (scene?.brush ? questionNamed(scene.schema, scene.brush.question)?.edges : null) ?? [];
  }

  /** Starts a hole in the selected shape, or a cut through it. */
  special(use: Special, byKeys: boolean): void {
    this.#special = use;
    if (byKeys) this.pen?.begin();
    this.#surface.redraw();
  }

  get isSpecial(): boolean {
    return this.#special !== null;
  }

  /** Leaves what was begun. */
  cancel(): void {
    this.#pen?.cancel();
    this.#special = null;
  }

  #replace(remove: readonly string[], add: readonly Placed[]): void {
    const { context } = this.#surface;
    const model = this.#surface.scene()?.regions.find((region) => region.id === remove[0]);
    if (!model) return;
    this.#special = null;
    this.#surface.changed();
    context.run("region.replace", { remove, add: add.map((placed) => ({ ...model, ...placed }) as Region) });
  }
}

function easelOn(surface: Surface): Easel {
  const { camera, context } = surface;
  return {
    get image() {
      return camera.image;
    },
    get scale() {
      return camera.view.scale;
    },
    get middle() {
      return camera.middle;
    },
    get view() {
      return camera.view;
    },
    get scene() {
      return surface.scene();
    },
    run: context.run,
    shapes: () => surface.shapes(),
    get turn() {
      return camera.turn;
    },
    get color() {
      return surface.color();
    },
    halo: surface.halo,
    toImage: (at) => camera.toImage(at),
    toScreen: (at) => camera.pointToScreen(at),
    snapped: (at) => camera.snapped(at),
    selected: () => surface.selected(),
    near: (at, reach) => surface.near(at, reach),
    picture: () => surface.picture(),
    add: (placed) => {
      const brush = surface.scene()?.brush;
      if (!brush) return;
      if (!isDrawable(placed)) return context.announce(t("announce.noArea"));
      surface.changed();
      context.run("region.add", { region: { id: "", ...placed, ...brush } as Region });
    },
    place: (id, placed, merge) => {
      surface.changed();
      context.run("region.place", merge === undefined ? { id, at: placed.at } : { id, at: placed.at, merge });
    },
    remove: (id) => {
      context.run("region.select", { id });
      context.run("region.remove");
    },
    redraw: () => surface.redraw(),
    announce: (text) => context.announce(text),
  };
}
