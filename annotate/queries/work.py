"""What an annotator or reviewer gets to see: their tasks, and nothing that others said.

Plain dictionaries and a fixed number of queries for any number of tasks: this is what people
wait for. Nothing here may tell gold from work, or the order of the queue.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from annotate.models import Answer, Draft, Queue, Review, Stage, Task, Turn
from annotate.queries.corrections import changes, corrections_of
from datasets.models import Asset, Item, SchemaRevision, Suggestion
from datasets.queries.items import labels_of_items
from datasets.queries.schemas import revisions_by_number, schema_of
from foundation.opaque import encode_id
from foundation.queries.among import Among
from foundation.queries.prepared import Prepared

MOST_SUGGESTIONS = 5
COUNTED_UP_TO = 1000
UNSHOWN_FACTS = {"width", "height", "warnings"}
STAGE_NAMES = {
    Stage.ANNOTATE: "annotate",
    Stage.REVIEW: "review",
    Stage.ADJUDICATE: "adjudicate",
}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hold:
    """One task in somebody's hands."""

    id: int
    task_id: int
    item_id: int
    fence: int
    lease_ends_at: datetime
    revision_id: int


# What each claim reads, composed once.
_layouts = Asset.objects.filter(part=Asset.Part.LAYOUT)
_items = Prepared(
    lambda pks: (
        Item.objects.filter(Among("pk", pks))
        .annotate(laid_out=Exists(_layouts.filter(item=OuterRef("pk"))))
        .values_list("pk", "data_type", "content__text", "content__row", "laid_out")
    )
)
_kept_drafts = Prepared(
    lambda pks: Draft.objects.filter(Among("pk", pks)).values_list("pk", "regions", "edition")
)
_suggested = Prepared(
    lambda items, schema: (
        Suggestion.objects.filter(Among("item", items), schema_revision__schema=schema)
        .order_by("-pk")
        .values_list("item_id", "pk", "source", "regions")
    )
)
_answered = Prepared(
    lambda queue, stage, annotator: (
        Turn.objects.filter(queue=queue, stage=stage)
        .values("queue")
        .annotate(
            done=Sum("answered"),
            mine=Coalesce(Sum("answered", filter=Q(annotator=annotator)), 0),
        )
        .values_list("done", "mine")
    )
)


def show_holds(queue: Queue, stage: Stage, holds: Sequence[Hold]) -> list[Json]:
    """Return the tasks somebody holds, with all that working on them needs, in their order.

    At review each comes with the answers that count, at adjudication with those that were rejected
    too, at stage annotate never.
    """
    items = show_items([hold.item_id for hold in holds])
    revisions = show_revisions({hold.revision_id for hold in holds}, queue.schema_revision)
    drafts = _drafts([hold.id for hold in holds])
    is_review = stage != Stage.ANNOTATE
    suggestions = {} if is_review else _suggestions(queue, [hold.item_id for hold in holds])
    answers = _answers([hold.task_id for hold in holds], stage) if is_review else {}
    labels = item_labels(queue, {(hold.item_id, hold.revision_id) for hold in holds})
    shown = []
    for hold in holds:
        one = {
            "id": encode_id("assignment", hold.id),
            "fence": hold.fence,
            "lease_ends_at": hold.lease_ends_at,
            "lease_seconds": queue.lease_seconds,
            "stage": STAGE_NAMES[stage],
            "item": items[hold.item_id],
            "schema_revision": revisions[hold.revision_id],
            "suggestions": suggestions.get(hold.item_id, []),
            "draft": drafts.get(hold.id),
        }
        own = labels.get((hold.item_id, hold.revision_id))
        if own is not None:
            one["item"] = {**items[hold.item_id], "labels": own}
        if is_review:
            one["answers"] = answers.get(hold.task_id, [])
        shown.append(one)
    return shown


def item_labels(queue: Queue, wanted: set[tuple[int, int]]) -> dict[tuple[int, int], Json]:
    """Return what items themselves offer as labels, by item and revision; mostly nothing."""
    known = queue.schema_revision
    older = {pk for _item, pk in wanted if pk != known.pk}
    revisions = {known.pk: known, **(revisions_by_number(older) if older else {})}
    reading = {pk: schema_of(one) for pk, one in revisions.items() if schema_of(one).reads_items}
    if not reading:
        return {}
    return {
        (item_id, pk): offered
        for pk, schema in reading.items()
        for item_id, offered in labels_of_items(
            schema, [item for item, revision in wanted if revision == pk]
        ).items()
    }


