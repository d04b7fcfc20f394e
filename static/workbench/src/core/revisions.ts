/** The schema revisions that tasks and older answers stand under, each fetched once. */

import type { Api } from "./api";
import { readSchema, withRules, type Schema } from "./schema";
import type { Config, SchemaLink } from "./types";

export class Revisions {
  readonly #api: Api;
  readonly #known = new Map<string, Promise<Schema>>();

  constructor(api: Api, { id, definition }: Config["schema_revision"]) {
    this.#api = api;
    this.#known.set(id, withRules(readSchema(definition)));
  }

  /** The schema behind a link. A failed fetch is forgotten, so that it can be tried again. */
  of(link: SchemaLink): Promise<Schema> {
    const known = this.#known.get(link.id);
    if (known) return known;
    const fetched = this.#api
      .call<{ definition: unknown }>("GET", link.url)
      .then((reply) => withRules(readSchema(reply.data.definition)));
    this.#known.set(link.id, fetched);
    fetched.catch(() => this.#known.delete(link.id));
    return fetched;
  }
}
