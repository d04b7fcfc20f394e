"""The stages of one queue: what a manager chose about where each happening leads.

Only what is offered here can be chosen, and every choice is safe: each stage has a way to done,
and no task goes round without a person's act. Tests go through all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from annotate.pure.task_stages import (
    ADJUDICATE,
    ANNOTATE,
    ANSWERS_AGREE,
    ANSWERS_DIFFER,
    DONE,
    REJECTED,
    REVIEW,
    SENT_TO_REVIEW,
    SET_ASIDE,
    SKIPPED_OUT,
    TABLE,
)
from datasets.pure.problems import Problem, gettext_noop, shorten

if TYPE_CHECKING:
    from annotate.pure.policy import Policy

# What happens, and where it may lead: the first is what happens where nothing is chosen.
ROUTES: dict[str, tuple[str, ...]] = {
    "agree": (DONE, REVIEW),
    "tie": (REVIEW, ADJUDICATE),
    "rejected": (ANNOTATE, ADJUDICATE),
    "skipped_out": (SET_ASIDE, ADJUDICATE),
}
CHECKS = (REVIEW, ADJUDICATE)
_PLACES = {
    "agree": (ANNOTATE, ANSWERS_AGREE),
    "tie": (ANNOTATE, ANSWERS_DIFFER),
    "rejected": (REVIEW, REJECTED),
    "skipped_out": (ANNOTATE, SKIPPED_OUT),
}


def check_routes(value: object) -> list[Problem]:
    """What is wrong with a mapping of happenings to stages.

    >>> [one.at for one in check_routes({"agree": "done", "tie": "done"})]
    ['stages/tie']
    """
    if not isinstance(value, Mapping):
        return [Problem("stages", "not-a-mapping", gettext_noop("This must map names to stages."))]
    problems = []
    for name, stage in value.items():
        known = ROUTES.get(name) if isinstance(name, str) else None
        if known is None:
            values = {"value": shorten(name), "known": ", ".join(ROUTES)}
        elif stage not in known:
            values = {"value": shorten(stage), "known": ", ".join(known)}
        else:
            continue
        sentence = gettext_noop("%(value)s is not known here. Use one of: %(known)s.")
        problems.append(Problem(f"stages/{shorten(name)}", "unknown-value", sentence, values))
    return problems


def keep_routes(chosen: Mapping[str, str]) -> dict[str, str]:
    """The routes that differ from what happens anyway.

    >>> keep_routes({"agree": "done", "tie": "adjudicate"})
    {'tie': 'adjudicate'}
    """
    return {name: stage for name, stage in chosen.items() if stage != ROUTES[name][0]}


def route(policy: Policy, name: str) -> str:
    """Where one happening leads in a queue.

    >>> from annotate.pure.policy import Policy
    >>> route(Policy(on_disagreement="adjudicate"), "tie"), route(Policy(), "skipped_out")
    ('adjudicate', 'set_aside')
    """
    if name == "tie" and policy.on_disagreement in CHECKS:
        return policy.on_disagreement
    return policy.stages.get(name, ROUTES[name][0])


def stages_of(policy: Policy) -> tuple[str, ...]:
    """The stages at which people work in a queue, in their order.

    >>> from annotate.pure.policy import Policy
    >>> stages_of(Policy(on_disagreement="adjudicate", review_share=0.0))
    ('annotate', 'adjudicate')
    """
    is_drawn = policy.review_share > 0 or bool(policy.review_risks)
    reviews = is_drawn or REVIEW in (route(policy, "agree"), route(policy, "tie"))
    ways = ("tie", "skipped_out", "rejected") if reviews else ("tie", "skipped_out")
    adjudicates = ADJUDICATE in [route(policy, name) for name in ways]
    return (ANNOTATE, *([REVIEW] if reviews else []), *([ADJUDICATE] if adjudicates else []))


def table_of(policy: Policy) -> dict[tuple[str, str], str]:
    """The stage table of a queue. What is sent to review goes to adjudication without a review.

    >>> from annotate.pure.policy import Policy
    >>> table_of(Policy(stages={"rejected": "adjudicate"}))["review", "rejected"]
    'adjudicate'
    """
    table = TABLE | {place: route(policy, name) for name, place in _PLACES.items()}
    if REVIEW not in stages_of(policy):
        sent = {place: ADJUDICATE for place in table if place[1] == SENT_TO_REVIEW}
        del sent[ADJUDICATE, SENT_TO_REVIEW]
        table |= sent
    return table
