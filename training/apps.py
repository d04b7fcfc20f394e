"""What learns from truth: runs, models, evaluations."""

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    """What learns from truth: runs, models, evaluations."""

    name = "training"
    default_auto_field = "django.db.models.BigAutoField"
