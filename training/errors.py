"""What can go wrong when models are trained."""

from django.utils.translation import gettext_lazy as _

from foundation.errors import Conflict, Invalid


class TrainerUnfit(Invalid):
    """The trainer cannot learn from this version, or is not installed here."""

    code = "trainer-unfit"
    title = _("This trainer does not fit")


class RunFailed(Invalid):
    """The trainer's process ended without a model."""

    code = "run-failed"
    title = _("The run ended without a model")


class NotComparable(Conflict):
    """Two evaluations do not stand on the same test split."""

    code = "not-comparable"
    title = _("These results cannot be compared")
