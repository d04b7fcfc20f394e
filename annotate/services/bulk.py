"""Many tasks at once: given to people, taken back, asked anew. Each can be undone.

An action goes through its tasks in batches, each a short transaction, and writes down what it
changed; undoing goes through what was written down, and leaves alone what moved on meanwhile.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from annotate.models import Assignment, BulkAction, BulkChange, Queue, Stage, Task
from annotate.queries.requeues import answered_before
from annotate.services.holds import give_back_seats
from annotate.services.stages import begin_round, seats_left
from datasets.queries.items import find_items, read_filter
from foundation import jobs
from foundation.errors import Conflict, Invalid, Place
from foundation.models import Annotator, Job, User
from foundation.services.events import record_event

Kind = BulkAction.Kind
State = Assignment.State
BATCH = 50
MOST_DRAWN = 100_000
AT_ONCE = 200
"""An action of at most so many tasks is done while its maker waits; more are a job."""
IN_HAND = (State.RESERVED, State.HELD)
_KEPT = ("round", "stage", "overlap", "answers", "skips", "agreed")


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done; see `BulkAction` for what the values mean."""

    kind: str
    filter: str = ""
    people: tuple[int, ...] = ()
    each: int = 0
    stage: int | None = None
    is_outdated: bool = False
    """Asking anew: only what has an answer from before the guideline in force."""
    sample: int | None = None


def preview(queue: Queue, plan: Plan) -> dict[str, int]:
    """Return how many `tasks` an action would touch, and how many `people`. Raises Invalid."""
    _check(queue, plan)
    tasks = _targets(queue, plan).count()
    people = len(set(plan.people))
    if plan.kind == Kind.ASSIGN and plan.each:
        tasks = min(tasks, plan.each * people)
    if plan.sample is not None:
        tasks = min(tasks, plan.sample)
    return {"tasks": tasks, "people": people}


def _check(queue: Queue, plan: Plan) -> None:
    read_filter(plan.filter)
    if plan.kind not in Kind.values:
        detail = _("Choose from %(known)s.") % {"known": ", ".join(Kind.values)}
        raise Invalid(detail, [Place("kind", "unknown", detail)])
    present = Annotator.objects.filter(
        project=queue.dataset.project_id, kind=Annotator.Kind.PERSON, pk__in=plan.people
    )
    if plan.kind == Kind.ASSIGN:
        present = present.filter(ended_at=None)
    if present.count() != len(set(plan.people)) or (plan.kind == Kind.ASSIGN and not plan.people):
        detail = _("Choose at least one person who belongs to this project now.")
        raise Invalid(detail, [Place("people", "unknown", detail)])
    _check_requeue(plan)
    if plan.each < 0:
        detail = _("This must be a whole number, 0 for no limit.")
        raise Invalid(detail, [Place("each", "bad-number", detail)])


def _check_requeue(plan: Plan) -> None:
    is_requeue = plan.kind == Kind.REQUEUE
    if is_requeue and plan.stage not in (Stage.DONE, Stage.SET_ASIDE):
        detail = _("Choose tasks that are done, or set aside.")
        raise Invalid(detail, [Place("stage", "unknown", detail)])
    if plan.is_outdated and not (is_requeue and plan.stage == Stage.DONE):
        detail = _("Only done tasks can be asked anew because the guideline changed.")
        raise Invalid(detail, [Place("outdated", "unknown", detail)])
    if plan.sample is not None and not (is_requeue and 1 <= plan.sample <= MOST_DRAWN):
        detail = _("For asking anew: a whole number from 1 to %(most)d, or nothing for all.")
        detail %= {"most": MOST_DRAWN}
        raise Invalid(detail, [Place("sample", "out-of-range", detail)])


