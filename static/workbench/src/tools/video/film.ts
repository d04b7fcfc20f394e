/** The picture layer over a video: tracks as the shapes they have on the frame that is shown. */

import type { Shape } from "../../canvas/painter";
import type { Run } from "../../core/commands";
import { pensOf } from "../../core/pens";
import type { Scene, ToolContext } from "../../core/tool";
import type { Region, ShapeRegion, TrackRegion } from "../../core/types";
import { keyAt, withKey } from "../../geometry/trackEdits";
import { shapeAt, type TrackKey, type TrackPlace } from "../../geometry/tracks";
import { PictureStage, sayRoom } from "../../layers/picture/stage";

/** What the picture needs to know of the clip around it. */
export interface FilmPort {
  readonly context: ToolContext;
  readonly scene: Scene | null;
  /** When the shown frame begins. */
  readonly moment: number;
  readonly video: HTMLVideoElement;
  /** Tracks that are not to be drawn, by their ids. */
  readonly hidden: ReadonlySet<string>;
  /** Something is about to be drawn or moved. */
  pressed(): void;
  focus(): void;
  tellFacts(): void;
}

export class Film extends PictureStage {
  readonly #port: FilmPort;

  constructor(host: HTMLElement, port: FilmPort) {
    host.prepend(port.video);
    super(host, { ...port.context, run: runOn(port) });
    this.#port = port;
  }

  /** Draws a scene as it is on the shown frame. */
  show(scene: Scene): void {
    if (!this.context.readOnly && scene.key !== this.scene?.key && pensOf(scene.schema).length > 0) sayRoom(this.host);
    this.take(sceneAt(scene, this.#port.moment, this.#port.hidden));
    this.redraw();
  }

  setSize(width: number, height: number): void {
    this.camera.image = { width, height };
    this.camera.resized();
    this.redraw();
    this.moved();
  }

  protected override shapesOf(scene: Scene): Shape[] {
    const real = this.#port.scene;
    if (!real) return [];
    const tracks = new Map<string, TrackRegion>();
    for (const region of [...real.regions, ...real.suggested.map((one) => one.region)]) {
      if (region.kind === "track") tracks.set(region.id, region);
    }
    return super.shapesOf(scene).map((shape) => asSeen(shape, tracks.get(shape.id), this.#port.moment));
  }

  override focus(): void {
    this.#port.focus();
  }

  override pressed(): void {
    this.#port.pressed();
  }

  /** What the status bar says is the clip's to tell. */
  override tellFacts(): void {
    this.#port.tellFacts();
  }

  pictureFacts(): string[] {
    return this.facts();
  }

  override redraw(): void {
    super.redraw();
    this.moved();
  }

  /** The video lies where the picture is. */
  protected override moved(): void {
    const { scale, dx, dy } = this.camera.view;
    const { width, height } = this.camera.image;
    const { style } = this.#port.video;
    const wanted = `translate(${dx}px, ${dy}px)`;
    if (style.transform !== wanted) style.setProperty("transform", wanted);
    const [w, h] = [`${width * scale}px`, `${height * scale}px`];
    if (style.width !== w) style.setProperty("width", w);
    if (style.height !== h) style.setProperty("height", h);
  }
}

/** A key of a track is told from what lies between keys, and so is what is covered. */
function asSeen(shape: Shape, track: TrackRegion | undefined, moment: number): Shape {
  if (!track) return shape;
  const isKey = keyAt(track.at, moment) !== null;
  const covered = shapeAt(track.at, moment)?.occluded === true;
  return { ...shape, name: isKey ? `${shape.name} ◆` : shape.name, ...(covered ? { faint: true } : {}) };
}

/** The scene of one moment: each track that is seen is the shape it has. */
function sceneAt(scene: Scene, moment: number, hidden: ReadonlySet<string>): Scene {
  const seen = (region: Region): ShapeRegion[] => {
    if (region.kind !== "track" || hidden.has(region.id)) return [];
    const shape = shapeAt(region.at, moment);
    if (!shape) return [];
    const { at: _, kind: __, ...rest } = region;
    return [{ ...rest, kind: shape.kind, at: shape.at } as ShapeRegion];
  };
  const suggested = scene.suggested.flatMap((one) => seen(one.region).map((region) => ({ ...one, region })));
  return { ...scene, regions: scene.regions.flatMap(seen), suggested };
}

/** Actions on shapes of a frame become actions on tracks. */
function runOn(port: FilmPort): Run {
  const { run } = port.context;
  const track = (id: string): TrackPlace | null => {
    const offered = port.scene?.suggested.map((one) => one.region) ?? [];
    const region = [...(port.scene?.regions ?? []), ...offered].find((one) => one.id === id);
    return region?.kind === "track" ? region.at : null;
  };
  const translated = (id: string, argument: unknown): readonly [string, unknown] => {
    if (id === "region.add") {
      const { region } = argument as { readonly region: ShapeRegion };
      return [id, { region: begun(region, port.moment) }];
    }
    const place = argument as { readonly id: string; readonly at: TrackKey["at"]; readonly merge?: string };
    const own = id === "region.place" ? track(place.id) : null;
    if (!own) return [id, argument];
    const merge = place.merge === undefined ? {} : { merge: `${place.merge}@${port.moment}` };
    return [id, { id: place.id, at: withKey(own, port.moment, place.at), ...merge }];
  };
  return ((id: string, argument: unknown) => (run as (id: string, argument: unknown) => void)(...translated(id, argument))) as Run;
}

/** A shape drawn on a frame begins a track. */
function begun({ kind, at, ...rest }: ShapeRegion, moment: number): TrackRegion {
  const place = { of: kind, keys: [{ t: moment, at }] } as unknown as TrackPlace;
  return { ...rest, kind: "track", at: place };
}
