import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { compareAnswers } from "../src/core/compare";
import { tracksOverlap } from "../src/core/trackOverlap";
import type { TrackRegion } from "../src/core/types";
import { Frames, readPlace } from "../src/geometry/frames";
import {
  isFlagged, keyAt, keysAround, lifetimeOf, merge, seenIn, split, withFlag, withHeldKey, withKey, withoutKey,
} from "../src/geometry/trackEdits";
import { shapeAt, type TrackKey, type TrackPlace } from "../src/geometry/tracks";
import { videoCommands, type KeyTarget } from "../src/tools/video/keys";
import { Order } from "../src/tools/video/order";

/** Any rising table: gaps from one grain to a minute. */
const anyTable = fc.tuple(fc.nat(2000), fc.array(fc.oneof(fc.integer({ min: 1, max: 800 }), fc.integer({ min: 1, max: 600_000 })), { maxLength: 60 }))
  .map(([first, gaps]) => {
    const starts = [first];
    for (const gap of gaps) starts.push((starts.at(-1) as number) + gap);
    return Uint32Array.from(starts);
  });

describe("a table of frames", () => {
  test("stepping through any table shows each frame once and in order", () => {
    fc.assert(fc.property(anyTable, (starts) => {
      const frames = new Frames(starts);
      const met: number[] = [];
      for (let frame = 0; frame < frames.count; frame++) met.push(frames.at(frames.middleOf(frame)));
      expect(met).toEqual([...starts.keys()]);
    }));
  });

  test("a frame is known by its own moment, as the table and as the player writes it", () => {
    fc.assert(fc.property(anyTable, fc.double({ min: -0.49, max: 0.49, noNaN: true }), (starts, off) => {
      const frames = new Frames(starts);
      starts.forEach((start, frame) => {
        expect(frames.at(frames.timeOf(frame))).toBe(frame);
        expect(frames.nearest((start + off) / 10_000)).toBe(frame);
      });
    }));
  });

  test("a stretch holds the frames that begin in it, and at least one", () => {
    const frames = new Frames(Uint32Array.from([0, 400, 800, 1200, 1600]));
    expect(frames.within({ start: 0.04, end: 0.12 })).toEqual([1, 2]);
    expect(frames.within({ start: 0.04, end: 0.1201 })).toEqual([1, 3]);
    expect(frames.within({ start: 0.12, end: 0.12 })).toEqual([3, 3]);
    expect(frames.within({ start: 0, end: 9 })).toEqual([0, 4]);
  });

  test("beyond either end is the first or the last frame", () => {
    const frames = new Frames(Uint32Array.from([100, 500]));
    expect([frames.at(0), frames.at(99), frames.kept(-3), frames.kept(7)]).toEqual([0, 1, 0, 1]);
    expect(frames.endOf(1)).toBeCloseTo(0.09, 9);
    expect(new Frames(Uint32Array.from([0])).middleOf(0)).toBeGreaterThan(0);
  });

  test("a place to go to is the number of a frame or a time, and nothing else", () => {
    expect(["12", " 0 "].map(readPlace)).toEqual([{ frame: 12 }, { frame: 0 }]);
    expect(["1:02.5", "0:01,25", "1:00:03"].map(readPlace)).toEqual([{ seconds: 62.5 }, { seconds: 1.25 }, { seconds: 3603 }]);
    expect(["", "-3", "1.5", "a", "1:", "1:2:3:4"].map(readPlace)).toEqual([null, null, null, null, null, null]);
  });

  test("the bytes of the server are read with the lowest first; what is no table is refused", () => {
    const bytes = new Uint8Array([0, 0, 0, 0, 0x4e, 1, 0, 0]).buffer;
    expect(Frames.read(bytes).timeOf(1)).toBe(0.0334);
    expect(() => Frames.read(bytes.slice(0, 7))).toThrow("cut off");
    expect(() => Frames.read(new ArrayBuffer(0))).toThrow("at least one");
    expect(() => new Frames(Uint32Array.from([5, 5]))).toThrow("Frame 1");
  });
});

