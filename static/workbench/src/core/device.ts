/**
 * A database of this browser that never keeps the page waiting: it is opened in time or not at all, what is
 * read comes in time or is missed aloud, and one that the browser closed by itself is opened again.
 */

import { openDB, type DBSchema, type IDBPDatabase } from "idb";

import { Stalled } from "./api";

/** So long the device may take to open a database or to read from it. */
const PATIENCE_MS = 5000;

type Work<S extends DBSchema, T> = (database: IDBPDatabase<S>) => Promise<T>;
type Upgrade<S extends DBSchema> = (database: IDBPDatabase<S>) => void;

export class Device<S extends DBSchema> {
  readonly #name: string;
  readonly #upgrade: Upgrade<S>;
  #database: Promise<IDBPDatabase<S>> | null = null;

  private constructor(name: string, upgrade: Upgrade<S>) {
    this.#name = name;
    this.#upgrade = upgrade;
  }

  /** @throws Stalled - the browser refuses, or does not answer in time. */
  static async open<S extends DBSchema>(name: string, upgrade: Upgrade<S>): Promise<Device<S>> {
    const device = new Device<S>(name, upgrade);
    await device.#opened();
    return device;
  }

  /** Reads; rejects with `Stalled` where nothing comes in time. */
  read<T>(work: Work<S, T>): Promise<T> {
    return inTime(this.write(work));
  }

  /** Writes, however long that takes: what was given up half-way might still be written, and then twice. */
  async write<T>(work: Work<S, T>): Promise<T> {
    const opened = this.#opened();
    try {
      return await work(await opened);
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "InvalidStateError") throw error;
      if (this.#database === opened) this.#database = null; // closed behind our back: another one does
      return work(await this.#opened());
    }
  }

  #opened(): Promise<IDBPDatabase<S>> {
    this.#database ??= this.#open();
    return this.#database;
  }

  #open(): Promise<IDBPDatabase<S>> {
    let database: IDBPDatabase<S> | null = null;
    const forget = (): void => {
      this.#database = null;
      database?.close();
    };
    const opening = openDB<S>(this.#name, 1, { upgrade: this.#upgrade, blocking: forget, terminated: forget });
    const opened = inTime(opening.then((one) => (database = one)));
    opened.catch(() => {
      this.#database = null;
      // It may come late, when nobody waits any more.
      opening.then((late) => late.close()).catch(() => undefined);
    });
    return opened;
  }
}

/** Rejects with `Stalled` where the work fails or takes too long. */
function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Stalled("This device does not answer")), PATIENCE_MS);
    work.then(resolve, (error: unknown) => reject(error instanceof Stalled ? error : new Stalled(String(error))))
      .finally(() => clearTimeout(timer));
  });
}
