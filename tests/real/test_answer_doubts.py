"""Errors planted into real boxes and spans stand at the top of the list of doubts."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from datasets.formats.base import Record, SourceFile
from datasets.models import SchemaRevision, Truth
from datasets.services.datasets import create_dataset
from datasets.services.imports import ingest_records
from datasets.services.schemas import publish_schema
from datasets.services.truths import accept_truth
from foundation.models import Project
from tests.formats.sources import read, regions_of
from tests.real.test_formats import sources
from tests.training.suggested import (
    Regions,
    detector,
    document,
    drop,
    push,
    ranked,
    shift,
    swap,
    tagger,
)
from training.models import DoubtList
from training.queries.answer_doubts import report_of
from training.services.second_looks import send_first

pytestmark = [pytest.mark.real, pytest.mark.django_db]
RealData = Callable[[str], Path]
CELLS = ["RBC", "WBC", "Platelets"]


def publish(
    project: Project, name: str, kind: str, labels: list[str], data_type: str
) -> SchemaRevision:
    """A schema of one question about places."""
    asked = {"name": name, "type": kind, "labels": [{"key": one} for one in labels]}
    definition = {"format": 1, "data_type": data_type, "questions": [asked]}
    return publish_schema(project=project, name=name, definition=definition, by=None)


def look_again(
    doubts: DoubtList, truths: dict[str, Regions], revision: SchemaRevision, first: int
) -> None:
    """People look at the first of a list, and know what is right."""
    for batch in send_first(doubts=doubts, most=first, by=None):
        for one in batch.items.select_related("item"):
            accept_truth(
                item=one.item,
                schema_revision=revision,
                regions=document(truths[one.item.key]),
                method=Truth.Method.SINGLE,
                lineage={},
                by=None,
            )


def precision(doubts: DoubtList) -> dict[int, float | None]:
    """The precision at each depth, as the page tells it."""
    return {one.k: one.value for one in report_of(doubts).precision}


def test_planted_errors_of_bccd_boxes_are_ranked_first(
    real_data: RealData, project: Project
) -> None:
    chance = random.Random(7)
    revision = publish(project, "cells", "boxes", CELLS, "image")
    dataset = create_dataset(project=project, name="Blood", data_type="image", by=None)
    files = sources(real_data("bccd"), "**/*")
    truths: dict[str, Regions] = {}
    records, planted = [], {}
    plants = [shift, lambda c, r: swap(c, r, CELLS), drop]
    for number, record in enumerate(read("voc", files).records[:60]):
        truth = [one | {"question": "cells"} for one in regions_of(record)]
        truths[record.key] = truth
        given = truth
        if number % 5 == 0:
            kind = number // 5 % 3
            given, planted[record.key] = plants[kind](chance, truth), kind
        file = record.file
        assert file is not None
        records.append(
            Record(
                record.place,
                record.key,
                "image",
                file=SourceFile(file.name, file.path),
                truths=[{"regions": document(given)}],
            )
        )
    outcome = ingest_records(dataset=dataset, records=records, by=None, schema_revision=revision)
    assert outcome.refusals == []
    push(
        dataset,
        revision,
        {key: detector(chance, truth, (640, 480)) for key, truth in truths.items()},
    )
    doubts = ranked(dataset, revision, "cells")
    order = [one.item.key for one in doubts.items.select_related("item").order_by("rank")]
    assert (doubts.report["compared"], len(planted)) == (60, 12)
    assert sum(key in planted for key in order[:8]) >= 7
    assert {planted[key] for key in order[:12] if key in planted} == {0, 1, 2}, "every kind"
    look_again(doubts, truths, revision, 12)
    told = precision(doubts)
    # of what people looked at, the errors: as many as were planted there
    assert told[10] == sum(key in planted for key in order[:10]) / 10
    assert told[60] == sum(key in planted for key in order[:12]) / 12


def test_planted_errors_of_wnut17_spans_are_ranked_first(
    real_data: RealData, project: Project
) -> None:
    chance = random.Random(7)
    file = real_data("wnut17") / "emerging.dev.conll"
    records = read("conll", [SourceFile(file.name, file)]).records
    labels = sorted({one["label"] for record in records for one in regions_of(record)})
    revision = publish(project, "names", "spans", labels, "text")
    dataset = create_dataset(project=project, name="Posts", data_type="text", by=None)
    truths: dict[str, Regions] = {}
    said: dict[str, tuple[Regions, list[float] | None]] = {}
    planted: set[str] = set()
    for number, record in enumerate(records[:600]):
        record.key = f"post-{number}"
        truth = [one | {"question": "names"} for one in regions_of(record)]
        given = truths[record.key] = truth
        said[record.key] = tagger(chance, truth, labels)
        if truth and len(planted) < 20 and chance.random() < 0.2:
            planted.add(record.key)
            given = swap(chance, truth, labels)
        record.truths, record.annotations = [{"regions": document(given)}], []
    outcome = ingest_records(
        dataset=dataset, records=records[:600], by=None, schema_revision=revision
    )
    assert outcome.refusals == []
    push(dataset, revision, said, source="tagger")
    doubts = ranked(dataset, revision, "names", "tagger")
    order = [one.item.key for one in doubts.items.select_related("item").order_by("rank")]
    assert (doubts.report["compared"], len(planted)) == (600, 20)
    assert sum(key in planted for key in order[:10]) >= 8
    look_again(doubts, truths, revision, 25)
    found = [sum(key in planted for key in order[:n]) for n in (10, 25)]
    assert [precision(doubts)[n] for n in (10, 25)] == [found[0] / 10, found[1] / 25]
