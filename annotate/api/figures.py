"""REST doors of figures: a queue's report, what it is paid with, reviews, one's own work."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api import figures_shapes as shapes
from annotate.api.quality import show_forecast, show_measures
from annotate.api.reading import read_body, text
from annotate.pure.corrections import Change
from annotate.queries.access import get_queue_for
from annotate.queries.figures import Cost, QueueFigures
from annotate.queries.my_work import my_figures
from annotate.queries.people_days import Days, Work
from annotate.queries.report import period_of, person_in, report_of
from annotate.queries.reviewing import reviewing_of
from annotate.queries.work import STAGE_NAMES
from annotate.services.rates import set_rate
from foundation.actor import Permission
from foundation.api.authentication import actor_of
from foundation.opaque import encode_id
from foundation.queries.access import annotator_for, get_project_for, may_do

LONGEST = 60


class QueueReportView(APIView):
    """The quality report of a queue."""

    throttle_scope = "heavy"

    @extend_schema(
        responses=shapes.QueueReportOut,
        parameters=[OpenApiParameter("since", date), OpenApiParameter("until", date)],
    )
    def get(self, request: Request, queue_id: str) -> Response:
        """Return pace, quality, people and, to those who manage, cost."""
        actor = actor_of(request)
        queue = get_queue_for(actor, queue_id, Permission.VIEW)
        asked = request.query_params
        since, until = period_of(asked.get("since", ""), asked.get("until", ""))
        told = report_of(queue, since, until)
        may_manage = may_do(actor, queue.dataset.project_id, Permission.MANAGE)
        agreement = told.agreement
        return Response(
            {
                "queue": queue.oid,
                "name": queue.name,
                "made_at": told.made_at,
                "since": since,
                "until": until,
                **_show_figures(told.figures, with_cost=may_manage),
                "agreement": None
                if agreement is None
                else [
                    {"question": one.question, "measures": show_measures(one)} for one in agreement
                ],
            }
        )


class QueueRateView(APIView):
    """What work in a queue is paid with."""

    throttle_scope = "write"

    @extend_schema(request=shapes.RateIn, responses=shapes.RateOut)
    def put(self, request: Request, queue_id: str) -> Response:
        """Set the rate of everybody, or of one person, or take it away."""
        actor = actor_of(request)
        queue = get_queue_for(actor, queue_id, Permission.MANAGE)
        wanted = read_body(
            request,
            per=text(LONGEST),
            amount=text(LONGEST),
            currency=(text(LONGEST), ""),
            annotator=(text(LONGEST), ""),
        )
        who = wanted.pop("annotator")
        annotator = person_in(queue, who) if who else None
        rate = set_rate(queue=queue, annotator=annotator, by=actor.user, **wanted)
        return Response({"rate": str(rate) if rate else None})


class ReviewingView(APIView):
    """What waits for reviewers."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.ReviewingOut)
    def get(self, request: Request, project_id: str) -> Response:
        """Return what waits, longest first, and what the caller said as a reviewer.

        `tasks` of a stage of a queue are counted up to 500.
        """
        actor = actor_of(request)
        project = get_project_for(actor, project_id, Permission.REVIEW)
        told = reviewing_of(project, annotator_for(actor, project.pk))
        return Response(
            {
                "waiting": [
                    {
                        "queue": one.queue.oid,
                        "name": one.queue.name,
                        "stage": STAGE_NAMES[one.stage],
                        "tasks": one.n,
                        "oldest_at": one.oldest,
                    }
                    for one in told.waiting
                ],
                "verdicts": told.total,
                "changes": _show_changes(told.corrections),
            }
        )


class MyFiguresView(APIView):
    """One's own work."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.MyFiguresOut)
    def get(self, request: Request, project_id: str) -> Response:
        """Return one's own work beside one's own past; checks against gold stay untold."""
        actor = actor_of(request)
        project = get_project_for(actor, project_id, Permission.ANNOTATE)
        told = my_figures(annotator_for(actor, project.pk))
        parts = {"now": told.now, "before": told.before, "ever": told.ever}
        return Response(
            {
                "days": _show_days(told.days),
                **{name: _show_work(work, with_gold=False) for name, work in parts.items()},
            }
        )


def _show_figures(figures: QueueFigures, *, with_cost: bool) -> dict[str, Any]:
    row = figures.row
    return {
        "tasks": {
            "total": row.total,
            "done": row.done,
            "review": row.in_review,
            "set_aside": row.set_aside,
        },
        "answers": row.answered,
        "wanted": row.wanted,
        "days": _show_days(figures.days),
        "forecast": show_forecast(figures.forecast, row.left),
        "total": _show_work(figures.total),
        "people": [
            {
                "annotator": encode_id("annotator", one.annotator.pk),
                "name": one.annotator.name,
                "has_left": one.has_left,
                "work": _show_work(one.work),
                "cost": str(one.cost) if with_cost and one.cost is not None else None,
            }
            for one in figures.people
        ],
        "cost": _show_cost(figures.cost) if with_cost and figures.cost else None,
        "skip_reasons": [{"reason": reason, "n": n} for reason, n in figures.skip_reasons],
        "changes": _show_changes(figures.corrections),
    }


def _show_days(days: Days) -> list[dict[str, Any]]:
    return [{"day": day, "answers": n} for day, n in days]


def _show_work(work: Work, *, with_gold: bool = True) -> dict[str, Any]:
    names = ("answers", "extra", "skipped", "accepted", "corrected", "rejected", "reviewed")
    quarter, median, three_quarters = work.quartiles
    low, high = work.accepted_range
    gold = work.gold if with_gold else None
    return {
        **{name: int(work.counts[name]) for name in names},
        "hours": work.hours,
        "seconds": {
            "quarter": quarter,
            "median": median,
            "three_quarters": three_quarters,
            "n": int(work.counts["timed"]),
        },
        "accepted_share": {
            "value": work.accepted_share,
            "low": low,
            "high": high,
            "n": work.verdicts,
        },
        "gold": {
            "value": gold.accuracy if gold else None,
            "low": gold.low if gold else 0.0,
            "high": gold.high if gold else 1.0,
            "n": gold.total if gold else 0,
        },
    }


def _show_cost(cost: Cost) -> dict[str, Any]:
    return {
        "currency": cost.currency,
        "so_far": str(cost.so_far),
        "each_done_task": None if cost.an_item is None else str(cost.an_item),
        "to_finish": cost.to_finish.likely,
        "low": cost.to_finish.low,
        "high": cost.to_finish.high,
        "answers_without_time": cost.untimed,
    }


def _show_changes(changes: Sequence[tuple[Change, int]]) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "before": before, "after": after, "n": n}
        for (kind, before, after), n in changes
    ]
