import { beforeAll, describe, expect, test } from "vitest";

import { speak } from "../src/core/i18n";
import { Frames } from "../src/geometry/frames";
import type { TimeMark } from "../src/layers/time/marks";
import { VideoMarking, type FramePort } from "../src/tools/video/marking";

/** Five frames of 40 ms in a clip whose sound is a little longer. */
const FRAMES = new Frames(Uint32Array.from([0, 400, 800, 1200, 1600]));
const LENGTH = 0.23;

function staged(): { marking: VideoMarking; showFrame(frame: number): void; done: unknown[]; said: string[] } {
  const [done, said]: [unknown[], string[]] = [[], []];
  const player = { at: 0, isPlaying: false };
  const nothing = (): void => undefined;
  const run = (id: string, { region, at }: { region?: { at: unknown }; at?: unknown }): void => {
    if (id !== "region.select") done.push(region?.at ?? at);
  };
  const port = {
    frames: FRAMES, player, clip: { seconds: LENGTH, channels: 1 }, keepView: nothing, drawTop: nothing,
    context: { run, announce: (text: string) => said.push(text), readOnly: false },
    scene: { brush: { question: "acts", label: "run" }, schema: { questions: [{ name: "acts", type: "segments" }] } },
  } as unknown as FramePort;
  return { marking: new VideoMarking(port), showFrame: (frame) => { player.at = FRAMES.timeOf(frame); }, done, said };
}

beforeAll(() => speak("en"));

describe("a segment of a video", () => {
  test("holds the frames from the one it starts on to the one it ends on, also where these are one, or the last", () => {
    const { marking, showFrame, done } = staged();
    for (const [from, to] of [[1, 2], [3, 3], [4, 4]] as const) {
      showFrame(from);
      marking.markStart();
      showFrame(to);
      marking.markEnd();
    }
    expect(done).toEqual([{ start: 0.04, end: 0.12 }, { start: 0.12, end: 0.16 }, { start: 0.16, end: LENGTH }]);
  });

  test("goes on waiting for its end where that would come before the start", () => {
    const { marking, showFrame, done, said } = staged();
    showFrame(3);
    marking.markStart();
    showFrame(1);
    marking.markEnd();
    expect([done, marking.pending, said.length]).toEqual([[], 0.12, 2]);
  });

  test("has edges that keys and pointers take to the end of the clip and back", () => {
    const { marking } = staged();
    const ends = [0.16, LENGTH, LENGTH, 0.04];
    expect(ends.map((end, n) => marking.moved("end", end, [1, 1, -1, -1][n] as number))).toEqual([LENGTH, LENGTH, 0.16, 0.04]);
    expect([marking.moved("start", 0.04, 1), marking.moved("start", 0.16, 1)]).toEqual([0.08, 0.16]);
    expect([0.17, 0.21, 0.3, 0.05].map((at) => marking.edgeAt(at))).toEqual([0.16, LENGTH, LENGTH, 0.04]);
  });

  test("is set to end with the frame that is shown", () => {
    const { marking, showFrame, done } = staged();
    Object.assign(marking, { port: Object.assign(marking["port"], { selected: (): Partial<TimeMark> => ({ id: "r", start: 0.04, end: 0.08 }) }) });
    showFrame(4);
    marking.setEdge("end");
    expect(done).toEqual([{ start: 0.04, end: LENGTH }]);
  });
});
