/** The whole picture in a corner while only a part of it is seen; a click goes there. */

import { t } from "../../core/i18n";
import { visibleRect, type Viewport } from "../../canvas/viewport";
import type { Point, Size } from "../../geometry/rect";

const MOST_SIDE = 148;
/** Where nearly all of the picture is seen, a map says nothing. */
const NEARLY_ALL = 0.9;

export class Minimap {
  readonly #canvas: HTMLCanvasElement;
  #picture: ImageBitmap | null = null;
  #small: HTMLCanvasElement | null = null;
  #scale = 1;

  constructor(host: HTMLElement, goTo: (at: Point) => void) {
    this.#canvas = document.createElement("canvas");
    this.#canvas.className = "minimap";
    this.#canvas.hidden = true;
    this.#canvas.setAttribute("role", "img");
    this.#canvas.setAttribute("aria-label", t("minimap"));
    const go = (event: PointerEvent): void => {
      event.stopPropagation();
      const bounds = this.#canvas.getBoundingClientRect();
      goTo({ x: (event.clientX - bounds.left) / this.#scale, y: (event.clientY - bounds.top) / this.#scale });
    };
    this.#canvas.addEventListener("pointerdown", (event) => {
      this.#canvas.setPointerCapture(event.pointerId);
      go(event);
    });
    this.#canvas.addEventListener("pointermove", (event) => {
      event.stopPropagation();
      if (event.buttons) go(event);
    });
    this.#canvas.addEventListener("pointerup", (event) => event.stopPropagation());
    host.append(this.#canvas);
  }

  draw(picture: ImageBitmap | null, view: Viewport, stage: Size, frame: { readonly halo: string; readonly shade: string }): void {
    const seen = visibleRect(view, stage);
    const covers = picture
      ? Math.min(1, seen.w / picture.width) * Math.min(1, seen.h / picture.height)
      : 1;
    this.#canvas.hidden = !picture || covers > NEARLY_ALL || stage.width < 3 * MOST_SIDE;
    if (!picture || this.#canvas.hidden) return;
    if (picture !== this.#picture) this.#shrink(picture);
    const context = this.#canvas.getContext("2d") as CanvasRenderingContext2D;
    const ratio = this.#canvas.width / (picture.width * this.#scale);
    context.setTransform(1, 0, 0, 1, 0, 0);
    if (this.#small) context.drawImage(this.#small, 0, 0);
    context.setTransform(ratio * this.#scale, 0, 0, ratio * this.#scale, 0, 0);
    const { x, y } = { x: Math.max(0, seen.x), y: Math.max(0, seen.y) };
    const w = Math.min(picture.width, seen.x + seen.w) - x;
    const h = Math.min(picture.height, seen.y + seen.h) - y;
    for (const [ink, width] of [[frame.shade, 4], [frame.halo, 2]] as const) {
      context.strokeStyle = ink;
      context.lineWidth = width / this.#scale;
      context.strokeRect(x, y, w, h);
    }
  }

  /** Made once a picture: drawing a large one small in each frame would cost the frame. */
  #shrink(picture: ImageBitmap): void {
    this.#picture = picture;
    this.#scale = MOST_SIDE / Math.max(picture.width, picture.height);
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const width = Math.max(1, Math.round(picture.width * this.#scale));
    const height = Math.max(1, Math.round(picture.height * this.#scale));
    this.#small = document.createElement("canvas");
    for (const canvas of [this.#canvas, this.#small]) {
      canvas.width = width * ratio;
      canvas.height = height * ratio;
    }
    this.#canvas.style.setProperty("width", `${width}px`);
    this.#canvas.style.setProperty("height", `${height}px`);
    const context = this.#small.getContext("2d") as CanvasRenderingContext2D;
    context.imageSmoothingQuality = "high";
    context.drawImage(picture, 0, 0, width * ratio, height * ratio);
  }

  destroy(): void {
    this.#canvas.remove();
  }
}
