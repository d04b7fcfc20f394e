"""Names that people give: checked once, for every service that takes one."""

from django.utils.translation import gettext as _

from datasets.pure.text_rules import check_text
from foundation.errors import Invalid, Place

LONGEST_NAME = 120


def clean_name(name: str, at: str) -> str:
    """Return a name without white space around it. Raises Invalid at the place `at`."""
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        detail = _("From 1 to %(most)d characters.") % {"most": LONGEST_NAME}
        raise Invalid(places=[Place(at, "out-of-range", detail)])
    if check_text(name) is not None or not name.isprintable():
        detail = _("A name has no line breaks and no control characters.")
        raise Invalid(places=[Place(at, "unusable-text", detail)])
    return name
