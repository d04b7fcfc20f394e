"""Videos with tracks that are not shown, or that nothing here can decode."""

from pathlib import Path

import numpy as np
from PIL import Image

from datasets.data_types import proxy
from tests.data_types.videos import boxes, changed, made, read, save

EVEN = [n * 40 for n in range(30)]


def test_picture_and_copy_come_from_the_track_that_is_switched_on(tmp_path: Path) -> None:
    path = tmp_path / "x.mov"
    with proxy.find_av().open(str(path), "w", format="mov") as file:
        streams = [file.add_stream("mpeg4", rate=25) for _track in range(2)]
        for stream in streams:
            stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for stream, tone in zip(streams, (0, 200), strict=True):
            picture = np.full((48, 64, 3), tone, np.uint8)
            for _number in range(5):
                frame = proxy.find_av().VideoFrame.from_ndarray(picture, "rgb24")
                file.mux(stream.encode(frame))
            file.mux(stream.encode())

    data = bytearray(path.read_bytes())
    headers = [start for kind, start, _end in boxes(bytes(data)) if kind == b"tkhd"]
    data[headers[0] + 11], data[headers[1] + 11] = 0, 1
    path.write_bytes(data)
    facts = read(path)
    thumbnail, copy = made(facts, "thumbnail"), made(facts, "playable")
    assert thumbnail
    assert copy
    pictures = [np.asarray(Image.open(thumbnail["path"]).convert("L"))]
    with proxy.find_av().open(copy["path"]) as file:
        pictures.append(next(file.decode(video=0)).to_ndarray(format="gray"))
    assert [abs(int(one[20, 20]) - 200) < 12 for one in pictures] == [True, True]


def test_a_video_that_ffmpeg_cannot_decode_is_taken_in_without_a_picture(tmp_path: Path) -> None:
    def rename(description: bytearray) -> None:
        description[20:24] = b"zzzz"

    facts = read(changed(save(tmp_path / "x", EVEN), b"stsd", rename))
    assert [file["role"] for file in facts["made"]] == ["frames"]
    (warning,) = facts["warnings"]
    assert (warning["code"], warning["values"]) == ("not-played", {"codec": "zzzz"})
