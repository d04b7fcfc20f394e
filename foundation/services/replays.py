"""What was answered to writes, kept so that a repeat gets the same.

Most writes open their record in the transaction of their effect (`foundation.api.idempotency`).
One that is too long for a transaction is safe to do twice by itself (items have keys); of it only
the first answer is kept, by `keep_answer`.
"""

from typing import Any, NamedTuple

from foundation.models import IdempotencyRecord, User


class KeptAnswer(NamedTuple):
    """What was answered, and the hash of what was sent."""

    request_hash: str
    status: int
    body: Any


def answer_before(*, user: User, route: str, key: str) -> KeptAnswer | None:
    """Return what was answered to this key before, if it was."""
    record = IdempotencyRecord.objects.filter(user=user, route=route[:300], key=key).first()
    if record is None or record.status is None:
        return None
    return KeptAnswer(record.request_hash, record.status, record.body)


def keep_answer(*, user: User, route: str, key: str, answer: KeptAnswer) -> None:
    """Keep an answer; where another request was faster, its answer stays."""
    IdempotencyRecord.objects.get_or_create(
        user=user,
        route=route[:300],
        key=key,
        defaults={
            "request_hash": answer.request_hash,
            "status": answer.status,
            "body": answer.body,
        },
    )


def open_record(
    *, user: User, route: str, key: str, request_hash: str
) -> tuple[IdempotencyRecord, bool]:
    """Return the record of a key and whether it is new; call it inside the effect's transaction."""
    return IdempotencyRecord.objects.get_or_create(
        user=user, route=route[:300], key=key, defaults={"request_hash": request_hash}
    )


def close_record(
    record: IdempotencyRecord, *, status: int, body: Any, headers: dict[str, str]
) -> None:
    """Write down what was answered."""
    record.status, record.body, record.headers = status, body, headers
    record.save(update_fields=["status", "body", "headers"])
