/** What is done with one or several chosen shapes: joined, cut out, grouped, raised, converted, copied on. */

import { t } from "../../core/i18n";
import { questionNamed } from "../../core/schema";
import type { Scene, ToolContext } from "../../core/tool";
import type { Region, ShapeRegion } from "../../core/types";
import { isShape, regionById } from "../../core/regions";
import { isArea, translated } from "../../geometry/editing";
import { asMask, asPolygons, joined } from "../../geometry/joining";
import type { Placed } from "../../geometry/places";
import type { Size } from "../../geometry/rect";
import { bitmapOf, maskOf, type Joining } from "../../geometry/runs";
import { fillHoles } from "../../geometry/bitmaps";

/** A mask of crumbs would become as many outlines as it has crumbs. */
const MOST_OUTLINES = 100;

/** Regions that were copied; they outlive the task, so that the next picture can have them. */
let copied: readonly ShapeRegion[] = [];
/** What the picture before this one said, to be taken over. */
let before: { readonly key: string; readonly regions: readonly ShapeRegion[] } = { key: "", regions: [] };
let current: typeof before = before;

/** Keeps what the last picture said once another one is shown. */
export function follow(scene: Scene): void {
  if (scene.key !== current.key) before = current;
  current = { key: scene.key, regions: scene.regions.filter(isShape) };
}

export class Several {
  readonly #context: ToolContext;
  readonly #scene: () => Scene | null;
  readonly #image: () => Size;
  /** Chosen beside the selected one, by their ids. */
  readonly also: Set<string>;

  constructor(context: ToolContext, scene: () => Scene | null, image: () => Size, also: Set<string>) {
    this.#context = context;
    this.#scene = scene;
    this.#image = image;
    this.also = also;
  }

  /** Chooses one more, or one less. */
  toggle(id: string): void {
    if (!this.also.delete(id)) this.also.add(id);
    this.#context.announce(t("announce.chosenShapes", { n: this.#chosen().length }));
  }

