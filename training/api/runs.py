"""REST doors: trainers, runs, metrics, reports."""

from typing import Any

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets.queries.versions import get_version_for
from foundation.actor import Permission
from foundation.api import shapes
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.jobs import accepted
from foundation.api.paging import paged
from foundation.api.serializing import StrictSerializer
from foundation.errors import NotFound
from foundation.queries.access import get_project_for
from training.models import MetricPoint, Run
from training.queries.access import get_run_for
from training.queries.runs import own_evaluation, runs_of
from training.services.evaluations import start_evaluation
from training.services.runs import start_run
from training.trainers import trainers
from training.trainers.base import TrainerSpec


class TrainerOut(serializers.Serializer[Any]):
    """A trainer and its parameters as a JSON schema."""

    name = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    data_type = serializers.CharField()
    tasks = serializers.ListField(child=serializers.CharField())
    families = serializers.ListField(child=serializers.CharField())
    parameters = serializers.DictField()
    missing = serializers.ListField(child=serializers.CharField())
    install = serializers.CharField(allow_blank=True)


class RunIn(StrictSerializer):
    """A run to be started."""

    version = serializers.CharField()
    trainer = serializers.CharField(max_length=60)
    params = serializers.DictField(default=dict)
    seed = serializers.IntegerField(default=0, min_value=0, max_value=2**31 - 1)
    question = serializers.CharField(max_length=64, allow_blank=True, default="")
    name = serializers.CharField(max_length=120, allow_blank=True, default="")


class RunOut(serializers.Serializer[Any]):
    """A run."""

    id = serializers.CharField()
    number = serializers.IntegerField()
    name = serializers.CharField()
    version = serializers.CharField()
    trainer = serializers.CharField()
    question = serializers.CharField()
    params = serializers.DictField()
    seed = serializers.IntegerField()
    state = serializers.ChoiceField(Run.State.choices)
    job = serializers.CharField(allow_null=True)
    labels = serializers.ListField(child=serializers.CharField())
    environment = serializers.DictField()
    cpu_seconds = serializers.FloatField(allow_null=True)
    peak_memory_bytes = serializers.IntegerField(allow_null=True)
    error = serializers.DictField(allow_null=True)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)


class MetricOut(serializers.Serializer[Any]):
    """One measured value."""

    split = serializers.CharField()
    name = serializers.CharField()
    step = serializers.IntegerField()
    value = serializers.FloatField()
    at = serializers.DateTimeField()


class ReportOut(serializers.Serializer[Any]):
    """The validation report of a run on its version."""

    run = serializers.CharField()
    version = serializers.CharField()
    evaluation = serializers.CharField()
    report = serializers.DictField()


class EvaluationIn(StrictSerializer):
    """A version on which the model of a run shall be measured too."""

    version = serializers.CharField()


def show_trainer(spec: TrainerSpec) -> dict[str, Any]:
    """Return a trainer as JSON."""
    return {
        "name": spec.name,
        "title": gettext(spec.title),
        "description": gettext(spec.description),
        "data_type": spec.data_type,
        "tasks": list(spec.tasks),
        "families": list(spec.families),
        "parameters": spec.parameter_schema(gettext),
        "missing": spec.missing(),
        "install": spec.missing_line,
    }


def show_run(run: Run) -> dict[str, Any]:
    """Return a run as JSON."""
    return {
        "id": run.oid,
        "number": run.number,
        "name": run.name,
        "version": run.version.oid,
        "trainer": run.trainer,
        "question": run.question,
        "params": run.params,
        "seed": run.seed,
        "state": run.state,
        "job": run.job.oid if run.job else None,
        "labels": run.labels,
        "environment": run.environment,
        "cpu_seconds": run.cpu_seconds,
        "peak_memory_bytes": run.peak_memory_bytes,
        "error": run.error,
        "created_at": run.created_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
    }


def show_metric(point: MetricPoint) -> dict[str, Any]:
    """Return a measured value as JSON."""
    return {
        "split": point.split,
        "name": point.name,
        "step": point.step,
        "value": point.value,
        "at": point.at,
    }


class TrainersView(APIView):
    """The trainers of this installation."""

    throttle_scope = "read"

    @extend_schema(responses=TrainerOut(many=True))
    def get(self, request: Request) -> Response:
        """List trainers with their parameters."""
        shown = [show_trainer(spec) for _name, spec in trainers.items()]
        return Response({"results": shown, "next": None})


class RunsView(APIView):
    """The runs of a project."""

    throttle_scope = "write"

    @extend_schema(responses=RunOut(many=True))
    def get(self, request: Request, project_id: str) -> Response:
        """List runs, newest first."""
        project = get_project_for(actor_of(request), project_id, Permission.VIEW)
        return paged(request, runs_of(project), show_run, newest_first=True)

    @extend_schema(request=RunIn, responses={202: shapes.JobOut})
    @idempotent
    def post(self, request: Request, project_id: str) -> Response:
        """Train on a frozen version. The job's report names the run."""
        actor = actor_of(request)
        project = get_project_for(actor, project_id, Permission.MANAGE)
        wanted = RunIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        version = get_version_for(actor, values.pop("version"), Permission.MANAGE)
        if version.dataset.project_id != project.pk:
            raise NotFound
        run = start_run(version=version, by=actor.user, **values)
        response = accepted(run.job) if run.job else Response(status=202)
        response.data["run"] = run.oid
        return response


class RunView(APIView):
    """One run."""

    throttle_scope = "read"

    @extend_schema(responses=RunOut)
    def get(self, request: Request, run_id: str) -> Response:
        """Return a run."""
        return Response(show_run(get_run_for(actor_of(request), run_id, Permission.VIEW)))


class RunMetricsView(APIView):
    """What a run has measured so far."""

    throttle_scope = "read"

    @extend_schema(responses=MetricOut(many=True))
    def get(self, request: Request, run_id: str) -> Response:
        """List measured values in the order in which they came."""
        run = get_run_for(actor_of(request), run_id, Permission.VIEW)
        return paged(request, run.metrics.all(), show_metric)


class RunReportView(APIView):
    """The validation report of a run."""

    throttle_scope = "read"

    @extend_schema(responses=ReportOut)
    def get(self, request: Request, run_id: str) -> Response:
        """Return the report on the version the run was trained on; 404 until it is there."""
        run = get_run_for(actor_of(request), run_id, Permission.VIEW)
        evaluation = own_evaluation(run)
        if evaluation is None:
            raise NotFound
        return Response(
            {
                "run": run.oid,
                "version": run.version.oid,
                "evaluation": evaluation.oid,
                "report": evaluation.report,
            }
        )


class RunEvaluationsView(APIView):
    """Measuring a run's model on another version."""

    throttle_scope = "write"

    @extend_schema(request=EvaluationIn, responses={202: shapes.JobOut})
    @idempotent
    def post(self, request: Request, run_id: str) -> Response:
        """Measure the model of a run on another version of the same dataset."""
        actor = actor_of(request)
        run = get_run_for(actor, run_id, Permission.MANAGE)
        wanted = EvaluationIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        version = get_version_for(actor, wanted.validated_data["version"], Permission.MANAGE)
        return accepted(start_evaluation(run=run, version=version, by=actor.user))