const anyBox = fc.record({ x: fc.nat(100), y: fc.nat(100), w: fc.integer({ min: 1, max: 50 }), h: fc.integer({ min: 1, max: 50 }) });
const anyTrack = fc.uniqueArray(fc.record({ t: fc.nat(40).map((n) => n / 4), at: anyBox, out: fc.boolean(), hid: fc.boolean() }), {
  selector: (one) => one.t, minLength: 1, maxLength: 8,
}).map((keys): TrackPlace => ({
  of: "box",
  keys: keys.sort((a, b) => a.t - b.t).map(({ t, at, out, hid }, index) => ({
    t, at, ...(out && index > 0 ? { outside: true as const } : {}), ...(hid ? { occluded: true as const } : {}),
  })),
}));
const anyMoment = fc.nat(44).map((n) => n / 4);
const MOMENTS = Array.from({ length: 90 }, (_, n) => n / 8);

function isSound(track: TrackPlace | null): track is TrackPlace {
  if (!track) return false;
  const times = track.keys.map((key) => key.t);
  expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
  expect(track.keys.some((key) => !key.outside)).toBe(true);
  expect(track.keys[0]?.outside).toBeUndefined();
  return true;
}

function alike(one: ReturnType<typeof shapeAt>, other: ReturnType<typeof shapeAt>): void {
  expect(one === null).toBe(other === null);
  if (!one || !other) return;
  expect(one.occluded).toBe(other.occluded);
  const [a, b] = [one.at, other.at] as unknown as Record<string, number>[];
  for (const name of Object.keys(a ?? {})) expect(Math.abs((a?.[name] ?? 0) - (b?.[name] ?? 9e9))).toBeLessThan(0.003);
}

