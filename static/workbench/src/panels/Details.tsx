/** The selected region in numbers and attributes: every shape can be changed without a pointer. */

import type { VNode } from "preact";

import { t } from "../core/i18n";
import { isShape, placed, regionById } from "../core/regions";
import { questionNamed, type Attribute, type Schema } from "../core/schema";
import { canEdit } from "../core/state";
import type { Attributes, AttributeValue, Region } from "../core/types";
import { useStore, useWorkbench } from "../shell/use";
import { ShapeFields } from "./ShapeFields";
import { RelationFields, SpanFields } from "./SpanDetails";
import { TimeFields, wordsFor } from "./TimeDetails";

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
      {isShape(shown) ? <ShapeFields region={shown} item={task.item} /> : null}
      {shown.kind === "span" ? <SpanFields region={shown} item={task.item} /> : null}
      {shown.kind === "relation" ? <RelationFields region={shown} item={task.item} /> : null}
      <TimeFields region={shown} />
      {region ? <TranscriptField key={region.id} region={region} schema={task.schema} /> : null}
      {region ? <AttributeFields region={region} schema={task.schema} /> : null}
    </section>
  );
}

/** What is written or said in a place, where the question asks for it. Escape goes back to the stage. */
function TranscriptField({ region, schema }: { region: Region; schema: Schema }): VNode | null {
  const wb = useWorkbench();
  const editable = useStore(canEdit);
  const question = questionNamed(schema, region.question);
  if (!question?.transcript || region.kind === "item" || region.kind === "relation") return null;
  const { value } = region as { value?: string };
  return (
    <label class="transcript small">
      <span class="muted">{t(wordsFor(region))}</span>
      <textarea class="input" rows={2} dir="auto" disabled={!editable} value={value ?? ""} maxLength={question.maxLength ?? 5000}
        data-transcript onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          document.querySelector<HTMLElement>("[data-stage]")?.focus();
        }}
        onInput={(event) => wb.commands.run("region.value", { id: region.id, value: event.currentTarget.value })} />
    </label>
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
