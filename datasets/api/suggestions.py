"""REST door: what a model outside says of items that are here."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets.queries.access import get_dataset_for, get_schema_for
from datasets.queries.schemas import current_revision
from datasets.services.suggestions import LONGEST_SOURCE, suggest_by_key
from datasets.services.uploads import check_schema
from foundation.actor import Permission
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.serializing import StrictSerializer
from foundation.errors import Invalid, Place

MOST = 500


class OfferIn(StrictSerializer):
    """The regions that are suggested for the item with this key."""

    key = serializers.CharField()
    regions = serializers.JSONField()
    confidences = serializers.ListField(required=False, allow_null=True, default=None)


class SuggestionsIn(StrictSerializer):
    """Suggestions of one source under one label schema."""

    schema = serializers.CharField()
    source = serializers.CharField(max_length=LONGEST_SOURCE)  # type: ignore[assignment]
    suggestions = OfferIn(many=True, allow_empty=False)


class SuggestionsTakenOut(serializers.Serializer[Any]):
    """How many were taken, those that were known included."""

    suggestions = serializers.IntegerField()


class SuggestionsView(APIView):
    """Suggestions for items of a dataset."""

    throttle_scope = "write"

    @extend_schema(request=SuggestionsIn, responses=SuggestionsTakenOut)
    @idempotent
    def post(self, request: Request, dataset_id: str) -> Response:
        """Suggest regions for at most 500 items that are here, by their keys; all or none.

        `regions` is a document, or just a label; `confidences` says how sure the source is of each
        region, 0 to 1, in their order. The same from the same source is kept once.
        """
        actor = actor_of(request)
        dataset = get_dataset_for(actor, dataset_id, Permission.PUSH)
        wanted = SuggestionsIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        given = wanted.validated_data
        schema = get_schema_for(actor, given["schema"], Permission.PUSH)
        check_schema(dataset, schema)
        if len(given["suggestions"]) > MOST:
            detail = _("At most %(most)d at a time.") % {"most": MOST}
            raise Invalid(detail, [Place("suggestions", "too-many", detail)])
        taken = suggest_by_key(
            dataset=dataset,
            said=[(one["key"], one["regions"], one["confidences"]) for one in given["suggestions"]],
            schema_revision=current_revision(schema),
            source=given["source"],
        )
        return Response({"suggestions": taken})
