"""Images: facts from honest files, upright copies where needed, plain reasons for the rest."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from datasets.data_types.base import BadFile, Facts, Made
from datasets.data_types.image import ImageType
from tests.data_types.pictures import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    animated,
    as_bytes,
    corners,
    huge_png,
    near,
    save,
    turned,
)

ENDINGS = [".jpg", ".png", ".webp", ".tif", ".bmp", ".gif"]


def read(path: Path) -> Facts:
    folder = path.parent / "made"
    folder.mkdir(exist_ok=True)
    return ImageType().read(path, folder, "0001")


def made(facts: Facts, role: str) -> Made | None:
    return next((file for file in facts["made"] if file["role"] == role), None)


def codes(facts: Facts) -> list[str]:
    return [warning["code"] for warning in facts["warnings"]]


def refusal(path: Path) -> str:
    with pytest.raises(BadFile) as caught:
        read(path)
    assert caught.value.problem.detail
    return caught.value.problem.code


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_image_is_known_by_its_bytes_and_gets_a_thumbnail(tmp_path: Path, ending: str) -> None:
    path = save(corners(600, 300), tmp_path / f"x{ending}")
    nameless = path.rename(tmp_path / "nameless")
    facts = read(nameless)
    assert (facts["width"], facts["height"], facts["frames"]) == (600, 300, 1)
    assert facts["media_type"] in ImageType.media_types
    thumbnail = made(facts, "thumbnail")
    assert thumbnail is not None
    assert (thumbnail["facts"]["width"], thumbnail["facts"]["height"]) == (256, 128)
    with Image.open(thumbnail["path"]) as small:
        assert near(small.getpixel((10, 10)), RED)  # type: ignore[arg-type]
        assert small.size == (256, 128)


@pytest.mark.parametrize("ending", [".jpg", ".png", ".webp", ".bmp", ".gif"])
def test_an_upright_image_that_browsers_show_gets_no_copy(tmp_path: Path, ending: str) -> None:
    assert made(read(save(corners(), tmp_path / f"x{ending}")), "upright") is None


@pytest.mark.parametrize("ending", [".jpg", ".png", ".webp", ".tif"])
@pytest.mark.parametrize("orientation", range(2, 9))
def test_an_image_turned_by_exif_gets_an_upright_copy(
    tmp_path: Path, ending: str, orientation: int
) -> None:
    facts = read(turned(tmp_path / f"x{ending}", orientation))
    assert (facts["width"], facts["height"]) == (40, 20)
    stored = (20, 40) if orientation >= 5 else (40, 20)
    assert (facts["stored_width"], facts["stored_height"]) == stored
    assert facts["orientation"] == orientation
    for role in ("upright", "thumbnail"):
        copy = made(facts, role)
        assert copy is not None
        with Image.open(copy["path"]) as picture:
            assert picture.size == (40, 20)
            assert picture.getexif().get(0x0112) is None
            shown = picture.convert("RGB")
        for place, colour in {(5, 5): RED, (35, 5): GREEN, (5, 15): BLUE, (35, 15): WHITE}.items():
            assert near(shown.getpixel(place), colour)  # type: ignore[arg-type]


def test_printing_colours_become_rgb_with_a_warning(tmp_path: Path) -> None:
    facts = read(save(corners().convert("CMYK"), tmp_path / "x.jpg"))
    assert codes(facts) == ["converted-cmyk"]
    upright = made(facts, "upright")
    assert upright is not None
    with Image.open(upright["path"]) as picture:
        assert picture.mode == "RGB"
        assert near(picture.getpixel((5, 5)), RED)  # type: ignore[arg-type]


@pytest.mark.parametrize(("depth", "full"), [(65535, 65535), (4095, 4095), (1000, 1023)])
def test_sixteen_bit_greys_are_scaled_by_their_full_scale(
    tmp_path: Path, depth: int, full: int
) -> None:
    image = Image.new("I;16", (4, 1))
    image.putdata([0, depth // 4, depth // 2, depth])
    facts = read(save(image, tmp_path / "x.png"))
    assert codes(facts) == ["scaled-depth"]
    upright = made(facts, "upright")
    assert upright is not None
    with Image.open(upright["path"]) as picture:
        assert picture.mode == "L"
        expected = [round(value * 255 / full) for value in (0, depth // 4, depth // 2, depth)]
        assert list(picture.get_flattened_data()) == expected


def test_grey_values_with_a_point_are_stretched(tmp_path: Path) -> None:
    image = Image.new("F", (3, 1))
    image.putdata([-1.0, 0.0, 1.0])
    upright = made(read(save(image, tmp_path / "x.tif")), "upright")
    assert upright is not None
    with Image.open(upright["path"]) as picture:
        assert list(picture.get_flattened_data()) == pytest.approx([0, 127, 255], abs=1)


@pytest.mark.parametrize("ending", [".gif", ".webp", ".png", ".tif"])
def test_of_several_frames_the_first_is_used_with_a_warning(tmp_path: Path, ending: str) -> None:
    facts = read(animated(tmp_path / f"x{ending}"))
    assert facts["frames"] == 3
    assert codes(facts) == ["first-frame-only"]
    upright = made(facts, "upright")
    assert upright is not None
    with Image.open(upright["path"]) as picture:
        assert getattr(picture, "n_frames", 1) == 1
        assert near(picture.convert("RGB").getpixel((5, 5)), RED)  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA"])
def test_palettes_and_transparency_are_laid_on_white(tmp_path: Path, mode: str) -> None:
    image = Image.new("RGBA", (300, 300), (0, 0, 0, 0)).convert(mode)
    facts = read(save(image, tmp_path / "x.png"))
    thumbnail = made(facts, "thumbnail")
    assert thumbnail is not None
    with Image.open(thumbnail["path"]) as small:
        shade = small.convert("L").getpixel((5, 5))
    assert shade == (0 if mode in ("1", "L") else 255)


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_truncated_image_is_refused(tmp_path: Path, ending: str) -> None:
    path = save(Image.effect_noise((200, 200), 90).convert("RGB"), tmp_path / f"x{ending}")
    data = path.read_bytes()
    for share in (0.1, 0.5, 0.9):
        path.write_bytes(data[: int(len(data) * share)])
        assert refusal(path) == "broken-image"


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(huge_png(16_000))
    assert path.stat().st_size < 1 << 20
    assert refusal(path) == "too-many-pixels"


@pytest.mark.parametrize(
    "data",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"%PDF-1.7\n",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"\x7fELF\x02\x01\x01",
        b"SIMPLE  =                    T",
        b"",
    ],
)
def test_what_is_not_an_image_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(data)
    assert refusal(path) == "unknown-image-format"


def test_a_header_without_an_image_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x"
    for head in (b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"BM", b"II*\x00"):
        path.write_bytes(head + bytes(range(64)))
        assert refusal(path) == "broken-image"


def test_only_the_decoder_of_the_first_bytes_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "x.jpg"
    path.write_bytes(b"\xff\xd8\xff" + as_bytes(corners(), "PNG")[3:])
    assert refusal(path) == "broken-image"


def test_broken_exif_counts_as_upright(tmp_path: Path) -> None:
    good = as_bytes(corners(), "JPEG", exif=b"Exif\x00\x00MM\x00*\x00\x00\xff\xff")
    path = tmp_path / "x.jpg"
    path.write_bytes(good)
    facts = read(path)
    assert facts["orientation"] == 1
    assert (facts["width"], facts["height"]) == (40, 20)


def test_a_copy_keeps_no_place_and_no_camera(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "secret camera"
    path = save(corners(), tmp_path / "x.jpg", exif=exif.tobytes())
    facts: Any = read(path)
    for file in facts["made"]:
        assert b"secret camera" not in Path(file["path"]).read_bytes()
