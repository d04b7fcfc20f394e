/** What is kept on this device: answers on their way and drafts. In IndexedDB, or in memory at worst. */

import type { DBSchema } from "idb";

import { MemoryShelf } from "./memory";
import { Device } from "./device";
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

/** Opens the shelf of this browser. Where IndexedDB is refused or does not answer, a memory shelf takes its place. */
export async function openShelf(name = "winnow"): Promise<Shelf> {
  try {
    return new DeviceShelf(await Device.open<Shape>(name, (database) => {
      const outbox = database.createObjectStore("outbox", { keyPath: "seq", autoIncrement: true });
      outbox.createIndex("user", "user");
      const drafts = database.createObjectStore("drafts", { keyPath: "id" });
      drafts.createIndex("savedAt", "savedAt");
    }));
  } catch {
    return new MemoryShelf();
  }
}

class DeviceShelf implements Shelf {
  readonly lasting = true;
  readonly #device: Device<Shape>;

  constructor(device: Device<Shape>) {
    this.#device = device;
  }

  async addEntry(entry: NewEntry): Promise<Entry> {
    const seq = await this.#device.write(async (database) => {
      const transaction = database.transaction("outbox", "readwrite");
      const added = transaction.store.add(entry as Entry);
      // The next task waits for this: without it the browser asks once more whether that was all.
      transaction.commit();
      const [made] = await Promise.all([added, transaction.done]);
      return made;
    });
    return { ...entry, seq };
  }

  async putEntry(entry: Entry): Promise<void> {
    await this.#device.write((database) => database.put("outbox", entry));
  }

  removeEntry(seq: number): Promise<void> {
    return this.#device.write((database) => database.delete("outbox", seq));
  }

  entriesOf(user: string): Promise<Entry[]> {
    return this.#device.read((database) => database.getAllFromIndex("outbox", "user", user));
  }

  async putDraft(draft: KeptDraft): Promise<void> {
    await this.#device.write((database) => database.put("drafts", draft));
  }

  async draft(id: string): Promise<KeptDraft | null> {
    return (await this.#device.read((database) => database.get("drafts", id))) ?? null;
  }

  removeDraft(id: string): Promise<void> {
    return this.#device.write((database) => database.delete("drafts", id));
  }

  async forgetDraftsBefore(time: number): Promise<void> {
    const range = IDBKeyRange.upperBound(time, true);
    const old = await this.#device.read((database) => database.getAllKeysFromIndex("drafts", "savedAt", range));
    await Promise.all(old.map((key) => this.removeDraft(key)));
  }
}
