"""Where a task stands in its queue: a priority class and a place that no other task has.

Places follow from item numbers, so that no counter is needed, filling a queue twice gives the
same ranks, and a random order is a permutation without chance collisions.
"""

import hashlib
import math
from collections.abc import Sequence

from annotate.models import Queue
from annotate.pure.policy import COMPUTED_ORDERS
from datasets.models import Item

PLACES = 1 << 40
NORMAL = 8
URGENT = 0
LAST = 1000
"""The class, counted from NORMAL, of items without a priority."""
GROUPS = 1 << 22
FIRST_UNSCORED = (NORMAL + GROUPS) * PLACES
_MASK = PLACES - 1
_ODD = (0x9E3779B97F, 0xC2B2AE3D27)  # odd, so that multiplying can be undone


def ranks_of(queue: Queue, item_ids: Sequence[int]) -> dict[int, int]:
    """Return the ranks of items that come into the queue by filling it."""
    if queue.order == Queue.Order.RANDOM:
        return {pk: NORMAL * PLACES + shuffle(pk, queue.pk) for pk in item_ids}
    if queue.order in COMPUTED_ORDERS:
        return {pk: scored(pk, None) for pk in item_ids}
    places = {pk: pk & _MASK for pk in item_ids}
    known: dict[int, int] = {}
    if queue.order == Queue.Order.PRIORITY:
        rows = Item.objects.filter(pk__in=item_ids).values_list("pk", "metadata__priority")
        known = {pk: priority_class(value) for pk, value in rows}
    elif queue.order == Queue.Order.GROUPED:
        groups = Item.objects.filter(pk__in=item_ids).values_list("pk", "group")
        known = {pk: group_class(group) for pk, group in groups}
    return {pk: (NORMAL + known.get(pk, 0)) * PLACES + place for pk, place in places.items()}


def priority_class(value: object) -> int:
    """Return how many classes later an item comes for its priority; what is no number comes last.

    >>> [priority_class(value) for value in (0, "2", 3.7, -5, None, True, 10**9)]
    [0, 2, 3, 0, 1000, 1000, 999]
    """
    text = str(value) if isinstance(value, int | float | str) and value is not True else ""
    try:
        number = float(text)
    except ValueError:
        return LAST
    return int(min(max(number, 0), LAST - 1)) if math.isfinite(number) else LAST


def group_class(group: str) -> int:
    """Return the class that all items of a group share; items without one come first.

    Two groups may share a class; their items then mix, and nothing else happens.
    """
    if not group:
        return 0
    digest = hashlib.blake2b(group.encode(), digest_size=8).digest()
    return 1 + int.from_bytes(digest, "big") % GROUPS


def scored(item_id: int, place: int | None) -> int:
    """Return the rank of an item that stands at a place, from 1 up, or at none: then it comes last.

    Class 0 stays free: what a random order shuffled stands there.
    """
    at = GROUPS if place is None else min(max(place, 1), GROUPS - 1)
    return (NORMAL + at) * PLACES + (item_id & _MASK)


def place_of_score(score: float) -> int:
    """Return the place of a score from 0 to 1, the highest first; equal scores share it.

    >>> place_of_score(1.0) < place_of_score(0.5) < place_of_score(0.0) < GROUPS
    True
    """
    return 1 + round((1.0 - score) * (GROUPS - 2))


def rank_of_sent(number: int, priority: int = URGENT) -> int:
    """Return the rank of a task that is sent to the front; `number` grows with each one sent."""
    return min(max(priority, URGENT), NORMAL - 1) * PLACES + (number & _MASK)


def shuffle(number: int, key: int) -> int:
    """Return the place of a number in a fixed disorder of 0 to 2**40 - 1 that depends on the key.

    Adding, xor with a shifted self and multiplying by an odd number can each be undone, so no
    two numbers share a place.

    >>> len({shuffle(number, 7) for number in range(5000)})
    5000
    """
    mixed = (number + key * 0x632BE59BD9) & _MASK
    for odd in _ODD:
        mixed ^= mixed >> 21
        mixed = mixed * odd & _MASK
    return mixed ^ mixed >> 20