def show_items(item_ids: Sequence[int]) -> dict[int, Json]:
    """Return items with their content and the addresses of their files, by number."""
    found: dict[int, Json] = {}
    with_files = []
    for pk, data_type, text, row, is_laid_out in _items.rows(item_ids):
        found[pk] = {
            "id": encode_id("item", pk),
            "data_type": data_type,
            "text": text,
            "row": row,
            "assets": [],
        }
        if (text is None and row is None) or is_laid_out:
            with_files.append(pk)
    if with_files:
        assets = Asset.objects.filter(item__in=with_files).order_by("pk")
        for item_id, pk, part, media_type, facts in assets.values_list(
            "item_id", "pk", "part", "media_type", "facts"
        ):
            found[item_id]["assets"].append(
                {
                    "role": part,
                    "url": f"/media/{encode_id('asset', pk)}",
                    "media_type": media_type,
                    "width": facts.get("width"),
                    "height": facts.get("height"),
                    "facts": {name: facts[name] for name in facts.keys() - UNSHOWN_FACTS},
                }
            )
    return found


def show_revisions(pks: set[int], known: SchemaRevision | None = None) -> dict[int, Json]:
    """Return where to read schema revisions, by number of row."""
    found = {} if known is None else {known.pk: _link(known.pk, known.schema_id, known.number)}
    missing = pks - found.keys()
    if missing:
        rows = SchemaRevision.objects.filter(pk__in=missing)
        for pk, schema_id, number in rows.values_list("pk", "schema_id", "number"):
            found[pk] = _link(pk, schema_id, number)
    return found


def _link(pk: int, schema_id: int, number: int) -> Json:
    return {
        "id": encode_id("schemarev", pk),
        "number": number,
        "url": f"/api/v1/schemas/{encode_id('schema', schema_id)}/revisions/{number}",
    }


def _drafts(assignment_ids: Sequence[int]) -> dict[int, Json]:
    rows = _kept_drafts.rows(assignment_ids)
    return {pk: {"regions": regions, "etag": f'"{edition}"'} for pk, regions, edition in rows}


def _suggestions(queue: Queue, item_ids: Sequence[int]) -> dict[int, list[Json]]:
    """Return what was suggested, newest first; nothing where the answer must stay blind."""
    if not queue.shows_suggestions or queue.is_blind_relabel:
        return {}
    found: dict[int, list[Json]] = {}
    for item_id, pk, source, regions in _suggested.rows(item_ids, queue.schema_id):
        mine = found.setdefault(item_id, [])
        if len(mine) < MOST_SUGGESTIONS:
            one = {"id": encode_id("suggestion", pk), "source": source, "regions": regions}
            mine.append(one)
    return found


def _answers(task_ids: Sequence[int], stage: Stage) -> dict[int, list[Json]]:
    """Return the answers by task, the last of each person; rejected ones only to adjudicate."""
    tasks = task_ids if stage == Stage.REVIEW else []
    rejected = Review.objects.filter(task__in=tasks, verdict=Review.Verdict.REJECT)
    rows = (
        Answer.objects.filter(
            task__in=task_ids,
            is_extra=False,
            assignment__stage=Stage.ANNOTATE,
            assignment__round=F("task__round"),
        )
        .exclude(pk__in=rejected.values("annotation"))
        .order_by("assignment", "-revision")
        .values_list(
            "task_id",
            "assignment_id",
            "pk",
            "annotation__annotator__name",
            "annotation__document__regions",
            "is_unsure",
            "confidence",
        )
    )
    found: dict[int, list[Json]] = {}
    last = None
    for task_id, assignment_id, pk, name, regions, is_unsure, confidence in rows:
        if assignment_id != last:
            one = {"annotation": encode_id("annotation", pk), "annotator": name}
            sure = {"is_unsure": is_unsure, "confidence": confidence}
            found.setdefault(task_id, []).append(one | {"regions": regions} | sure)
        last = assignment_id
    return found


# Many at once


def asks_one_choice(queue: Queue) -> bool:
    """Tell whether a queue asks for one label of the whole item, and nothing else."""
    questions = queue.schema_revision.definition["questions"]
    return len(questions) == 1 and questions[0]["type"] == "choice"


