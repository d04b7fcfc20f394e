"""Measures of agreement in words: what each is called, means, and why it may have no value."""

from typing import Any

from django.utils.translation import gettext as _

from annotate.pure.agreement.results import NO_WIDTH, REASONS, Agreement, at_most_differ
from annotate.queries.agreement import QuestionAgreement
from foundation.templatetags.words import number, percent

FIRST = 2
"""So many measures are shown at once, the others when they are asked for."""
ERROR_RATES = ("wer", "cer")
AREA_TYPES = ("boxes", "rotated_boxes", "polygons", "ellipses", "masks", "segments")


def measures_of(question: QuestionAgreement) -> dict[str, list[dict[str, Any]]]:
    """Return the measures of a question: those to read first, and more."""
    rows = [
        {
            "name": measure_name(question.type, key),
            "meaning": meaning_of(key),
            "figure": figure,
            "why": why_undefined(figure),
            "note": why_no_interval(figure, key),
        }
        for key, figure in question.measures.items()
    ]
    return {"first": rows[:FIRST], "more": rows[FIRST:]}


def why_undefined(figure: Agreement) -> str:
    """Return why a figure has no value; empty where it has one."""
    reason = REASONS.get(figure.reason_undefined, "")
    return _(reason) if reason else ""


def why_no_interval(figure: Agreement, key: str = "") -> str:
    """Return what full agreement without an interval leaves open; empty for any other figure.

    Of rates of errors 1 is not agreement: nothing is said of them.
    """
    is_full = figure.value is not None and figure.value > 1 - NO_WIDTH
    if not is_full or figure.low is not None or key in ERROR_RATES:
        return ""
    values = {"n": number(figure.n_items), "share": percent(at_most_differ(figure.n_items))}
    if figure.n_items == 1:
        return _("One item, on which people agree, is too few for an interval.")
    text = _("All %(n)s items agree, which gives no interval. Up to %(share)s may differ.")
    return text % values


def measure_name(type: str, key: str) -> str:
    """Return what a measure is called for a type of question."""
    places = {
        "boxes": _("Matched boxes, F1"),
        "spans": _("Equal spans, F1"),
        "relations": _("Equal relations, F1"),
    }
    is_area = type in AREA_TYPES
    names = {
        "percent": _("Same answer"),
        "cohen": _("Cohen's kappa"),
        "cohen_linear": _("Weighted kappa, linear"),
        "cohen_quadratic": _("Weighted kappa, quadratic"),
        "scott": _("Scott's pi"),
        "fleiss": _("Fleiss' kappa"),
        "krippendorff": _("Krippendorff's alpha"),
        "ac1": _("Gwet's AC1"),
        "ac2": _("Gwet's AC2, quadratic"),
        "icc_11": _("ICC(1,1)"),
        "icc_21": _("ICC(2,1)"),
        "icc_2k": _("ICC(2,k)"),
        "kendall_w": _("Kendall's W"),
        "kendall_tau": _("Kendall's tau"),
        "wer": _("Word error rate"),
        "cer": _("Character error rate"),
        "alpha_u": _("Unitising alpha"),
        "f1": places.get(type, _("Matched regions, F1")),
        "f1_overlap": _("Overlapping spans, F1"),
        "f1_close": _("Matched at 0.75, F1"),
        "overlap": _("Overlap of what matched") if is_area else _("Likeness of what matched"),
        "f1_mean": _("F1, mean of 0.5 to 0.95"),
        "closeness": _("Mean overlap (IoU)") if is_area else _("Mean likeness"),
        "oks": _("Object keypoint similarity (OKS)"),
        "alpha_places": _("Krippendorff's alpha of places"),
    }
    return names.get(key, key)


def meaning_of(key: str) -> str:
    """Return in one sentence what a measure tells."""
    meanings = {
        "percent": _("Share of pairs of answers that are equal; chance is not taken out."),
        "cohen": _("Two people, beyond chance, each with their own habits."),
        "cohen_linear": _("As Cohen's kappa; a label further away weighs more."),
        "cohen_quadratic": _("As Cohen's kappa; large differences weigh most."),
        "scott": _("Two people, beyond chance, with the same habits."),
        "fleiss": _("Any number of people, beyond chance; every item weighs the same."),
        "krippendorff": _("Any number of people and missing answers, beyond chance."),
        "ac1": _("Beyond chance; holds where one label is by far the commonest."),
        "ac2": _("As AC1; large differences weigh most."),
        "icc_11": _("One person's number, where each item has other people."),
        "icc_21": _("One person's number, where the same people answer all items."),
        "icc_2k": _("The mean of all people's numbers."),
        "kendall_w": _("Whether all people rank in one order: 0 none, 1 the same."),
        "kendall_tau": _("Every two rankings: 1 the same order, -1 the opposite."),
        "wer": _("Words to change between two texts, for each word written. Lower is better."),
        "cer": _("Characters to change, for each character written. Lower is better."),
        "alpha_u": _("Where units begin and end and what they are called, beyond chance."),
        "f1": _("Regions both marked, among all regions of both."),
        "f1_overlap": _("Any shared character is a match."),
        "f1_close": _("The same with a stricter rule for a match."),
        "overlap": _("How well the matched regions cover each other."),
        "f1_mean": _("The mean of the curve: falls with every edge that is drawn loosely."),
        "closeness": _("Of all regions of both; one that only one person marked counts 0."),
        "oks": _("How near joints are for their kind and the size of the skeleton; 1 the same."),
        "alpha_places": _(
            "One minus the distance within items over that between any two answers: 0 is chance."
        ),
    }
    return meanings.get(key, "")
