"""When a day begins for who is asking."""

from datetime import datetime

from django.utils import timezone


def start_of_today() -> datetime:
    """Return the last midnight in the reader's zone."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
