"""Real files are told apart and read whole: the counts that their authors give."""

import gzip
import io
import wave
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from datasets.data_types.reading import FileReader, FileToRead
from datasets.data_types.table import infer_columns
from datasets.formats import FORMATS
from datasets.formats.base import ReadOptions, SourceFile, WriteOptions
from datasets.formats.detect import detect
from datasets.formats.reading import detect_format, read_records, unpack_archives
from datasets.pure.problems import Problem
from tests.formats.sources import Reading, as_entries, gather, labels_of, read, regions_of

pytestmark = pytest.mark.real

RealData = Callable[[str], Path]


def sources(folder: Path, *patterns: str) -> list[SourceFile]:
    """The files of a real data set, by the names they have in it."""
    found = [path for pattern in patterns for path in sorted(folder.glob(pattern))]
    return [SourceFile(str(path.relative_to(folder)), path) for path in found if path.is_file()]


def detect_and_read(files: list[SourceFile], **options: Any) -> Reading:
    """Read files in a child as whatever they are found to be."""
    detected = detect_format(files, options)
    return gather(read_records(files, detected.format, {**detected.options, **options}))


def test_bccd_has_200_images_and_2718_boxes(real_data: RealData) -> None:
    reading = detect_and_read(sources(real_data("bccd"), "**/*"))
    assert reading.refused == []
    assert len(reading.records) == 200
    assert sum(len(regions_of(record)) for record in reading.records) == 2718
    assert {key for key, _ in reading.found.labels} == {"RBC", "WBC", "Platelets"}
    assert Counter(record.split for record in reading.records) == {
        "train": 120,
        "validation": 40,
        "test": 40,
    }


@pytest.mark.parametrize("name", ["coco", "jsonl"])
def test_bccd_comes_back_equal_from_coco_and_from_jsonl(
    real_data: RealData, tmp_path: Path, name: str
) -> None:
    first = read("voc", sources(real_data("bccd"), "**/*")).records
    writer = FORMATS[name].write
    assert writer is not None
    path = tmp_path / "out.zip"
    with path.open("wb") as out:
        entries = (sized(entry) for entry in as_entries(first))
        assert writer(entries, WriteOptions(files=True), out).losses == {}
    members = list(unpack_archives([SourceFile("out.zip", path)], tmp_path))
    files = [member for member in members if isinstance(member, SourceFile)]
    assert len(files) == len(members)
    assert detect(files).format == name
    second = detect_and_read(files)
    assert second.refused == []
    assert [said(one) for one in second.records] == [said(one) for one in first]


def sized(entry: Any) -> Any:
    """An entry whose picture is as large as BCCD's are."""
    known = {
        name: getattr(entry.file, name) for name in ("media_type", "size", "sha256", "open", "name")
    }
    entry.file = type(entry.file)(**known, width=640, height=480)
    return entry


def said(record: Any) -> tuple[Any, ...]:
    """What a record says, wherever it stood."""
    return record.key, record.split, record.truths, record.file.path.read_bytes()


def test_coco_has_93_annotations_that_are_polygons(real_data: RealData) -> None:
    files = sources(real_data("coco_mini"), "instances.json", "images/*")
    kept = detect_and_read(files)
    assert (len(kept.records), kept.refused) == (13, [])
    regions = [region for one in kept.records if one.truths for region in regions_of(one)]
    assert Counter(region["kind"] for region in regions)["polygon"] == len(regions) >= 93
    refused = detect_and_read(files, polygons="refuse")
    assert (len(refused.records), Counter(refused.codes)) == (13, {"polygon": 93})
    boxes = detect_and_read(files, polygons="box")
    assert boxes.refused == []
    assert sum(len(regions_of(one)) for one in boxes.records if one.truths) == 93
    assert len(boxes.found.labels) == 21


