/** Decoded pictures of the tasks at hand. */

import { assetOf } from "../../core/assets";
import type { Item } from "../../core/types";
import type { Size } from "../../geometry/rect";

const decoded = new Map<string, Promise<ImageBitmap>>();
const ready = new Map<string, ImageBitmap>();

/** What regions count in: the upright one where the uploaded bytes were turned by their camera. */
export function sizeOf(item: Item): Size | null {
  const asset = assetOf(item, "upright", "original");
  return asset?.width && asset.height ? { width: asset.width, height: asset.height } : null;
}

/** Fetches and decodes off the main path. A failed one is forgotten, so that it can be tried again. */
export function loadPicture(item: Item): Promise<ImageBitmap> {
  const known = decoded.get(item.id);
  if (known) return known;
  const loading = decode(item).then((bitmap) => {
    if (decoded.has(item.id)) ready.set(item.id, bitmap);
    return bitmap;
  });
  decoded.set(item.id, loading);
  loading.catch(() => decoded.delete(item.id));
  return loading;
}

/** The picture if it is here already, so that it can be drawn in this very frame. */
export function pictureAtHand(item: Item): ImageBitmap | null {
  return ready.get(item.id) ?? null;
}

export function forgetPicture(item: Item): void {
  decoded.delete(item.id);
  ready.get(item.id)?.close();
  ready.delete(item.id);
}

async function decode(item: Item): Promise<ImageBitmap> {
  const asset = assetOf(item, "preview", "upright", "original");
  if (!asset) throw new Error("The item has no picture");
  // An element, not fetch: it may follow a redirect to the object store without its permission.
  const element = new Image();
  element.decoding = "async";
  element.src = asset.url;
  await element.decode();
  return createImageBitmap(element);
}
