"""REST doors: holding all labels of a dataset against the rules of their schema."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets.api.showing import Shown
from datasets.models import RuleBreach, RuleCheck
from datasets.queries.access import get_dataset_for, get_rule_check_for, get_schema_for
from datasets.queries.rule_checks import LEVELS, breaches_of, rule_checks_of
from datasets.services.rule_checks import start_rule_check
from foundation.actor import Permission
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.paging import PAGE_PARAMETERS, page_of, paged
from foundation.api.serializing import StrictSerializer
from foundation.errors import Invalid, Place


class RuleCheckIn(StrictSerializer):
    """Which rules are checked, whether every annotation is looked at as well, and all of it anew.

    Without `anew`, only what changed after the check before is looked at.
    """

    schema = serializers.CharField()
    annotations = serializers.BooleanField(default=False)
    anew = serializers.BooleanField(default=False)


class RuleCheckOut(serializers.Serializer[Any]):
    """A check of rules. `figures` is empty until its job has ended.

    `since` is the check before it: what did not change after that (`figures.totals.kept` items)
    was not looked at again. Null where everything was.
    """

    id = serializers.CharField()
    dataset = serializers.CharField()
    schema = serializers.CharField()
    revision = serializers.IntegerField()
    annotations = serializers.BooleanField()
    since = serializers.CharField(allow_null=True)
    since_at = serializers.DateTimeField(allow_null=True)
    figures = serializers.DictField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    job = serializers.CharField(allow_null=True)


class BreachOut(serializers.Serializer[Any]):
    """One place where a document breaks a rule. `rule` counts from 1."""

    id = serializers.CharField()
    rule = serializers.IntegerField()
    level = serializers.ChoiceField(LEVELS)
    code = serializers.CharField()
    detail = serializers.CharField()
    item = serializers.CharField()
    key = serializers.CharField()
    annotation = serializers.CharField(allow_null=True)
    region = serializers.CharField(allow_blank=True)
    at = serializers.CharField()
    is_older = serializers.BooleanField()


def show_check(check: RuleCheck) -> Shown:
    """Return a check as JSON."""
    return {
        "id": check.oid,
        "dataset": check.dataset.oid,
        "schema": check.schema.oid,
        "revision": check.schema_revision.number,
        "annotations": check.with_annotations,
        "since": None if check.since is None else check.since.oid,
        "since_at": None if check.since is None else check.since.created_at,
        "figures": check.figures,
        "created_at": check.created_at,
        "finished_at": check.finished_at,
        "job": None if check.job is None else check.job.oid,
    }


def show_breach(breach: RuleBreach) -> Shown:
    """Return a broken rule as JSON."""
    return {
        "id": breach.oid,
        "rule": breach.rule + 1,
        "level": breach.level,
        "code": breach.code,
        "detail": _(breach.template) % breach.values,
        "item": breach.item.oid,
        "key": breach.item.key,
        "annotation": None if breach.annotation is None else breach.annotation.oid,
        "region": breach.region,
        "at": breach.path,
        "is_older": breach.is_older,
    }


class RuleChecksView(APIView):
    """The checks of a dataset."""

    throttle_scope = "write"

    @extend_schema(
        operation_id="datasets_rule_checks_list",
        parameters=PAGE_PARAMETERS,
        responses=page_of(RuleCheckOut),
    )
    def get(self, request: Request, dataset_id: str) -> Response:
        """List checks of rules, newest first."""
        dataset = get_dataset_for(actor_of(request), dataset_id, Permission.VIEW)
        return paged(request, rule_checks_of(dataset), show_check, newest_first=True)

    @extend_schema(request=RuleCheckIn, responses={202: RuleCheckOut})
    @idempotent
    def post(self, request: Request, dataset_id: str) -> Response:
        """Hold all accepted labels, and every annotation if wished, against the current rules."""
        actor = actor_of(request)
        dataset = get_dataset_for(actor, dataset_id, Permission.MANAGE)
        wanted = RuleCheckIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        schema = get_schema_for(actor, wanted.validated_data["schema"], Permission.VIEW)
        check = start_rule_check(
            dataset=dataset,
            schema=schema,
            by=actor.user,
            with_annotations=wanted.validated_data["annotations"],
            anew=wanted.validated_data["anew"],
        )
        location = f"/api/v1/jobs/{check.job.oid}" if check.job else ""
        return Response(show_check(check), status=202, headers={"Location": location})


class RuleCheckView(APIView):
    """One check of rules."""

    throttle_scope = "read"

    @extend_schema(responses=RuleCheckOut)
    def get(self, request: Request, check_id: str) -> Response:
        """Return a check with what was counted."""
        return Response(
            show_check(get_rule_check_for(actor_of(request), check_id, Permission.VIEW))
        )


class BreachesView(APIView):
    """What a check lists."""

    throttle_scope = "read"

    @extend_schema(
        parameters=[
            *PAGE_PARAMETERS,
            OpenApiParameter("rule", OpenApiTypes.INT, description="of one rule, from 1"),
            OpenApiParameter("level", OpenApiTypes.STR, enum=LEVELS),
        ],
        responses=page_of(BreachOut),
    )
    def get(self, request: Request, check_id: str) -> Response:
        """List where rules are broken; at most 20 of an item and 50,000 in all."""
        check = get_rule_check_for(actor_of(request), check_id, Permission.VIEW)
        rows = breaches_of(
            check, rule=_rule(request), level=_level(request.query_params.get("level", ""))
        )
        return paged(request, rows, show_breach)


def _rule(request: Request) -> int | None:
    text = request.query_params.get("rule", "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 5):
        detail = _("A rule is named by its place, from 1.")
        raise Invalid(detail, [Place("rule", "bad-number", detail)])
    return int(text) - 1


def _level(text: str) -> str:
    if text and text not in LEVELS:
        detail = _("One of: %(known)s.") % {"known": ", ".join(LEVELS)}
        raise Invalid(detail, [Place("level", "unknown-value", detail)])
    return text
