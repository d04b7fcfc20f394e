"""The app that all others stand on; it knows nothing of data or labels."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class FoundationConfig(AppConfig):
    """Loads what each app registers, once all models are there."""

    name = "foundation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every app put its kinds of job and its periodic duties on the shelves."""
        autodiscover_modules("tasks", "job_kinds", "checks")
