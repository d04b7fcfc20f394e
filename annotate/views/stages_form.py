"""The stages of a queue as a form: what happens, where it leads, and the whole in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from annotate.pure.policy import Policy
from annotate.pure.routes import ROUTES, route
from annotate.pure.task_stages import ADJUDICATE, ANNOTATE, DONE, REVIEW, SET_ASIDE

Form = dict[str, Any]
ARROW = " → "


def stages_form(policy: Policy) -> Form:
    """Return where each happening leads, by the names of the form's fields."""
    chosen = {name: policy.stages.get(name, known[0]) for name, known in ROUTES.items()}
    return {f"route_{name}": stage for name, stage in chosen.items()}


def read_stages_form(given: Mapping[str, str]) -> dict[str, object]:
    """Return the stages as a policy takes them; nothing where the form did not show them."""
    chosen = {name: given[f"route_{name}"] for name in ROUTES if f"route_{name}" in given}
    return {"stages": chosen} if chosen else {}


def stage_names() -> dict[str, str]:
    """Return what stages are called within a sentence."""
    return {
        ANNOTATE: _("annotate"),
        REVIEW: _("review"),
        ADJUDICATE: _("adjudicate"),
        DONE: _("done"),
        SET_ASIDE: _("set aside"),
    }


def stage_rows(given: Mapping[str, Any]) -> list[Form]:
    """Return the rows of the table: what happens, and the stages it may lead to."""
    happenings = {
        "agree": _("Answers agree"),
        "tie": _("Answers differ, and no majority decides"),
        "rejected": _("A reviewer sends an answer back"),
        "skipped_out": _("It is skipped too often, and somebody answered it"),
    }
    names = stage_names()
    return [
        {
            "id": f"route_{name}",
            "name": happenings[name],
            "options": [
                {
                    "value": stage,
                    "name": names[stage],
                    "selected": given.get(f"route_{name}", known[0]) == stage,
                }
                for stage in known
            ],
        }
        for name, known in ROUTES.items()
    ]


def way_in_words(policy: Policy) -> list[str]:
    """Return the ways of a task through a queue, a line each."""
    names = stage_names()
    usual = [ANNOTATE, DONE]
    if policy.review_share == 1 or route(policy, "agree") == REVIEW:
        usual = [ANNOTATE, REVIEW, DONE]
    lines = [ARROW.join(names[stage] for stage in usual)]
    if 0 < policy.review_share < 1 and len(usual) == 2:
        way = ARROW.join(names[stage] for stage in (ANNOTATE, REVIEW, DONE))
        share = f"{policy.review_share * 100:g}"
        lines.append(_("%(share)s %% of the tasks: %(way)s") % {"share": share, "way": way})
    if policy.grows_to > 1:
        way = ARROW.join(names[stage] for stage in (ANNOTATE, route(policy, "tie"), DONE))
        lines.append(_("Where answers differ: %(way)s") % {"way": way})
    return lines
