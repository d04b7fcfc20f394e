"""Files of strangers are read in capped children; each answer belongs to its file."""

from pathlib import Path

import pytest

from datasets.data_types import DATA_TYPES
from datasets.data_types.reading import FileReader, FileToRead
from datasets.pure.problems import Problem
from foundation.child import ChildFailed, Limits, run_capped
from tests.data_types.pictures import corners, header_png, huge_png, save


def write(path: Path, data: bytes) -> FileToRead:
    path.write_bytes(data)
    return FileToRead(path, path.name, mark=path.name)


def test_a_mixed_bag_is_told_apart_by_bytes_and_read_in_order(tmp_path: Path) -> None:
    made = tmp_path / "made"
    made.mkdir()
    files = [
        FileToRead(save(corners(), tmp_path / "a.png"), "photo.dat"),
        write(tmp_path / "b.txt", b"hello"),
        write(tmp_path / "c.svg", b"<svg/>"),
        write(tmp_path / "d.png", header_png(16_000)),
        write(tmp_path / "e.txt", b""),
        FileToRead(save(corners(), tmp_path / "f.jpg"), "last.jpg"),
    ]
    with FileReader(made) as reader:
        answers = list(reader.read(files))
    assert [file for file, _ in answers] == files
    said = [a.code if isinstance(a, Problem) else a["data_type"] for _, a in answers]
    assert said == ["image", "text", "unknown-file-type", "too-many-pixels", "empty-file", "image"]
    assert answers[1][1]["text"] == "hello"  # type: ignore[call-overload]
    assert len({path.name for path in made.iterdir()}) == 2


def test_a_file_that_takes_too_much_memory_is_refused_and_the_others_go_on(tmp_path: Path) -> None:
    files = [
        FileToRead(save(corners(), tmp_path / "a.png"), "a.png"),
        write(tmp_path / "b.png", huge_png(7000, channels=3)),
        FileToRead(save(corners(), tmp_path / "c.png"), "c.png"),
    ]
    with FileReader(tmp_path, workers=1, limits=Limits(memory_mb=200)) as reader:
        answers = [answer for _, answer in reader.read(files)]
    assert isinstance(answers[1], Problem)
    assert answers[1].code == "too-much-memory"
    assert "200 MB" in answers[1].detail
    assert not isinstance(answers[0], Problem)
    assert not isinstance(answers[2], Problem)


def test_a_full_disk_refuses_no_file_but_stops_the_reading(tmp_path: Path) -> None:
    made = tmp_path / "made"
    made.mkdir()
    (made / "00000001.thumbnail.jpg").symlink_to("/dev/full")
    file = FileToRead(save(corners(), tmp_path / "a.png"), "a.png")
    with FileReader(made) as reader, pytest.raises(ChildFailed) as caught:
        list(reader.read([file]))
    assert caught.value.code == "disk-full"


def test_a_child_that_reads_files_never_loads_django() -> None:
    loaded = run_capped("tests.data_types.in_child:loaded_modules", {})
    assert "PIL.Image" in loaded
    assert not [name for name in loaded if name.partition(".")[0] in ("django", "celery")]


@pytest.mark.parametrize("name", ["text", "image", "table"])
def test_the_data_types_of_the_house_are_on_the_shelf(name: str) -> None:
    assert DATA_TYPES[name].name == name
    assert "item" in DATA_TYPES[name].region_kinds
