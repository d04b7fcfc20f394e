"""Figures of a queue follow from counts that are kept, and never from stale ones."""

import math
import uuid
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from django.core.cache import cache

from annotate.models import Queue, Task, Turn
from annotate.queries import counted
from annotate.queries.agreement import AgreementReport, agreement_of_dataset, agreement_of_queue
from annotate.services.fixing import fix_answer
from datasets.models import Annotation, AnnotationRegions, Item, SchemaRevision
from foundation.models import Annotator, Project
from tests.annotate.making import answered, make_people, make_queue, make_schema, make_texts, said

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def wholes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often everything was read."""
    found: list[int] = []
    whole = counted._whole

    def told(queue: Queue, questions: Any) -> counted.Counts:
        found.append(queue.pk)
        return whole(queue, questions)

    monkeypatch.setattr(counted, "_whole", told)
    return found


def read_anew(queue: Queue) -> AgreementReport:
    """The figures, everything read; what was kept stays as it was."""
    kept = dict(_kept())
    cache.clear()
    report = agreement_of_queue(queue)
    cache.clear()
    cache.set_many(kept)
    return report


def _kept() -> Iterator[tuple[str, Any]]:
    queue = Queue.objects.get()
    stamp = queue.created_at.timestamp()
    key = f"annotate/counts/1/{queue.pk}.{stamp}/{queue.schema_revision_id}"
    if (found := cache.get(key)) is not None:
        yield key, found


def numbers(told: Any) -> Iterator[float]:
    """All numbers of a report."""
    if isinstance(told, int | float):
        yield float(told)
    elif isinstance(told, dict):
        for one in told.values():
            yield from numbers(one)
    elif isinstance(told, list | tuple):
        for one in told:
            yield from numbers(one)
    elif is_dataclass(told):
        for name in fields(told):
            yield from numbers(getattr(told, name.name))


def test_answers_and_fixes_change_the_counts_that_are_kept(
    project: Project, wholes: list[int]
) -> None:
    people = make_people(project, 3)
    queue = make_queue(project, 4, overlap=3)
    for person in people[:2]:
        for label in ("good", "bad"):
            last = answered(queue, person, label)
    agreement_of_queue(queue)
    assert len(wholes) == 1
    for label in ("bad", "bad", "dull"):
        answered(queue, people[2], label)
        report = agreement_of_queue(queue)
        n = len(wholes)
        assert report == read_anew(queue)
        assert n == len(wholes) - 1, "one answer more does not read everything"
    fix_answer(
        annotation=Annotation.objects.select_related("annotator").get(pk=last.annotation_id),
        annotator=people[1],
        regions=said("dull"),
        submission_id=uuid.uuid4(),
    )
    n = len(wholes)
    report = agreement_of_queue(queue)
    assert len(wholes) == n
    assert report == read_anew(queue)
    assert report.answers == 7


def test_what_is_not_found_as_a_change_reads_everything(
    project: Project, wholes: list[int]
) -> None:
    people = make_people(project, 2)
    queue = make_queue(project, 4, overlap=2)
    for person in people:
        for _time in range(2):
            answered(queue, person, "good")
    agreement_of_queue(queue)
    Turn.objects.filter(annotator=people[0]).update(writes=9)
    agreement_of_queue(queue)
    assert len(wholes) == 2, "more was written than is there"
    Task.objects.filter(answers=2).first().delete()  # type: ignore[union-attr]
    answered(queue, people[0], "bad")
    report = agreement_of_queue(queue)
    assert (len(wholes), report.answers) == (3, 3), "a task went with its answers"
    Task.objects.filter(answers=2).update(is_gold=True)
    answered(queue, people[1], "bad")
    assert agreement_of_queue(queue).answers == 2, "what became gold does not count"


def test_a_person_who_left_still_stands_with_their_answers(project: Project) -> None:
    people = make_people(project, 2)
    queue = make_queue(project, 2, overlap=2)
    for person in people:
        answered(queue, person, "good")
    agreement_of_queue(queue)
    Annotator.objects.filter(pk=people[0].pk).update(user=None, name="Somebody")
    answered(queue, people[1], "bad")
    report = agreement_of_queue(queue)
    assert report.annotators[people[0].pk] == "Somebody"
    assert not any(math.isnan(one) for one in numbers(report))


def add_answers(
    items: list[Item], revision: SchemaRevision, person: Annotator, labels: list[str]
) -> None:
    """Many imported answers at once."""
    made = Annotation.objects.bulk_create(
        [
            Annotation(
                item=item,
                annotator=person,
                schema_revision=revision,
                origin=Annotation.Origin.IMPORTED,
                submission_id=uuid.uuid4(),
            )
            for item in items
        ]
    )
    AnnotationRegions.objects.bulk_create(
        [
            AnnotationRegions(annotation=one, regions=said(label), regions_hash=label)
            for one, label in zip(made, labels, strict=True)
        ]
    )


def test_repeated_answers_of_one_person_and_two_revisions_give_figures_or_reasons(
    project: Project,
) -> None:
    dataset, revision = make_texts(project, 20), make_schema(project)
    newer = SchemaRevision.objects.get(pk=revision.pk)
    newer.pk, newer.number = None, revision.number + 1
    newer.save()
    one, other = make_people(project, 2)
    items = list(Item.objects.filter(dataset=dataset))
    add_answers(items * 145, revision, one, ["good", "bad"] * 1450)
    report = agreement_of_dataset(dataset, revision.schema)
    assert (report.items, report.answers) == (20, 20), "the last answer to each text counts"
    assert report.questions[0].measures["krippendorff"].reason_undefined == "no-overlap"
    add_answers(items, newer, other, ["gone"] + ["bad"] * 19)
    report = agreement_of_dataset(dataset, revision.schema)
    (mood,) = report.questions
    assert mood.measures["percent"].n_items == 20
    assert "gone" in mood.by_label, "a label of another revision is a label"
    assert not any(math.isnan(number) for number in numbers(report))
