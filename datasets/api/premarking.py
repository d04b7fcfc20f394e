"""REST door: marks offered for what the patterns of a label schema find."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets.queries.access import get_dataset_for, get_schema_for
from datasets.services.premarking import start_premarking
from foundation.actor import Permission
from foundation.api import shapes
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.jobs import accepted
from foundation.api.serializing import StrictSerializer


class PremarkIn(StrictSerializer):
    """Which label schema's patterns are looked for."""

    schema = serializers.CharField()


class PremarkView(APIView):
    """Marks by patterns for a whole dataset."""

    throttle_scope = "write"

    @extend_schema(request=PremarkIn, responses={202: shapes.JobOut})
    @idempotent
    def post(self, request: Request, dataset_id: str) -> Response:
        """Suggest a region for every hit of the patterns of a schema's labels, in all items.

        What patterns of this schema had found before is replaced. Nothing becomes an answer.
        """
        actor = actor_of(request)
        dataset = get_dataset_for(actor, dataset_id, Permission.MANAGE)
        wanted = PremarkIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        schema = get_schema_for(actor, wanted.validated_data["schema"], Permission.VIEW)
        return accepted(start_premarking(dataset=dataset, schema=schema, by=actor.user))
