/** Which questions show their labels as a tree; the tree itself comes with its panel. */

import type { Question } from "./schema";

/** From this many on, even labels without a tree are listed in a window. */
export const MANY_LABELS = 200;

export function isTree({ labels }: Question): boolean {
  return labels.length > MANY_LABELS || labels.some((label) => label.parent !== "");
}
