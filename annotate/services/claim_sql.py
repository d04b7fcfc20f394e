"""The statements of the claim. They stand as SQL because the planner must not choose otherwise.

- ``(SELECT 1 … LIMIT 1) IS NULL`` and never ``NOT EXISTS`` (nor ``Exists()``): the planner turns
  the latter into a join that reads the whole index for people whose rows are rare.
- ``is_open`` and ``state IN (0, 1)`` stand bare: SQLite uses a partial index only when the query
  repeats its condition word for word, with no parameter in it.
- Each walk ends at an edge, so that no statement reads more open tasks than its window.

Parameters are q, s, u (queue, stage, annotator); tables are written as ``{task}`` and the like.
"""

from datetime import UTC, datetime

from annotate.models import Assignment, Draft, Task, Turn

NEAR = 64
FAR = 2000
OPENED = 1000

_WORDS = {
    "task": Task._meta.db_table,
    "assignment": Assignment._meta.db_table,
    "turn": Turn._meta.db_table,
    "draft": Draft._meta.db_table,
    "is_new": (
        "(SELECT 1 FROM {assignment} a WHERE a.task_id = t.id AND a.annotator_id = %(u)s"
        " AND a.round = t.round AND a.state <> 4"
        # a check is closed to who answered, or had this check; where people may decide about
        # their own work to the latter only
        " AND (a.stage = t.stage OR (%(own)s = 0 AND (a.stage = 0 OR t.stage = 0)))"
        " LIMIT 1) IS NULL"
    ),
    "open_here": "queue_id = %(q)s AND stage = %(s)s AND is_open",
    "t_open_here": "t.queue_id = %(q)s AND t.stage = %(s)s AND t.is_open",
    "my_turn": "queue_id = %(q)s AND stage = %(s)s AND annotator_id = %(u)s",
}


def _fill(text: str, words: dict[str, str]) -> str:
    for _ in range(2):  # phrases name tables themselves
        text = text.format(**_WORDS, **words)
    return text


class Statement:
    """One statement in the spellings of both databases."""

    def __init__(self, text: str) -> None:
        postgresql = {
            "lease": "clock_timestamp() + make_interval(secs => %(lease)s)",
            "now": "clock_timestamp()",
            "skip": "FOR NO KEY UPDATE OF t SKIP LOCKED",
            "wait": "FOR NO KEY UPDATE OF t",
            "lock": "FOR NO KEY UPDATE",
        }
        stamp = "'%%Y-%%m-%%d %%H:%%M:%%f', 'now'"
        sqlite = {
            "lease": f"strftime({stamp}, '+' || %(lease)s || ' seconds')",
            "now": f"strftime({stamp})",
            "skip": "",
            "wait": "",
            "lock": "",
        }
        self._spelt = {
            "postgresql": _fill(text, postgresql),
            "sqlite": _fill(text, sqlite),
        }

    def on(self, vendor: str) -> str:
        """Return the text for this kind of database."""
        return self._spelt[vendor]


def moment(value: datetime | str | None) -> datetime:
    """Return a moment that came back from either database; the epoch where there is none."""
    if value is None:
        return datetime.fromtimestamp(0, UTC)
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value


# What I hold or was given, together with my turn; one row without a hold when there is none. In
# another order SQLite would read all that I ever had.
HELD = Statement("""
SELECT u.epoch, (u.is_settled OR u.front_rank IS NOT NULL), u.is_settled,
       a.id, a.task_id, t.item_id, a.fence, a.lease_ends_at,
       a.schema_revision_id, a.state, a.claimed_at
FROM {turn} u
LEFT JOIN {assignment} a ON a.annotator_id = u.annotator_id AND a.queue_id = u.queue_id
     AND a.stage = u.stage AND a.state IN (0, 1)
LEFT JOIN {task} t ON t.id = a.task_id
WHERE u.queue_id = %(q)s AND u.stage = %(s)s AND u.annotator_id = %(u)s
ORDER BY a.id
""")

NEW_TURN = Statement("""
INSERT INTO {turn} (queue_id, stage, annotator_id, rank, opened_no, epoch, is_settled, answered,
                    writes)
VALUES (%(q)s, %(s)s, %(u)s, -1, 0, %(epoch)s, %(no)s, 0, 0)
ON CONFLICT (queue_id, stage, annotator_id) DO NOTHING
""")

