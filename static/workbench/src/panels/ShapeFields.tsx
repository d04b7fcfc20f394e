/** The place of a shape in numbers, so that every shape can be changed without a pointer. */

import type { VNode } from "preact";

import { t, type MessageKey } from "../core/i18n";
import { questionNamed } from "../core/schema";
import { canEdit } from "../core/state";
import type { Item, ShapeRegion, SkeletonRegion } from "../core/types";
import { settled, type EllipsePlace, type Placed, type RotatedBoxPlace } from "../geometry/places";
import { fitInside, thousandth, type Size } from "../geometry/rect";
import { maskArea } from "../geometry/runs";
import { useStore, useWorkbench } from "../shell/use";
import { NumberInput } from "./NumberInput";

interface Props<R extends ShapeRegion = ShapeRegion> {
  readonly region: R;
  readonly image: Size;
  place(shape: Placed): void;
}

export function ShapeFields({ region, item }: { region: ShapeRegion; item: Item }): VNode {
  const wb = useWorkbench();
  const picture = item.assets?.find((one) => one.role === "upright") ?? item.assets?.find((one) => one.role === "original");
  const image = { width: picture?.width ?? Infinity, height: picture?.height ?? Infinity };
  const place = (shape: Placed): void => wb.commands.run("region.place", { id: region.id, at: settled(shape) });
  switch (region.kind) {
    case "box":
      return <BoxFields region={region} image={image} place={place} />;
    case "rotated_box":
      return <Askew kind="rotated_box" at={region.at} image={image} place={place} sides={ROTATED} />;
    case "ellipse":
      return <Askew kind="ellipse" at={region.at} image={image} place={place} sides={ELLIPSE} />;
    case "point":
      return <PointFields at={region.at} image={image} set={(at) => place({ kind: "point", at })} />;
    case "skeleton":
      return <JointFields region={region} image={image} place={place} />;
    case "polygon":
    case "polyline":
    case "mask":
      return <p class="small muted">{said(region)}</p>;
  }
}

/** What a shape is made of, where numbers of their own would not help. */
function said(region: ShapeRegion): string {
  if (region.kind === "polyline") return t("details.points", { n: region.at.points.length });
  if (region.kind === "mask") return t("details.pixels", { n: maskArea(region.at) });
  if (region.kind !== "polygon") return "";
  const points = t("details.points", { n: region.at.rings.reduce((sum, ring) => sum + ring.length, 0) });
  const holes = region.at.rings.length - 1;
  return holes ? `${points}, ${t("details.holes", { n: holes })}` : points;
}

function BoxFields({ region, image, place }: Props<Extract<ShapeRegion, { kind: "box" }>>): VNode {
  const set = (side: "x" | "y" | "w" | "h") => (value: number): void =>
    place({ kind: "box", at: fitInside({ ...region.at, [side]: thousandth(value) }, image) });
  const { x, y, w, h } = region.at;
  return (
    <div class="xy">
      <NumberInput label="details.x" value={x} commit={set("x")} />
      <NumberInput label="details.y" value={y} commit={set("y")} />
      <NumberInput label="details.width" value={w} commit={set("w")} />
      <NumberInput label="details.height" value={h} commit={set("h")} />
    </div>
  );
}

type Sides = ReadonlyArray<readonly [name: string, label: MessageKey]>;
const ROTATED: Sides = [["cx", "details.cx"], ["cy", "details.cy"], ["w", "details.width"], ["h", "details.height"], ["angle", "details.angle"]];
const ELLIPSE: Sides = [["cx", "details.cx"], ["cy", "details.cy"], ["rx", "details.radiusX"], ["ry", "details.radiusY"], ["angle", "details.angle"]];

interface AskewProps {
  readonly kind: "rotated_box" | "ellipse";
  readonly at: RotatedBoxPlace | EllipsePlace;
  readonly image: Size;
  readonly sides: Sides;
  place(shape: Placed): void;
}

function Askew({ kind, at, image, sides, place }: AskewProps): VNode {
  const values = at as unknown as Readonly<Record<string, number>>;
  const most: Readonly<Record<string, number>> = { cx: image.width, cy: image.height };
  const set = (side: string) => (value: number): void => {
    const least = side === "angle" ? -Infinity : side.startsWith("c") ? 0 : 0.5;
    const kept = Math.min(Math.max(value, least), most[side] ?? Infinity);
    place({ kind, at: { ...at, [side]: kept } } as Placed);
  };
  return (
    <div class="xy five">
      {sides.map(([side, label]) => <NumberInput key={side} label={label} value={values[side] ?? 0} commit={set(side)} />)}
    </div>
  );
}

interface PointProps {
  readonly at: { readonly x: number; readonly y: number };
  readonly image: Size;
  set(at: { x: number; y: number }): void;
}

function PointFields({ at, image, set }: PointProps): VNode {
  const kept = (value: number, most: number): number => Math.min(Math.max(value, 0), most);
  return (
    <div class="xy">
      <NumberInput label="details.x" value={at.x} commit={(x) => set({ x: kept(x, image.width), y: at.y })} />
      <NumberInput label="details.y" value={at.y} commit={(y) => set({ x: at.x, y: kept(y, image.height) })} />
    </div>
  );
}

/** A row a joint of the schema: its place, or that it is absent. */
function JointFields({ region, image, place }: Props<SkeletonRegion>): VNode {
  const schema = useStore((state) => state.task?.schema);
  const editable = useStore(canEdit);
  const question = schema ? questionNamed(schema, region.question) : null;
  const { joints } = region.at;
  const set = (key: string, joint: SkeletonRegion["at"]["joints"][string]): void =>
    place({ kind: "skeleton", at: { joints: { ...joints, [key]: joint } } });
  return (
    <ul class="joints small">
      {(question?.joints ?? []).map(({ key, name }) => {
        const joint = joints[key];
        return (
          <li key={key} class={joint ? "" : "muted"}>
            <span class="name">{name}</span>
            {joint ? <PointFields at={joint} image={image} set={(at) => set(key, { ...joint, ...at })} /> : <span>–</span>}
            {joint ? (
              <label class="check">
                <input type="checkbox" checked={joint.hidden === true} disabled={!editable}
                  onChange={(event) => set(key, { x: joint.x, y: joint.y, hidden: event.currentTarget.checked })} />
                {t("details.joint.hidden")}
              </label>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}
