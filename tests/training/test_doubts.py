"""Labels that a model doubts are ranked, sent for a second look, and counted when found wrong."""

from pathlib import Path

import pytest
from django.urls import reverse

from annotate.models import Queue, Task
from datasets.models import Item, SchemaRevision, Truth
from datasets.queries.versions import Entry
from datasets.services.truths import accept_truth
from foundation.errors import Invalid
from foundation.models import Project, User
from tests.conftest import MakeApi, SignIn
from tests.datasets.labelled import INTENTS, labelled_texts, said
from tests.datasets.test_versions import frozen
from tests.training.modelled import evaluated
from training.models import Evaluation
from training.queries.doubts import doubt_report
from training.services.feedback import send_doubted

pytestmark = pytest.mark.django_db
TRUE = list(INTENTS)


def true_of(key: str) -> str:
    """What the text of an item says."""
    return TRUE[int(key[1:]) % 3]


def decide(item: Item, revision: SchemaRevision, label: str) -> None:
    """A truth that somebody decided."""
    accept_truth(
        item=item,
        schema_revision=revision,
        regions=said(label),
        method=Truth.Method.ADJUDICATED,
        lineage={},
        by=None,
    )


@pytest.fixture
def evaluation(project: Project, tmp_path: Path) -> Evaluation:
    """A model that knows the texts, of a version in which some labels are wrong."""
    dataset, revision = labelled_texts(project, 90)
    plan = frozen(dataset, revision.schema).split_plan
    assert plan is not None
    for split, count in (("train", 3), ("validation", 2), ("test", 3)):
        for planned in plan.assigned.filter(split=split).order_by("item__key")[:count]:
            wrong = TRUE[(TRUE.index(true_of(planned.item.key)) + 1) % 3]
            decide(planned.item, revision, wrong)

    def says(entry: Entry) -> str:
        return true_of(entry.key)

    return evaluated(frozen(dataset, revision.schema), tmp_path, says)


def test_planted_wrong_labels_are_doubted_and_no_others(evaluation: Evaluation) -> None:
    told = doubt_report(evaluation)
    assert len(told.doubts) == 5
    assert told.unseen + told.learned == 90
    assert all(
        true_of(one.prediction.entry.key) == one.prediction.predicted  # type: ignore[union-attr]
        for one in told.doubts
    )
    assert all(one.was_wrong is None for one in told.doubts)
    assert {one.prediction.split for one in told.doubts} == {"validation", "test"}


def test_what_people_find_becomes_the_precision(evaluation: Evaluation) -> None:
    with pytest.raises(Invalid):
        send_doubted(evaluation=evaluation, split="train", most=5, by=None)
    batch = send_doubted(evaluation=evaluation, split="validation", most=5, by=None)
    assert batch.items.count() == 2
    assert all(one.was_wrong is None for one in doubt_report(evaluation).doubts)
    revision = evaluation.version.schema_revision
    first, second = (one.item for one in batch.items.select_related("item"))
    decide(first, revision, true_of(first.key))  # somebody finds that it was wrong
    kept = Truth.objects.get(item=second, is_current=True).label
    accept_truth(  # and that this one was right after all
        item=second,
        schema_revision=revision,
        regions=said(kept),
        method=Truth.Method.REVIEWED,
        lineage={},
        by=None,
    )
    told = doubt_report(evaluation)
    verdicts = {one.prediction.item: one.was_wrong for one in told.doubts}
    assert (verdicts[first], verdicts[second]) == (True, False)
    last = told.precision[-1]
    assert (last.k, last.wrong, last.looked_at, last.value) == (5, 1, 2, 0.5)


def test_test_items_go_blind_among_random_ones(evaluation: Evaluation) -> None:
    batch = send_doubted(evaluation=evaluation, split="test", most=2, by=None)
    assert batch.is_blind
    assert batch.items.filter(was_right=False).count() == 2
    assert batch.items.filter(was_right=True).count() == 2


def test_the_page_and_rest_tell_the_same(
    evaluation: Evaluation, project: Project, mia: User, vic: User, sign_in: SignIn, api: MakeApi
) -> None:
    address = reverse("doubts", args=[evaluation.oid])
    page = sign_in(vic).get(address).content.decode()
    assert "Likeliest errors first" in page
    assert "Nobody has looked at them again" in page
    assert sign_in(vic).post(address, {"split": "test"}).status_code == 403
    sign_in(mia).post(address, {"split": "validation", "most": "2"})
    queue = Queue.objects.get()
    assert Task.objects.filter(queue=queue).count() == 2
    rest = f"/api/v1/evaluations/{evaluation.oid}/label-doubts"
    told = api(mia).get(rest).json()
    assert (told["doubted"], len(told["doubts"])) == (5, 5)
    assert told["doubts"][0]["self_confidence"] == 0.05
    sent = api(mia).post(rest, {"split": "test", "most": 1}, format="json")
    assert sent.status_code == 201
    assert sent.json()["is_blind"]
    assert api(mia).post(rest, {"split": "train"}, format="json").status_code == 422
