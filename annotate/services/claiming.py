"""Handing out work: the cost of a claim does not grow with the size of the queue.

Three places are asked in this order: what I hold or was given, what opened again since I last
looked, the next open tasks after my turn. Before the first "nothing left" comes one pass from the
front that goes past nothing which is locked, so that a task which was locked while I walked by is
found; from then on a person is *settled*, never goes past a locked task, and the turn alone is
exact. Each walk is cut into windows, each a short transaction: nobody's wait is another's walk.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext as _

from annotate.errors import QueueNotOpen
from annotate.models import Assignment, Queue, Stage, Turn
from annotate.queries.work import Hold
from annotate.services import claim_sql
from annotate.services.allowing import allowed_holds
from annotate.services.attempts import next_in_course
from annotate.services.claim_sql import Statement, moment
from annotate.services.openings import wait_for_openings
from foundation.clock import database_now
from foundation.queries.statements import run

WINDOWS = 20
_NO_LIMIT = 2**62


@dataclass(frozen=True, slots=True)
class Claim:
    """What a person holds now; `is_over` when nothing more is left for them at this moment.

    Neither full nor over means: more is to be looked at, ask again.
    """

    holds: list[Hold]
    is_over: bool


def claim_tasks(*, queue: Queue, annotator_id: int, stage: Stage, hold: int) -> Claim:
    """Let a person hold up to `hold` tasks of a queue, at most the queue's limit.

    What they hold already, or were given by hand, comes first. Must not run inside a transaction.
    When nothing is held, raises QueueNotOpen for a queue that gives out no work, NotForYou for one
    that is for others, CourseFirst before its course is passed, and LimitReached when this person
    has done their share. A course gives its items in its own order, one at a time.
    """
    if queue.is_course:
        return _claim_in_course(queue, annotator_id, stage)
    walk = _Walk(queue, annotator_id, stage)
    holds = walk.held()
    if queue.state != Queue.State.OPEN:
        if holds:
            return Claim(holds, is_over=True)
        raise QueueNotOpen(_STATE_TEXTS[queue.state]())
    most = min(hold, queue.hold_limit)
    if stage == Stage.ANNOTATE:
        allowed = allowed_holds(queue, annotator_id, has_holds=bool(holds))
        if allowed <= len(holds):
            return Claim(holds, is_over=True)
        most = min(most, allowed)
    while len(holds) < most:
        found = walk.next()
        if found is None:
            return Claim(holds, is_over=walk.is_over)
        # What was given back a moment ago, by a page that was left, may be what is found again.
        holds = [*(one for one in holds if one.id != found.id), found]
    return Claim(holds, is_over=False)


def _claim_in_course(queue: Queue, annotator_id: int, stage: Stage) -> Claim:
    if queue.state != Queue.State.OPEN:
        raise QueueNotOpen(_STATE_TEXTS[queue.state]())
    is_asked = stage == Stage.ANNOTATE
    return Claim(next_in_course(queue, annotator_id) if is_asked else [], is_over=True)


_STATE_TEXTS: dict[str, Callable[[], str]] = {
    Queue.State.PAUSED: lambda: _("The queue is paused. Its manager can open it again."),
    Queue.State.CLOSED: lambda: _("The queue is closed. What you did is kept."),
}


class _Walk:
    """One person's search through one stage of a queue, past at most WINDOWS fruitless windows."""

    def __init__(self, queue: Queue, annotator_id: int, stage: Stage) -> None:
        self.queue = queue
        self.is_over = False
        self.is_at_end = False
        self.is_exact = False
        self.is_settled = False
        self.window = claim_sql.NEAR
        self.windows_left = WINDOWS
        self.newest: int | None = None
        self.locked: int | None = None
        self.values: dict[str, Any] = {
            "q": queue.pk,
            "s": int(stage),
            "u": annotator_id,
            "epoch": queue.epoch,
            "lease": queue.lease_seconds,
            "revision": queue.schema_revision_id,
            "own": int(queue.reviews_own and stage != Stage.ANNOTATE),
        }
        self.has_gold = stage == Stage.ANNOTATE and queue.gold_in_force > 0 and queue.gold_count > 0

    # What is in my hands already

    def held(self) -> list[Hold]:
        """Return what I hold in the order of claiming, with leases that are at least half fresh."""
        rows = self._held_rows()
        if not rows:
            self._run(claim_sql.NEW_TURN, no=False)
            rows = self._held_rows()
        epoch, is_exact, is_settled = rows[0][:3]
        if epoch == self.queue.epoch:
            self.is_exact, self.is_settled = bool(is_exact), bool(is_settled)
        holds, stale = _holds(rows), []
        for hold, state in zip(holds, (row[9] for row in rows), strict=False):
            if state == Assignment.State.RESERVED or self._is_half_over(hold.lease_ends_at):
                stale.append(hold.id)
        return self._with_fresh_leases(stale) if stale else holds

    def _held_rows(self) -> list[tuple[Any, ...]]:
        """What was given back and claimed again does not come before what I am at."""
        rows = self._all(claim_sql.HELD)
        return sorted(rows, key=lambda row: (row[10] is None, moment(row[10])))

    def _is_half_over(self, ends_at: datetime) -> bool:
        # This host's clock only decides whether to ask the database for a new lease.
        return ends_at < datetime.now(UTC) + timedelta(seconds=self.queue.lease_seconds / 2)

    def _with_fresh_leases(self, stale: list[int]) -> list[Hold]:
        now = database_now()
        ends_at = now + timedelta(seconds=self.queue.lease_seconds)
        with transaction.atomic():
            mine = Assignment.objects.filter(pk__in=stale)
            mine.filter(state=Assignment.State.RESERVED).update(
                state=Assignment.State.HELD, claimed_at=now
            )
            mine.filter(state=Assignment.State.HELD).update(lease_ends_at=ends_at)
        return _holds(self._held_rows())

    # The next task

    def next(self) -> Hold | None:
        """Return one more task in my hands; None when there is none or the windows are used up."""
        if self.has_gold and secrets.randbelow(10_000) < self.queue.gold_in_force * 10_000:
            gold = self._gold()
            if gold is not None:
                return gold
        if connection.vendor == "postgresql" and not self.is_exact:
            hold = self._at_once()
            if hold is not None:
                return hold
        return self._step_by_step()

    def _at_once(self) -> Hold | None:
        row = self._one(claim_sql.AT_ONCE, near=claim_sql.NEAR, opened=claim_sql.OPENED)
        if row is None or row[0] is None:
            return None
        pk, task_id, item_id, fence, ends_at = row
        return Hold(pk, task_id, item_id, fence, ends_at, self.queue.schema_revision_id)

    def _step_by_step(self) -> Hold | None:
        while self.windows_left > 0:
            if self.is_settled and not self._value(claim_sql.ANYTHING_NEW):
                self.is_over = True
                return None
            if self.is_settled or (self.is_exact and self.newest is None):
                self.newest = wait_for_openings(self.queue.pk)
            with transaction.atomic():
                hold = self._step()
            if hold is not None:
                return hold
            self.windows_left -= 1
            if self.locked is not None:
                self._wait_for(self.locked)
                continue
            if self.is_at_end and not self.is_exact:
                self._begin_from_front()
        return None

    def _wait_for(self, task_id: int) -> None:
        """Wait until whoever has a task locked is done with it."""
        self.locked = None
        with transaction.atomic():
            self._run(claim_sql.WAIT_FOR, t=task_id)

    def _step(self) -> Hold | None:
        """Look into one window; with nothing in it, move the turn behind it."""
        turn = self._turn()
        if turn.epoch != self.queue.epoch:
            self._move(turn, rank=-1, opened_no=0, front_rank=None, is_settled=False)
        self.is_settled = turn.is_settled
        self.is_exact = turn.is_settled or turn.front_rank is not None
        if self.is_exact and self.newest is None:  # another tab came so far meanwhile
            return None
        hold, has_looked = self._look(turn, "opened_no", turn.opened_no, claim_sql.OPENED)
        if not has_looked:
            hold, has_looked = self._look(turn, "rank", turn.rank, self.window)
            self.window = claim_sql.FAR
        if not has_looked and turn.front_rank is not None:
            return self._look_from_front(turn, turn.front_rank)
        self.is_at_end = not has_looked
        return hold

    def _look(self, turn: Turn, place: str, after: int, window: int) -> tuple[Hold | None, bool]:
        """Look into the window after a place; tell also whether there was anything in it."""
        lists = _LISTS[place]
        # An exact walk must not pass a number while a smaller one may be uncommitted.
        newest = self.newest if self.is_exact and self.newest is not None else _NO_LIMIT
        edge = self._value(lists.edge, after=after, window=window, newest=newest)
        if edge is None:
            return None, False
        row, place_now = self._pick(lists, after, edge)
        self._move(turn, **{place: place_now})
        return self._hold(row), True

    def _pick(self, lists: "_List", after: int, edge: int) -> tuple[tuple[Any, ...] | None, int]:
        """Lock the first task of a window that is new to me; tell also how far the turn may go.

        An exact walk stops before a task that somebody else has locked just now, and notes which.
        """
        row = self._one(lists.next, after=after, edge=edge)
        if not self.is_exact:
            return row, edge if row is None else row[3]
        first = self._one(lists.first, after=after, edge=edge)
        if first is None:
            return row, edge if row is None else row[3]
        if row is not None and first[0] == row[0]:
            return row, row[3]
        if row is None:
            self.locked = first[0]
        return row, first[1] - 1

    def _begin_from_front(self) -> None:
        """Prepare the pass that makes "nothing left" exact.

        First the turn goes to the end, so that whoever adds a task before it gives it a number;
        then all who are opening tasks are waited for. What they opened is met by the pass, and
        what is opened from now on has a larger number than the turn.
        """
        with transaction.atomic():
            turn = self._turn()
            self._move(turn, rank=max(turn.rank, self._value(claim_sql.LAST_RANK) or -1))
        self.newest = wait_for_openings(self.queue.pk)
        with transaction.atomic():
            turn = self._turn()
            self._move(turn, front_rank=-1, opened_no=max(turn.opened_no, self.newest))
        self.is_exact = True

    def _look_from_front(self, turn: Turn, after: int) -> Hold | None:
        lists = _LISTS["rank"]
        edge = self._value(lists.edge, after=after, window=claim_sql.FAR)
        if edge is None:
            self.is_settled = True
            self._move(turn, front_rank=None, is_settled=True)
            return None
        row, place_now = self._pick(lists, after, edge)
        self._move(turn, front_rank=place_now)
        return self._hold(row)

    # Taking it

    def _hold(self, row: tuple[Any, ...] | None) -> Hold | None:
        if row is None:
            return None
        task_id, item_id, round_no = row[:3]
        self._run(claim_sql.TAKE_SEAT, t=task_id)
        return self._assign(task_id, item_id, round_no)

    def _assign(self, task_id: int, item_id: int, round_no: int) -> Hold | None:
        row = self._one(claim_sql.HOLD, t=task_id, round=round_no)
        if row is None:  # given to me by hand at this very moment
            transaction.set_rollback(True)
            return None
        ends_at, revision = moment(row[2]), self.queue.schema_revision_id
        return Hold(row[0], task_id, item_id, row[1], ends_at, revision)

    def _gold(self) -> Hold | None:
        with transaction.atomic():
            self._turn()  # two tabs of one person queue up here
            row = self._one(claim_sql.GOLD)
            return None if row is None else self._assign(*row)

    def _turn(self) -> Turn:
        row = self._one(claim_sql.LOCK_TURN)
        if row is None:
            raise Turn.DoesNotExist
        return Turn(
            pk=row[0],
            rank=row[1],
            opened_no=row[2],
            epoch=row[3],
            front_rank=row[4],
            is_settled=bool(row[5]),
        )

    def _move(self, turn: Turn, **places: Any) -> None:
        for name, value in places.items():
            setattr(turn, name, value)
        self._run(
            claim_sql.MOVE_TURN,
            turn=turn.pk,
            rank=turn.rank,
            opened_no=turn.opened_no,
            front_rank=turn.front_rank,
            is_settled=turn.is_settled,
        )

    # Speaking to the database

    def _all(self, statement: Statement, **more: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            run(cursor, statement.on(connection.vendor), self.values | more)
            return list(cursor.fetchall())

    def _one(self, statement: Statement, **more: Any) -> tuple[Any, ...] | None:
        rows = self._all(statement, **more)
        return rows[0] if rows else None

    def _value(self, statement: Statement, **more: Any) -> Any:
        row = self._one(statement, **more)
        return row[0] if row else None

    def _run(self, statement: Statement, **more: Any) -> None:
        with connection.cursor() as cursor:
            run(cursor, statement.on(connection.vendor), self.values | more)


class _List(NamedTuple):
    """The statements that walk one list of open tasks."""

    edge: Statement
    next: Statement
    first: Statement


_LISTS = {
    "opened_no": _List(claim_sql.OPENED_EDGE, claim_sql.OPENED_NEXT, claim_sql.OPENED_FIRST),
    "rank": _List(claim_sql.RANK_EDGE, claim_sql.RANK_NEXT, claim_sql.RANK_FIRST),
}


def _holds(rows: list[tuple[Any, ...]]) -> list[Hold]:
    return [
        Hold(row[3], row[4], row[5], row[6], moment(row[7]), row[8])
        for row in rows
        if row[3] is not None
    ]
