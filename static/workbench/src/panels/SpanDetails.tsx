/** The selected span or relation of a text: its ends, its parts, and what it is related to. */

import type { VNode } from "preact";

import { t } from "../core/i18n";
import { quotesOf, relationsOf } from "../core/quotes";
import { labelOf, type Schema } from "../core/schema";
import { canEdit } from "../core/state";
import type { Item, RelationRegion, SpanRegion } from "../core/types";
import { partsOf, withEdge, withoutPart, type Gapped } from "../geometry/parts";
import { Icon } from "../shell/icons";
import { Key } from "../shell/keys";
import { useStore, useWorkbench } from "../shell/use";
import { NumberInput } from "./NumberInput";

const MOST_QUOTE = 40;
const MOST_END = 18;

export function SpanFields({ region, item }: { region: SpanRegion; item: Item }): VNode {
  const wb = useWorkbench();
  const quotes = quotesOf(item.text ?? "");
  const place = (at: Gapped | null): void => {
    if (at) wb.commands.run("region.place", { id: region.id, at });
  };
  const set = (edge: "start" | "end") => (value: number): void => {
    const to = Math.round(value);
    if (to >= 0 && to <= quotes.table.points) place(withEdge(region.at, edge, to));
  };
  return (
    <>
      <div class="xy">
        <NumberInput label="details.start" value={region.at.start} commit={set("start")} />
        <NumberInput label="details.end" value={region.at.end} commit={set("end")} />
      </div>
      <Parts region={region} item={item} place={place} />
      <Relations id={region.id} item={item} />
    </>
  );
}

interface PartsProps {
  readonly region: SpanRegion;
  readonly item: Item;
  place(at: Gapped | null): void;
}

function Parts({ region, item, place }: PartsProps): VNode | null {
  const editable = useStore(canEdit);
  const parts = partsOf(region.at);
  if (parts.length < 2) return editable ? <p class="tiny muted"><Key id="text.part" /> {t("details.part.hint")}</p> : null;
  const quotes = quotesOf(item.text ?? "");
  return (
    <ul class="parts" aria-label={t("details.parts")}>
      {parts.map((part, index) => {
        const text = quotes.of(part, MOST_QUOTE);
        return (
          <li key={part.start} class="row small">
            <span class="muted">{index + 1}</span>
            <span class="name" dir="auto">{text}</span>
            {editable ? (
              <button class="iconbtn end" aria-label={t("details.part.remove", { text })} title={t("details.part.remove", { text })}
                onClick={() => place(withoutPart(region.at, part))}><Icon name="close" /></button>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}

/** The relations that begin or end at a span or a shape. */
export function Relations({ id, item }: { id: string; item: Item }): VNode | null {
  const wb = useWorkbench();
  const regions = useStore((state) => state.regions);
  const schema = useStore((state) => state.task?.schema ?? null);
  const related = relationsOf(regions, id);
  if (related.length === 0 || !schema) return null;
  const quotes = quotesOf(item.text ?? "");
  return (
    <ul class="parts" aria-label={t("details.relations")}>
      {related.map((one) => {
        if (one.kind !== "relation") return null;
        const label = labelOf(schema, one.question, one.label)?.name ?? one.label;
        const leaves = one.at.from === id;
        const text = quotes.ofEnd(regions, leaves ? one.at.to : one.at.from, MOST_QUOTE, schema);
        return (
          <li key={one.id} class="row small">
            <button class="plain name" dir="auto" onClick={() => wb.commands.run("region.select", { id: one.id })}>
              {t(leaves ? "relation.to" : "relation.from", { label, text })}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** Both ends as ways to them, and the way to turn the arrow round. */
export function RelationFields({ region, item }: { region: RelationRegion; item: Item }): VNode {
  const wb = useWorkbench();
  const editable = useStore(canEdit);
  const regions = useStore((state) => state.regions);
  const offered = useStore((state) => state.suggested);
  const schema = useStore((state) => state.task?.schema ?? null);
  const all = [...regions, ...offered.map((one) => one.region)];
  const quotes = quotesOf(item.text ?? "");
  const { from, to } = region.at;
  const end = (id: string, name: "relation.end.from" | "relation.end.to"): VNode => (
    <div class="row small">
      <span class="muted">{t(name)}</span>
      <button class="plain name" dir="auto" onClick={() => wb.commands.run("region.select", { id })}>
        {quotes.ofEnd(all, id, MOST_QUOTE, schema)}
      </button>
    </div>
  );
  return (
    <>
      {end(from, "relation.end.from")}
      {end(to, "relation.end.to")}
      {editable ? (
        <button class="btn s" onClick={() => wb.commands.run("region.place", { id: region.id, at: { from: to, to: from } })}>
          {t("relation.turn")}
        </button>
      ) : null}
    </>
  );
}

/** "A —label→ B" */
export function relationText(
  region: RelationRegion, label: string, all: readonly (SpanRegion | unknown)[], text: string, schema: Schema | null,
): string {
  const quotes = quotesOf(text);
  const regions = all as Parameters<typeof quotes.ofEnd>[0];
  return t("relation.line", {
    from: quotes.ofEnd(regions, region.at.from, MOST_END, schema), label, to: quotes.ofEnd(regions, region.at.to, MOST_END, schema),
  });
}
