"""REST doors: single annotations. Lists of them belong to items, queues and exports."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets.api.shapes import AnnotationOut
from datasets.api.showing import show_annotation
from datasets.queries.access import get_annotation_for
from foundation.actor import Permission
from foundation.api.authentication import actor_of


class AnnotationView(APIView):
    """One annotation."""

    throttle_scope = "read"

    @extend_schema(responses=AnnotationOut)
    def get(self, request: Request, annotation_id: str) -> Response:
        """Return an annotation to its author and to those who may look at the work of others."""
        annotation = get_annotation_for(actor_of(request), annotation_id, Permission.VIEW)
        return Response(show_annotation(annotation))
