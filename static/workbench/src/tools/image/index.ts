/** The image tool: shapes on a still picture, several of them at once, and how the picture is shown. */

import { isOf, overOf, plateAt, type Link } from "../../canvas/links";
import type { Over, Shape } from "../../canvas/painter";
import { rectToScreen } from "../../canvas/viewport";
import type { Command } from "../../core/commands";
import { t } from "../../core/i18n";
import type { Point, Rect } from "../../geometry/rect";
import { turnedPoint, turnedRect } from "../../geometry/turns";
import type { MountedTool, Scene, Tool, ToolContext } from "../../core/tool";
import type { Item } from "../../core/types";
import { PictureStage, sayRoom } from "../../layers/picture/stage";
import { keyTarget } from "./editing";
import { imageCommands, viewCommands } from "./keys";
import { Looks } from "./looks";
import { Minimap } from "./minimap";
import { maskPen } from "./pens/brush";
import { RelatePen } from "./pens/relate";
import { forgetPicture, loadPicture, pictureAtHand, sizeOf } from "./pictures";
import { liftedLinks, linkNear, linksIn } from "./relations";
import { Several, follow } from "./several";
import { Tiles } from "./tiles";

/** How near a click must be to the line of a relation, in screen pixels. */
const LINK_REACH = 7;

export class ImageStage extends PictureStage implements MountedTool {
  readonly commands: readonly Command[];
  readonly several: Several;
  readonly looks: Looks;
  readonly #minimap: Minimap;
  #tiles: Tiles | null = null;
  #links: readonly Link[] = [];

  constructor(host: HTMLElement, context: ToolContext) {
    super(host, context, maskPen);
    if (!context.readOnly) sayRoom(host);
    this.several = new Several(context, () => this.scene, () => this.camera.image, this.also);
    this.looks = new Looks(host, this.painter, () => this.painter.draw(this.camera.view), {
      on: () => this.scene?.strokes ?? false,
      toggle: () => context.run("view.strokes"),
    });
    this.#minimap = new Minimap(host, (at) => this.camera.centre(at));
    this.commands = context.readOnly ? viewCommands(keyTarget(this)) : imageCommands(keyTarget(this));
  }

  async update(scene: Scene): Promise<void> {
    const fresh = this.take(scene);
    if (!this.context.readOnly) follow(scene);
    if (fresh) await this.#loadPicture(scene);
    else this.redraw();
  }

  protected override begin(scene: Scene): void {
    const size = sizeOf(scene.item);
    if (size) this.camera.image = size;
    this.#closeTiles();
    super.begin(scene);
  }

  async #loadPicture(scene: Scene): Promise<void> {
    const atHand = pictureAtHand(scene.item);
    if (atHand) return this.#showPicture(atHand);
    this.painter.image = null;
    this.redraw();
    this.host.dataset.state = "loading";
    try {
      const picture = await loadPicture(scene.item);
      if (this.scene?.key === scene.key) this.#showPicture(picture);
    } catch {
      if (this.scene?.key === scene.key) this.host.dataset.state = "failed";
    }
  }

  #showPicture(picture: ImageBitmap): void {
    delete this.host.dataset.state;
    this.painter.image = picture;
    if (this.scene) this.#openTiles(this.scene);
    const { width, height } = this.camera.image;
    this.camera.image = this.#tiles?.layout.size ?? { width: picture.width, height: picture.height };
    this.camera.resized();
    // What the item said of its size is what its shapes were indexed by.
    if (this.scene && (width !== this.camera.image.width || height !== this.camera.image.height)) this.index(this.scene);
    this.redraw();
    this.moved();
    this.tellFacts();
  }

  #openTiles(scene: Scene): void {
    const tiles = Tiles.of(scene.item);
    if (tiles) tiles.came = () => this.painter.redrawImage(this.camera.view);
    this.#tiles = this.painter.tiles = tiles;
  }

  #closeTiles(): void {
    this.#tiles?.close();
    this.#tiles = this.painter.tiles = null;
  }

  protected override moved(): void {
    this.#minimap.draw(this.painter.image, this.camera, this.inks);
  }

  override toggle(id: string): void {
    this.several.toggle(id);
  }

  protected override index(scene: Scene): void {
    super.index(scene);
    this.#links = linksIn(scene, this.shapes);
    this.painter.over = (lifted) => overOf(this.#links.filter((link) => !isOf(link, lifted)), null, this.inks);
  }

  protected override over(shape: Shape | null): Over | null {
    const { scene } = this;
    if (!scene || scene.hidden) return null;
    return overOf(liftedLinks(this.#links, this.shapes, shape, scene.selected), scene.selected, this.inks);
  }

  override linkAt(at: Point): { readonly id: string; readonly over: boolean } | null {
    const { view, turn, stage } = this.camera;
    const place = (rect: Rect): Rect => turnedRect(rectToScreen(view, rect), turn, stage);
    const named = this.#links.length ? plateAt(this.#links, turnedPoint(at, turn, stage), place) : null;
    if (named) return { id: named.id, over: true };
    const near = linkNear(this.#links, this.camera.toImage(at), LINK_REACH / view.scale);
    return near ? { id: near.id, over: false } : null;
  }

  protected override facts(): string[] {
    const isRelating = this.drawing.pen instanceof RelatePen && this.drawing.isBusy;
    return isRelating ? [...super.facts(), t("facts.relating")] : super.facts();
  }

  takeLabel(question: string, label: string): boolean {
    const { pen } = this.drawing;
    return pen instanceof RelatePen && pen.takeLabel(question, label);
  }

  override destroy(): void {
    super.destroy();
    this.#closeTiles();
    this.looks.destroy();
    this.#minimap.destroy();
  }
}

export const imageTool: Tool = {
  mount: (host, context) => new ImageStage(host, context),
  prepare: (item: Item) => loadPicture(item).then(() => undefined),
  forget: forgetPicture,
};
