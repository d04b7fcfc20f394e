/** The sign at a region that breaks a rule: a disc where it is refused, a triangle where it is only warned of. */

import type { Point } from "../geometry/rect";

export interface SignInks {
  readonly halo: string;
  readonly shade: string;
  readonly refused: string;
  readonly warned: string;
}

const REACH = 8;

/** Half the side of a stamp, in screen pixels, and how much finer it is kept. */
const HALF = 13;
const FINER = 2;

/** Hundreds may be drawn a frame: each kind is painted once and stamped from then on. */
const stamps = new Map<string, OffscreenCanvas>();

/** Draws the sign with its middle at a place, in screen pixels. */
export function drawSign(context: CanvasRenderingContext2D, { x, y }: Point, sign: "error" | "warning", inks: SignInks): void {
  let stamp = stamps.get(sign);
  if (!stamp) {
    stamp = new OffscreenCanvas(2 * HALF * FINER, 2 * HALF * FINER);
    const fine = stamp.getContext("2d") as OffscreenCanvasRenderingContext2D;
    fine.scale(FINER, FINER);
    paint(fine, { x: HALF, y: HALF }, sign, inks);
    stamps.set(sign, stamp);
  }
  context.globalAlpha = 1;
  context.drawImage(stamp, x - HALF, y - HALF, 2 * HALF, 2 * HALF);
}

function paint(context: OffscreenCanvasRenderingContext2D, { x, y }: Point, sign: "error" | "warning", inks: SignInks): void {
  const isError = sign === "error";
  context.beginPath();
  if (isError) context.arc(x, y, REACH, 0, 2 * Math.PI);
  else {
    context.moveTo(x, y - REACH - 1);
    context.lineTo(x + REACH + 2, y + REACH);
    context.lineTo(x - REACH - 2, y + REACH);
    context.closePath();
  }
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = isError ? inks.halo : inks.shade;
  context.stroke();
  context.fillStyle = isError ? inks.refused : inks.warned;
  context.fill();
  context.fillStyle = isError ? inks.halo : inks.shade;
  context.font = "700 12px Inter, system-ui, sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText("!", x, y + (isError ? 0.5 : 2));
}
