/** The files of an item, by what they are for. */

import type { Asset, Item } from "./types";

/** The first of these that the item has. */
export function assetOf(item: Item, ...roles: readonly string[]): Asset | null {
  const assets = item.assets ?? [];
  return roles.map((role) => assets.find((one) => one.role === role)).find((one) => one) ?? null;
}
