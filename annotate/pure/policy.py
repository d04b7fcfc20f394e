"""The policy of a queue: how many answers, who checks them, how long somebody may hold a task."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from annotate.pure import task_stages
from annotate.pure.routes import check_routes, keep_routes
from datasets.pure.problems import Problem, ProblemsError, gettext_noop, shorten

ORDERS = ("sequence", "random", "priority", "grouped", "uncertain", "diverse")
COMPUTED_ORDERS = ("uncertain", "diverse")
"""A job computes them: until then, and where it cannot, items come as they came in."""
ON_DISAGREEMENT = ("review", "majority", "one_more", "adjudicate")
GROWTHS = ("differ", "worth")
REVIEW_RISKS = ("newcomer", "gold", "unsure", "disagreement")

WHOLE = {
    "overlap": (1, 50),
    "lease_seconds": (10, 7 * 86_400),
    "hold_limit": (1, 50),
    "max_skips": (1, 100),
    # 0 in these: no such limit.
    "most_overlap": (0, 50),
    "answer_budget": (0, 1_000_000_000),
    "most_mine": (0, 1_000_000),
    "most_a_day": (0, 10_000),
    "gold_most_seen": (0, 1_000_000),
    "notice_days": (0, 60),
}
# More than half gold would be a test, not work.
SHARES = {
    "review_share": (0.0, 1.0),
    "gold_share": (0.0, 0.5),
    "most_gold_share": (0.0, 0.5),
    "good_enough": (0.5, 1.0),
    "gold_alert": (0.0, 1.0),
}
TAKES_MAJORITY = ("majority", "one_more")
NEWCOMER_ANSWERS = 20
LEAST_GOLD = 5
LOW_GOLD = 0.8
LOW_CONFIDENCE = 50
MOST_REASONS = 12
LONGEST_REASON = 80
FLAGS = ("asks_confidence", "reviews_own", "reviews_by_worth")
LISTS = ("skip_reasons", "review_risks")
CHOICES = {"on_disagreement": ON_DISAGREEMENT, "order": ORDERS, "growth": GROWTHS}


class PolicyError(ProblemsError):
    """The values make no policy; each problem's `at` is the name of a value."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How a queue hands out work.

    Attributes
    ----------
    overlap : int
        Annotators who answer each task, blind to each other.
    review_share : float
        Share of tasks that a reviewer sees even if the answers agree, 0 to 1.
    lease_seconds : int
        How long a claimed task is held without a sign of life.
    hold_limit : int
        Tasks one annotator may hold at once; as many as the page of many items shows.
    gold_share : float
        Share of tasks handed out that test the annotator, 0 to 0.5.
    max_skips : int
        Skips after which a task is set aside.
    on_disagreement : str
        ``review``: a reviewer decides. ``adjudicate``: somebody decides at the stage for that.
        ``majority``: the label most annotators gave is taken, ties go to a reviewer, or where
        `stages` says. ``one_more``: one more person answers, then as ``majority``.
    order : str
        ``sequence``, as items came in; ``random``; ``priority``, by the number of that name in
        an item's metadata, smallest first; ``grouped``, items of one group after each other;
        ``uncertain``, what the newest model is least sure of first; ``diverse``, what is least
        like the answered items first.
    skip_reasons : tuple of str
        What people choose from when they skip; empty for the usual reasons.
    asks_confidence : bool
        People are asked how sure they are, in percent.
    most_overlap : int
        Where answers differ, one more person is asked, up to so many; 0 for none.
    answer_budget : int
        Answers the queue may want in all before it asks no one more person; 0 for no limit. What
        each task wants from the start is asked in any case.
    most_mine, most_a_day : int
        Answers of one person in the queue, and within one day; 0 for no limit.
    review_risks : tuple of str
        What sends a task to a reviewer besides the share: ``newcomer``, ``gold``, ``unsure``,
        ``disagreement``; see `risks_met`.
    reviews_own : bool
        Reviewers may decide about what they answered themselves.
    growth : str
        Where one more person is asked, up to ``most_overlap``. ``differ``: where no answer leads.
        ``worth``: where one more answer puts most labels right, as far as the budget reaches.
    good_enough : float
        With ``worth``: how likely a label must be right for nobody more to be asked, 0.5 to 1.
    most_gold_share : float
        Up to here the share of gold rises while a check is worth much; 0 to keep `gold_share`.
    reviews_by_worth : bool
        Reviewers get first what a review puts right most; else what came first.
    stages : dict
        Where what happens to a task leads, where that is not the usual; see `routes.ROUTES`.
    gold_most_seen : int
        Answers after which a gold item stops testing people; 0 for no limit.
    gold_alert : float
        An event is written when somebody is surely below this share on gold; 0 for none.
    notice_days : int
        So many days before a deadline the managers of a queue that is not done are told; 0: not.
    """

    overlap: int = 1
    review_share: float = 1.0
    lease_seconds: int = 900
    hold_limit: int = 50
    gold_share: float = 0.0
    max_skips: int = 3
    on_disagreement: str = "review"
    order: str = "sequence"
    skip_reasons: tuple[str, ...] = ()
    asks_confidence: bool = False
    most_overlap: int = 0
    answer_budget: int = 0
    most_mine: int = 0
    most_a_day: int = 0
    review_risks: tuple[str, ...] = ()
    reviews_own: bool = False
    growth: str = "differ"
    good_enough: float = 0.98
    most_gold_share: float = 0.0
    reviews_by_worth: bool = False
    stages: dict[str, str] = field(default_factory=dict, hash=False)
    gold_most_seen: int = 0
    gold_alert: float = 0.0
    notice_days: int = 3

    def as_json(self) -> dict[str, Any]:
        """The policy as JSON values; `read_policy` gives an equal one back."""
        return asdict(self) | {name: list(getattr(self, name)) for name in LISTS}

    @property
    def grows_to(self) -> int:
        """How many people may answer a task at most, where the answers go on to differ.

        >>> Policy(overlap=2, most_overlap=5).grows_to, Policy(on_disagreement="one_more").grows_to
        (5, 2)
        """
        one_more = self.overlap + (self.on_disagreement == "one_more")
        return max(self.most_overlap, one_more)

    @property
    def grows_by_worth(self) -> bool:
        """Whether tasks wait for the next weighing once their first answers are in.

        >>> [Policy(growth="worth", most_overlap=most).grows_by_worth for most in (0, 5)]
        [False, True]
        """
        return self.growth == "worth" and self.grows_to > self.overlap

    def weighs(self) -> bool:
        """Whether anything goes by the worth of work."""
        gold = self.most_gold_share > self.gold_share
        return self.grows_by_worth or self.reviews_by_worth or gold

    def gold_by_worth(self, check: float, answer: float) -> float:
        """The share of gold, between its least and its most, by what a check and an answer bring.

        >>> policy = Policy(gold_share=0.1, most_gold_share=0.3)
        >>> [round(policy.gold_by_worth(check, 6.0), 3) for check in (0.0, 6.0)]
        [0.1, 0.2]
        """
        room = max(self.most_gold_share - self.gold_share, 0.0)
        return self.gold_share + room * (check / (check + answer) if check > 0 else 0.0)


def read_policy(values: Mapping[str, object], base: Policy | None = None) -> Policy:
    """The policy with some values changed.

    Parameters
    ----------
    values : mapping
        New values by name; what is absent stays as in `base`.
    base : Policy, optional
        The defaults where absent.

    Raises
    ------
    PolicyError
        An unknown name, a wrong type or a value out of range; all of them at once.

    Examples
    --------
    >>> read_policy({"overlap": 3}).overlap
    3
    >>> read_policy({"overlap": 0})
    Traceback (most recent call last):
    ...
    annotate.pure.policy.PolicyError: overlap: This must be a whole number from 1 to 50.
    """
    problems = [problem for name, value in values.items() for problem in _check(name, value)]
    if problems:
        raise PolicyError(problems)
    kept = (base or Policy()).as_json()
    merged = kept | dict(values)
    merged["stages"] = keep_routes(kept["stages"] | merged["stages"])
    policy = Policy(**merged | {name: tuple(merged[name]) for name in LISTS})
    if 0 < policy.most_overlap < policy.overlap:
        sentence = gettext_noop("This cannot be fewer than the %(n)d people each task begins with.")
        raise PolicyError([Problem("most_overlap", "too-few", sentence, {"n": policy.overlap})])
    if 0 < policy.most_gold_share < policy.gold_share:
        sentence = gettext_noop("This cannot be less than the least share of gold.")
        raise PolicyError([Problem("most_gold_share", "too-little", sentence)])
    return policy


def may_change_order(present: str, wanted: str) -> bool:
    """Whether a queue may change its order: to one that a job computes, and back from that.

    >>> [may_change_order("random", one) for one in ("diverse", "sequence", "random")]
    [True, False, True]
    >>> may_change_order("uncertain", "sequence"), may_change_order("uncertain", "random")
    (True, False)
    """
    if wanted == present or wanted in COMPUTED_ORDERS:
        return True
    return present in COMPUTED_ORDERS and wanted != "random"


def wants_one_more(policy: Policy, *, answers: int, differ: bool) -> bool:
    """Whether another person should answer a task whose wanted answers are in.

    Examples
    --------
    >>> growing = Policy(overlap=2, most_overlap=3)
    >>> [wants_one_more(growing, answers=n, differ=True) for n in (2, 3)]
    [True, False]
    >>> wants_one_more(growing, answers=2, differ=False)
    False
    """
    return differ and answers < policy.grows_to


@dataclass(frozen=True, slots=True)
class Answerer:
    """What is known of somebody who answered a task, and of how sure they were of it.

    Attributes
    ----------
    answers : int
        Answers of this person in the queue so far, this one among them.
    gold_right, gold_total : int
        Right answers and all answers on gold.
    is_unsure : bool
        Their answer is marked "not sure".
    confidence : int or None
        How sure they were, in percent, where they said so.
    """

    answers: int
    gold_right: int = 0
    gold_total: int = 0
    is_unsure: bool = False
    confidence: int | None = None


def risks_met(policy: Policy, answerers: Iterable[Answerer], *, differ: bool) -> tuple[str, ...]:
    """The risks of the policy that a task meets; with any, a reviewer looks at it.

    ``newcomer``: one of its people is among their first 20 answers of the queue. ``gold``: one of
    them is right on less than 80 % of at least 5 gold items. ``unsure``: one marked the answer "not
    sure", or is sure by less than 50 %. ``disagreement``: the answers differ, even if most agree.

    Examples
    --------
    >>> careful = Policy(review_risks=("newcomer", "unsure"))
    >>> risks_met(careful, [Answerer(answers=3), Answerer(answers=90)], differ=False)
    ('newcomer',)
    >>> risks_met(careful, [Answerer(answers=90, confidence=80)], differ=False)
    ()
    """
    people = list(answerers)
    met = {
        "newcomer": any(one.answers <= NEWCOMER_ANSWERS for one in people),
        "gold": any(
            one.gold_total >= LEAST_GOLD and one.gold_right < LOW_GOLD * one.gold_total
            for one in people
        ),
        "unsure": any(
            one.is_unsure or (one.confidence is not None and one.confidence < LOW_CONFIDENCE)
            for one in people
        ),
        "disagreement": differ,
    }
    return tuple(risk for risk in policy.review_risks if met[risk])


def after_answers(policy: Policy, *, agree: bool, has_majority: bool, is_drawn: bool) -> str:
    """What has happened to a task when its last wanted answer came in: a name of `task_stages`.

    Parameters
    ----------
    agree : bool
        All answers say the same; True for a single answer.
    has_majority : bool
        One answer leads alone, see `majority_vote`.
    is_drawn : bool
        The task is among those reviewed in any case, see `is_drawn_for_review`.

    Examples
    --------
    >>> after_answers(Policy(), agree=False, has_majority=True, is_drawn=False)
    'answers_differ'
    """
    if is_drawn:
        return task_stages.REVIEW_DRAWN
    if agree:
        return task_stages.ANSWERS_AGREE
    if policy.on_disagreement in TAKES_MAJORITY and has_majority:
        return task_stages.MAJORITY_FOUND
    return task_stages.ANSWERS_DIFFER


def is_drawn_for_review(policy: Policy, secret: str, task: str) -> bool:
    """Whether a task is among the share that is reviewed in any case.

    The draw depends on the queue's secret and the task alone, so asking twice gives the same, and
    nobody can tell from outside which tasks nobody will check.

    Examples
    --------
    >>> is_drawn_for_review(Policy(review_share=1.0), "s", "1")
    True
    >>> is_drawn_for_review(Policy(review_share=0.0), "s", "1")
    False
    """
    digest = hashlib.sha256(f"winnow/review/{secret}\0{task}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < policy.review_share * 2**64


def _check(name: str, value: object) -> list[Problem]:
    if name in _OTHERS:
        return _OTHERS[name](value)
    if name in WHOLE:
        low, high = WHOLE[name]
        if type(value) is int and low <= value <= high:
            return []
        sentence = gettext_noop("This must be a whole number from %(low)d to %(high)d.")
        return [Problem(name, "bad-number", sentence, {"low": low, "high": high})]
    if name in SHARES:
        least, most = SHARES[name]
        if (type(value) is int or type(value) is float) and least <= value <= most:
            return []
        sentence = gettext_noop("This must be a share from %(low)s to %(high)s.")
        return [Problem(name, "bad-number", sentence, {"low": least, "high": most})]
    if name in CHOICES:
        if value in CHOICES[name]:
            return []
        sentence = gettext_noop("%(value)s is not known here. Use one of: %(known)s.")
        values = {"value": shorten(value), "known": ", ".join(CHOICES[name])}
        return [Problem(name, "unknown-value", sentence, values)]
    sentence = gettext_noop("A policy has no %(name)s.")
    return [Problem(shorten(name), "unknown-key", sentence, {"name": shorten(name)})]


def _check_reasons(value: object) -> list[Problem]:
    if not isinstance(value, list | tuple) or len(value) > MOST_REASONS:
        sentence = gettext_noop("This must be a list of at most %(most)d reasons.")
        return [Problem("skip_reasons", "bad-list", sentence, {"most": MOST_REASONS})]
    wrong = [
        place
        for place, one in enumerate(value)
        if not isinstance(one, str)
        or not 1 <= len(one.strip()) <= LONGEST_REASON
        or "\x00" in one
        or one in value[:place]
    ]
    sentence = gettext_noop("Each reason is another text of 1 to %(most)d characters.")
    values = {"most": LONGEST_REASON}
    return [Problem(f"skip_reasons/{place}", "bad-reason", sentence, values) for place in wrong]


def _check_risks(value: object) -> list[Problem]:
    listed = value if isinstance(value, list | tuple) else ["no list"]
    if all(one in REVIEW_RISKS for one in listed) and len(set(listed)) == len(listed):
        return []
    sentence = gettext_noop("This must be a list without repeats, out of: %(known)s.")
    return [Problem("review_risks", "bad-list", sentence, {"known": ", ".join(REVIEW_RISKS)})]


def _check_flag(name: str, value: object) -> list[Problem]:
    if type(value) is bool:
        return []
    sentence = gettext_noop("This must be true or false.")
    return [Problem(name, "not-a-flag", sentence)]


_OTHERS: dict[str, Callable[[object], list[Problem]]] = {
    "skip_reasons": _check_reasons,
    "review_risks": _check_risks,
    "stages": check_routes,
    **{name: partial(_check_flag, name) for name in FLAGS},
}
