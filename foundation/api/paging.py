"""Keyset pages: a `next` link and no counts, so that page 1,000 costs what page 1 costs."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from foundation.errors import Invalid, NotFound, Place
from foundation.opaque import decode_id, encode_id

Row = TypeVar("Row", bound=Model)
PAGE = 50
LARGEST_PAGE = 500


PAGE_PARAMETERS = [
    OpenApiParameter("limit", OpenApiTypes.INT, description="rows a page, 1 to 500"),
    OpenApiParameter("after", OpenApiTypes.STR, description="comes with the `next` link"),
]


@cache
def page_of(shape: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """Return the shape of a page of these, for the REST schema."""
    return inline_serializer(
        name=f"{shape.__name__}Page",
        fields={
            "results": shape(many=True),
            "next": serializers.URLField(allow_null=True),
        },
    )


def page_size(request: Request) -> int:
    """Return ?limit=, from 1 to 500; 50 without it."""
    text = request.query_params.get("limit", str(PAGE))
    if not text.isdecimal() or not 1 <= int(text) <= LARGEST_PAGE:
        detail = _("A whole number from 1 to %(most)d.") % {"most": LARGEST_PAGE}
        raise Invalid(places=[Place("limit", "out-of-range", detail)])
    return int(text)


def paged(
    request: Request,
    rows: QuerySet[Row],
    show: Callable[[Row], dict[str, Any]],
    *,
    newest_first: bool = False,
    order_by: str = "pk",
) -> Response:
    """Answer with one page of rows in the order of `order_by` (unique in the query).

    The cursor is opaque and holds the last row's value of a numeric `order_by`.
    """
    size = page_size(request)
    if "after" in request.query_params:
        last = cursor_of(request)
        rows = rows.filter(**{f"{order_by}__lt" if newest_first else f"{order_by}__gt": last})
    found = list(rows.order_by(f"-{order_by}" if newest_first else order_by)[: size + 1])
    shown = found[:size]
    more = len(found) > size
    return Response(
        {
            "results": [show(row) for row in shown],
            "next": next_link(request, int(getattr(shown[-1], order_by))) if more else None,
        }
    )


def cursor_of(request: Request) -> int:
    """Return the number in ?after=, 0 without it; Invalid for a text that is no cursor."""
    after = request.query_params.get("after")
    if after is None:
        return 0
    try:
        return decode_id("after", after)
    except NotFound:
        detail = _("Take the link of the page before as it is.")
        raise Invalid(places=[Place("after", "unknown-cursor", detail)]) from None


def next_link(request: Request, last: int) -> str:
    """Return the address of the page after the row with this number."""
    query = request.query_params.dict()
    query["after"] = encode_id("after", last)
    return request.build_absolute_uri(f"{request.path}?{urlencode(query)}")
