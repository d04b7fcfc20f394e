/** What is kept on this device: answers on their way and drafts. In IndexedDB, or in memory at worst. */

import { openDB, type DBSchema, type IDBPDatabase } from "idb";

import type { Assignment, Regions } from "./types";

export type EntryKind = "submit" | "skip" | "review" | "revision";

/** One finished piece of work on its way to the server. */
export interface Entry {
  readonly seq: number;
  readonly user: string;
  readonly queue: string;
  readonly kind: EntryKind;
  /** The idempotency key: the server takes the same key once. */
  readonly key: string;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Assignment and fence, so that a claim does not offer finished work again. */
  readonly hold: string;
  readonly title: string;
  /** The task itself, so that the work can be opened again while it is here. */
  readonly assignment: Assignment | null;
  readonly madeAt: number;
  readonly attempts: number;
  readonly state: "waiting" | "attention";
  readonly refusal: { readonly status: number; readonly text: string } | null;
}

export type NewEntry = Omit<Entry, "seq">;

/** The last written state of an unfinished answer. */
export interface KeptDraft {
  readonly id: string;
  readonly regions: Regions;
  readonly savedAt: number;
  /** The server's mark for the state this draft was built on; null before the first save. */
  readonly etag: string | null;
  /** Whether the server has exactly this. */
  readonly sent: boolean;
}

export interface Shelf {
  /** False when everything is lost with the page. */
  readonly lasting: boolean;
  addEntry(entry: NewEntry): Promise<Entry>;
  putEntry(entry: Entry): Promise<void>;
  removeEntry(seq: number): Promise<void>;
  entriesOf(user: string): Promise<Entry[]>;
  putDraft(draft: KeptDraft): Promise<void>;
  draft(id: string): Promise<KeptDraft | null>;
  removeDraft(id: string): Promise<void>;
  forgetDraftsBefore(time: number): Promise<void>;
}

interface Shape extends DBSchema {
  outbox: { key: number; value: Entry; indexes: { user: string } };
  drafts: { key: string; value: KeptDraft; indexes: { savedAt: number } };
}

/** Opens the shelf of this browser. Where IndexedDB is refused, a memory shelf takes its place. */
export async function openShelf(name = "winnow"): Promise<Shelf> {
  try {
    return new DeviceShelf(await openDatabase(name));
  } catch {
    return new (await import("./memory")).MemoryShelf();
  }
}

function openDatabase(name: string): Promise<IDBPDatabase<Shape>> {
  return openDB<Shape>(name, 1, {
    upgrade(database) {
      const outbox = database.createObjectStore("outbox", { keyPath: "seq", autoIncrement: true });
      outbox.createIndex("user", "user");
      const drafts = database.createObjectStore("drafts", { keyPath: "id" });
      drafts.createIndex("savedAt", "savedAt");
    },
  });
}

class DeviceShelf implements Shelf {
  readonly lasting = true;
  readonly #database: IDBPDatabase<Shape>;

  constructor(database: IDBPDatabase<Shape>) {
    this.#database = database;
  }

  async addEntry(entry: NewEntry): Promise<Entry> {
    const seq = await this.#database.add("outbox", entry as Entry);
    return { ...entry, seq };
  }

  async putEntry(entry: Entry): Promise<void> {
    await this.#database.put("outbox", entry);
  }

  removeEntry(seq: number): Promise<void> {
    return this.#database.delete("outbox", seq);
  }

  entriesOf(user: string): Promise<Entry[]> {
    return this.#database.getAllFromIndex("outbox", "user", user);
  }

  async putDraft(draft: KeptDraft): Promise<void> {
    await this.#database.put("drafts", draft);
  }

  async draft(id: string): Promise<KeptDraft | null> {
    return (await this.#database.get("drafts", id)) ?? null;
  }

  removeDraft(id: string): Promise<void> {
    return this.#database.delete("drafts", id);
  }

  async forgetDraftsBefore(time: number): Promise<void> {
    const range = IDBKeyRange.upperBound(time, true);
    const old = await this.#database.getAllKeysFromIndex("drafts", "savedAt", range);
    await Promise.all(old.map((key) => this.#database.delete("drafts", key)));
  }
}
