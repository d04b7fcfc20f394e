"""What must hold of the tables at every moment; `winnow doctor` and the tests ask."""

from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext_lazy as _

from annotate.models import Answer, Assignment, Task
from annotate.queries.task_counts import Group, miscounted
from foundation.errors import Text

COUNTERS = ("free-seats", "is-open", "answers")
"""The promises that counting anew keeps again."""
COUNTED_WRONGLY = _("The counts of tasks differ from the tasks")
_SHOWN = 20
_WORDS = {
    "task": Task._meta.db_table,
    "assignment": Assignment._meta.db_table,
    "answer": Answer._meta.db_table,
}


@dataclass(frozen=True, slots=True)
class Broken:
    """A promise that does not hold, and the first tasks it does not hold for."""

    code: str
    text: Text
    task_ids: list[int]
    groups: tuple[Group, ...] = ()
    """What is counted wrongly, where it is no single task."""


# Stage 0 wants `overlap` people, stages 1 and 2 one; states 0, 1 and 2 sit on a seat.
_SEATED = """
(SELECT count(*) FROM {assignment} a WHERE a.task_id = t.id AND a.round = t.round
 AND a.stage = t.stage AND a.state IN (0, 1, 2))
"""
_CHECKS: tuple[tuple[str, Text, str], ...] = (
    (
        "too-many-seats",
        _("More people hold or answered a task than it has seats"),
        "SELECT t.id FROM {task} t WHERE NOT t.is_gold AND t.stage IN (0, 1, 2)"
        " AND {seated} > CASE WHEN t.stage > 0 THEN 1 ELSE t.overlap END",
    ),
    (
        "free-seats",
        _("The counter of free seats differs from the holds and answers"),
        "SELECT t.id FROM {task} t WHERE t.free_seats <> CASE"
        " WHEN t.is_gold OR t.stage NOT IN (0, 1, 2) THEN 0"
        " ELSE CASE WHEN t.stage > 0 THEN 1 ELSE t.overlap END - {seated} END",
    ),
    (
        "is-open",
        _("A task is open without a free seat, or closed with one"),
        "SELECT t.id FROM {task} t WHERE t.is_open <> (t.free_seats > 0)",
    ),
    (
        "answers",
        _("The counter of answers differs from the answers that count"),
        "SELECT t.id FROM {task} t WHERE NOT t.is_gold AND t.answers <>"
        " (SELECT count(DISTINCT w.assignment_id) FROM {answer} w"
        "  JOIN {assignment} a ON a.id = w.assignment_id"
        "  WHERE w.task_id = t.id AND NOT w.is_extra AND a.round = t.round AND a.stage = 0)",
    ),
    (
        "submitted-without-answer",
        _("Somebody counts as having answered, and no answer is stored"),
        "SELECT a.task_id FROM {assignment} a WHERE a.stage = 0 AND a.state = 2"
        " AND NOT EXISTS (SELECT 1 FROM {answer} w WHERE w.assignment_id = a.id"
        " AND NOT w.is_extra)",
    ),
)


def broken_promises() -> list[Broken]:
    """Return the promises about tasks, seats and answers that do not hold; none is as it should be.

    That nobody sits twice on a task is a constraint of the database and needs no check.
    """
    found = []
    for code, text, sql in _CHECKS:
        ids = _ask(sql)
        if ids:
            found.append(Broken(code, text, ids))
    if wrong := miscounted():
        found.append(Broken("task-counts", COUNTED_WRONGLY, [], tuple(wrong)))
    return found


def _ask(sql: str) -> list[int]:
    filled = sql.replace("{seated}", _SEATED)
    for word, table in _WORDS.items():
        filled = filled.replace("{" + word + "}", table)
    with connection.cursor() as cursor:
        cursor.execute(f"{filled} LIMIT {_SHOWN}")
        return [pk for (pk,) in cursor.fetchall()]
