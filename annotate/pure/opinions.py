"""What all answers of a queue say together: the likeliest labels, and what more work would bring.

A queue may ask several choice questions; one answer, one review and one check are about all of
them, so their worths add up. An item is as sure as its least sure question.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from annotate.pure.truth.crowd import Crowd, Estimate, Floats, shares
from annotate.pure.truth.pooled import pooled
from annotate.pure.worth import (
    GOLD_CHECK,
    NEW_ITEM,
    NEXT_ANSWER,
    REVIEW,
    Pace,
    gain_of_gold,
    weigh_work,
)

Labels = tuple[Hashable, ...]
Row = tuple[int, int, Labels]
NOTHING = ""
"""The label of a question that was left open."""


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """A posterior kept from an earlier weighing of one question."""

    items: tuple[int, ...]
    labels: Labels
    posterior: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Opinions:
    """What a queue's answers come to.

    Attributes
    ----------
    items : tuple of int
    likeliest : list of tuple
        Of each item, the likeliest label of each question.
    confidence : ndarray, shape (n_items,)
        How likely the least sure of them is right.
    gain, review_gain : ndarray, shape (n_items,)
        Labels put right by one more answer, and by a review.
    gold_gain : ndarray, shape (n_people,)
        Labels put right by one check of each person.
    fresh : float
        Labels put right by the first answer to a new item; 0 where there is none.
    memories : list of Memory
        Where the next weighing may begin, a question each.
    """

    items: tuple[int, ...]
    likeliest: list[Labels]
    confidence: Floats
    gain: Floats
    review_gain: Floats
    gold_gain: Floats
    fresh: float
    memories: list[Memory] = field(default_factory=list)


def crowds_of(
    rows: Iterable[Row], items: Sequence[int], labels: Sequence[Sequence[str]]
) -> list[Crowd]:
    """The answers as one crowd a question, all over the same items and people.

    Parameters
    ----------
    rows : iterable of (item, annotator, labels)
        Labels in the order of the questions; NOTHING where a question was left open.
    items : sequence of int
        Each of them has a row.
    labels : sequence of sequence of str
        The labels of each question. One that is not among them is added.

    Examples
    --------
    >>> [crowd] = crowds_of([(7, 1, ("a",)), (5, 1, ("b",))], [5, 7], [["a", "b"]])
    >>> crowd.items, crowd.item.tolist(), crowd.label.tolist()
    ((5, 7), [0, 1], [1, 0])
    """
    place = {item: code for code, item in enumerate(items)}
    people: dict[int, int] = {}
    known: list[dict[Hashable, int]] = [
        {label: code for code, label in enumerate(names)} for names in labels
    ]
    table = [
        (
            place[item],
            people.setdefault(who, len(people)),
            *(
                codes.setdefault(label, len(codes))
                for codes, label in zip(known, said, strict=True)
            ),
        )
        for item, who, said in rows
    ]
    columns = np.array(table, dtype=np.intp).reshape(-1, 2 + len(labels))
    columns = columns[np.argsort(columns[:, 0], kind="stable")].T
    item, annotator = (np.ascontiguousarray(column) for column in columns[:2])
    return [
        Crowd(
            item, annotator, np.ascontiguousarray(said), tuple(items), tuple(people), tuple(codes)
        )
        for said, codes in zip(columns[2:], known, strict=True)
    ]


def begin_of(crowd: Crowd, memory: Memory | None) -> Floats | None:
    """Where to begin: what was found earlier, and the shares of the votes for other items.

    Examples
    --------
    >>> [crowd] = crowds_of([(7, 1, ("a",)), (5, 1, ("b",))], [5, 7], [["a", "b"]])
    >>> begin_of(crowd, Memory((7,), ("a", "b"), np.array([[0.8, 0.2]]))).tolist()
    [[0.0, 1.0], [0.8, 0.2]]
    """
    if memory is None or memory.labels != crowd.labels or not len(memory.items):
        return None
    begin = shares(crowd.votes())
    known = {item: code for code, item in enumerate(memory.items)}
    for code, item in enumerate(crowd.items):
        if item in known:
            begin[code] = memory.posterior[known[item]]
    return begin


def weigh_opinions(
    crowds: Sequence[Crowd],
    pace: Pace,
    *,
    untouched: int = 0,
    takes_work: np.ndarray | None = None,
    memories: Sequence[Memory] = (),
) -> Opinions:
    """What the answers come to, and what the next work of each kind is worth.

    Parameters
    ----------
    crowds : sequence of Crowd
        A question each, at least one, as `crowds_of` makes them.
    pace : Pace
    untouched : int
        Items that nobody has answered.
    takes_work : ndarray of bool, shape (n_items,), optional
        Items that another answer or a review may still change; all of them where absent.
    memories : sequence of Memory, optional
        What an earlier weighing left.

    Examples
    --------
    >>> rows = [(n, who, ("ab"[n % 2],)) for n in range(9) for who in (1, 2)]
    >>> rows += [(9, 1, ("a",)), (9, 2, ("b",))]
    >>> found = weigh_opinions(crowds_of(rows, range(10), [["a", "b"]]), Pace(10, 30))
    >>> int(found.gain.argmax()), bool(found.confidence[0] > 0.9 > found.confidence[9])
    (9, True)
    """
    starts = [*memories, *[None] * (len(crowds) - len(memories))]
    told = [
        pooled(crowd, start=begin_of(crowd, start))
        for crowd, start in zip(crowds, starts, strict=False)
    ]
    worths = [
        weigh_work(
            crowd,
            one,
            pace,
            untouched=untouched,
            takes_answers=takes_work,
            takes_reviews=takes_work,
        )
        for crowd, one in zip(crowds, told, strict=True)
    ]
    fresh = sum(worth.per_hour[NEW_ITEM] for worth in worths) * pace.answer / 3600
    return Opinions(
        items=crowds[0].items,
        likeliest=_likeliest(crowds, told),
        confidence=np.min([one.confidence for one in told], axis=0),
        gain=np.sum([worth.gain for worth in worths], axis=0),
        review_gain=np.sum([worth.review_gain for worth in worths], axis=0),
        gold_gain=_gold_gains(crowds, told),
        fresh=fresh,
        memories=[
            Memory(crowd.items, crowd.labels, one.posterior.astype(np.float32))
            for crowd, one in zip(crowds, told, strict=True)
        ],
    )


def hour_of(opinions: Opinions, pace: Pace, untouched: int) -> dict[str, float]:
    """Labels put right by an hour of each kind of work: the best pieces, each item or person once.

    So an hour never brings more than there is to do.

    Examples
    --------
    >>> two = np.array([0.3, 0.1])
    >>> some = Opinions((1, 2), [], two, two, two * 2, np.array([0.05]), 0.5)
    >>> {kind: round(n, 2) for kind, n in hour_of(some, Pace(10, 3600), 9).items()}
    {'new_item': 4.5, 'next_answer': 0.4, 'review': 0.6, 'gold_check': 0.05}
    """
    answers, reviews = (max(int(3600 / seconds), 1) for seconds in (pace.answer, pace.review))
    return {
        NEW_ITEM: opinions.fresh * min(untouched, answers),
        NEXT_ANSWER: _best(opinions.gain, answers),
        REVIEW: _best(opinions.review_gain, reviews),
        GOLD_CHECK: _best(opinions.gold_gain, answers),
    }


def _best(gains: Floats, most: int) -> float:
    return float(np.sort(gains)[::-1][:most].sum())


def _gold_gains(crowds: Sequence[Crowd], told: Sequence[Estimate]) -> Floats:
    """A check of one person is about all questions at once."""
    people = range(len(crowds[0].annotators)) if len(crowds[0]) else ()
    both = list(zip(crowds, told, strict=True))
    return np.array([sum(gain_of_gold(crowd, one, who) for crowd, one in both) for who in people])


def _likeliest(crowds: Sequence[Crowd], told: Sequence[Estimate]) -> list[Labels]:
    columns = [
        [crowd.labels[code] for code in one.posterior.argmax(1)]
        for crowd, one in zip(crowds, told, strict=True)
        if one.posterior.size
    ]
    return [tuple(row) for row in zip(*columns, strict=True)]
