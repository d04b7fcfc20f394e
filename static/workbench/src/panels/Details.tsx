/** The selected region in numbers and attributes: every shape can be changed without a pointer. */

import type { VNode } from "preact";

import { t } from "../core/i18n";
import { placed, regionById } from "../core/regions";
import { questionNamed, type Attribute, type Schema } from "../core/schema";
import { canEdit } from "../core/state";
import type { Attributes, AttributeValue, BoxRegion, Item, Region } from "../core/types";
import { fitInside, thousandth } from "../geometry/rect";
import { useStore, useWorkbench } from "../shell/use";
import { NumberInput } from "./NumberInput";
import { RelationFields, SpanFields } from "./SpanDetails";

export function Details(): VNode | null {
  const task = useStore((state) => state.task);
  const selected = useStore((state) => state.selected);
  const regions = useStore((state) => state.regions);
  const suggested = useStore((state) => state.suggested);
  const region = regionById(regions, selected);
  const offer = suggested.find((one) => one.region.id === selected) ?? null;
  if (!task || (!region && !offer)) return null;
  const shown = region ?? (offer as NonNullable<typeof offer>).region;
  const place = placed(regions).findIndex((one) => one.id === shown.id) + 1;
  const where = offer ? t("details.from", { source: offer.source }) : t("details.region", { n: place });
  return (
    <section aria-label={t("details")} class="details">
      <h2>{t("details")}<span class="end">{where}</span></h2>
      {shown.kind === "box" ? <BoxFields region={shown} item={task.item} /> : null}
      {shown.kind === "span" ? <SpanFields region={shown} item={task.item} /> : null}
      {shown.kind === "relation" ? <RelationFields region={shown} item={task.item} /> : null}
      {region ? <AttributeFields region={region} schema={task.schema} /> : null}
    </section>
  );
}

function BoxFields({ region, item }: { region: BoxRegion; item: Item }): VNode {
  const wb = useWorkbench();
  const picture = item.assets?.find((one) => one.role === "upright") ?? item.assets?.find((one) => one.role === "original");
  const image = { width: picture?.width ?? Infinity, height: picture?.height ?? Infinity };
  const set = (side: "x" | "y" | "w" | "h") => (value: number): void => {
    const at = fitInside({ ...region.at, [side]: thousandth(value) }, image);
    wb.commands.run("region.place", { id: region.id, at });
  };
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

function AttributeFields({ region, schema }: { region: Region; schema: Schema }): VNode | null {
  const question = questionNamed(schema, region.question);
  if (!question || question.attributes.length === 0) return null;
  return (
    <div class="attributes">
      {question.attributes.map((attribute) => (
        <AttributeField key={attribute.name} attribute={attribute} region={region} values={region.attributes ?? {}} />
      ))}
    </div>
  );
}

interface AttributeProps {
  readonly attribute: Attribute;
  readonly region: Region;
  readonly values: Attributes;
}

function AttributeField({ attribute, region, values }: AttributeProps): VNode {
  const wb = useWorkbench();
  const editable = useStore(canEdit);
  const value = values[attribute.name];
  const give = (next: AttributeValue | null): void =>
    wb.commands.run("region.attribute", { id: region.id, name: attribute.name, value: next });
  if (attribute.type === "boolean") {
    return (
      <label class="check small">
        <input type="checkbox" checked={value === true} disabled={!editable}
          onChange={(event) => give(event.currentTarget.checked)} />
        {attribute.title}
      </label>
    );
  }
  return (
    <div class="row small">
      <span class="muted" id={`attribute-${attribute.name}`}>{attribute.title}{attribute.required ? " *" : ""}</span>
      {attribute.options.length > 0
        ? <OptionButtons attribute={attribute} value={value} editable={editable} give={give} />
        : <input class="input" inputMode={attribute.type === "number" ? "decimal" : "text"} disabled={!editable}
            aria-labelledby={`attribute-${attribute.name}`} value={value === undefined ? "" : String(value)}
            onChange={(event) => {
              const typed = event.currentTarget.value.trim();
              const given = attribute.type === "number" ? Number(typed) : typed;
              give(typed === "" || Number.isNaN(given) ? null : given);
            }} />}
    </div>
  );
}

interface OptionProps {
  readonly attribute: Attribute;
  readonly value: AttributeValue | undefined;
  readonly editable: boolean;
  give(value: AttributeValue | null): void;
}

function OptionButtons({ attribute, value, editable, give }: OptionProps): VNode {
  return (
    <span class="seg s end" role="group" aria-labelledby={`attribute-${attribute.name}`}>
      {attribute.options.map((option) => (
        <button key={option.key} aria-pressed={value === option.key} disabled={!editable}
         
          onClick={() => give(value === option.key && !attribute.required ? null : option.key)}>
          {option.name}
        </button>
      ))}
    </span>
  );
}
