"""The worth of work, put to use: who is asked once more, what is good enough, what comes first.

This never runs in a claim or a submit. A job reads what was answered, and then writes in short
steps. Each step looks again under the lock at what it is about to change, and at how many tasks
are open, so a job that is done twice, or by two at once, opens no seat twice. Nothing is
remembered between the steps: what is left to do follows from the tasks.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil

import numpy as np
from django.core.cache import cache
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from annotate.models import Queue, Stage, Task, Turn
from annotate.pure.opinions import Memory, Opinions, crowds_of, weigh_opinions
from annotate.pure.policy import Policy
from annotate.queries.answerers import answerers_of
from annotate.queries.next_hour import times_of
from annotate.queries.opinions import read_answers, waiting_tasks, weighed_questions
from annotate.queries.policies import policy_of
from annotate.queries.said import stamp_of_queue
from annotate.services.advancing import (
    Likeliest,
    advance_task,
    counted_answers,
    decide_by_estimate,
    waits_for_weighing,
)
from annotate.services.filling import lock_queue
from annotate.services.growing import ask_one_more
from annotate.services.openings import opening_numbers
from datasets.queries.schemas import schema_of
from foundation import jobs
from foundation.models import Job, User

KIND = "annotate.weigh"
WINDOW = 50_000
"""Tasks that wait and are weighed at a time; the others when these are decided."""
MOST_REVIEWS = 20_000
KNOWN = 10_000
"""Decided tasks, the last ones, that are read to know how people answer."""
SHARE = 0.05
"""Of all tasks, how many may be open at once by worth."""
BATCH = 20
LONGEST_STEP = 0.1
MEMORY_SECONDS = 7 * 24 * 3600
LOOKED_AT = 20
WELL_ORDERED = 0.9
"""Reviews stay in their order while the first are worth so much of what the best are."""


@dataclass(slots=True)
class Done:
    """What a weighing has done so far."""

    asked: int = 0
    decided: int = 0
    ordered: int = 0

    @property
    def all(self) -> int:
        """Tasks that changed."""
        return self.asked + self.decided + self.ordered


@dataclass(slots=True)
class _Weighing:
    queue: Queue
    policy: Policy
    waiting: list[Task]
    reviews: list[Task]
    opinions: Opinions | None
    places: dict[int, int]
    done: Done = field(default_factory=Done)

    def place(self, task: Task) -> int | None:
        """Return where a task stands among the opinions."""
        return self.places.get(task.pk)

    def likeliest(self, task: Task) -> Likeliest | None:
        place = self.place(task)
        if self.opinions is None or place is None:
            return None
        likelihood = float(self.opinions.confidence[place])
        return Likeliest(self.opinions.likeliest[place], likelihood)


# When


def start_weighing(*, queue: Queue, by: User | None) -> Job | None:
    """Weigh the work of a queue in the background; None where that waits to be done already.

    The weighing before this one leaves the list of jobs: only the last one tells anything.
    """
    if (mine := _weighings(queue)).filter(state=Job.State.QUEUED).exists():
        return None
    mine.filter(state=Job.State.SUCCEEDED).delete()
    title = _("Weigh the work of %(name)s") % {"name": queue.name}
    return jobs.enqueue(KIND, title=title, project=queue.dataset.project, by=by, queue=queue.pk)


def _weighings(queue: Queue) -> QuerySet[Job]:
    return Job.objects.filter(kind=KIND, project=queue.dataset.project, params__queue=queue.pk)


def weigh_what_is_due() -> int:
    """Start the weighing of each queue that goes by worth and got answers; return how many."""
    by_worth = Q(growth=Queue.Growth.WORTH) | Q(reviews_by_worth=True)
    queues = Queue.objects.filter(by_worth | Q(most_gold_share__gt=F("gold_share")))
    started = 0
    for queue in queues.exclude(state=Queue.State.PAUSED).select_related("dataset__project"):
        if queue.weighed == stamp_of_queue(queue) or not _is_time(queue):
            continue
        if not _weighings(queue).filter(state=Job.State.RUNNING).exists():
            started += start_weighing(queue=queue, by=None) is not None
    return started


def _is_time(queue: Queue) -> bool:
    """Tell whether few tasks are open, or so much was answered that many may be good enough."""
    if not queue.weighed or open_tasks(queue, batch_of(queue)) * 2 <= batch_of(queue):
        return True
    before, now = (_written(stamp) for stamp in (queue.weighed, stamp_of_queue(queue)))
    return now - before >= batch_of(queue)


def _written(stamp: str) -> int:
    return int(stamp.split(".")[3])


def batch_of(queue: Queue) -> int:
    """Return how many tasks worth may open at once: a share of all, and one a person who works."""
    tasks = Task.objects.filter(queue=queue, is_gold=False).count()
    people = {one.pk for one in answerers_of(queue)}
    worked = Turn.objects.filter(queue=queue, stage=Stage.ANNOTATE, answered__gt=0)
    active = people.intersection(worked.values_list("annotator", flat=True))
    return max(ceil(tasks * SHARE), len(active), 1)


def open_tasks(queue: Queue, most: int) -> int:
    """Return how many tasks annotators may claim, counted up to one more than `most`."""
    found = Task.objects.filter(queue=queue, stage=Stage.ANNOTATE, is_open=True)
    return found.values("pk")[: most + 1].count()


# What


def weighing_steps(queue: Queue) -> Iterator[Done]:
    """Weigh a queue and do what follows, yielding after each short transaction.

    Decides what is good enough, opens seats where one more answer is worth most, puts reviews in
    the order of their worth, and sets the share of gold: each if the policy says so.
    """
    # Before anything is read: what is answered, or changed, from here on is looked at next time.
    Queue.objects.filter(pk=queue.pk).update(weighed=stamp_of_queue(queue))
    work = _weigh(queue)
    yield work.done
    yield from _grow(work)
    if work.policy.reviews_by_worth and work.opinions is not None:
        yield from _order_reviews(work)
    share = None
    if work.opinions is not None and work.policy.most_gold_share > work.policy.gold_share:
        check = float(work.opinions.gold_gain.max(initial=0.0))
        answer = max(work.opinions.fresh, float(work.opinions.gain.max(initial=0.0)))
        share = round(work.policy.gold_by_worth(check, answer), 4)
    Queue.objects.filter(pk=queue.pk).update(gold_share_now=share)


def _weigh(queue: Queue) -> _Weighing:
    """Read what was answered, and weigh it from where the last weighing came to."""
    waiting = list(waiting_tasks(queue, WINDOW))
    work = Task.objects.filter(queue=queue, is_gold=False)
    reviews = list(
        work.filter(stage=Stage.REVIEW, is_open=True).order_by("opened_no", "rank")[:MOST_REVIEWS]
    )
    questions = weighed_questions(schema_of(queue.schema_revision))
    policy = policy_of(queue)
    if not questions or not policy.weighs():
        return _Weighing(queue, policy, waiting, reviews, None, {})
    decided = work.filter(stage=Stage.DONE, answers__gt=0).order_by("-pk")
    chosen = {task.pk for task in [*waiting, *reviews]}
    read = read_answers([*chosen.union(decided.values_list("pk", flat=True)[:KNOWN])], questions)
    key = f"annotate/memory/{queue.pk}/{queue.schema_revision_id}"
    memories: list[Memory] = cache.get(key) or []
    opinions = weigh_opinions(
        crowds_of(read.rows, read.tasks, read.labels),
        times_of(queue).pace,
        untouched=work.filter(answers=0, is_open=True)[:1].count(),
        takes_work=np.isin(read.tasks, list(chosen)),
        memories=memories,
    )
    cache.set(key, opinions.memories, MEMORY_SECONDS)
    places = {pk: place for place, pk in enumerate(read.tasks)}
    return _Weighing(queue, policy, waiting, reviews, opinions, places)


# Asking one more, or deciding


def _grow(work: _Weighing) -> Iterator[Done]:
    """Go through what waits: the good enough first, then by worth, largest first."""
    opinions = work.opinions
    batch = batch_of(work.queue)
    gains = {
        task.pk: 0.0 if opinions is None or (at := work.place(task)) is None else opinions.gain[at]
        for task in work.waiting
    }
    todo = sorted(work.waiting, key=lambda task: (not _is_enough(work, task), -gains[task.pk]))
    while todo:
        with transaction.atomic():
            looked_at = _step(work, todo[:BATCH], batch)
        if looked_at == 0:
            return
        todo = todo[looked_at:]
        yield work.done


def _is_enough(work: _Weighing, task: Task) -> bool:
    """Tell whether nobody more need be asked: sure enough, full, or no answer would change it."""
    place = work.place(task)
    if work.opinions is None or place is None or task.answers >= work.policy.grows_to:
        return True
    sure = float(work.opinions.confidence[place])
    return sure >= work.policy.good_enough or not work.opinions.gain[place] > 0


def _step(work: _Weighing, tasks: list[Task], batch: int) -> int:
    """Do what follows for some tasks; return how many were looked at, 0 when there is no room."""
    begun = time.monotonic()
    held = Task.objects.select_for_update(of=("self",), no_key=True).select_related("item")
    held = held.filter(pk__in=[task.pk for task in tasks], stage=Stage.ANNOTATE, is_open=False)
    locked = {task.pk: task for task in held.order_by("pk")}
    room = _room(work, lock_queue(work.queue), batch)  # locked after its tasks, as everywhere
    for number, known in enumerate(tasks):
        if number and time.monotonic() - begun > LONGEST_STEP:
            return number
        task = locked.get(known.pk)
        if task is None or (task.round, task.answers) != (known.round, known.answers):
            continue  # something happened to it meanwhile
        if task.answers < task.overlap:
            continue  # somebody holds it
        if room is None or _is_enough(work, known):
            _decide(work, task)
        elif room <= 0:
            return number
        elif ask_one_more(task, work.queue):
            room -= 1
            work.done.asked += 1
        else:
            _decide(work, task)
    return len(tasks)


def _room(work: _Weighing, queue: Queue, batch: int) -> int | None:
    """Return how many seats may open now; None when nobody will be asked any more."""
    spent = bool(queue.answer_budget) and queue.wanted >= queue.answer_budget
    if spent or queue.state == Queue.State.CLOSED:
        return None
    room = batch - open_tasks(queue, batch)
    # While enough is open, what waits may wait: it is chosen better when more is known.
    return 0 if room * 2 < batch and not work.done.asked else room


def _decide(work: _Weighing, task: Task) -> None:
    answers, likeliest = counted_answers(task), work.likeliest(task)
    schema = schema_of(work.queue.schema_revision)
    if likeliest is None or not waits_for_weighing(work.policy, schema):
        advance_task(task=task, queue=work.queue, answers=answers)
    else:
        decide_by_estimate(task=task, queue=work.queue, answers=answers, likeliest=likeliest)
    work.done.decided += task.stage != Stage.ANNOTATE


# Reviews


def _order_reviews(work: _Weighing) -> Iterator[Done]:
    """Number what waits for review anew, the best first, where the order has become a bad one.

    Reviews are walked by their opening numbers, which only grow: nobody's turn has to start over.
    """
    opinions = work.opinions
    if opinions is None:
        return
    worth = [
        0.0 if (at := work.place(task)) is None else float(opinions.review_gain[at])
        for task in work.reviews
    ]
    best = sorted(range(len(worth)), key=lambda number: -worth[number])
    first = max(min(LOOKED_AT, len(worth) // 4), 1)
    if sum(worth[:first]) >= WELL_ORDERED * sum(worth[number] for number in best[:first]):
        return
    for start in range(0, len(best), 5 * BATCH):
        chunk = [work.reviews[number] for number in best[start : start + 5 * BATCH]]
        with transaction.atomic():
            held = Task.objects.select_for_update(no_key=True).filter(
                pk__in=[task.pk for task in chunk], stage=Stage.REVIEW, is_open=True
            )
            tasks = {task.pk: task for task in held.order_by("pk")}
            found = [tasks[task.pk] for task in chunk if task.pk in tasks]
            numbers = opening_numbers(work.queue.pk, len(found)) if found else []
            for task, number in zip(found, numbers, strict=True):
                task.opened_no = number
            Task.objects.bulk_update(found, ["opened_no"])
        work.done.ordered += len(found)
        yield work.done
