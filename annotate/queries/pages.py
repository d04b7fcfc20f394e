"""Numbers and lists that only pages ask for: queues at a glance, tasks, reviews, days.

The number of queries is fixed for each function, whatever the size of the project.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum

from annotate.models import Assignment, GuidelineRevision, Queue, Review, Stage, Task, Turn
from annotate.queries.answerers import may_have_more
from annotate.queries.people_days import answers_today
from annotate.queries.task_counts import by_stage, groups_of, waiting
from annotate.queries.waiting import held_to_decide
from annotate.queries.work import answers_wanted
from datasets.models import Asset, Item, Truth
from datasets.queries.items import find_items
from foundation.errors import NotFound
from foundation.models import Annotator, Job, Project
from foundation.opaque import decode_id

# Queues at a glance


@dataclass(frozen=True, slots=True)
class QueueRow:
    """How far a queue is. Tasks count without gold; answers count with it, so that it shows not."""

    queue: Queue
    tasks: dict[int, int]
    """By stage."""
    answered: int
    wanted: int
    today: int
    to_review: int
    """Tasks that a reviewer can take now, and those that the asking person holds."""
    to_adjudicate: int = 0
    """The same at adjudication."""
    mine: int = 0
    has_work: bool = False
    """Whether the asking person would get a task now."""

    @property
    def total(self) -> int:
        """All tasks but gold."""
        return sum(self.tasks.values())

    @property
    def done(self) -> int:
        """Tasks with an accepted label."""
        return self.tasks.get(Stage.DONE, 0)

    @property
    def in_review(self) -> int:
        """Tasks on which a reviewer decides."""
        return self.tasks.get(Stage.REVIEW, 0)

    @property
    def in_adjudication(self) -> int:
        """Tasks of which somebody decides which answer is right."""
        return self.tasks.get(Stage.ADJUDICATE, 0)

    @property
    def set_aside(self) -> int:
        """Tasks that people skipped."""
        return self.tasks.get(Stage.SET_ASIDE, 0)

    @property
    def left(self) -> int:
        """Answers that are still wanted."""
        return max(self.wanted - self.answered, 0)


def queues_of(project: Project) -> QuerySet[Queue]:
    """Return the queues of a project, closed ones last."""
    return (
        Queue.objects.filter(dataset__project=project, is_course=False)
        .select_related("dataset", "schema")
        .annotate(is_closed=Q(state=Queue.State.CLOSED))
        .order_by("is_closed", "pk")
    )


def queue_rows(
    queues: Iterable[Queue], annotator: Annotator | None = None, *, with_tasks: bool = True
) -> list[QueueRow]:
    """Return how far each queue is, and what is there for one person, in seven queries.

    Without `with_tasks` no task and no day is counted: what annotators wait for must not cost
    more in a larger project.
    """
    listed = list(queues)
    groups = groups_of(listed) if with_tasks else []
    tasks, opened = by_stage(groups), waiting(groups)
    pks = [one.pk for one in listed]
    reviewing = held_to_decide(pks, annotator) if annotator and with_tasks else {}
    today = answers_today(listed) if with_tasks else {}
    sums = _answers(listed, annotator)
    work = _work_for(listed, annotator) if annotator else set()

    def at_hand(queue: Queue, stage: Stage) -> int:
        return opened.get((queue.pk, stage), 0) + reviewing.get((queue.pk, stage), 0)

    rows = []
    for queue in listed:
        answered, mine = sums.get(queue.pk, (0, 0))
        # A task that is open to annotators misses an answer, however much gold people met.
        missing = tasks.get(queue.pk, {}).get(Stage.ANNOTATE, 0)
        rows.append(
            QueueRow(
                queue=queue,
                tasks=tasks.get(queue.pk, {}),
                answered=answered,
                wanted=max(answers_wanted(queue), answered + missing),
                today=today.get(queue.pk, 0),
                to_review=at_hand(queue, Stage.REVIEW),
                to_adjudicate=at_hand(queue, Stage.ADJUDICATE),
                mine=mine,
                has_work=queue.pk in work
                and queue.state == Queue.State.OPEN
                and (annotator is None or may_have_more(queue, annotator.pk)),
            )
        )
    return rows


def _answers(queues: Sequence[Queue], annotator: Annotator | None) -> dict[int, tuple[int, int]]:
    mine = Q(annotator=annotator) if annotator else Q(pk__in=[])
    sums = (
        Turn.objects.filter(queue__in=queues, stage=Stage.ANNOTATE)
        .values_list("queue")
        .annotate(n=Sum("answered"), mine=Sum("answered", filter=mine))
    )
    return {queue: (n or 0, own or 0) for queue, n, own in sums}


def _work_for(queues: Sequence[Queue], annotator: Annotator) -> set[int]:
    """Return the queues in which a person holds a task or would get one."""
    mine = Assignment.objects.filter(annotator=annotator, stage=Stage.ANNOTATE)
    had = mine.filter(task=OuterRef("pk"), round=OuterRef("round")).exclude(
        state=Assignment.State.RETURNED
    )
    free = Task.objects.filter(
        ~Exists(had), queue=OuterRef("pk"), stage=Stage.ANNOTATE, is_open=True
    )
    states = (Assignment.State.RESERVED, Assignment.State.HELD)
    held = mine.filter(queue=OuterRef("pk"), state__in=states)
    chosen = Queue.objects.filter(Q(Exists(free)) | Q(Exists(held)), pk__in=[q.pk for q in queues])
    return set(chosen.values_list("pk", flat=True))


def filling_job(queue: Queue) -> Job | None:
    """Return the job that fills a queue or changes it now, if any."""
    return (
        Job.objects.filter(
            project=queue.dataset.project_id,
            kind__in=["annotate.fill", "annotate.overlap"],
            params__queue=queue.pk,
            state__in=[Job.State.QUEUED, Job.State.RUNNING],
        )
        .order_by("-pk")
        .first()
    )


def guideline_revisions(queue: Queue) -> QuerySet[GuidelineRevision]:
    """Return what annotators were told, newest first."""
    return (
        GuidelineRevision.objects.filter(queue=queue)
        .select_related("created_by")
        .order_by("-number")
    )


# Tasks


def skip_reasons_in(tasks: Iterable[Task]) -> dict[int, list[str]]:
    """Return why people skipped these tasks, by number, each reason once. One query."""
    skipped = [task.pk for task in tasks if task.skips]
    rows = Assignment.objects.filter(task__in=skipped, state=Assignment.State.SKIPPED)
    found: dict[int, list[str]] = {}
    for pk, reason in rows.exclude(reason="").order_by("pk").values_list("task", "reason"):
        if reason not in found.setdefault(pk, []):
            found[pk].append(reason)
    return found


def tasks_of(queue: Queue) -> QuerySet[Task]:
    """Return the tasks of a queue with what a list of them shows, in the order of their items."""
    thumbnails = Asset.objects.filter(part=Asset.Part.THUMBNAIL)
    truths = Truth.objects.filter(is_current=True, schema=queue.schema_id)
    return (
        Task.objects.filter(queue=queue)
        .select_related("item__content")
        .prefetch_related(Prefetch("item__assets", thumbnails), Prefetch("item__truths", truths))
        .order_by("item")
    )


_VERDICTS = {
    "accepted": Review.Verdict.ACCEPT,
    "corrected": Review.Verdict.CORRECT,
    "rejected": Review.Verdict.REJECT,
}


def touched_by(tasks: QuerySet[Task], annotator: Annotator, what: str) -> QuerySet[Task]:
    """Keep tasks that this person answered or skipped, or on which a verdict met their answer."""
    if what in _VERDICTS:
        met = Review.objects.filter(
            task=OuterRef("pk"), annotation__annotator=annotator, verdict=_VERDICTS[what]
        )
        return tasks.filter(Exists(met))
    mine = Assignment.objects.filter(task=OuterRef("pk"), annotator=annotator, stage=Stage.ANNOTATE)
    if what == "skipped":
        return tasks.filter(Exists(mine.filter(skipped_at__isnull=False)))
    return tasks.filter(Exists(mine.filter(submitted_at__isnull=False)))


def task_in(queue: Queue, task_id: str) -> Task:
    """Return the task of a queue with this public id."""
    tasks = Task.objects.select_related("queue__dataset__project", "item")
    task = tasks.filter(queue=queue, pk=decode_id("task", task_id)).first()
    if task is None:
        raise NotFound
    return task


def gold_candidates(queue: Queue, filter: str = "") -> QuerySet[Item]:
    """Return items whose label is accepted and that do not test anybody in this queue yet."""
    accepted = Truth.objects.filter(schema=queue.schema_id, is_current=True)
    gold = Task.objects.filter(queue=queue, is_gold=True)
    return find_items(queue.dataset, filter).filter(
        Q(pk__in=accepted.values("item")), ~Q(pk__in=gold.values("item"))
    )


# Reviews


@dataclass(frozen=True, slots=True)
class ReviewCounts:
    """What reviewers said."""

    accepted: int
    corrected: int
    rejected: int

    @property
    def total(self) -> int:
        """All verdicts."""
        return self.accepted + self.corrected + self.rejected

    @property
    def share(self) -> float | None:
        """The share that was accepted as it was."""
        return self.accepted / self.total if self.total else None


def review_counts(reviews: QuerySet[Review]) -> ReviewCounts:
    """Return how often reviewers accepted, corrected and rejected."""
    counts = dict(reviews.values_list("verdict").annotate(n=Count("pk")))
    verdict = Review.Verdict
    return ReviewCounts(
        *(counts.get(one, 0) for one in (verdict.ACCEPT, verdict.CORRECT, verdict.REJECT))
    )
