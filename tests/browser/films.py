"""Videos whose frames say their own number, and what the browser really shows of them."""

import io
import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import av
import numpy as np

MILLISECONDS = Fraction(1, 1000)
BITS = 12
BLOCK = 40
WIDTH, HEIGHT = BITS * BLOCK, 270
GAPS = (20, 40, 33, 100, 17, 50, 41)
"""Milliseconds between the frames of a camera that cannot keep its pace."""

STEP_THROUGH = """async ({steps, key, bits, block, width, height}) => {
  const video = document.querySelector("video");
  const stage = document.querySelector("[data-stage]");
  const shown = () => document.querySelector(".transport .frame input").value;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", {willReadFrequently: true});
  const onScreen = () => {
    context.drawImage(video, 0, 0, width, height);
    const line = context.getImageData(0, block / 2, width, 1).data;
    let number = 0;
    for (let bit = 0; bit < bits; bit++) {
      if (line[(bit * block + block / 2) * 4] > 127) number += 2 ** bit;
    }
    return number;
  };
  const waits = [];
  const wrong = [];
  for (let step = 0; step < steps; step++) {
    const before = Number(shown());
    const begun = performance.now();
    stage.dispatchEvent(new KeyboardEvent("keydown", {key, code: "Period", bubbles: true}));
    while (Number(shown()) === before) {
      if (performance.now() - begun > 10000) throw new Error(`Frame ${before} stays`);
      await new Promise((go) => requestAnimationFrame(go));
    }
    waits.push(performance.now() - begun);
    if (Number(shown()) !== before + 1 || onScreen() !== before + 1) {
      wrong.push([before + 1, Number(shown()), onScreen()]);
    }
  }
  return {waits, wrong};
}"""


def even(count: int, per_second: Fraction = Fraction(30_000, 1001)) -> list[int]:
    """When the frames of an even video begin, in milliseconds."""
    return [round(1000 * number / per_second) for number in range(count)]


def uneven(count: int) -> list[int]:
    """When the frames of a video with gaps of all lengths begin, in milliseconds."""
    gaps = itertools.islice(itertools.cycle(GAPS), count - 1)
    return list(itertools.accumulate(gaps, initial=0))


def numbered(
    times: Sequence[int], *, gop: int = 12, scale: int = 1, b_frames: int = 0, kind: str = "mp4"
) -> bytes:
    """Make a video with frames at these milliseconds; blocks on each say its number."""
    out = io.BytesIO()
    with av.open(out, "w", format=kind) as file:
        stream: Any = file.add_stream("libx264" if kind == "mp4" else "libvpx-vp9", rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH * scale, HEIGHT * scale, "yuv420p"
        stream.codec_context.gop_size = gop
        stream.codec_context.max_b_frames = b_frames
        stream.codec_context.time_base = stream.time_base = MILLISECONDS
        fast = {"preset": "veryfast", "crf": "28", "bf": str(b_frames)}
        stream.options = fast if kind == "mp4" else {"deadline": "realtime", "cpu-used": "8"}
        for number, time in enumerate(times):
            picture = _picture(number).repeat(scale, axis=0).repeat(scale, axis=1)
            frame = av.VideoFrame.from_ndarray(picture, "rgb24")
            frame.pts, frame.time_base = time, MILLISECONDS
            file.mux(stream.encode(frame))
        file.mux(stream.encode())
    return out.getvalue()


def _picture(number: int) -> Any:
    """The number in bits, and under it a light square that wanders over grey."""
    picture = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    for bit in range(BITS):
        picture[:BLOCK, bit * BLOCK : (bit + 1) * BLOCK] = 255 if number >> bit & 1 else 0
    left = 20 + number * 2 % (WIDTH - 100)
    picture[120:180, left : left + 60] = 210
    return picture


def how_to_step(steps: int) -> dict[str, Any]:
    """Return what `STEP_THROUGH` needs to press the key of one frame on so often."""
    return {
        "steps": steps,
        "key": ".",
        "bits": BITS,
        "block": BLOCK,
        "width": WIDTH,
        "height": HEIGHT,
    }
