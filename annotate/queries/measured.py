"""The measures that fit each kind of answer, the one that says most first."""

from collections.abc import Mapping
from typing import Any

from django.db.models.functions import Length

from annotate.pure.agreement.alpha import Level, krippendorff_alpha
from annotate.pure.agreement.answers import Answers
from annotate.pure.agreement.gwet import gwet_ac
from annotate.pure.agreement.intraclass import intraclass
from annotate.pure.agreement.kappa import cohen_kappa, fleiss_kappa, percent_agreement
from annotate.pure.agreement.rankings import ranking_agreement
from annotate.pure.agreement.results import Agreement
from annotate.pure.agreement.tally import Tally
from annotate.pure.agreement.transcripts import error_rate
from annotate.pure.agreement.two_people import pair_counts, scott_pi, weighted_kappa
from annotate.pure.agreement.unitising import Continuum, alpha_of_units
from annotate.queries.said import Table
from datasets.models import ItemContent
from datasets.pure.conversation import BETTER, EQUAL

CHUNK = 5000
Measures = dict[str, Agreement]


def of_classes(answers: Answers | Tally, level: Level = "nominal") -> Measures:
    """Labels: alpha first, then what other fields ask for."""
    counts = answers.pair_counts() if isinstance(answers, Tally) else pair_counts(answers)
    return {
        "krippendorff": krippendorff_alpha(answers, level),
        "percent": percent_agreement(answers),
        "fleiss": fleiss_kappa(answers),
        "ac1": gwet_ac(answers),
        "cohen": cohen_kappa(counts),
        "scott": scott_pi(counts),
    }


def of_ordered(table: Table, answers: Answers, level: Level) -> Measures:
    """Ratings and numbers: how far apart answers are counts."""
    counts, rows = pair_counts(answers), table.rows()
    return {
        **of_classes(answers, level),
        "ac2": gwet_ac(answers, "quadratic"),
        "cohen_linear": weighted_kappa(counts, "linear"),
        "cohen_quadratic": weighted_kappa(counts, "quadratic"),
        "icc_11": intraclass(rows, "1,1"),
        "icc_21": intraclass(rows, "2,1"),
        "icc_2k": intraclass(rows, "2,k"),
    }


def of_rankings(table: Table, answers: Answers) -> Measures:
    """Rankings: concordance of all, and of every two; then whether they are the same."""
    ranked = [
        [[group.split(EQUAL) for group in said.split(BETTER)] for said in texts.values()]
        for texts in _by_item(table).values()
    ]
    concordance, tau = ranking_agreement(ranked)
    return {"kendall_w": concordance, "kendall_tau": tau, **of_classes(answers)}


def of_texts(table: Table) -> Measures:
    """Free text and transcripts: what must change to make one text another."""
    texts = list(_by_item(table).values())
    return {"wer": error_rate(texts, "word"), "cer": error_rate(texts, "character")}


def _by_item(table: Table) -> Mapping[Any, dict[Any, str]]:
    found: dict[Any, dict[Any, str]] = {}
    for item, annotator, said in table.rows():
        found.setdefault(item, {})[annotator] = str(said)
    return found


def of_units(table: Table) -> Measures:
    """Spans in plain texts: Krippendorff's alpha for units; nothing where texts have no length."""
    lengths = _lengths(sorted({item for item, _annotator in table.places}))
    by_item: dict[Any, list[dict[Any, list[tuple[float, float]]]]] = {}
    for (item, _annotator), answer in table.places.items():
        units: dict[Any, list[tuple[float, float]]] = {}
        for mark in answer.marks:
            starts = [mark.at.start, *(end for _start, end in mark.at.gaps)]
            ends = [*(start for start, _end in mark.at.gaps), mark.at.end]
            units.setdefault(mark.label, []).extend(zip(starts, ends, strict=True))
        by_item.setdefault(item, []).append(units)
    texts = [Continuum(lengths[item], said) for item, said in by_item.items() if item in lengths]
    return {"alpha_u": alpha_of_units(texts)} if texts else {}


def _lengths(items: list[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for start in range(0, len(items), CHUNK):
        contents = ItemContent.objects.filter(item__in=items[start : start + CHUNK])
        contents = contents.filter(text__isnull=False)
        found |= dict(contents.values_list("item", Length("text")))
    return found
