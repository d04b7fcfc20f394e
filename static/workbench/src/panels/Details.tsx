/** The selected region in numbers and attributes: every shape can be changed without a pointer. */

import type { VNode } from "preact";

import { t } from "../core/i18n";
import { isShape, placed, regionById } from "../core/regions";
import { questionNamed, type Schema } from "../core/schema";
import { canEdit } from "../core/state";
import type { Region } from "../core/types";
import { useStore, useWorkbench } from "../shell/use";
import { ShapeFields } from "./ShapeFields";
import { RelationFields, Relations, SpanFields } from "./SpanDetails";
import { AttributeFields } from "./AttributeFields";
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
      {isShape(shown) ? <Relations id={shown.id} item={task.item} /> : null}
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