# PostgreSQL in one round trip. Each later part depends on `held`, so that nothing is written when
# two tabs of one person meet: then a row without an assignment comes back, and one asks again.
AT_ONCE = Statement("""
WITH me AS MATERIALIZED (
  SELECT id, rank, opened_no FROM {turn}
  WHERE {my_turn} AND epoch = %(epoch)s AND NOT is_settled
  AND front_rank IS NULL {lock}),
far AS MATERIALIZED (
  SELECT max(opened_no) AS r FROM (
    SELECT opened_no FROM {task} WHERE {open_here} AND opened_no IS NOT NULL
    AND opened_no > (SELECT opened_no FROM me) ORDER BY opened_no LIMIT %(opened)s) w),
came AS MATERIALIZED (
  SELECT t.id, t.item_id, t.round, t.opened_no FROM {task} t
  WHERE {t_open_here} AND t.opened_no IS NOT NULL
  AND t.opened_no > (SELECT opened_no FROM me) AND t.opened_no <= (SELECT r FROM far)
  AND {is_new} ORDER BY t.opened_no LIMIT 1 {skip}),
edge AS MATERIALIZED (
  SELECT max(rank) AS r FROM (
    SELECT rank FROM {task} WHERE {open_here} AND rank > (SELECT rank FROM me)
    ORDER BY rank LIMIT %(near)s) w),
next AS MATERIALIZED (
  SELECT t.id, t.item_id, t.round, t.rank FROM {task} t
  WHERE NOT EXISTS (SELECT 1 FROM came) AND {t_open_here}
  AND t.rank > (SELECT rank FROM me) AND t.rank <= (SELECT r FROM edge)
  AND {is_new} ORDER BY t.rank LIMIT 1 {skip}),
pick AS (SELECT id, item_id, round FROM came UNION ALL SELECT id, item_id, round FROM next),
held AS (
  INSERT INTO {assignment} AS a (task_id, queue_id, annotator_id, round, stage, state, fence,
                                 lease_ends_at, claimed_at, schema_revision_id, reason)
  SELECT id, %(q)s, %(u)s, round, %(s)s, 1, 1, {lease}, {now}, %(revision)s, '' FROM pick
  ON CONFLICT (task_id, annotator_id, round, stage) DO UPDATE SET state = 1, fence = a.fence + 1,
     lease_ends_at = excluded.lease_ends_at, claimed_at = excluded.claimed_at,
     schema_revision_id = excluded.schema_revision_id
  WHERE a.state = 4 RETURNING a.id, a.task_id, a.fence, a.lease_ends_at),
seat AS (
  UPDATE {task} t SET free_seats = t.free_seats - 1, is_open = (t.free_seats > 1)
  FROM held WHERE t.id = held.task_id),
moved AS (
  UPDATE {turn} SET rank = coalesce((SELECT rank FROM next), rank),
    opened_no = coalesce((SELECT opened_no FROM came), (SELECT r FROM far), opened_no)
  WHERE id = (SELECT id FROM me) AND EXISTS (SELECT 1 FROM held))
SELECT h.id, p.id, p.item_id, h.fence, h.lease_ends_at
FROM pick p LEFT JOIN held h ON h.task_id = p.id
""")

# The portable form, a statement a step.
LOCK_TURN = Statement("""
SELECT id, rank, opened_no, epoch, front_rank, is_settled FROM {turn} WHERE {my_turn} {lock}
""")

OPENED_EDGE = Statement("""
SELECT max(opened_no) FROM (
  SELECT opened_no FROM {task} WHERE {open_here} AND opened_no IS NOT NULL
  AND opened_no > %(after)s AND opened_no <= %(newest)s ORDER BY opened_no LIMIT %(window)s) w
""")

OPENED_NEXT = Statement("""
SELECT t.id, t.item_id, t.round, t.opened_no FROM {task} t
WHERE {t_open_here} AND t.opened_no IS NOT NULL
AND t.opened_no > %(after)s AND t.opened_no <= %(edge)s AND {is_new}
ORDER BY t.opened_no LIMIT 1 {skip}
""")

OPENED_FIRST = Statement("""
SELECT t.id, t.opened_no FROM {task} t
WHERE {t_open_here} AND t.opened_no IS NOT NULL
AND t.opened_no > %(after)s AND t.opened_no <= %(edge)s AND {is_new}
ORDER BY t.opened_no LIMIT 1
""")

RANK_EDGE = Statement("""
SELECT max(rank) FROM (
  SELECT rank FROM {task} WHERE {open_here} AND rank > %(after)s
  ORDER BY rank LIMIT %(window)s) w
""")

RANK_NEXT = Statement("""
SELECT t.id, t.item_id, t.round, t.rank FROM {task} t
WHERE {t_open_here} AND t.rank > %(after)s AND t.rank <= %(edge)s AND {is_new}
ORDER BY t.rank LIMIT 1 {skip}
""")

