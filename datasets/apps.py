"""The noun: items, schemas, annotations, truths and versions."""

from django.apps import AppConfig


class DatasetsConfig(AppConfig):
    """The noun: items, schemas, annotations, truths and versions."""

    name = "datasets"
    default_auto_field = "django.db.models.BigAutoField"
