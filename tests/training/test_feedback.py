"""What the model got wrong goes back to people, and the test split stays fair."""

import pytest

from annotate.models import Task
from datasets.models import Item, Suggestion, Truth, Version
from datasets.services.truths import accept_truth
from foundation.errors import Invalid
from foundation.models import Project
from tests.datasets.labelled import labelled_texts, said
from tests.datasets.test_versions import frozen
from tests.training.test_runs import trained
from training.models import Evaluation
from training.services.feedback import send_to_queue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def evaluation(project: Project) -> Evaluation:
    """A run on a version in which nine labels are wrong, three a split at least."""
    dataset, revision = labelled_texts(project, 90)
    first = frozen(dataset, revision.schema)
    spoil(first)
    return Evaluation.objects.get(run=trained(frozen(dataset, revision.schema)))


def spoil(version: Version) -> None:
    """Give the first items of each split another label than their text says."""
    plan = version.split_plan
    assert plan is not None
    for split, n in (("train", 3), ("validation", 2), ("test", 3)):
        for planned in plan.assigned.filter(split=split).order_by("item__key")[:n]:
            item: Item = planned.item
            wrong = "password" if "password" not in str(item.content.text) else "refund"
            accept_truth(
                item=item,
                schema_revision=version.schema_revision,
                regions=said(wrong),
                method=Truth.Method.IMPORTED,
                lineage={},
                by=None,
            )


def test_validation_items_carry_the_models_answer_as_a_suggestion(evaluation: Evaluation) -> None:
    batch = send_to_queue(evaluation=evaluation, split="validation", by=None)
    items = list(batch.items.values_list("item", flat=True))
    assert items
    assert Task.objects.filter(queue=batch.queue, item__in=items).count() == len(items)
    assert Suggestion.objects.filter(item__in=items, source="Run 1").count() == len(items)
    assert not batch.is_blind


def test_test_items_go_blind_among_as_many_random_right_ones(evaluation: Evaluation) -> None:
    batch = send_to_queue(evaluation=evaluation, split="test", by=None)
    right = batch.items.filter(was_right=True).count()
    wrong = batch.items.filter(was_right=False).count()
    assert wrong == 3
    assert right == 3
    assert batch.queue.is_blind_relabel
    assert not Suggestion.objects.filter(item__in=batch.items.values("item")).exists()
    assert not Task.objects.filter(queue=batch.queue).exclude(reason="").exists()


def test_a_cell_without_items_is_said_to_be_empty(evaluation: Evaluation) -> None:
    with pytest.raises(Invalid):
        send_to_queue(
            evaluation=evaluation, split="test", truth="refund", predicted="nothing", by=None
        )


@pytest.mark.extras
def test_only_a_second_queue_of_a_run_has_a_number(evaluation: Evaluation) -> None:
    names = [
        send_to_queue(evaluation=evaluation, split="test", by=None).queue.name for _time in range(2)
    ]
    assert names == [
        "Blind check of the test split, run 1",
        "Blind check of the test split, run 1 (2)",
    ]