RANK_FIRST = Statement("""
SELECT t.id, t.rank FROM {task} t
WHERE {t_open_here} AND t.rank > %(after)s AND t.rank <= %(edge)s AND {is_new}
ORDER BY t.rank LIMIT 1
""")

# Alone in its transaction: who waits holds nothing that another could wait for.
WAIT_FOR = Statement("""
SELECT 1 FROM {task} t WHERE t.id = %(t)s {wait}
""")

TAKE_SEAT = Statement("""
UPDATE {task} SET free_seats = free_seats - 1, is_open = (free_seats > 1) WHERE id = %(t)s
""")

HOLD = Statement("""
INSERT INTO {assignment} AS a (task_id, queue_id, annotator_id, round, stage, state, fence,
                               lease_ends_at, claimed_at, schema_revision_id, reason)
VALUES (%(t)s, %(q)s, %(u)s, %(round)s, %(s)s, 1, 1, {lease}, {now}, %(revision)s, '')
ON CONFLICT (task_id, annotator_id, round, stage) DO UPDATE SET state = 1, fence = a.fence + 1,
   lease_ends_at = excluded.lease_ends_at, claimed_at = excluded.claimed_at,
   schema_revision_id = excluded.schema_revision_id
WHERE a.state = 4 RETURNING id, fence, lease_ends_at
""")

MOVE_TURN = Statement("""
UPDATE {turn} SET rank = %(rank)s, opened_no = %(opened_no)s, epoch = %(epoch)s,
  front_rank = %(front_rank)s, is_settled = %(is_settled)s WHERE id = %(turn)s
""")

# For those who are settled: is there anything that could have come since?
ANYTHING_NEW = Statement("""
SELECT EXISTS (SELECT 1 FROM {task} t WHERE {t_open_here} AND t.opened_no IS NOT NULL
               AND t.opened_no > u.opened_no)
    OR EXISTS (SELECT 1 FROM {task} t WHERE {t_open_here} AND t.rank > u.rank)
FROM {turn} u WHERE u.queue_id = %(q)s AND u.stage = %(s)s AND u.annotator_id = %(u)s
""")

LAST_RANK = Statement("""
SELECT max(rank) FROM {task} WHERE {open_here}
""")

# A gold task that I have not had; which one comes next differs from person to person.
GOLD = Statement("""
SELECT t.id, t.item_id, t.round FROM {task} t
WHERE t.queue_id = %(q)s AND t.is_gold AND t.stage = 0 AND {is_new}
ORDER BY (t.id %% 99991 + 17) * ((%(u)s %% 9973 + 11) * 5281 %% 7919 + 1) %% 7919, t.id LIMIT 1
""")

# Keeping and ending holds.
RENEW = Statement("""
UPDATE {assignment} SET lease_ends_at = {lease}
WHERE id = %(a)s AND state = 1 AND fence = %(fence)s RETURNING lease_ends_at
""")

EXPIRED = Statement("""
SELECT t.id FROM {assignment} t WHERE t.state = 1 AND t.lease_ends_at < {now}
ORDER BY t.lease_ends_at LIMIT %(batch)s {skip}
""")

FINISH = Statement("""
UPDATE {assignment} SET state = 2, submitted_at = {now}, lease_ends_at = NULL
WHERE id = %(a)s AND state = 1 AND fence = %(fence)s RETURNING submitted_at
""")

DROP_DRAFT = Statement("""
DELETE FROM {draft} WHERE assignment_id = %(a)s
""")

TAKE_LATE_SEAT = Statement("""
UPDATE {task} SET free_seats = free_seats - 1, is_open = (free_seats > 1)
WHERE id = %(t)s AND round = %(round)s AND stage = %(s)s AND is_open
""")

COUNT_ANSWER = Statement("""
UPDATE {task} SET answers = answers + 1
WHERE id = %(t)s AND round = %(round)s AND stage = 0 RETURNING answers, overlap, stage
""")

COUNT_FOR_ME = Statement("""
INSERT INTO {turn} AS u (queue_id, stage, annotator_id, rank, opened_no, epoch, is_settled,
                         answered, writes, wrote_at)
VALUES (%(q)s, %(s)s, %(u)s, -1, 0, 0, %(no)s, %(counted)s, %(written)s, {now})
ON CONFLICT (queue_id, stage, annotator_id) DO UPDATE SET
  answered = u.answered + %(counted)s, writes = u.writes + %(written)s, wrote_at = {now}
""")
