"""JSON out, quickly."""

from collections.abc import Mapping
from typing import Any

import orjson
from django.utils.functional import Promise
from rest_framework.renderers import BaseRenderer


def _plain(value: object) -> str:
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"cannot write {type(value).__name__} as JSON")


def write(data: Any) -> bytes:
    """Return data as JSON in UTF-8; times in UTC end in Z."""
    return orjson.dumps(data, default=_plain, option=orjson.OPT_UTC_Z)


class OrjsonRenderer(BaseRenderer):
    """Write JSON with orjson; problem details keep their own media type."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the bytes of `data`; nothing for an answer without a body."""
        return b"" if data is None else write(data)
