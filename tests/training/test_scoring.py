"""A trained model, and features of items, decide what people are asked first."""

import numpy as np
import pytest

from annotate.models import Task
from annotate.services.ordering import start_ordering
from datasets.models import Dataset, Item, ItemContent
from foundation import jobs
from foundation.models import Project
from tests.annotate.making import add_texts, make_queue
from tests.datasets.labelled import labelled_texts
from tests.datasets.test_versions import frozen
from tests.training.test_runs import trained
from training.services.scoring import features_of_items, newest_model

pytestmark = pytest.mark.django_db


def added(dataset: Dataset, texts: list[str]) -> list[int]:
    """New items that say these texts."""
    items = add_texts(dataset, len(texts))
    for item, text in zip(items, texts, strict=True):
        ItemContent.objects.filter(item=item).update(text=text)
    return [item.pk for item in items]


@pytest.mark.extras
def test_the_newest_run_says_what_is_asked_first(project: Project) -> None:
    dataset, revision = labelled_texts(project, 60)
    assert newest_model(dataset, revision.schema) is None
    run = trained(frozen(dataset, revision.schema))
    items = Item.objects.filter(dataset=dataset).order_by("pk")
    learned = [str(text) for text in items.values_list("content__text", flat=True)[:2]]
    new = added(dataset, [f"{learned[0]} {learned[1]}", learned[0], learned[1]])
    queue = make_queue(project, dataset=dataset, revision=revision, order="uncertain")
    job = jobs.run(start_ordering(queue=queue, by=None).pk)
    assert job is not None
    assert (job.state, job.report) == ("succeeded", {"tasks": 63, "reason": ""}), job.error
    queue.refresh_from_db()
    assert queue.ordered["name"] == f"run {run.number}"
    assert queue.ordered["source"] == run.oid
    order = list(
        Task.objects.filter(queue=queue).order_by("rank").values_list("item_id", flat=True)
    )
    mixed, first, second = (order.index(pk) for pk in new)
    assert mixed < min(first, second)  # half of each: less sure than of either


@pytest.mark.extras
def test_texts_alike_lie_near_each_other_and_others_far(project: Project) -> None:
    dataset, _revision = labelled_texts(project, 1)
    texts = ["my card was stolen", "my card was stolen today", "how is the weather", "..."]
    ids = added(dataset, texts)
    found = features_of_items(dataset, ids, lambda: False)
    assert found is not None
    assert list(found[0]) == ids
    rows = found[1]
    near, far = (float(np.linalg.norm(rows[0] - rows[other])) for other in (1, 2))
    assert near < far / 2
    dataset.data_type = "audio"
    assert features_of_items(dataset, ids, lambda: False) is None
