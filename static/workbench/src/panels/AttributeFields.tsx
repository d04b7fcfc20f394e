/** The attributes of a region: what its question asks about it besides the label. */

import type { VNode } from "preact";

import { questionNamed, type Attribute, type Schema } from "../core/schema";
import { canEdit } from "../core/state";
import type { Attributes, AttributeValue, Region } from "../core/types";
import { useStore, useWorkbench } from "../shell/use";

export function AttributeFields({ region, schema }: { region: Region; schema: Schema }): VNode | null {
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
