"""New items become tasks, and new schema revisions reach annotators, by themselves."""

from django.db.models import F, OuterRef, QuerySet, Subquery

from annotate.models import Queue
from annotate.services.filling import BATCH, fill_queue
from annotate.services.queues import follow_schema, start_filling
from datasets.models import Item, LabelSchema, SchemaRevision
from foundation.models import Job

SMALL = 4 * BATCH


def follow_datasets() -> None:
    """Bring every open queue up to date: a little at once, much as a job of its own."""
    for queue in _behind_their_schema():
        follow_schema(queue=queue)
    for queue in _behind_their_dataset():
        if _backlog(queue) <= SMALL:
            fill_queue(queue=queue)
        elif not _is_being_filled(queue):
            start_filling(queue=queue, by=None)


def _open_queues() -> QuerySet[Queue]:
    return Queue.objects.exclude(state=Queue.State.CLOSED).select_related("dataset", "schema")


def _behind_their_schema() -> QuerySet[Queue]:
    newest = SchemaRevision.objects.filter(schema=OuterRef("schema")).order_by("-number")
    queues = _open_queues().filter(schema__in=LabelSchema.objects.filter(archived_at=None))
    return queues.annotate(newest=Subquery(newest.values("pk")[:1])).exclude(
        schema_revision=F("newest")
    )


def _behind_their_dataset() -> QuerySet[Queue]:
    last = Item.objects.filter(dataset=OuterRef("dataset")).order_by("-pk").values("pk")[:1]
    queues = _open_queues().filter(follows_dataset=True, dataset__archived_at=None)
    return queues.annotate(last_item=Subquery(last)).filter(last_item__gt=F("filled_to_item"))


def _backlog(queue: Queue) -> int:
    items = Item.objects.filter(dataset=queue.dataset_id, pk__gt=queue.filled_to_item)
    return items.order_by("pk")[: SMALL + 1].count()


def _is_being_filled(queue: Queue) -> bool:
    return Job.objects.filter(
        kind="annotate.fill",
        params__queue=queue.pk,
        state__in=[Job.State.QUEUED, Job.State.RUNNING],
    ).exists()
