"""REST doors for managers: how far a queue is, and how well people agree."""

from datetime import date
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api import quality_shapes
from annotate.pure.agreement.results import Agreement
from annotate.pure.forecast import Forecast
from annotate.queries.access import get_queue_for
from annotate.queries.agreement import (
    AgreementReport,
    QuestionAgreement,
    agreement_of_dataset,
    agreement_of_queue,
)
from annotate.queries.workload import PersonWork, QueueProgress, day_after, progress_of
from datasets.queries.access import get_dataset_for, get_schema_for
from foundation.actor import Permission
from foundation.api.authentication import actor_of
from foundation.errors import NotFound
from foundation.opaque import encode_id


class QueueProgressView(APIView):
    """How far a queue is."""

    throttle_scope = "read"

    @extend_schema(responses=quality_shapes.QueueProgressOut)
    def get(self, request: Request, queue_id: str) -> Response:
        """Return tasks by stage, answers a day, what each person did, and a forecast."""
        queue = get_queue_for(actor_of(request), queue_id, Permission.VIEW)
        return Response(_show_progress(progress_of(queue)))


class QueueAgreementView(APIView):
    """How well the annotators of a queue agree."""

    throttle_scope = "heavy"

    @extend_schema(responses=quality_shapes.AgreementReportOut)
    def get(self, request: Request, queue_id: str) -> Response:
        """Return agreement by question, label and pair, and accuracy on gold."""
        queue = get_queue_for(actor_of(request), queue_id, Permission.VIEW)
        return Response(_show_report(agreement_of_queue(queue)))


class DatasetAgreementView(APIView):
    """How well people agree about a dataset."""

    throttle_scope = "heavy"

    @extend_schema(
        responses=quality_shapes.AgreementReportOut,
        parameters=[OpenApiParameter("schema", str, required=True)],
    )
    def get(self, request: Request, dataset_id: str) -> Response:
        """Return agreement under a label schema, imported answers included."""
        actor = actor_of(request)
        dataset = get_dataset_for(actor, dataset_id, Permission.VIEW)
        schema = get_schema_for(actor, request.query_params.get("schema", ""), Permission.VIEW)
        if schema.project_id != dataset.project_id:
            raise NotFound
        return Response(_show_report(agreement_of_dataset(dataset, schema)))


def _show_report(report: AgreementReport) -> dict[str, Any]:
    return {
        "items": report.items,
        "answers": report.answers,
        "annotators": [
            {"id": encode_id("annotator", pk), "name": name}
            for pk, name in sorted(report.annotators.items(), key=lambda one: one[1])
        ],
        "questions": [_show_question(question) for question in report.questions],
        "gold": [
            {
                "annotator": encode_id("annotator", result.annotator),
                "name": result.name,
                "correct": result.score.correct,
                "total": result.score.total,
                "accuracy": result.score.accuracy,
                "low": result.score.low,
                "high": result.score.high,
                "mean_score": result.mean,
            }
            for result in report.gold
        ],
    }


def _show_question(question: QuestionAgreement) -> dict[str, Any]:
    return {
        "question": question.question,
        "title": question.title,
        "type": question.type,
        "measures": show_measures(question),
        "by_label": [
            {"label": label, "agreement": show_figure(figure)}
            for label, figure in question.by_label.items()
        ],
        "by_pair": [
            {
                "first": encode_id("annotator", pair.first),
                "second": encode_id("annotator", pair.second),
                "items": pair.items,
                "score": pair.score,
                "kappa": pair.kappa,
            }
            for pair in question.pairs
        ],
        "confused": [
            {"first": first, "second": second, "count": count}
            for first, second, count in question.confused
        ],
        "disputed": [
            {
                "item": encode_id("item", one.item),
                "score": one.score,
                "answers": [
                    {"annotator": encode_id("annotator", who), "said": said}
                    for who, said in one.answers
                ],
            }
            for one in question.disputed
        ],
    }


def show_measures(question: QuestionAgreement) -> dict[str, Any]:
    """Return all measures of a question."""
    return {name: show_figure(figure) for name, figure in question.measures.items()}


def show_figure(figure: Agreement) -> dict[str, Any]:
    """Return one figure with its interval."""
    return {
        "value": figure.value,
        "low": figure.low,
        "high": figure.high,
        "items": figure.n_items,
        "answers": figure.n_answers,
        "reason": figure.reason_undefined,
    }


def _show_progress(progress: QueueProgress) -> dict[str, Any]:
    forecast, agreed = progress.forecast, progress.agreements()
    return {
        "tasks": progress.tasks,
        "answers": progress.answers,
        "wanted": progress.wanted,
        "agreed": agreed.get(True, 0),
        "disagreed": agreed.get(False, 0),
        "days": [{"day": day, "answers": count} for day, count in progress.days],
        "people": [_show_person(person) for person in progress.people],
        "forecast": show_forecast(forecast, progress.left),
    }


def show_forecast(forecast: Forecast, left: int) -> dict[str, Any]:
    """Return a forecast as days."""
    return {
        "answers_left": left,
        "answers_a_day": forecast.a_day,
        "done_on": _day(forecast.days),
        "soonest_on": _day(forecast.soonest),
        "latest_on": _day(forecast.latest),
    }


def _day(days: float | None) -> date | None:
    return None if days is None else day_after(days)


def _show_person(person: PersonWork) -> dict[str, Any]:
    return {
        "annotator": encode_id("annotator", person.annotator),
        "name": person.name,
        "answers": person.answers,
        "extra": person.extra,
        "skipped": person.skipped,
        "rejected": person.rejected,
        "median_seconds": person.median_seconds,
        "last_at": person.last_at,
        "gold_accuracy": person.gold.accuracy if person.gold else None,
    }
