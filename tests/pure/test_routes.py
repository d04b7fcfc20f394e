"""Whatever a manager chooses for the stages of a queue, no task is stuck in them."""

from __future__ import annotations

from itertools import product

import pytest

from annotate.pure.policy import ON_DISAGREEMENT, Policy, PolicyError, read_policy
from annotate.pure.routes import CHECKS, ROUTES, route, stages_of, table_of
from annotate.pure.task_stages import (
    ACCEPTED,
    ADJUDICATE,
    ANNOTATE,
    CORRECTED,
    DONE,
    REJECTED,
    REOPENED,
    REVIEW,
    SENT_TO_REVIEW,
    STAGE_GONE,
    STAGES,
    next_stage,
)

BY_WHOM = {ACCEPTED, CORRECTED, REJECTED, REOPENED, SENT_TO_REVIEW, STAGE_GONE}
"""What happens only since a person acts: a reviewer decides, a manager sends or changes."""


def policies() -> list[Policy]:
    """Every policy that a manager can choose, as far as its stages go."""
    choices = [dict(zip(ROUTES, chosen, strict=True)) for chosen in product(*ROUTES.values())]
    return [
        read_policy({"stages": stages, "on_disagreement": differ, "review_share": share})
        for stages, differ, share in product(choices, ON_DISAGREEMENT, (0.0, 0.2))
    ]


def test_from_every_stage_there_is_a_way_to_done() -> None:
    for policy in policies():
        table, reached = table_of(policy), {DONE}
        for _step in STAGES:
            reached |= {stage for (stage, _what), to in table.items() if to in reached}
        assert reached == set(STAGES), policy


def test_no_task_goes_round_without_a_persons_act() -> None:
    for policy in policies():
        alone = {
            (stage, to)
            for (stage, what), to in table_of(policy).items()
            if what not in BY_WHOM and stage != to
        }
        for stage in STAGES:
            walked = {to for one, to in alone if one == stage}
            for _step in STAGES:
                walked |= {to for one, to in alone if one in walked}
            assert stage not in walked, (policy, stage)


def test_tasks_wait_only_at_stages_that_the_queue_has() -> None:
    """Where its own rules lead; a reviewer can be asked only where there is a review."""
    for policy in policies():
        own = stages_of(policy)
        reached = {
            to
            for (stage, what), to in table_of(policy).items()
            if stage in own
            and what not in ("review_drawn", STAGE_GONE)
            and (stage, what) != (ADJUDICATE, SENT_TO_REVIEW)
        }
        assert reached.intersection(CHECKS) <= set(own), policy
        assert set(own).intersection(CHECKS), policy


@pytest.mark.parametrize(
    ("stages", "at"), [({"tie": "done"}, "stages/tie"), ({"rain": "review"}, "stages/rain")]
)
def test_what_is_not_offered_is_refused_where_it_stands(stages: dict[str, str], at: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read_policy({"stages": stages})
    assert [(one.at, one.code) for one in caught.value.problems] == [(at, "unknown-value")]


def test_what_is_chosen_holds_and_the_rest_is_as_usual() -> None:
    policy = read_policy({"stages": {"rejected": "adjudicate", "agree": "done"}})
    assert policy.stages == {"rejected": "adjudicate"}
    assert next_stage(REVIEW, REJECTED, table_of(policy)) == ADJUDICATE
    again = read_policy({"stages": {"agree": "review"}}, policy)
    assert again.stages == {"rejected": "adjudicate", "agree": "review"}
    assert route(again, "tie") == REVIEW
    assert next_stage(ADJUDICATE, REJECTED, table_of(again)) == ANNOTATE
