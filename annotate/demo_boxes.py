"""Three invented people who draw boxes around the same digits, one of them too loosely.

So agreement of boxes, the closer look, reviews and comments show something from the start.
"""

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from annotate.demo_people import person_of, submit, take
from annotate.models import Queue, Stage
from annotate.services.comments import add_comment, resolve_comment, work_of
from annotate.services.filling import fill_queue
from annotate.services.queues import QueuePlan, create_queue
from annotate.services.reviews import Reviewer, accept_annotation, reject_annotation
from datasets.demo_sheets import HEIGHT, WIDTH, Sheet, sheets
from datasets.formats.base import Record, SourceFile
from datasets.models import Annotation, Dataset, SchemaRevision
from datasets.services.datasets import create_dataset
from datasets.services.imports import ingest_records
from datasets.services.schemas import publish_schema
from foundation.models import Annotator, Project, User

NAME, SEED = "Sheets of digits", 5
PEOPLE = {"Greta": (-1.0, 1.0), "Hugo": (-1.5, 2.0), "Ivo": (9.0, 19.0)}
"""How many pixels beyond the ink each of them draws a side of a box, from and to."""
OVERLOOKS, LOOSE = "Hugo", "Ivo"
GUIDELINE = """\
Draw one box around each digit and say which digit it is.

## How tight

A box touches the ink on all four sides: **no more than 3 pixels** of paper between them.

1. Zoom in with `+` before you draw.
2. Then pull the edges, one at a time.

## What counts

- A stroke that ends in the air belongs to its digit, the bar of a seven too.
- *Never* leave one out because it is hard to read: choose what you saw first.

> Numbers read from a loose box are read with their neighbours.
"""
Box = dict[str, Any]


def seed_boxes(project: Project, owner: User) -> None:
    """Make the sheets, their queue and everybody's boxes; doing it twice changes nothing."""
    if Dataset.objects.filter(project=project, name=NAME).exists():
        return
    drawn = {sheet.key: sheet for sheet in sheets()}
    dataset = create_dataset(project=project, name=NAME, data_type="image", by=owner)
    revision = _publish(project, owner)
    with tempfile.TemporaryDirectory(prefix="winnow-demo-") as folder:
        ingest_records(
            dataset=dataset,
            records=_records(drawn.values(), Path(folder)),
            by=owner,
            schema_revision=revision,
        )
    queue = create_queue(
        dataset=dataset,
        schema=revision.schema,
        plan=QueuePlan(name="Box the digits", guideline=GUIDELINE),
        policy={"overlap": len(PEOPLE), "review_share": 1.0},
        by=owner,
    )
    fill_queue(queue=queue)
    people = {name: person_of(project, name) for name in PEOPLE}
    _draw_all(queue, people, drawn)
    reviewer = Annotator.objects.get(project=project, user=owner)
    _review_two(queue, reviewer, owner)
    _talk(queue, people, reviewer)


def _publish(project: Project, owner: User) -> SchemaRevision:
    labels = [{"key": str(digit), "name": str(digit)} for digit in range(10)]
    question = {"name": "digits", "title": "Digits", "type": "boxes", "labels": labels}
    definition = {"format": 1, "data_type": "image", "questions": [question]}
    return publish_schema(project=project, name=NAME, definition=definition, by=owner)


def _records(drawn: Any, folder: Path) -> Iterator[Record]:
    for sheet in drawn:
        path = folder / sheet.key
        sheet.picture.save(path)
        yield Record(
            place=sheet.key, key=sheet.key, data_type="image", file=SourceFile(sheet.key, path)
        )


def _draw_all(queue: Queue, people: dict[str, Annotator], drawn: dict[str, Sheet]) -> None:
    chance = random.Random(SEED)  # noqa: S311 (invented people, not secrets)
    for name, person in people.items():
        while (held := take(queue, person)) is not None:
            boxes = list(_boxes(drawn[held.task.item.key], name, chance))
            submit(held, boxes, len(boxes) * chance.lognormvariate(1.6, 0.3))


def _boxes(sheet: Sheet, name: str, chance: random.Random) -> Iterator[Box]:
    """Yield what somebody draws on a sheet: one overlooks the last digit of the last sheet."""
    last = len(sheet.digits) - 1
    for number, (digit, (x, y, w, h)) in enumerate(sheet.digits):
        if name == OVERLOOKS and number == last and sheet.key == "sheet-6.png":
            continue
        more = [chance.uniform(*PEOPLE[name]) for _side in range(4)]
        left, top = max(0.0, x - more[0]), max(0.0, y - more[1])
        right, bottom = min(WIDTH, x + w + more[2]), min(HEIGHT, y + h + more[3])
        at = {"x": left, "y": top, "w": right - left, "h": bottom - top}
        at = {side: round(value, 1) for side, value in at.items()}
        yield {
            "id": f"r{number + 1}",
            "question": "digits",
            "kind": "box",
            "label": digit,
            "at": at,
        }


def _review_two(queue: Queue, reviewer: Annotator, owner: User) -> None:
    """Accept a tight answer, send a loose one back, and leave the others to whoever tries it."""
    tight = next(iter(PEOPLE))
    for verdict, name, reason in (
        (accept_annotation, tight, ""),
        (reject_annotation, LOOSE, "Too much paper around each digit."),
    ):
        held = take(queue, reviewer, Stage.REVIEW)
        if held is None:
            return
        answer = Annotation.objects.get(item=held.task.item, annotator__name=name, is_latest=True)
        by = Reviewer(reviewer, owner, held, held.fence)
        verdict(annotation=answer, reviewer=by, reason=reason)


def _talk(queue: Queue, people: dict[str, Annotator], reviewer: Annotator) -> None:
    """Let people speak of single boxes: one asks the owner, one is told, one is settled."""
    said = (
        ("Greta", "Greta", "sheet-3.png", "r2", f"@{reviewer.name}, does the stroke above belong?"),
        (LOOSE, reviewer.name, "sheet-2.png", "r1", "Up to the ink, please: 3 pixels at most."),
        (OVERLOOKS, OVERLOOKS, "sheet-1.png", "r4", "8 or 9? I took what I saw first."),
    )
    authors = people | {reviewer.name: reviewer}
    for whose, author, key, region, text in said:
        about = Annotation.objects.get(
            item__dataset=queue.dataset_id, item__key=key, annotator=people[whose]
        )
        comment = add_comment(
            subject=work_of(about), author=authors[author], text=text, region=region
        )
        if whose == OVERLOOKS:
            resolve_comment(comment=comment, by=reviewer, resolved=True)
