"""Very large pictures: cut into tiles of every size, which show what Pillow would show."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageCms, ImageFilter

from datasets.data_types.base import Allowed, BadFile, Facts, Made
from datasets.data_types.image import ImageType
from datasets.data_types.reading import limits_for
from datasets.data_types.tiles import TILE, Size, sizes_of
from tests.data_types.pictures import RED, corners, header_png, near, save

Pixels = npt.NDArray[np.int16]
WIDE = (9001, 701)


def read(path: Path, allowed: Allowed | None = None) -> Facts:
    folder = path.parent / "made"
    folder.mkdir(exist_ok=True)
    return ImageType().read(path, folder, "0001", allowed or Allowed())


def roles(facts: Facts) -> dict[str, Made]:
    return {file["role"]: file for file in facts["made"]}


def levels(made: Made) -> list[Image.Image]:
    """Every level of a pack of tiles, put together again as a browser would."""
    data = Path(made["path"]).read_bytes()
    count = made["facts"]["tiles"]
    lengths = np.frombuffer(data, dtype="<u4", count=count)
    assert len(data) == 4 * count + int(lengths.sum())
    ends = 4 * count + np.cumsum(lengths)
    parts = (data[end - size : end] for end, size in zip(ends, lengths, strict=True))
    sizes = sizes_of((made["facts"]["width"], made["facts"]["height"]))
    mode = "RGBA" if made["facts"]["tile_type"] == "image/webp" else "RGB"
    return [put_together(size, mode, parts) for size in sizes]


def put_together(size: Size, mode: str, parts: Iterator[bytes]) -> Image.Image:
    level: Image.Image | None = None
    for top in range(0, size[1], TILE):
        for left in range(0, size[0], TILE):
            with Image.open(BytesIO(next(parts))) as tile:
                level = level or Image.new(mode, size)
                level.paste(tile, (left, top))
    assert level is not None
    return level


def pixels(picture: Image.Image) -> Pixels:
    return np.asarray(picture, dtype=np.int16)


@pytest.fixture(scope="module")
def scene() -> Image.Image:
    """A picture with large and small things in it, too wide to be sent as one."""
    rng = np.random.default_rng(7)
    coarse = Image.fromarray(rng.integers(0, 255, (6, 75, 3), dtype=np.uint8))
    return coarse.resize(WIDE, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(1))


def test_the_tiles_of_each_level_show_the_picture_made_smaller(
    scene: Image.Image, tmp_path: Path
) -> None:
    facts = read(save(scene, tmp_path / "wide.bmp"))
    assert (facts["width"], facts["height"]) == WIDE
    made = roles(facts)
    assert set(made) == {"preview", "tiles", "thumbnail"}
    found = levels(made["tiles"])
    assert [level.size for level in found][:3] == [WIDE, (4501, 351), (2251, 176)]
    assert max(found[-1].size) <= TILE
    for number, level in enumerate(found):
        wide, high = level.size
        factor = 2**number
        covered = (0, 0, WIDE[0] // factor * factor, WIDE[1] // factor * factor)
        whole = (covered[2] // factor, covered[3] // factor)
        expected = scene.resize(whole, Image.Resampling.BOX, covered)
        apart = np.abs(pixels(level.crop((0, 0, *whole))) - pixels(expected))
        assert apart.mean() < 3, number
        assert (apart > 16).mean() < 0.001, number
        assert (wide - whole[0], high - whole[1]) <= (1, 1)


def test_a_preview_and_a_thumbnail_show_the_whole(scene: Image.Image, tmp_path: Path) -> None:
    made = roles(read(save(scene, tmp_path / "wide.tif")))
    assert set(made) == {"upright", "preview", "tiles", "thumbnail"}
    with Image.open(made["preview"]["path"]) as preview:
        assert preview.size == (1126, 88)
        apart = np.abs(pixels(preview) - pixels(scene.resize(preview.size, Image.Resampling.BOX)))
        assert apart.mean() < 4
    with Image.open(made["thumbnail"]["path"]) as thumbnail:
        assert thumbnail.size[0] == 256


def test_what_shines_through_shines_through_in_its_tiles(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (8300, 40), (255, 0, 0, 0))
    picture.paste((20, 200, 20, 255), (0, 0, 4000, 40))
    found = levels(roles(read(save(picture, tmp_path / "clear.png")))["tiles"])
    assert found[0].mode == "RGBA"
    assert near(found[0].getpixel((100, 20))[:3], (20, 200, 20))  # type: ignore[index]
    assert found[0].getpixel((8000, 20))[3] == 0  # type: ignore[index]


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK"])
def test_pictures_of_every_colour_mode_get_tiles(tmp_path: Path, mode: str) -> None:
    ending = "tif" if mode == "CMYK" else "png"
    picture = corners(8300, 40).convert(mode)
    found = levels(roles(read(save(picture, tmp_path / f"x.{ending}")))["tiles"])
    assert found[0].size == (8300, 40)
    light = found[0].convert("RGB").getpixel((8000, 35))
    assert near(light, (255, 255, 255))  # type: ignore[arg-type]


def test_tiles_follow_the_camera_and_its_colours(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    lying = corners(40, 8300).transpose(Image.Transpose.ROTATE_90)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = save(lying, tmp_path / "turned.jpg", exif=exif.tobytes(), icc_profile=profile)
    found = levels(roles(read(path))["tiles"])
    assert found[0].size == (40, 8300)
    assert near(found[0].getpixel((5, 100)), RED)  # type: ignore[arg-type]


def test_a_picture_of_one_pixel_is_taken_in(tmp_path: Path) -> None:
    facts = read(save(Image.new("RGB", (1, 1), RED), tmp_path / "one.png"))
    assert (facts["width"], facts["height"]) == (1, 1)
    assert set(roles(facts)) == {"thumbnail"}


def test_what_is_too_large_is_refused_with_the_limit_and_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    path.write_bytes(header_png(30_000))
    with pytest.raises(BadFile) as caught:
        read(path)
    said = caught.value.problem.detail
    assert "30000 × 30000" in said
    assert "250 million" in said
    assert "WINNOW_MOST_MEGAPIXELS" in said
    path.write_bytes(header_png(1100))
    with pytest.raises(BadFile, match="at most 1 million"):
        read(path, Allowed(megapixels=1))


def test_more_pixels_are_allowed_together_with_the_memory_for_them() -> None:
    assert limits_for("image", Allowed(megapixels=50)).memory_mb == 1024
    large = limits_for("image", Allowed(megapixels=900))
    assert large.memory_mb == 512 + 9000
    assert large.cpu_seconds == pytest.approx(620)
    assert limits_for("text", Allowed(megapixels=900)).memory_mb == 1024
