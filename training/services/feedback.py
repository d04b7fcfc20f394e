"""The way back: what a model gets wrong goes to people again, without spoiling the test."""

import random

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from annotate.models import Queue
from annotate.services.enqueuing import enqueue_items
from annotate.services.queues import QueuePlan, create_queue
from datasets.models import Dataset, LabelSchema
from foundation.errors import Conflict, Invalid, Place
from foundation.models import User
from foundation.services.events import record_event
from training.models import Evaluation, RelabelBatch, RelabelItem
from training.queries.doubts import doubted, splits_of
from training.queries.predictions import Prediction, find_predictions, with_items

MOST = 2000
POLICY = {"overlap": 1, "review_share": 0.0, "gold_share": 0.0}


def send_to_queue(
    *,
    evaluation: Evaluation,
    split: str,
    by: User | None,
    truth: str | None = None,
    predicted: str | None = None,
    queue: Queue | None = None,
) -> RelabelBatch:
    """Send the items behind a cell of the confusion matrix back to people, worst first.

    Without `truth` and `predicted` all errors of the split go. Items of the training and
    validation splits carry the model's answer as a suggestion. Items of the test split go blind,
    mixed with as many random ones that the model got right: else only its errors would be looked
    at again, and its score could only rise. Without `queue` a new one is made.
    """
    if split not in evaluation.report["splits"]:
        detail = _("This version has no such split.")
        raise Invalid(places=[Place("split", "unknown-split", detail)])
    _need_fitting(queue, split)
    is_whole = truth is None and predicted is None
    found = find_predictions(
        evaluation, split=split, truth=truth, predicted=predicted, only_wrong=is_whole
    )[:MOST]
    if not found:
        raise Invalid(_("No item is behind this cell."))
    return _send(evaluation, split, found, queue, by, (truth or "", predicted or ""))


def send_doubted(
    *, evaluation: Evaluation, split: str, most: int, by: User | None, queue: Queue | None = None
) -> RelabelBatch:
    """Send the labels of a split that the model doubts most for a second look.

    As with errors, items of the test split go blind among random ones. Raises Invalid for a split
    that the model learned from, and where nothing is doubted.
    """
    if split not in splits_of(evaluation):
        detail = _("Only labels that the model did not learn from can be doubted.")
        raise Invalid(detail, [Place("split", "learned", detail)])
    _need_fitting(queue, split)
    found = [one.prediction for one in doubted(evaluation, split)[0]][: min(most, MOST)]
    if not found:
        raise Invalid(_("No label of this split is doubted."))
    return _send(evaluation, split, found, queue, by, ("", ""))


def _need_fitting(queue: Queue | None, split: str) -> None:
    if queue is not None and queue.is_blind_relabel != (split == "test"):
        raise Conflict(_("Test items need a blind queue of their own; others must not be in one."))


def _send(
    evaluation: Evaluation,
    split: str,
    found: list[Prediction],
    queue: Queue | None,
    by: User | None,
    cell: tuple[str, str],
) -> RelabelBatch:
    """Put items on top of a queue; those of the test split blind, among random right ones."""
    is_blind = split == "test"
    chosen = [(one, one.truth == one.predicted) for one in found]
    if is_blind:
        chosen += [(one, True) for one in _random_right(evaluation, split, found)]
        random.Random(evaluation.pk).shuffle(chosen)  # noqa: S311 (an order, not a secret)
    was_right = {one.position: right for one, right in chosen}
    complete = with_items(evaluation, [one for one, _right in chosen])
    target = queue or _new_queue(evaluation, split, by)
    with transaction.atomic():
        batch = RelabelBatch.objects.create(
            evaluation=evaluation,
            queue=target,
            split=split,
            truth_label=cell[0],
            predicted_label=cell[1],
            is_blind=is_blind,
            created_by=by,
        )
        RelabelItem.objects.bulk_create(
            RelabelItem(batch=batch, item=one.item, was_right=was_right[one.position])
            for one in complete
            if one.item is not None
        )
        record_event(
            "errors.sent",
            by=by,
            project=evaluation.run.project,
            target=batch.oid,
            count=len(complete),
        )
    _enqueue(evaluation, complete, target, by)
    return batch


def _random_right(evaluation: Evaluation, split: str, wrong: list[Prediction]) -> list[Prediction]:
    """Return as many items that the model got right as there are others, chosen by chance."""
    taken = {one.position for one in wrong}
    right = [
        one
        for one in find_predictions(evaluation, split=split)
        if one.truth == one.predicted and one.position not in taken
    ]
    right.sort(key=lambda one: one.position)
    return random.Random(evaluation.pk).sample(right, min(len(wrong), len(right)))  # noqa: S311


def _new_queue(evaluation: Evaluation, split: str, by: User | None) -> Queue:
    dataset: Dataset = evaluation.version.dataset
    name = (
        _("Blind check of the test split, run %(run)d")
        if split == "test"
        else _("Second look after run %(run)d")
    ) % {"run": evaluation.run.number}
    return queue_for_second_looks(
        dataset, evaluation.version.schema, name=name, is_blind=split == "test", by=by
    )


def queue_for_second_looks(
    dataset: Dataset, schema: LabelSchema, *, name: str, is_blind: bool, by: User | None
) -> Queue:
    """Make a queue of one answer an item; a name that is taken gets a number."""
    # A number only from the second one on: alone it would look like a count of something.
    alike = Q(name=name) | Q(name__startswith=f"{name} (")
    if before := Queue.objects.filter(alike, dataset=dataset).count():
        name = f"{name} ({before + 1})"
    plan = QueuePlan(name=name, follows_dataset=False, is_blind_relabel=is_blind)
    return create_queue(dataset=dataset, schema=schema, plan=plan, policy=POLICY, by=by)


def _enqueue(
    evaluation: Evaluation, chosen: list[Prediction], queue: Queue, by: User | None
) -> None:
    items = [one.item for one in chosen if one.item is not None]
    if queue.is_blind_relabel:
        enqueue_items(queue=queue, items=items, by=by)
        return
    question = evaluation.run.question
    suggestions: dict[int, object] = {
        one.item.pk: _said(question, one.predicted) for one in chosen if one.item is not None
    }
    enqueue_items(
        queue=queue,
        items=items,
        by=by,
        reason=_("the model disagrees"),
        suggestions=suggestions,
        source=_("Run %(n)d") % {"n": evaluation.run.number},
    )


def _said(question: str, label: str) -> dict[str, object]:
    region = {"id": "m1", "question": question, "kind": "item", "label": label}
    return {"format": 1, "regions": [region]}