describe("changing a track", () => {
  test("a key says what is seen at its moment, and every other key stays", () => {
    fc.assert(fc.property(anyTrack, anyMoment, anyBox, (track, t, at) => {
      const changed = withKey(track, t, at);
      isSound(changed);
      expect(shapeAt(changed, t)?.at).toEqual(at);
      for (const key of track.keys) if (key.t !== t) expect(keyAt(changed, key.t)).toEqual(key);
    }));
  });

  test("a key that only holds what is seen changes nothing that is seen", () => {
    fc.assert(fc.property(anyTrack, anyMoment, (track, t) => {
      fc.pre(shapeAt(track, t) !== null);
      const held = withHeldKey(track, t);
      for (const moment of MOMENTS) alike(shapeAt(held, moment), shapeAt(track, moment));
    }));
  });

  test("a key that was set can be taken away again", () => {
    fc.assert(fc.property(anyTrack, anyMoment, anyBox, (track, t, at) => {
      fc.pre(keyAt(track, t) === null && track.keys[0]?.outside === undefined);
      expect(withoutKey(withKey(track, t, at), t)).toEqual(track);
    }));
    const single: TrackPlace = { of: "point", keys: [{ t: 1, at: { x: 1, y: 1 } }] };
    expect(withoutKey(single, 1)).toBeNull();
  });

  test("out of the picture lasts from the key to the next one", () => {
    fc.assert(fc.property(anyTrack, anyMoment, (track, t) => {
      const gone = withFlag(track, t, "outside", true);
      if (!isSound(gone)) return;
      const until = keysAround(track, t).after?.t ?? Infinity;
      for (const moment of MOMENTS) {
        const inside = moment >= t && moment < until;
        if (inside) expect(shapeAt(gone, moment)).toBeNull();
        else alike(shapeAt(gone, moment), shapeAt(track, moment));
      }
      const back = withFlag(gone, t, "outside", false);
      if (t >= (gone.keys[0]?.t ?? 0)) expect(back && shapeAt(back, t)).not.toBeNull();
    }));
  });

  test("before its first key an object is neither covered nor out of the picture", () => {
    const track: TrackPlace = { of: "point", keys: [{ t: 1, at: { x: 0, y: 0 } }] };
    for (const flag of ["outside", "occluded"] as const) expect(withFlag(track, 0.5, flag, true)).toBe(track);
  });

  test("covered is seen as such from the key to the next one, at the same places", () => {
    fc.assert(fc.property(anyTrack, anyMoment, fc.boolean(), (track, t, is) => {
      fc.pre(shapeAt(track, t) !== null);
      const covered = withFlag(track, t, "occluded", is);
      if (!isSound(covered)) throw new Error("The track is gone");
      expect(isFlagged(covered, t, "occluded")).toBe(is);
      expect(shapeAt(covered, t)).toEqual({ ...shapeAt(track, t), occluded: is });
    }));
  });

  test("cutting in two shows the same, and never both", () => {
    fc.assert(fc.property(anyTrack, anyMoment, (track, t) => {
      const parts = split(track, t);
      if (!parts) return;
      parts.forEach(isSound);
      for (const moment of MOMENTS) {
        const [first, second] = parts.map((part) => shapeAt(part, moment));
        expect(first && second).toBeNull();
        expect(moment < t ? second : first).toBeNull();
        alike(first ?? second ?? null, shapeAt(track, moment));
      }
    }));
  });

  test("nothing is cut where one part would show nothing", () => {
    const track: TrackPlace = { of: "point", keys: [{ t: 1, at: { x: 1, y: 1 } }, { t: 2, at: { x: 3, y: 1 } }] };
    expect(split(track, 1)).toBeNull();
    expect(split(track, 0.5)).toBeNull();
    expect(split(track, 1.5)?.map((part) => part.keys)).toEqual([
      [{ t: 1, at: { x: 1, y: 1 } }, { t: 1.5, at: { x: 2, y: 1 }, outside: true }],
      [{ t: 1.5, at: { x: 2, y: 1 } }, { t: 2, at: { x: 3, y: 1 } }],
    ]);
  });

  test("one of two keeps every key that is seen, the first one's where both have one", () => {
    fc.assert(fc.property(anyTrack, anyTrack, (first, second) => {
      const one = merge(first, second);
      if (!isSound(one)) throw new Error("Nothing is left");
      for (const key of second.keys) if (!key.outside && !keyAt(first, key.t)) expect(keyAt(one, key.t)).toEqual(key);
      for (const key of first.keys) if (!key.outside) expect(keyAt(one, key.t)).toEqual(key);
    }));
  });

  test("what was cut in two and made one again shows the same", () => {
    fc.assert(fc.property(anyTrack, anyMoment, (track, t) => {
      const parts = split(track, t);
      if (!parts) return;
      for (const [a, b] of [parts, [...parts].reverse()] as [TrackPlace, TrackPlace][]) {
        const again = merge(a, b);
        if (!isSound(again)) throw new Error("Nothing is left");
        for (const moment of MOMENTS) alike(shapeAt(again, moment), shapeAt(track, moment));
      }
    }));
    const point: TrackPlace = { of: "point", keys: [{ t: 0, at: { x: 0, y: 0 } }] };
    expect(merge(point, { of: "box", keys: [{ t: 1, at: { x: 0, y: 0, w: 1, h: 1 } }] as readonly TrackKey<"box">[] })).toBeNull();
  });

  test("when an object is seen, with its gaps, up to the end of the clip", () => {
    const at = { x: 0, y: 0 };
    const track: TrackPlace = { of: "point", keys: [{ t: 1, at }, { t: 2, at }, { t: 3, at, outside: true }, { t: 5, at }] };
    expect(seenIn(track, 9)).toEqual([{ start: 1, end: 3 }, { start: 5, end: 9 }]);
    expect(lifetimeOf(track, 9)).toEqual({ start: 1, end: 9 });
    fc.assert(fc.property(anyTrack, (any) => {
      const seen = seenIn(any, 20);
      for (const moment of MOMENTS) {
        expect(seen.some(({ start, end }) => moment >= start && moment < end)).toBe(shapeAt(any, moment) !== null);
      }
    }));
  });
});

