"""Where a task stands in its queue: a priority class and a place that no other task has.

Places follow from item numbers, so that no counter is needed, filling a queue twice gives the
same ranks, and a random order is a permutation without chance collisions.
"""

from annotate.models import Queue

PLACES = 1 << 40
NORMAL = 8
URGENT = 0
_MASK = PLACES - 1
_ODD = (0x9E3779B97F, 0xC2B2AE3D27)  # odd, so that multiplying can be undone


def rank_of(queue: Queue, item_id: int) -> int:
    """Return the rank of an item that comes into the queue by filling it."""
    is_random = queue.order == Queue.Order.RANDOM
    place = shuffle(item_id, queue.pk) if is_random else item_id & _MASK
    return NORMAL * PLACES + place


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
