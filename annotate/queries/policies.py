"""The policy of a queue, as it is stored."""

from dataclasses import fields
from typing import Any

from annotate.models import Queue
from annotate.pure.policy import Policy

RULES = tuple(one.name for one in fields(Policy))
"""Each rule of a policy is a column of the same name: a new one is added to both."""


def policy_of(queue: Queue) -> Policy:
    """Return how a queue hands out work, as the pure rules take it."""
    return Policy(**{name: _plain(getattr(queue, name)) for name in RULES})


def _plain(value: Any) -> Any:
    """Return a value that the rules may keep: lists as tuples, what is shared as a copy."""
    if isinstance(value, list):
        return tuple(value)
    return dict(value) if isinstance(value, dict) else value