# Skipping


def skip_reasons_of(queue: Queue) -> list[str]:
    """Return what people may choose from when they skip a task of this queue."""
    usual = [
        _("I cannot tell what is right"),
        _("No label fits"),
        _("It cannot be seen or read"),
        _("It should not be in this dataset"),
    ]
    return list(queue.skip_reasons) or usual


# How far


def show_progress(queue: Queue, stage: Stage, annotator_id: int) -> Json:
    """Return how many answers are in, how many are wanted, and how many are mine.

    In answers, gold among them, so that the numbers move alike for every task. The cost is one
    row for each person who works here, however large the queue is.
    """
    done, mine = _answered.first(queue.pk, stage, annotator_id) or (0, 0)
    if stage != Stage.ANNOTATE:
        # Those that reviewers hold at this moment are waiting, too.
        waiting = Task.objects.filter(queue=queue, stage=stage)
        total = done + waiting.values("pk")[:COUNTED_UP_TO].count()
    else:
        total = answers_wanted(queue)
    return {"done": done, "total": max(total, done), "mine": mine}


def answers_wanted(queue: Queue) -> int:
    """Return how many answers a queue wants in all, with the gold that will be among them."""
    share = queue.gold_in_force if queue.gold_count else 0.0
    return queue.wanted + round(queue.wanted * share / (1 - min(share, 0.9)))


# What I said before


def show_past_answers(queue: Queue, annotator_id: int, limit: int) -> list[Json]:
    """Return my last answers in a queue, newest first, with what a reviewer said about them."""
    newest = (
        Answer.objects.filter(assignment=OuterRef("assignment"))
        .order_by("is_extra", "-revision")
        .values("pk")[:1]
    )
    rows: list[Any] = list(
        Answer.objects.filter(
            assignment__queue=queue,
            assignment__annotator=annotator_id,
            assignment__stage=Stage.ANNOTATE,
            assignment__submitted_at__isnull=False,
            pk=Subquery(newest),
        )
        .order_by("-assignment__submitted_at", "-pk")
        .values(
            "pk",
            "is_extra",
            "is_unsure",
            "confidence",
            "task__item_id",
            "task__stage",
            "annotation__schema_revision_id",
            "annotation__document__regions",
            "assignment__submitted_at",
        )[:limit]
    )
    return _show_past(rows, queue)


def _show_past(rows: Sequence[Json], queue: Queue) -> list[Json]:
    items = show_items([row["task__item_id"] for row in rows])
    of = [(row["task__item_id"], row["annotation__schema_revision_id"]) for row in rows]
    for (item_id, _revision), own in item_labels(queue, set(of)).items():
        items[item_id]["labels"] = own
    revisions = show_revisions(
        {row["annotation__schema_revision_id"] for row in rows}, queue.schema_revision
    )
    reviews = _verdicts([row["pk"] for row in rows])
    corrected = {pk for pk, one in reviews.items() if one["verdict"] == Review.Verdict.CORRECT}
    corrections = corrections_of(corrected) if corrected else {}
    return [
        {
            "annotation": encode_id("annotation", row["pk"]),
            "item": items[row["task__item_id"]],
            "schema_revision": revisions[row["annotation__schema_revision_id"]],
            "regions": row["annotation__document__regions"],
            "submitted_at": row["assignment__submitted_at"],
            "extra": row["is_extra"],
            "is_unsure": row["is_unsure"],
            "confidence": row["confidence"],
            "review": reviews.get(row["pk"]),
            "correction": _correction(row, corrections.get(row["pk"])),
            "can_fix": _can_fix(row, reviews.get(row["pk"])),
        }
        for row in rows
    ]


def _correction(row: Json, after: Json | None) -> Json | None:
    if after is None:
        return None
    return {"regions": after, "changes": changes(row["annotation__document__regions"], after)}


def _can_fix(row: Json, review: Json | None) -> bool:
    was_decided = row["task__stage"] == Stage.DONE and review is not None
    return not was_decided


def _verdicts(annotation_ids: Iterable[int]) -> dict[int, Json]:
    rows = Review.objects.filter(annotation__in=list(annotation_ids)).order_by("pk")
    return {
        pk: {"verdict": verdict, "reason": reason, "at": at}
        for pk, verdict, reason, at in rows.values_list("annotation", "verdict", "reason", "at")
    }
