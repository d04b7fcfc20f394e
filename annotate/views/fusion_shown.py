"""Merged places on pages: what is proposed, and where to look first."""

from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotate.models import TruthEstimate
from annotate.queries.estimates import read_rows
from annotate.queries.fusing import FUSION, MOST_TO_SHOW
from datasets.queries.lists import items_with_tiles
from datasets.views.shown import tiles_of
from foundation.templatetags.words import number, percent

Json = dict[str, Any]


def of_estimate(found: TruthEstimate, names: dict[int, str]) -> Json:
    """Return what the page of a fusion shows."""
    figures = found.figures
    return {
        "headline": _headline(figures),
        "gold_headline": _gold(figures),
        "people": [
            {
                "name": names.get(one["annotator"], ""),
                "answers": one["answers"],
                "f1": one["skill"]["f1"],
            }
            for one in figures["people"]
        ],
        "doubtful": _doubtful(found),
    }


def _headline(figures: Json) -> Json:
    if not figures["items"]:
        return {"answer": _("Not known yet"), "small": "", "reason": _("Nobody has answered yet.")}
    left = figures["left_out"]
    values = {"n": number(left), "items": number(figures["items"])}
    reason = ngettext(
        "%(n)s place that too few people marked is left out.",
        "%(n)s places that too few people marked are left out.",
        left,
    )
    return {
        "answer": number(figures["regions"]),
        "small": _("in %(items)s items") % values,
        "reason": reason % values,
    }


def _gold(figures: Json) -> Json:
    gold = figures["methods"][0]["gold"]
    if not gold["total"]:
        reason = _("No item has both answers and a truth from elsewhere. Gold would tell.")
        return {"answer": _("Not known yet"), "reason": reason}
    reason = _("Mean F1 of the merged places beside %(n)s known truths.")
    return {
        "answer": percent(gold["right"] / gold["total"]),
        "reason": reason % {"n": number(gold["total"])},
    }


def _doubtful(found: TruthEstimate) -> list[Json]:
    """Return the items whose most doubtful region is doubted most; sure ones are left out."""
    rows = read_rows(found)
    sure = rows.confidence[FUSION]
    order = [int(at) for at in np.argsort(sure, kind="stable")[:MOST_TO_SHOW] if sure[at] < 1]
    listed = [(rows.likeliest(FUSION, at), rows.regions or [], at) for at in order]
    items = items_with_tiles([one.item for one, _regions, _at in listed])
    tiles = dict(zip((item.pk for item in items), tiles_of(items), strict=True))
    return [
        {
            "tile": tiles[one.item],
            "count": len(regions[at]),
            "is_tied": one.regions is None,
            "confidence": one.confidence,
        }
        for one, regions, at in listed
        if one.item in tiles
    ]
