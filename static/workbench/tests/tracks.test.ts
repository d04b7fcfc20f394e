import { describe, expect, test } from "vitest";

import { keyBefore, settledTrack, shapeAt, type TrackPlace } from "../src/geometry/tracks";
import { vectors } from "./vectors";

interface Case {
  readonly name: string;
  readonly kind: string;
  readonly given: TrackPlace;
  readonly stored: TrackPlace;
}

interface Followed {
  readonly name: string;
  readonly track: TrackPlace;
  readonly shown: ReadonlyArray<readonly [number, { readonly at: unknown; readonly occluded?: true } | null]>;
}

const written = vectors<Case>("places").filter((one) => one.kind === "track");
const followed = vectors<Followed>("tracks");

describe("tracks", () => {
  test.each(written.map((one) => [one.name, one] as const))("%s is written as the server writes it", (_name, one) => {
    expect(settledTrack(one.given)).toStrictEqual(one.stored);
    expect(settledTrack(one.stored)).toStrictEqual(one.stored);
  });

  test("keys are put in order, and of two at one moment the later word counts", () => {
    const at = (x: number) => ({ x, y: 0 });
    const keys = [{ t: 2, at: at(1) }, { t: 1.00004, at: at(2) }, { t: 1, at: at(3), outside: true as const }];
    expect(settledTrack({ of: "point", keys }).keys).toStrictEqual([{ t: 1, at: at(3), outside: true }, { t: 2, at: at(1) }]);
  });

  test.each(followed.map((one) => [one.name, one] as const))("%s", (_name, { track, shown }) => {
    for (const [t, seen] of shown) {
      const wanted = seen && { kind: track.of, at: seen.at, occluded: seen.occluded === true };
      expect({ t, shape: shapeAt(track, t) }).toStrictEqual({ t, shape: wanted });
    }
  });

  test("the key before a moment is found among many", () => {
    const keys = Array.from({ length: 1000 }, (_, n) => ({ t: n / 10, at: { x: n, y: 0 } }));
    expect([-1, 0, 0.05, 0.1, 50.04, 99.9, 200].map((t) => keyBefore(keys, t))).toEqual([-1, 0, 0, 1, 500, 999, 999]);
  });
});
