"""What a reviewer changed about an answer, in words."""

from typing import Any

from django.utils.translation import gettext as _

from annotate.pure.changes import what_changed
from datasets.models import SchemaRevision
from datasets.views.looks import Looks, look_of

Json = dict[str, Any]
MOST = 12
"""More lines than these are counted, not read."""


def changes_in_words(
    revision: SchemaRevision, before: Json, after: Json, looks: Looks
) -> list[str]:
    """Return a line for each change, the first of them where there are many."""

    def name(region: Json) -> str:
        if "label" in region:
            return str(look_of(revision, region["label"], looks)["name"])
        return str(region.get("value", region["question"]))

    changes = what_changed(before["regions"], after["regions"])
    lines = [
        _("%(before)s became %(after)s") % {"before": name(old), "after": name(new)}
        for old, new in changes.renamed
    ]
    lines += [_("added: %(name)s") % {"name": name(one)} for one in changes.added]
    lines += [_("removed: %(name)s") % {"name": name(one)} for one in changes.removed]
    lines += [_("changed in detail: %(name)s") % {"name": name(one)} for _old, one in changes.moved]
    if len(lines) > MOST:
        more = _("and %(n)d more changes") % {"n": len(lines) - MOST}
        return [*lines[:MOST], more]
    return lines or [_("nothing changed")]
