"""Answers to writes that are too long for one transaction, kept so that a repeat gets the same.

Such a write is safe to do twice by itself (items have keys); what is kept here is its first
answer. `foundation.api.idempotency` is for all other writes.
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
