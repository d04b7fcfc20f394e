"""What REST lists of queues: themselves, their guidelines, tasks and gold."""

from collections.abc import Sequence

from django.db.models import QuerySet

from annotate.models import GuidelineRevision, Queue, Task
from datasets.models import Item
from foundation.models import Project


def queues_in(project: Project) -> QuerySet[Queue]:
    """Return the queues of a project."""
    queues = Queue.objects.filter(dataset__project=project, is_course=False)
    return queues.select_related("dataset", "schema_revision", "guideline")


def guidelines_of(queue: Queue) -> QuerySet[GuidelineRevision]:
    """Return what the annotators of a queue were told, every revision."""
    return GuidelineRevision.objects.filter(queue=queue)


def tasks_of(queue: Queue, *, with_gold: bool) -> QuerySet[Task]:
    """Return the tasks of a queue; gold only for those who manage it."""
    tasks = Task.objects.filter(queue=queue).select_related("item")
    return tasks if with_gold else tasks.filter(is_gold=False)


def gold_of(queue: Queue, items: Sequence[Item] | None = None) -> QuerySet[Task]:
    """Return the gold of a queue, or those of some items, retired ones among it."""
    tasks = Task.objects.filter(queue=queue, is_gold=True).select_related("item")
    return tasks if items is None else tasks.filter(item__in=items)


def items_by_number(queue: Queue, numbers: Sequence[int]) -> dict[int, Item]:
    """Return the items of the queue's dataset with these primary keys; erased ones are gone."""
    return Item.objects.filter(dataset=queue.dataset_id, erased_at=None).in_bulk(list(numbers))
