"""Numbers for tasks that open again, always growing, without a row that everybody waits for.

People walk the opened tasks in the order of their numbers. Numbers come from a sequence, so they
may be committed out of order: a person who has passed number 6 would never see a 5 that comes
late. Those who open tasks therefore hold a shared lock until they commit, and whoever is about to
be told "nothing left" waits once for all of them (`wait_for_openings`). On SQLite the one write
lock does all that.
"""

from django.db import connection, transaction

from annotate.models import Opening

_NAMESPACE = 0x57494E << 32  # keeps our advisory locks apart from others
_TABLE = Opening._meta.db_table
_SHARED = "SELECT pg_advisory_xact_lock_shared(%s)"
_ALONE = "SELECT pg_advisory_xact_lock(%s)"
_TAKE = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s) ORDER BY 1"
_LAST = "SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence(%s, 'id')::regclass), 0)"


def opening_numbers(queue_pk: int, count: int = 1) -> list[int]:
    """Return `count` numbers larger than all before. Call it after taking all row locks."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_SHARED, [_NAMESPACE + queue_pk])
            cursor.execute(_TAKE, [_TABLE, count])
            return [number for (number,) in cursor.fetchall()]
    last = _last_on_sqlite() + count
    if not Opening.objects.update(id=last):
        Opening.objects.create(id=last)
    return list(range(last - count + 1, last + 1))


def opening_number(queue_pk: int) -> int:
    """Return one number larger than all before."""
    return opening_numbers(queue_pk)[0]


def wait_for_openings(queue_pk: int) -> int:
    """Return a number that is not smaller than that of any opening; all up to it are committed.

    Call it outside transactions: it may not wait while it holds a lock.
    """
    if connection.vendor != "postgresql":
        return _last_on_sqlite()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ALONE, [_NAMESPACE + queue_pk])
        cursor.execute(_LAST, [_TABLE])
        (number,) = cursor.fetchone()
    return int(number)


def _last_on_sqlite() -> int:
    return Opening.objects.values_list("pk", flat=True).first() or 0