def _targets(queue: Queue, plan: Plan | BulkAction) -> "QuerySet[Task] | QuerySet[Assignment]":
    """Return what an action goes through: tasks, or what people have in hand."""
    if plan.kind == Kind.UNASSIGN:
        hands = Assignment.objects.filter(queue=queue, stage=Stage.ANNOTATE, state__in=IN_HAND)
        if plan.people:
            hands = hands.filter(annotator__in=plan.people)
        items = find_items(queue.dataset, plan.filter)
        return hands.filter(task__item__in=items) if plan.filter else hands
    if isinstance(plan, BulkAction) and plan.revision is not None:
        return answered_before(queue, plan.filter, plan.revision)
    if isinstance(plan, Plan) and plan.is_outdated:
        return answered_before(queue, plan.filter)
    tasks = Task.objects.filter(queue=queue, is_gold=False)
    if plan.kind == Kind.ASSIGN:
        tasks = tasks.filter(stage=Stage.ANNOTATE, is_open=True)
    else:
        tasks = tasks.filter(stage=plan.stage or Stage.DONE)
    return tasks.filter(item__in=find_items(queue.dataset, plan.filter)) if plan.filter else tasks


@transaction.atomic
def plan_bulk(*, queue: Queue, plan: Plan, by: User | None) -> BulkAction:
    """Write down what is to be done, and draw by chance where that is asked. Raises Invalid."""
    _check(queue, plan)
    chosen = None
    if plan.sample is not None:
        drawn = _targets(queue, plan).order_by("?").values_list("pk", flat=True)
        chosen = sorted(drawn[: plan.sample])
    if plan.is_outdated and not _targets(queue, plan).exists():
        detail = _("No finished task like that was answered under an older revision.")
        raise Invalid(detail, [Place("filter", "nothing-found", detail)])
    action = BulkAction.objects.create(
        queue=queue,
        kind=plan.kind,
        filter=plan.filter.strip(),
        people=list(dict.fromkeys(plan.people)),
        each=plan.each,
        stage=plan.stage,
        revision=queue.guideline if plan.is_outdated else None,
        sample=plan.sample,
        chosen=chosen,
        created_by=by,
    )
    _record(action, by, f"bulk.{action.kind}")
    return action


def run_bulk(*, queue: Queue, plan: Plan, by: User | None) -> tuple[BulkAction, Job | None]:
    """Do it at once where it is little, else in the background; return the action and the job."""
    tasks = preview(queue, plan)["tasks"]
    action = plan_bulk(queue=queue, plan=plan, by=by)
    if tasks > AT_ONCE:
        return action, _enqueue(action, by, undo=False)
    for _step in bulk_steps(action):
        pass
    return action, None


def undo_bulk(*, action: BulkAction, by: User | None) -> Job | None:
    """Undo an action, in the background where it is much. Raises Conflict where it cannot be."""
    asked = BulkAction.objects.filter(pk=action.pk, undo_at=None).exclude(done_at=None)
    if not asked.update(undo_at=timezone.now()):
        raise Conflict(_("It is still going on, or was undone already."))
    _record(action, by, "bulk.undone")
    if action.changed > AT_ONCE:
        return _enqueue(action, by, undo=True)
    for _step in undo_steps(action):
        pass
    return None


def _enqueue(action: BulkAction, by: User | None, *, undo: bool) -> Job:
    title = (
        _("Undo a change of many tasks of %(name)s") if undo else _("Change many tasks of %(name)s")
    )
    return jobs.enqueue(
        "annotate.bulk",
        title=title % {"name": action.queue.name},
        project=action.queue.dataset.project,
        by=by,
        action=action.pk,
        undo=undo,
    )


def _record(action: BulkAction, by: User | None, verb: str) -> None:
    record_event(
        verb,
        by=by,
        project=action.queue.dataset.project,
        target=action.oid,
        queue=action.queue.name,
        filter=action.filter,
        changed=action.changed,
    )


# Doing


def bulk_steps(action: BulkAction, after: int = 0) -> Iterator[tuple[int, int]]:
    """Go on behind a row; yield after each batch how much was changed in all, and its last row."""
    steps: dict[str, Callable[[BulkAction, Sequence[int]], int]] = {
        Kind.ASSIGN: _Assigning(action),
        Kind.UNASSIGN: _unassign,
        Kind.REQUEUE: _requeue,
    }
    change = steps[action.kind]
    while True:
        numbers = _next_targets(action, after)
        if not numbers:
            break
        after = numbers[-1]
        with transaction.atomic():
            changed = change(action, numbers)
            BulkAction.objects.filter(pk=action.pk).update(changed=F("changed") + changed)
        action.changed += changed
        yield action.changed, after
    action.done_at = timezone.now()
    action.save(update_fields=["done_at"])


