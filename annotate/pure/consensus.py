"""One answer out of several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from typing import Generic, NamedTuple, TypeVar

Label = TypeVar("Label", bound=Hashable)


class Vote(NamedTuple, Generic[Label]):
    """The outcome of a vote.

    Attributes
    ----------
    label : hashable or None
        The winner; None where there is none.
    share : float
        Votes of the leading label over all votes, 0 to 1; 0 without votes.
    counts : dict
        Votes for each label.
    is_tied : bool
        Several labels lead with equally many votes.
    """

    label: Label | None
    share: float
    counts: dict[Label, int]
    is_tied: bool


def majority_vote(labels: Iterable[Label], at_least: float = 0.0) -> Vote[Label]:
    """The label that most annotators gave.

    The rule for ties: **nobody wins**. Neither order, nor name, nor chance decides between labels
    that lead together; such an item goes to a person.

    Parameters
    ----------
    labels : iterable of hashable
        One answer of each annotator, in any order.
    at_least : float
        Share of all votes that the winner must reach, 0 to 1; 0.5 wants half of the votes or
        more.

    Raises
    ------
    ValueError
        `at_least` is not from 0 to 1.

    Examples
    --------
    >>> majority_vote(["spam", "ham", "spam"]).label
    'spam'
    >>> majority_vote(["spam", "ham"])
    Vote(label=None, share=0.5, counts={'spam': 1, 'ham': 1}, is_tied=True)
    """
    if not 0 <= at_least <= 1:
        raise ValueError(f"at_least must be from 0 to 1, not {at_least}")
    counts = Counter(labels)
    ranked = counts.most_common(2)
    if not ranked:
        return Vote(None, 0.0, {}, False)
    leader, votes = ranked[0]
    share = votes / counts.total()
    is_tied = len(ranked) > 1 and ranked[1][1] == votes
    wins = not is_tied and share >= at_least
    return Vote(leader if wins else None, share, dict(counts), is_tied)
