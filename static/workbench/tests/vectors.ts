/** The test vectors Python and TypeScript share. */

import { readFileSync } from "node:fs";

/** The named list of a vector file in `tests/vectors/`. */
export function vectors<T>(name: string, list: string = name): readonly T[] {
  const path = new URL(`../../../tests/vectors/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, "utf-8"))[list] as T[];
}
