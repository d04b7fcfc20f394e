"""Stored files go out here, and only here: who asks is checked on every request."""

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from datasets.models import Asset
from datasets.queries.access import get_asset_for
from foundation.api.authentication import actor_of
from foundation.media import file_response


class MediaView(APIView):
    """One stored file of an item."""

    throttle_scope = "read"

    @extend_schema(responses={200: OpenApiTypes.BINARY})
    def get(self, request: Request, asset_id: str) -> HttpResponseBase:
        """Answer with the bytes, or part of them; from a bucket with a short-lived redirect."""
        asset = get_asset_for(actor_of(request), asset_id)
        return file_response(
            request._request,
            key=asset.storage_key,
            size=asset.size,
            media_type=asset.media_type,
            file_name=asset.file_name or asset.part,
            etag=asset.sha256,
            may_redirect=asset.part not in Asset.READ_BY_SCRIPTS,
        )