@pytest.mark.parametrize(("name", "count"), [("train.csv", 10003), ("test.csv", 3080)])
def test_banking77_has_its_rows_and_77_intents(real_data: RealData, name: str, count: int) -> None:
    reading = detect_and_read(sources(real_data("banking77"), name))
    assert (len(reading.records), reading.refused) == (count, [])
    assert all(len(labels_of(record)) == 1 for record in reading.records)
    assert len(reading.found.labels) == 77


def test_sms_spam_has_5574_messages_with_quotes_that_do_not_pair(real_data: RealData) -> None:
    reading = detect_and_read(sources(real_data("sms_spam"), "sms.tsv"))
    assert (len(reading.records), reading.refused) == (5574, [])
    counts = Counter(labels_of(record)[0] for record in reading.records)
    assert counts == {"ham": 4827, "spam": 747}
    assert len({record.text for record in reading.records}) == 5574 - 403


def test_ag_news_has_7600_rows_and_no_header(real_data: RealData) -> None:
    reading = detect_and_read(sources(real_data("ag_news_test"), "test.csv"))
    assert (len(reading.records), reading.refused) == (7600, [])
    counts = Counter(labels_of(record)[0] for record in reading.records)
    assert counts == dict.fromkeys("1234", 1900)


@pytest.mark.parametrize(
    ("name", "sentences", "entities"),
    [
        ("wnut17train.conll", 3394, 1975),
        ("emerging.dev.conll", 1009, 836),
        ("emerging.test.annotated", 1287, 1079),
    ],
)
def test_wnut17_has_its_sentences_and_entities_and_comes_back_equal(
    real_data: RealData, tmp_path: Path, name: str, sentences: int, entities: int
) -> None:
    reading = detect_and_read(sources(real_data("wnut17"), name))
    assert (len(reading.records), reading.refused) == (sentences, [])
    assert sum(len(regions_of(record)) for record in reading.records) == entities
    assert len(reading.found.labels) == 6
    writer = FORMATS["conll"].write
    assert writer is not None
    out = io.BytesIO()
    assert writer(as_entries(reading.records), WriteOptions(), out).losses == {}
    path = tmp_path / "out.conll"
    path.write_bytes(out.getvalue())
    again = read("conll", [SourceFile("out.conll", path)]).records
    assert [(one.text, one.truths) for one in again] == [
        (one.text, one.truths) for one in reading.records
    ]


def test_penguins_are_a_table_with_19_gaps(real_data: RealData) -> None:
    reading = detect_and_read(sources(real_data("penguins"), "penguins.csv"))
    assert (len(reading.records), reading.refused) == (344, [])
    rows = [record.row or {} for record in reading.records]
    columns = infer_columns(rows)
    assert [(column["name"], column["kind"]) for column in columns] == [
        ("island", "category"),
        ("bill_length_mm", "number"),
        ("bill_depth_mm", "number"),
        ("flipper_length_mm", "number"),
        ("body_mass_g", "number"),
        ("sex", "category"),
    ]
    assert sum(column["missing"] for column in columns) == 19
    assert {key for key, _ in reading.found.labels} == {"Adelie", "Chinstrap", "Gentoo"}


def test_titanic_has_869_gaps(real_data: RealData) -> None:
    reading = read("csv", sources(real_data("titanic"), "titanic.csv"), table=True)
    rows = [record.row or {} for record in reading.records]
    assert len(rows) == 891
    assert sum(column["missing"] for column in infer_columns(rows)) == 869


def test_cifar10_images_get_their_label_from_the_list(real_data: RealData) -> None:
    reading = detect_and_read(sources(real_data("cifar10_subset"), "labels.csv", "images/*"))
    assert (len(reading.records), reading.refused) == (1000, [])
    counts = Counter(labels_of(record)[0] for record in reading.records)
    assert set(counts.values()) == {100}
    assert all(record.file for record in reading.records)


