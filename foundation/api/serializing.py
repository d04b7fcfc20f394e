"""The shape of what comes in: unknown keys are refused."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.fields import empty


class StrictSerializer(serializers.Serializer[Any]):
    """A serializer that says which keys it does not know. It never writes."""

    def run_validation(self, data: Any = empty) -> Any:
        """Validate as usual, after refusing keys that are not fields."""
        if isinstance(data, dict):
            unknown = sorted(str(key) for key in data if key not in self.fields)
            if unknown:
                text = _("This key is not known here.")
                raise serializers.ValidationError(
                    {key: serializers.ErrorDetail(text, code="unknown-key") for key in unknown}
                )
        return super().run_validation(data)