def _next_targets(action: BulkAction, after: int) -> list[int]:
    """Return the next rows an action goes through, of those that were drawn where any were."""
    if action.chosen is not None:
        begin = bisect_right(action.chosen, after)
        return list(action.chosen[begin : begin + BATCH])
    targets = _targets(action.queue, action).filter(pk__gt=after).order_by("pk")
    return list(targets.values_list("pk", flat=True)[:BATCH])


class _Assigning:
    """Gives tasks to people in turn, past those who had the task and those who have enough."""

    def __init__(self, action: BulkAction) -> None:
        counts = dict.fromkeys(action.people, 0)
        given = action.changes.values_list("annotator", flat=True) if action.pk else []
        for annotator in given:
            counts[annotator] = counts.get(annotator, 0) + 1
        self.counts = counts
        self.turn = cycle(action.people)

    def __call__(self, action: BulkAction, numbers: Sequence[int]) -> int:
        done = action.changes.filter(task__in=numbers).values("task")  # by an attempt that died
        free = _locked(numbers).filter(stage=Stage.ANNOTATE, is_open=True)
        tasks = list(free.exclude(pk__in=done))
        hands = Assignment.objects.filter(task__in=tasks, annotator__in=action.people)
        had = set(hands.values_list("task_id", "annotator_id", "round"))
        given: list[tuple[Task, int]] = []
        for task in tasks:
            person = self._next(action, task, had)
            if person is not None:
                task.free_seats -= 1
                task.is_open = task.free_seats > 0
                given.append((task, person))
        Task.objects.bulk_update([task for task, _one in given], ["free_seats", "is_open"])
        Assignment.objects.bulk_create(
            Assignment(
                task=task,
                queue=action.queue,
                annotator_id=person,
                round=task.round,
                stage=task.stage,
                state=State.RESERVED,
                schema_revision_id=action.queue.schema_revision_id,
            )
            for task, person in given
        )
        _note(action, [(task.pk, person, {"round": task.round}) for task, person in given])
        return len(given)

    def _next(self, action: BulkAction, task: Task, had: set[tuple[int, int, int]]) -> int | None:
        for _try in action.people:
            person: int = next(self.turn)
            has_enough = 0 < action.each <= self.counts[person]
            if not has_enough and (task.pk, person, task.round) not in had:
                self.counts[person] += 1
                return person
        return None


def _unassign(action: BulkAction, numbers: Sequence[int]) -> int:
    mine = Assignment.objects.select_for_update(no_key=True).filter(pk__in=numbers)
    hands = list(mine.filter(state__in=IN_HAND).order_by("pk"))
    _note(action, [(one.task_id, one.annotator_id, {"round": one.round}) for one in hands])
    _return(hands)
    return len(hands)


def _requeue(action: BulkAction, numbers: Sequence[int]) -> int:
    tasks = list(_locked(numbers).filter(stage=action.stage or Stage.DONE))
    _note(action, [(task.pk, None, _as_it_was(task)) for task in tasks])
    for task in tasks:
        begin_round(task, action.queue.overlap)
    return len(tasks)


def _as_it_was(task: Task) -> dict[str, object]:
    done_at = task.done_at.isoformat() if task.done_at else None
    return {name: getattr(task, name) for name in _KEPT} | {"done_at": done_at}


def _locked(numbers: Sequence[int]) -> QuerySet[Task]:
    return Task.objects.select_for_update(no_key=True).filter(pk__in=numbers).order_by("pk")


def _note(action: BulkAction, rows: Sequence[tuple[int, int | None, dict[str, object]]]) -> None:
    BulkChange.objects.bulk_create(
        BulkChange(action=action, task_id=task, annotator_id=annotator, before=before)
        for task, annotator, before in rows
    )