def test_a_crowd_of_164_people_gives_8000_answers_to_800_items(
    real_data: RealData, tmp_path: Path
) -> None:
    folder = real_data("crowd_snow2008")
    texts = {
        line.split("\t")[0]: line.split("\t")[3]
        for line in (folder / "rte_texts.tsv").read_text().splitlines()
    }
    lines = (folder / "rte.standardized.tsv").read_text().splitlines()
    joined = tmp_path / "rte.tsv"
    rows = [line.split("\t")[1:] for line in lines[1:]]
    header = "worker\titem\tanswer\tgold\ttext\n"
    body = "".join("\t".join([*row, texts[row[1]]]) + "\n" for row in rows)
    joined.write_text(header + body)
    options = {"key": "item", "annotator": "worker", "label": "answer", "truth": "gold"}
    reading = gather(
        read_records([SourceFile("rte.tsv", joined)], "csv", {**options, "text": "text"})
    )
    assert (len(reading.records), reading.refused) == (800, [])
    answers = [answer for record in reading.records for answer in record.annotations]
    assert len(answers) == 8000
    assert len({answer["annotator"] for answer in answers}) == 164
    assert all(labels_of(record)[0] in "01" for record in reading.records)


def test_near_duplicates_hold_one_broken_and_two_turned_photos(
    real_data: RealData, tmp_path: Path
) -> None:
    paths = sorted(real_data("near_dup_images").glob("*/*.jpg"))
    with FileReader(tmp_path) as reader:
        answers = list(reader.read(FileToRead(path, path.name) for path in paths))
    refused = [file.filename for file, answer in answers if isinstance(answer, Problem)]
    assert refused == ["ukbench09268_corrupt.jpg"]
    facts = [answer for _, answer in answers if not isinstance(answer, Problem)]
    turned = [one for one in facts if one["orientation"] == 6]
    assert [(one["width"], one["height"]) for one in turned] == [(480, 640)] * 2
    assert len(facts) == 15


def test_options_that_were_detected_are_options(real_data: RealData) -> None:
    detected = detect(sources(real_data("penguins"), "penguins.csv"))
    assert ReadOptions.from_json(detected.options).label == "species"


def test_every_spoken_digit_is_heard_whole(real_data: RealData, tmp_path: Path) -> None:
    folder = real_data("fsdd") / "recordings"
    files = [FileToRead(path, path.name) for path in sorted(folder.glob("*.wav"))]
    with FileReader(tmp_path) as reader:
        heard = [facts for _, facts in reader.read(files)]
    assert len(heard) == 300
    assert not [facts for facts in heard if isinstance(facts, Problem)]
    told = [facts for facts in heard if not isinstance(facts, Problem)]
    kinds = {(one["rate"], one["channels"], one["codec"], one["media_type"]) for one in told}
    assert kinds == {(8000, 1, "PCM_16", "audio/wav")}
    with wave.open(str(files[0].path)) as first:
        assert told[0]["seconds"] == pytest.approx(first.getnframes() / 8000, abs=0.0001)
    assert sum(one["seconds"] for one in told) == pytest.approx(136.6, abs=0.1)
    assert all(0 < one["loudest"] <= 1 for one in told)


def test_preferences_of_people_are_read_as_pairs(real_data: RealData, tmp_path: Path) -> None:
    packed = real_data("hh_rlhf_harmless_test") / "test_first1000.jsonl.gz"
    path = tmp_path / "test.jsonl"
    path.write_bytes(gzip.decompress(packed.read_bytes()))
    reading = detect_and_read([SourceFile("test.jsonl", path)])
    assert len(reading.records) + len(reading.refused) == 1000
    assert len(reading.records) > 950
    assert {one.problem.code for one in reading.refused} <= {"no-pair"}
    for record in reading.records:
        assert record.row is not None
        assert [one["id"] for one in record.row["candidates"]] == ["a", "b"]
        assert record.row["turns"][0]["role"] == "user"
