/** The sign at a region that breaks a rule: a disc where it is refused, a triangle where it is only warned of. */

import type { Point } from "../geometry/rect";

export interface SignInks {
  readonly halo: string;
  readonly shade: string;
  readonly refused: string;
  readonly warned: string;
}

const REACH = 8;

/** Draws the sign with its middle at a place, in screen pixels. */
export function drawSign(context: CanvasRenderingContext2D, { x, y }: Point, sign: "error" | "warning", inks: SignInks): void {
  const isError = sign === "error";
  context.save();
  context.globalAlpha = 1;
  context.setLineDash([]);
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
  context.restore();
}
