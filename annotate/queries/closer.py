"""A closer look at the answers to one question: how near places and numbers are, and since when.

Read only where somebody asks for it: it costs all answers once, in a fixed number of statements.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _

from annotate.models import Answer, Stage
from annotate.pure.agreement.alpha import krippendorff_alpha
from annotate.pure.agreement.answers import collect_answers
from annotate.pure.agreement.closeness import (
    THRESHOLDS,
    closeness_alpha,
    compare_closely,
    f1_curve,
    mean_f1,
)
from annotate.pure.agreement.comparing import Difference, difference
from annotate.pure.agreement.intraclass import Differences, bland_altman
from annotate.pure.agreement.keypoints import oks_likeness
from annotate.pure.agreement.pair_scores import mean_agreement
from annotate.pure.agreement.places import compare_places, f1_scores
from annotate.pure.agreement.results import Agreement
from annotate.pure.conduct.position import Position, position_of
from annotate.queries.marks import is_placed, thresholds_of
from annotate.queries.measured import of_rankings, of_texts
from annotate.queries.said import Table
from annotate.queries.subjects import Subject
from datasets.models import Annotation
from datasets.pure.conversation import BETTER
from datasets.pure.region_likeness import likeness
from foundation.errors import Invalid, Place

KEPT_SECONDS = 24 * 3600
MOST_PAIRS = 8
MOST_WEEKS = 26
Figures = dict[str, Agreement]


@dataclass(frozen=True, slots=True)
class Numbers:
    """How the numbers of two people differ; `points` are item, and what each of them said."""

    first: int
    second: int
    differences: Differences
    points: list[tuple[int, float, float]]


@dataclass(frozen=True, slots=True)
class Group:
    """The first figure of a question for some of its answers, and the change since those before."""

    name: Any
    figure: Agreement
    since: Difference


@dataclass(frozen=True, slots=True)
class Closer:
    """What a closer look shows; a list is empty where a question has no such thing."""

    question: str
    title: str
    type: str
    annotators: dict[int, str]
    curve: list[tuple[float, Agreement]] = field(default_factory=list)
    measures: Figures = field(default_factory=dict)
    numbers: list[Numbers] = field(default_factory=list)
    positions: list[tuple[int, Position]] = field(default_factory=list)
    """How often each person picked what was shown first, the most one-sided first."""
    weeks: list[Group] = field(default_factory=list)
    """By the Monday of the week in which the last answer to an item came."""
    revisions: list[Group] = field(default_factory=list)
    """By the revision of the guideline that answers were given under."""


def closer_look(subject: Subject, name: str = "") -> Closer:
    """Return a closer look at a question of a subject, the first one by itself.

    Raises Invalid where there is no such question.
    """
    key = f"annotate/closer/3/{subject.stamp()}/{subject.revision.pk}/{name}"
    found: Closer | None = cache.get(key)
    if found is None:
        found = _look(subject, name)
        cache.set(key, found, KEPT_SECONDS)
    return found


def _look(subject: Subject, name: str) -> Closer:
    said = subject.said()
    table = next((one for one in said.tables if name in ("", one.question.name)), None)
    if table is None:
        detail = _("The label schema asks no such question that can be compared.")
        raise Invalid(detail, [Place("question", "unknown-question", detail)])
    question = table.question
    weeks, revisions = _groups(subject, table)
    look = Closer(
        question.name,
        question.title,
        question.type,
        said.names,
        numbers=_numbers(table) if question.type in ("number", "rating") else [],
        positions=_positions(table),
        weeks=weeks,
        revisions=revisions,
    )
    if is_placed(question) and question.type != "relations":
        look.curve.extend(_places(table, look.measures))
    return look


def _places(table: Table, measures: Figures) -> list[tuple[float, Agreement]]:
    answers = list(table.places.values())
    compared = compare_places(answers, THRESHOLDS)
    is_skeleton = table.question.type == "skeletons"
    closely = compare_closely(answers, oks_likeness if is_skeleton else likeness)
    measures["f1_mean"] = mean_f1(compared)
    measures["oks" if is_skeleton else "closeness"] = mean_agreement(closely.scores)
    measures["alpha_places"] = closeness_alpha(closely)
    return f1_curve(compared)


def _numbers(table: Table) -> list[Numbers]:
    """Every two people who share items, those who share most first."""
    by_item: dict[Any, dict[int, float]] = {}
    for item, annotator, value in table.rows():
        by_item.setdefault(item, {})[annotator] = float(value)
    shared: Counter[tuple[int, int]] = Counter()
    for values in by_item.values():
        shared.update(combinations(sorted(values), 2))
    return [_between(by_item, *pair) for pair, _n in shared.most_common(MOST_PAIRS)]


def _between(by_item: dict[Any, dict[int, float]], first: int, second: int) -> Numbers:
    points = [
        (item[0] if isinstance(item, tuple) else item, values[first], values[second])
        for item, values in by_item.items()
        if first in values and second in values
    ]
    found = bland_altman([one for _item, one, _o in points], [one for _item, _o, one in points])
    return Numbers(first, second, found, points)


def _positions(table: Table) -> list[tuple[int, Position]]:
    picks: dict[int, list[tuple[str, str]]] = {}
    for key, shown in table.shown.items():
        best = table.labels[key].split(BETTER)[0]  # of pairs there is nothing behind it
        picks.setdefault(key[1], []).append((best, shown))
    found = [(who, position_of(many)) for who, many in sorted(picks.items())]
    return sorted(((who, one) for who, one in found if one is not None), key=lambda pair: pair[1].p)


# Since when


def _groups(subject: Subject, table: Table) -> tuple[list[Group], list[Group]]:
    """The first figure by week, and by revision of the guideline."""
    made = _made(subject)
    newest: dict[int, date] = {}
    for (item, _who), (day, _revision) in made.items():
        newest[item] = max(day, newest.get(item, day))
    weeks = {item: day - timedelta(days=day.weekday()) for item, day in newest.items()}
    by_week = split_table(table, lambda item, _who: weeks.get(item))
    by_revision = split_table(table, lambda item, who: made.get((item, who), (None, None))[1])
    has_revisions = len(by_revision) > 1
    return (
        _compared(by_week)[-MOST_WEEKS:],
        _compared(by_revision) if has_revisions else [],
    )


def _made(subject: Subject) -> dict[tuple[int, int], tuple[date, int | None]]:
    """When each person last answered an item, and under which revision. One statement."""
    if subject.queue is not None:
        answers = Answer.objects.filter(
            task__queue=subject.queue, assignment__stage=Stage.ANNOTATE, is_extra=False
        )
        rows: Iterable[Any] = answers.order_by("pk").values_list(
            "annotation__item",
            "annotation__annotator",
            "annotation__created_at",
            "guideline_revision__number",
        )
    else:
        said = Annotation.objects.filter(
            item__dataset=subject.dataset, schema_revision__schema=subject.schema
        )
        listed = said.order_by("pk").values_list("item", "annotator", "created_at")
        rows = ((*row, None) for row in listed)
    return {(item, who): (timezone.localdate(at), number) for item, who, at, number in rows}


def split_table(
    table: Table, group_of: Callable[[int, int], Hashable | None]
) -> dict[Hashable, Table]:
    """Return the answers of each group; what has no group is left out."""
    found: dict[Hashable, Table] = {}
    for name in ("labels", "places"):
        for (item, who), answer in getattr(table, name).items():
            group = group_of(item[0] if isinstance(item, tuple) else item, who)
            if group is not None:
                part = found.setdefault(group, Table(table.question))
                getattr(part, name)[item, who] = answer
    return found


def _compared(parts: dict[Any, Table]) -> list[Group]:
    groups: list[Group] = []
    for name in sorted(parts):
        figure = first_figure(parts[name])
        before = groups[-1].figure if groups else None
        since = difference(before, figure) if before else Difference(None)
        groups.append(Group(name, figure, since))
    return groups


def first_figure(table: Table) -> Agreement:
    """Return the figure that stands first for a question, without the others."""
    kind = table.question.type
    if is_placed(table.question):
        compared = compare_places(table.places.values(), thresholds_of(table.question)[:1])
        return mean_agreement(f1_scores(compared))
    if kind == "text":
        return of_texts(table)["wer"]
    if kind == "ranking":
        labels = sorted(set(table.labels.values()), key=str)
        return of_rankings(table, collect_answers(table.rows(), labels))["kendall_w"]
    if kind in ("rating", "number"):
        answers = collect_answers(table.rows(), sorted(set(table.labels.values())))
        return krippendorff_alpha(answers, "ordinal" if kind == "rating" else "interval")
    if kind == "choices":
        sets = sorted(set(table.labels.values()), key=sorted)
        return krippendorff_alpha(collect_answers(table.rows(), sets))
    return krippendorff_alpha(collect_answers(table.rows()))