  /** The selected region first, then those beside it that are still there. */
  #chosen(): ShapeRegion[] {
    const scene = this.#scene();
    if (!scene) return [];
    const ids = new Set([...(scene.selected === null ? [] : [scene.selected]), ...this.also]);
    return [...ids].flatMap((id) => {
      const region = regionById(scene.regions, id);
      return region && isShape(region) ? [region] : [];
    });
  }

  get canJoin(): boolean {
    return this.#chosen().filter((region) => isArea(region.kind)).length > 1;
  }

  get hasChosen(): boolean {
    return this.#chosen().length > 0;
  }

  async join(how: Joining): Promise<void> {
    const regions = this.#chosen().filter((region) => isArea(region.kind));
    const [first] = regions;
    if (!first) return;
    const found = await joined(regions.map(placedOf), how);
    const fits = found.filter((placed) => this.#takes(first, placed.kind));
    if (fits.length === 0) return this.#context.announce(t(found.length ? "announce.otherKind" : "announce.nothingLeft"));
    this.#replace(regions, fits, first);
  }

  /** Whether the question of a region may be answered with another kind. */
  #takes(region: ShapeRegion, kind: Placed["kind"]): boolean {
    const scene = this.#scene();
    return scene !== null && (questionNamed(scene.schema, region.question)?.kinds.includes(kind) ?? false);
  }

  #replace(remove: readonly ShapeRegion[], add: readonly Placed[], model: ShapeRegion): void {
    this.also.clear();
    this.#context.run("region.replace", {
      remove: remove.map((region) => region.id),
      add: add.map((placed) => ({ ...model, ...placed }) as Region),
    });
  }

  get canConvert(): boolean {
    return this.#chosen().some((region) => this.#other(region) !== null);
  }

  #other(region: ShapeRegion): "mask" | "polygon" | null {
    if (!isArea(region.kind)) return null;
    const other = region.kind === "mask" ? "polygon" : "mask";
    return this.#takes(region, other) ? other : null;
  }

  /** Masks become outlines, outlines become masks, where the question takes both. */
  convert(): void {
    for (const region of this.#chosen()) {
      const other = this.#other(region);
      const mask = other === "mask" ? asMask(placedOf(region)) : null;
      const made: Placed[] = other === "polygon"
        ? asPolygons(placedOf(region), 0.75).map((at) => ({ kind: "polygon", at }))
        : mask ? [{ kind: "mask", at: mask }] : [];
      if (made.length > MOST_OUTLINES) this.#context.announce(t("announce.tooManyParts", { n: made.length }));
      else if (made.length) this.#replace([region], made, region);
    }
  }

  /** Several are chosen, or one that belongs to a group already. */
  get canGroup(): boolean {
    const chosen = this.#chosen();
    return chosen.length > 1 || chosen.some((region) => region.group !== undefined);
  }

  get hasMask(): boolean {
    return this.#chosen().some((region) => region.kind === "mask");
  }

  /** Fills every hole of the chosen masks. */
  fill(): void {
    for (const region of this.#chosen()) {
      if (region.kind !== "mask") continue;
      const bitmap = bitmapOf(region.at);
      fillHoles(bitmap);
      const at = maskOf(bitmap);
      if (at) this.#context.run("region.place", { id: region.id, at });
    }
  }

  /** One group of all that is chosen; those that are one already are parted. */
  group(): void {
    const regions = this.#chosen();
    const groups = new Set(regions.map((region) => region.group));
    const together = groups.size === 1 && regions[0]?.group !== undefined;
    const highest = Math.max(0, ...(this.#scene()?.regions ?? []).map((region) => region.group ?? 0));
    this.#context.run("region.arrange", { ids: regions.map((one) => one.id), group: together ? null : highest + 1 });
    this.#context.announce(t(together ? "announce.parted" : "announce.grouped", { n: regions.length }));
  }

  /** Over or under everything else. */
  lift(by: 1 | -1): void {
    const scene = this.#scene();
    const regions = this.#chosen();
    if (!scene || regions.length === 0) return;
    const ids = regions.map((region) => region.id);
    const others = scene.regions.filter((region) => !ids.includes(region.id)).map((region) => region.z ?? 0);
    const z = by > 0 ? Math.max(0, ...others) + 1 : Math.min(0, ...others) - 1;
    this.#context.run("region.arrange", { ids, z });
    this.#context.announce(t(by > 0 ? "announce.raised" : "announce.lowered"));
  }

  copy(): void {
    copied = this.#chosen();
    this.#context.announce(t("announce.copied", { n: copied.length }));
  }

  get canPaste(): boolean {
    return copied.some((region) => this.#isAnswerable(region));
  }

  get hasBefore(): boolean {
    return before.regions.some((region) => this.#isAnswerable(region));
  }

  paste(): void {
    this.#add(copied);
  }

  /** What was said about the picture before this one, at the same places. */
  repeat(): void {
    this.#add(before.regions);
  }

  /** The same schema may not ask the same of the next item. */
  #isAnswerable(region: ShapeRegion): boolean {
    const scene = this.#scene();
    const question = scene ? questionNamed(scene.schema, region.question) : null;
    return question !== null && question.kinds.includes(region.kind) && question.labels.some((one) => one.key === region.label);
  }

  #add(regions: readonly ShapeRegion[]): void {
    let highest = Math.max(0, ...(this.#scene()?.regions ?? []).map((region) => region.group ?? 0));
    const groups = new Map<string, number>(); // copies belong together, and not to their originals
    const add = regions.filter((region) => this.#isAnswerable(region)).map((region) => {
      const placed = translated(placedOf(region), 0, 0, this.#image());
      if (region.group === undefined) return { ...region, ...placed } as Region;
      const name = `${region.question}:${region.group}`;
      const group = groups.get(name) ?? ++highest;
      groups.set(name, group);
      return { ...region, ...placed, group } as Region;
    });
    if (add.length) this.#context.run("region.replace", { remove: [], add });
    this.#context.announce(t("announce.pasted", { n: add.length }));
  }
}

function placedOf(region: ShapeRegion): Placed {
  return { kind: region.kind, at: region.at } as Placed;
}
