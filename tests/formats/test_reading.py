"""An import's files are unpacked, told apart and read in a capped child."""

import subprocess
import sys
from pathlib import Path

import pytest

from datasets.formats import FORMATS
from datasets.formats.base import OptionsError, Refused, SourceFile
from datasets.formats.items import BadItem
from datasets.formats.reading import detect_format, read_records, survey, unpack_archives
from foundation.child import HOUSE, ChildFailed, stream_capped
from tests.formats.archives import PICTURE, bomb, link, packed
from tests.formats.sources import files, gather, golden, read

UNPACK = "datasets.formats.inside:unpack_one"


def test_a_child_reads_what_the_reader_reads() -> None:
    sources = golden("items.jsonl")
    through_child = gather(read_records(sources, "jsonl", {}))
    here = read("jsonl", sources)
    assert through_child.records == here.records
    assert through_child.refused == here.refused
    assert through_child.found == here.found


def test_archives_are_unpacked_beside_the_files_that_are_none(tmp_path: Path) -> None:
    sources = files(
        tmp_path,
        {
            "photos.zip": packed({"cat/1.png": PICTURE, "../out.png": PICTURE}),
            "loose.png": PICTURE,
            "bomb.zip": bomb(),
            "link.zip": link(),
            "broken.zip": b"PK\x03\x04 cut",
            "not-really.zip": b"plain words",
        },
    )
    work = tmp_path / "work"
    work.mkdir()
    came = list(unpack_archives(sources, work))
    assert [one.name for one in came if isinstance(one, SourceFile)] == [
        "cat/1.png",
        "loose.png",
        "not-really.zip",
    ]
    assert [one.problem.code for one in came if isinstance(one, Refused)] == [
        "unsafe-name",
        "too-large-unpacked",
        "not-a-file",
        "broken-archive",
    ]


def test_a_full_disk_refuses_no_member_but_stops_the_unpacking(tmp_path: Path) -> None:
    sources = files(tmp_path, {"photos.zip": packed({"1.png": PICTURE})})
    inner = tmp_path / "archive-0000"
    inner.mkdir()
    (inner / "000000").symlink_to("/dev/full")
    with pytest.raises(ChildFailed) as caught:
        list(
            stream_capped(
                UNPACK, {"name": "x.zip", "path": str(sources[0].path), "folder": str(inner)}
            )
        )
    assert caught.value.code == "disk-full"


def test_wrong_options_are_refused_before_a_child_is_started() -> None:
    with pytest.raises(OptionsError, match="There is no option “colour”"):
        list(read_records(golden("items.jsonl"), "jsonl", {"colour": "red"}))
    with pytest.raises(OptionsError, match="does not fit"):
        list(read_records(golden("items.jsonl"), "jsonl", {"polygons": "maybe"}))
    with pytest.raises(OptionsError, match="does not fit"):
        list(read_records(golden("items.jsonl"), "jsonl", {"table": "yes"}))


def test_a_schema_without_a_fitting_question_is_one_refusal(tmp_path: Path) -> None:
    schema = {"format": 1, "data_type": "text", "questions": []}
    sources = files(tmp_path, {"x.csv": "text,label\na good film,yes\n"})
    reading = gather(read_records(sources, "csv", {"schema": schema, "label": "label"}))
    assert reading.codes == ["no-such-question"]


def test_a_file_that_cannot_be_looked_into_says_why(tmp_path: Path) -> None:
    sources = files(tmp_path, {"x.csv": "a,a\n1,2\n"})
    with pytest.raises(BadItem) as caught:
        detect_format(sources, {})
    assert caught.value.problem.code == "column-twice"


def test_a_survey_counts_what_an_import_would_bring(tmp_path: Path) -> None:
    rows = "".join(f"message number {n},{'spam' if n % 3 else 'ham'}\n" for n in range(300))
    sources = files(tmp_path, {"x.csv": "text,label\n" + rows + "ragged\n"})
    detected = detect_format(sources, {})
    result = survey(sources, detected.format, detected.options)
    assert (detected.format, detected.options) == ("csv", {"text": "text", "label": "label"})
    assert (result.records, result.refused, result.labelled) == (300, 1, 300)
    assert result.found.labels == [("ham", "ham"), ("spam", "spam")]


def test_a_survey_finds_the_schema_that_a_late_record_names(tmp_path: Path) -> None:
    opinion = b',"truth":{"schema":"Moods","regions":{"format":1,"regions":[]}}'
    lines = b"".join(b'{"key":"k%d","data_type":"text","data":"x"}\n' % n for n in range(6000))
    lines += b'{"key":"late","data_type":"text","data":"x"%s}\n' % opinion
    (tmp_path / "x.jsonl").write_bytes(lines)
    result = survey([SourceFile("x.jsonl", tmp_path / "x.jsonl")], "jsonl", {})
    assert (result.records, result.labelled, result.schema_name) == (6001, 1, "Moods")


def test_a_survey_of_options_that_do_not_fit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OptionsError):
        survey(files(tmp_path, {"x.csv": "text\nhello\n"}), "csv", {"no_such": 1})


def test_a_reader_never_loads_django() -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import datasets.formats.inside;"
        "sys.exit(any(name.split('.')[0] in ('django', 'celery') for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", script, str(HOUSE)], check=False)
    assert done.returncode == 0


def test_every_format_of_the_house_reads_or_writes_and_says_what_it_carries() -> None:
    assert list(FORMATS) == [
        *("jsonl", "csv", "files", "lines", "coco", "voc", "conll", "pairs", "ranges")
    ]
    for name, one in FORMATS.items():
        assert one.name == name
        assert one.read or one.write
        assert one.ending.startswith(".")
