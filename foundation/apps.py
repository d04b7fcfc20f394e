"""The app that all others stand on; it knows nothing of data or labels."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class FoundationConfig(AppConfig):
    """Loads what each app registers, once all models are there."""

    name = "foundation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every app, then every plug-in, put kinds of job and duties on the shelves."""
        autodiscover_modules("tasks", "job_kinds", "checks")
        for module, shelf in (("foundation.jobs", "job_kinds"), ("foundation.clock", "duties")):
            getattr(import_module(module), shelf).load_plugins()