def _return(hands: Sequence[Assignment]) -> None:
    Assignment.objects.filter(pk__in=[one.pk for one in hands]).update(
        state=State.RETURNED, lease_ends_at=None
    )
    give_back_seats(hands)


# Undoing


def undo_steps(action: BulkAction, after: int = 0) -> Iterator[tuple[int, int]]:
    """Go on behind a change; yield after each batch how much was undone, and its last change."""
    undo = {Kind.ASSIGN: _take_back, Kind.UNASSIGN: _give_again, Kind.REQUEUE: _close_again}
    while changes := list(action.changes.filter(pk__gt=after).order_by("pk")[:BATCH]):
        after = changes[-1].pk
        with transaction.atomic():
            undone = undo[Kind(action.kind)](action, changes)
            BulkAction.objects.filter(pk=action.pk).update(undone=F("undone") + undone)
        action.undone += undone
        yield action.undone, after


def _hands_of(changes: Sequence[BulkChange], states: Sequence[int]) -> list[Assignment]:
    wanted = {(one.task_id, one.annotator_id, one.before["round"]) for one in changes}
    found = (
        Assignment.objects.select_for_update(no_key=True)
        .filter(task__in=[one.task_id for one in changes], stage=Stage.ANNOTATE)
        .filter(state__in=states)
        .order_by("pk")
    )
    return [one for one in found if (one.task_id, one.annotator_id, one.round) in wanted]


def _take_back(_action: BulkAction, changes: Sequence[BulkChange]) -> int:
    """Take back what nobody has begun; what is in work or answered stays."""
    hands = _hands_of(changes, [State.RESERVED])
    _return(hands)
    return len(hands)


def _give_again(_action: BulkAction, changes: Sequence[BulkChange]) -> int:
    """Give back what is still free to whoever had it, unless they have left."""
    hands = _hands_of(changes, [State.RETURNED])
    left = set(
        Annotator.objects.filter(pk__in=[one.annotator_id for one in hands])
        .exclude(ended_at=None)
        .values_list("pk", flat=True)
    )
    tasks = {task.pk: task for task in _locked([one.task_id for one in hands])}
    again = []
    for one in hands:
        task = tasks[one.task_id]
        is_same = (task.round, task.stage) == (one.round, one.stage)
        if task.free_seats > 0 and is_same and one.annotator_id not in left:
            task.free_seats -= 1
            task.is_open = task.free_seats > 0
            again.append(one)
    Task.objects.bulk_update(tasks.values(), ["free_seats", "is_open"])
    Assignment.objects.filter(pk__in=[one.pk for one in again]).update(state=State.RESERVED)
    return len(again)


def _close_again(action: BulkAction, changes: Sequence[BulkChange]) -> int:
    """Put tasks back where they were, unless somebody holds or answered them in the new round."""
    before = {one.task_id: one.before for one in changes}
    hands = list(
        Assignment.objects.select_for_update(no_key=True)
        .filter(task__in=before, stage=Stage.ANNOTATE)
        .order_by("pk")
    )
    undone, fewer = 0, 0
    for task in _locked(list(before)):
        new = [one for one in hands if one.task_id == task.pk and one.round == task.round]
        is_new = task.round == before[task.pk]["round"] + 1 and task.stage == Stage.ANNOTATE
        busy = (State.HELD, State.SUBMITTED, State.EXTRA)
        if not is_new or task.answers or any(one.state in busy for one in new):
            continue
        Assignment.objects.filter(pk__in=[one.pk for one in new if one.state in IN_HAND]).update(
            state=State.RETURNED, lease_ends_at=None
        )
        fewer += task.overlap
        for name in _KEPT:
            setattr(task, name, before[task.pk][name])
        task.free_seats, task.is_open = seats_left(task), False
        done_at = before[task.pk].get("done_at")  # not written down by older Winnows
        was = datetime.fromisoformat(done_at) if done_at else timezone.now()
        task.done_at = was if task.stage == Stage.DONE else None
        task.save()
        undone += 1
    Queue.objects.filter(pk=action.queue_id).update(wanted=F("wanted") - fewer)
    return undone
