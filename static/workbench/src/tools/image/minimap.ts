/** The whole picture in a corner while only a part of it is seen; a click goes there. */

import { t } from "../../core/i18n";
import { visibleRect } from "../../canvas/viewport";
import type { Point, Size } from "../../geometry/rect";
import { turnMatrix, turnedSize, unturnedPoint, type Turn } from "../../geometry/turns";
import type { Camera } from "../../layers/picture/camera";

const MOST_SIDE = 148;
/** Where nearly all of the picture is seen, a map says nothing. */
const NEARLY_ALL = 0.9;

export class Minimap {
  readonly #canvas: HTMLCanvasElement;
  #picture: ImageBitmap | null = null;
  #small: HTMLCanvasElement | null = null;
  #scale = 1;
  #ratio = 1;
  #turn: Turn = 0;
  /** The size of the map as it would be unturned. */
  #sheet: Size = { width: 1, height: 1 };

  constructor(host: HTMLElement, goTo: (at: Point) => void) {
    this.#canvas = document.createElement("canvas");
    this.#canvas.className = "minimap";
    this.#canvas.hidden = true;
    this.#canvas.setAttribute("role", "img");
    this.#canvas.setAttribute("aria-label", t("minimap"));
    const go = (event: PointerEvent): void => {
      event.stopPropagation();
      const bounds = this.#canvas.getBoundingClientRect();
      const at = unturnedPoint({ x: event.clientX - bounds.left, y: event.clientY - bounds.top }, this.#turn, this.#sheet);
      goTo({ x: at.x / this.#scale, y: at.y / this.#scale });
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

  draw(picture: ImageBitmap | null, camera: Camera, frame: { readonly halo: string; readonly shade: string }): void {
    const { image, turn } = camera;
    const seen = visibleRect(camera.view, camera.stage);
    const covers = picture ? Math.min(1, seen.w / image.width) * Math.min(1, seen.h / image.height) : 1;
    const room = turnedSize(camera.stage, turn).width;
    this.#canvas.hidden = !picture || covers > NEARLY_ALL || room < 3 * MOST_SIDE;
    if (!picture || this.#canvas.hidden) return;
    if (picture !== this.#picture || turn !== this.#turn) this.#shrink(picture, image, turn);
    const context = this.#canvas.getContext("2d") as CanvasRenderingContext2D;
    context.setTransform(1, 0, 0, 1, 0, 0);
    if (this.#small) context.drawImage(this.#small, 0, 0);
    this.#turned(context);
    context.scale(this.#scale, this.#scale);
    const { x, y } = { x: Math.max(0, seen.x), y: Math.max(0, seen.y) };
    const w = Math.min(image.width, seen.x + seen.w) - x;
    const h = Math.min(image.height, seen.y + seen.h) - y;
    for (const [ink, width] of [[frame.shade, 4], [frame.halo, 2]] as const) {
      context.strokeStyle = ink;
      context.lineWidth = width / this.#scale;
      context.strokeRect(x, y, w, h);
    }
  }

  #turned(context: CanvasRenderingContext2D): void {
    context.setTransform(this.#ratio, 0, 0, this.#ratio, 0, 0);
    context.transform(...turnMatrix(this.#turn, this.#sheet));
  }

  /** Made once a picture: drawing a large one small in each frame would cost the frame. */
  #shrink(picture: ImageBitmap, image: Size, turn: Turn): void {
    this.#picture = picture;
    this.#turn = turn;
    this.#scale = MOST_SIDE / Math.max(image.width, image.height);
    this.#ratio = Math.min(window.devicePixelRatio || 1, 2);
    const side = (length: number): number => Math.max(1, Math.round(length * this.#scale));
    this.#sheet = { width: side(image.width), height: side(image.height) };
    const { width, height } = turnedSize(this.#sheet, turn);
    this.#small = document.createElement("canvas");
    for (const canvas of [this.#canvas, this.#small]) {
      canvas.width = width * this.#ratio;
      canvas.height = height * this.#ratio;
    }
    this.#canvas.style.setProperty("width", `${width}px`);
    this.#canvas.style.setProperty("height", `${height}px`);
    const context = this.#small.getContext("2d") as CanvasRenderingContext2D;
    context.imageSmoothingQuality = "high";
    this.#turned(context);
    context.drawImage(picture, 0, 0, this.#sheet.width, this.#sheet.height);
  }

  destroy(): void {
    this.#canvas.remove();
  }
}
