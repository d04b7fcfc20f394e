"""The verb: queues, tasks, assignments, answers, reviews and quality."""

from django.apps import AppConfig


class AnnotateConfig(AppConfig):
    """The verb: queues, tasks, assignments, answers, reviews and quality."""

    name = "annotate"
    default_auto_field = "django.db.models.BigAutoField"
