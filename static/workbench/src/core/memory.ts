/** The shelf of a browser that keeps nothing: everything is lost with the page. */

import type { Entry, KeptDraft, NewEntry, Shelf } from "./shelf";

export class MemoryShelf implements Shelf {
  readonly lasting = false;
  #next = 1;
  readonly #entries = new Map<number, Entry>();
  readonly #drafts = new Map<string, KeptDraft>();

  async addEntry(entry: NewEntry): Promise<Entry> {
    const kept = { ...entry, seq: this.#next++ };
    this.#entries.set(kept.seq, kept);
    return kept;
  }

  async putEntry(entry: Entry): Promise<void> {
    this.#entries.set(entry.seq, entry);
  }

  async removeEntry(seq: number): Promise<void> {
    this.#entries.delete(seq);
  }

  async entriesOf(user: string): Promise<Entry[]> {
    return [...this.#entries.values()].filter((entry) => entry.user === user);
  }

  async putDraft(draft: KeptDraft): Promise<void> {
    this.#drafts.set(draft.id, draft);
  }

  async draft(id: string): Promise<KeptDraft | null> {
    return this.#drafts.get(id) ?? null;
  }

  async removeDraft(id: string): Promise<void> {
    this.#drafts.delete(id);
  }

  async forgetDraftsBefore(time: number): Promise<void> {
    for (const [id, draft] of this.#drafts) if (draft.savedAt < time) this.#drafts.delete(id);
  }
}
