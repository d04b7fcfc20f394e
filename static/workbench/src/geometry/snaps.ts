/** What selections of text may grow to, in the order in which one key goes through them. */

export const SNAPS = ["word", "sentence", "paragraph", "grapheme"] as const;
export type Snap = (typeof SNAPS)[number];