describe("tracks of two people", () => {
  const region = (id: string, at: TrackPlace): TrackRegion => ({ id, kind: "track", question: "objects", label: "car", at });
  const box = { x: 0, y: 0, w: 10, h: 10 };

  test("are the same thing as far as they are at the same places at the same times", () => {
    const whole = region("r1", { of: "box", keys: [{ t: 0, at: box }, { t: 4, at: box, outside: true }] });
    const half = region("r2", { of: "box", keys: [{ t: 2, at: box }, { t: 4, at: box, outside: true }] });
    const away = region("r3", { of: "box", keys: [{ t: 0, at: { ...box, x: 50 } }, { t: 4, at: box, outside: true }] });
    const point = region("r4", { of: "point", keys: [{ t: 0, at: { x: 5, y: 5 } }] });
    expect(tracksOverlap(whole, whole)).toBe(1);
    expect(tracksOverlap(whole, half)).toBeCloseTo(0.5, 9);
    expect(tracksOverlap(whole, away)).toBeLessThan(0.2);
    expect(tracksOverlap(whole, point)).toBe(0);
    expect(compareAnswers([[whole], [half, away]]).map((row) => row.kind)).toEqual(["missing", "place"]);
    fc.assert(fc.property(anyTrack, anyTrack, (a, b) => {
      const share = tracksOverlap(region("a", a), region("b", b));
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
      expect(tracksOverlap(region("b", b), region("a", a))).toBeCloseTo(share, 9);
      expect(tracksOverlap(region("a", a), region("c", a))).toBe(1);
    }));
  });
});

describe("keys that are pressed ahead", () => {
  test("wait for the frame they were meant for, in their order", () => {
    let onItsWay = false;
    const done: string[] = [];
    const order = new Order(() => onItsWay);
    order.go(() => { done.push("go"); onItsWay = true; });
    order.change(() => done.push("first"));
    order.go(() => { done.push("on"); onItsWay = true; });
    order.change(() => order.change(() => done.push("second")));
    expect(done).toEqual(["go"]);
    expect(order.isWaiting).toBe(true);
    onItsWay = false;
    order.arrived();
    expect(done).toEqual(["go", "first", "on"]);
    onItsWay = false;
    order.arrived();
    expect(done).toEqual(["go", "first", "on", "second"]);
    expect(order.isWaiting).toBe(false);
  });

  test("are done before what follows, for as long as any waits", () => {
    let onItsWay = true;
    const done: string[] = [];
    const order = new Order(() => onItsWay);
    expect(order.after(() => done.push("at once"))).toBe(false);
    order.change(() => done.push("change"));
    expect([order.after(), order.after(() => done.push("submit"))]).toEqual([true, true]);
    onItsWay = false;
    order.arrived();
    expect(done).toEqual(["change", "submit"]);
  });

  test("Enter submits where the part that it would have ended is ended by then", () => {
    let [onItsWay, isPending] = [true, true];
    const done: string[] = [];
    const order = new Order(() => onItsWay);
    const target = {
      picture: {}, isPending: () => isPending, markEnd: () => done.push("end"), submit: () => done.push("submit"),
    } as unknown as KeyTarget;
    const end = videoCommands(target, order).find((one) => one.id === "video.end");
    order.change(() => { isPending = false; });
    end?.run("Enter");
    onItsWay = false;
    order.arrived();
    isPending = true;
    end?.run("Enter");
    expect(done).toEqual(["submit", "end"]);
  });

  test("one that breaks does not hold up the next, and another task forgets them all", () => {
    let onItsWay = true;
    const done: string[] = [];
    const order = new Order(() => onItsWay);
    order.change(() => { throw new Error("broken"); });
    order.change(() => done.push("after"));
    onItsWay = false;
    expect(() => order.arrived()).toThrow("broken");
    order.arrived();
    expect(done).toEqual(["after"]);
    onItsWay = true;
    order.change(() => done.push("late"));
    order.clear();
    onItsWay = false;
    order.arrived();
    expect(done).toEqual(["after"]);
  });
});
