"""How well people agree in a queue or a dataset: by question, by label, by pair, and on gold."""

import math
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from django.core.cache import cache
from django.db.models import Avg, Count, Q

from annotate.models import GoldCheck, Queue
from annotate.pure.agreement.alpha import Level
from annotate.pure.agreement.answers import Answers, collect_answers
from annotate.pure.agreement.breakdown import (
    Meetings,
    agreement_by_label,
    agreement_of_sets,
    confused_labels,
    equal_label_table,
    kappa_table,
    meetings_of,
)
from annotate.pure.agreement.disputes import SHOWN, Ranked
from annotate.pure.agreement.pair_scores import (
    PairScores,
    PairTable,
    equal_label_scores,
    mean_agreement,
    pair_table,
)
from annotate.pure.agreement.places import compare_places, f1_scores, overlap_scores
from annotate.pure.agreement.results import Agreement
from annotate.pure.agreement.tally import Tally
from annotate.pure.gold import GoldScore, count_score
from annotate.queries.counted import counts_of, is_counted, said_about
from annotate.queries.marks import THRESHOLDS, thresholds_of
from annotate.queries.measured import of_classes, of_ordered, of_rankings, of_texts, of_units
from annotate.queries.said import (
    COMPARED,
    Key,
    Said,
    Table,
    said_in_dataset,
    said_in_queue,
    stamp_of_dataset,
    stamp_of_queue,
)
from datasets.models import Dataset, LabelSchema
from datasets.pure.schema_rules import PLACED_TYPES, Question, Schema
from datasets.queries.schemas import current_revision, schema_of
from foundation.models import Annotator

MOST_PAIRS = 300
MOST_DISPUTED = SHOWN
KEPT_SECONDS = 24 * 3600
LONGEST_SAID = 120


@dataclass(frozen=True, slots=True)
class Pair:
    """How alike two annotators are: the score of what they share, and beyond chance if known."""

    first: int
    second: int
    items: int
    score: float
    kappa: float | None = None


@dataclass(frozen=True, slots=True)
class Disputed:
    """An item on which people differ, and the share of pairs of answers that are alike."""

    item: int
    score: float
    answers: list[tuple[int, str]]
    """Annotator, and what they said in short."""


@dataclass(frozen=True, slots=True)
class QuestionAgreement:
    """The figures of one question. `confused` counts pairs of answers with two labels."""

    question: str
    title: str
    type: str
    measures: dict[str, Agreement]
    by_label: dict[str, Agreement] = field(default_factory=dict)
    pairs: list[Pair] = field(default_factory=list)
    confused: list[tuple[str, str, int]] = field(default_factory=list)
    disputed: list[Disputed] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class GoldResult:
    """One annotator on gold: how often right to the full, and the mean of the scores."""

    annotator: int
    name: str
    score: GoldScore
    mean: float


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """How well people agree. `annotators` gives the names behind the numbers."""

    items: int
    answers: int
    annotators: dict[int, str]
    questions: list[QuestionAgreement]
    gold: list[GoldResult] = field(default_factory=list)


def agreement_of_queue(queue: Queue) -> AgreementReport:
    """Return the agreement in a queue, computed anew when somebody wrote something since."""
    schema = schema_of(queue.schema_revision)

    def compute() -> AgreementReport:
        return _counted(queue, schema) or _report(
            said_in_queue(queue, schema), gold_of_queue(queue)
        )

    key = f"annotate/agreement/4/queue/{stamp_of_queue(queue)}/{queue.schema_revision_id}"
    return _kept(key, compute)


def agreement_of_dataset(dataset: Dataset, schema: LabelSchema) -> AgreementReport:
    """Return the agreement about a dataset under a schema, imported answers included."""
    revision = current_revision(schema)

    def compute() -> AgreementReport:
        return _report(said_in_dataset(dataset, schema, schema_of(revision)), [])

    key = f"annotate/agreement/4/dataset/{stamp_of_dataset(dataset)}/{revision.pk}"
    return _kept(key, compute)


def _kept(key: str, compute: Callable[[], AgreementReport]) -> AgreementReport:
    report: AgreementReport | None = cache.get(key)
    if report is None:
        report = compute()
        cache.set(key, report, KEPT_SECONDS)
    return report


def gold_of_queue(queue: Queue) -> list[GoldResult]:
    """Return how each annotator of a queue does on gold, most answers first."""
    rows = (
        GoldCheck.objects.filter(queue=queue)
        .values_list("annotator_id", "annotator__name")
        .annotate(n=Count("pk"), right=Count("pk", filter=Q(score__gte=1.0)), mean=Avg("score"))
        .order_by("-n", "annotator_id")
    )
    return [GoldResult(pk, name, count_score(right, n), mean) for pk, name, n, right, mean in rows]


def _report(said: Said, gold: list[GoldResult]) -> AgreementReport:
    return AgreementReport(
        items=said.items,
        answers=said.answers,
        annotators=said.names,
        questions=[_MEASURES[table.question.type](table) for table in said.tables],
        gold=gold,
    )


def _counted(queue: Queue, schema: Schema) -> AgreementReport | None:
    """Return the report from counts alone, where all questions allow that."""
    if not is_counted(schema, COMPARED):
        return None
    questions = [question for question in schema.questions if question.type in COMPARED]
    counts = counts_of(queue, questions)
    if counts is None:
        return None
    people = Annotator.objects.filter(pk__in=counts.people).values_list("pk", "name")
    return AgreementReport(
        items=counts.items,
        answers=counts.answers,
        annotators=dict(people),
        questions=[
            _class_figures(question, tally, _most_disputed(queue, question, disputes.rows))
            for question, tally, disputes in zip(
                questions, counts.tallies, counts.disputes, strict=True
            )
        ],
        gold=gold_of_queue(queue),
    )


def _most_disputed(queue: Queue, question: Question, rows: list[Ranked]) -> list[Disputed]:
    shown = rows[:MOST_DISPUTED]
    said = said_about(queue, question, [item for _score, _n, item in shown])
    return [
        Disputed(item, score, [(who, said_in_short(label)) for who, label in said.get(item, [])])
        for score, _n, item in shown
    ]


# By type of question


def _class_figures(
    question: Question, answers: Answers | Tally, disputed: list[Disputed]
) -> QuestionAgreement:
    """Labels, one or several, from answers or from counts of them."""
    met = answers.meetings() if isinstance(answers, Tally) else meetings_of(answers)
    is_set = question.type == "choices"
    by_label = agreement_of_sets(answers) if is_set else agreement_by_label(answers)
    return QuestionAgreement(
        question.name,
        question.title,
        question.type,
        of_classes(answers),
        by_label=_named(by_label),
        pairs=_pairs(equal_label_table(met), None if is_set else kappa_table(met)),
        confused=[] if is_set else _confused(met),
        disputed=disputed,
    )


def _choice(table: Table) -> QuestionAgreement:
    labels = sorted(set(table.labels.values()), key=str)
    answers = collect_answers(table.rows(), labels)
    figures = _class_figures(table.question, answers, _disputed(table.labels))
    if table.question.type == "ranking":
        return replace(figures, measures=of_rankings(table, answers))
    return figures


def _ordered(table: Table) -> QuestionAgreement:
    """Ratings and numbers: how far apart answers are counts, too."""
    values = sorted(set(table.labels.values()))
    answers = collect_answers(table.rows(), values)
    level: Level = "ordinal" if table.question.type == "rating" else "interval"
    return _figures(
        table,
        of_ordered(table, answers, level),
        pairs=_pairs(pair_table(equal_label_scores(answers))),
        disputed=_disputed(table.labels),
    )


def _choices(table: Table) -> QuestionAgreement:
    sets = sorted(set(table.labels.values()), key=sorted)
    return _class_figures(
        table.question, collect_answers(table.rows(), sets), _disputed(table.labels)
    )


def _places(table: Table) -> QuestionAgreement:
    """Places of all kinds: F1 of what matches, the same by a stricter rule, and the overlap."""
    compared = compare_places(table.places.values(), thresholds_of(table.question))
    scores = f1_scores(compared)
    measures = {"f1": mean_agreement(scores)}
    if table.question.type in THRESHOLDS:
        measures["f1_overlap"] = mean_agreement(f1_scores(compared, 1))
        measures |= of_units(table)
    else:
        measures["f1_close"] = mean_agreement(f1_scores(compared, 1))
        measures["overlap"] = mean_agreement(overlap_scores(compared))
    return _figures(
        table,
        measures,
        by_label={
            label: mean_agreement(f1_scores(compared, label=label)) for label in _labels_of(table)
        },
        pairs=_pairs(pair_table(scores)),
        disputed=_disputed_places(table, scores),
    )


def _text(table: Table) -> QuestionAgreement:
    return _figures(table, of_texts(table), disputed=_disputed(table.labels))


_MEASURES: dict[str, Callable[[Table], QuestionAgreement]] = {
    "choice": _choice,
    "choices": _choices,
    "rating": _ordered,
    "number": _ordered,
    "pairwise": _choice,
    "ranking": _choice,
    "text": _text,
    **dict.fromkeys(PLACED_TYPES, _places),
}


def _figures(table: Table, measures: dict[str, Agreement], **more: Any) -> QuestionAgreement:
    question = table.question
    return QuestionAgreement(question.name, question.title, question.type, measures, **more)


def _named(figures: Mapping[Hashable, Agreement]) -> dict[str, Agreement]:
    return {str(label): figure for label, figure in figures.items()}


def _labels_of(table: Table) -> list[str]:
    return sorted({str(mark.label) for answer in table.places.values() for mark in answer.marks})


# Who and what


def _pairs(scores: PairTable, kappas: PairTable | None = None) -> list[Pair]:
    """Return the pairs who share items, those who share most first."""
    firsts, seconds = np.nonzero(np.triu(scores.items, 1))
    order = np.argsort(-scores.items[firsts, seconds], kind="stable")[:MOST_PAIRS]
    pairs = []
    for n in order:
        row, column = int(firsts[n]), int(seconds[n])
        kappa = None if kappas is None else float(kappas.values[row, column])
        pairs.append(
            Pair(
                int(str(scores.annotators[row])),
                int(str(scores.annotators[column])),
                int(scores.items[row, column]),
                float(scores.values[row, column]),
                None if kappa is None or math.isnan(kappa) else kappa,
            )
        )
    return pairs


def _confused(met: Meetings) -> list[tuple[str, str, int]]:
    """Return the pairs of different labels that met on an item, most often first."""
    table = confused_labels(met)
    rows, columns = np.nonzero(np.triu(table.counts, 1))
    found = [
        (str(table.labels[row]), str(table.labels[column]), int(table.counts[row, column]))
        for row, column in zip(rows, columns, strict=True)
    ]
    return sorted(found, key=lambda one: -one[2])


def _disputed(labels: Mapping[Key, Any]) -> list[Disputed]:
    by_item: dict[Any, list[tuple[int, Any]]] = {}
    for (item, annotator), label in labels.items():
        by_item.setdefault(item, []).append((annotator, label))
    found = []
    for item, said in by_item.items():
        n = len(said)
        counts = Counter(label for _annotator, label in said).values()
        if len(counts) > 1:
            score = sum(k * (k - 1) for k in counts) / (n * (n - 1))
            found.append((score, -n, item))
    found.sort()
    return [
        Disputed(
            item[0] if isinstance(item, tuple) else item,  # a turn is disputed with its item
            score,
            [(who, said_in_short(label)) for who, label in by_item[item]],
        )
        for score, _n, item in found[:MOST_DISPUTED]
    ]


def _disputed_places(table: Table, scores: PairScores) -> list[Disputed]:
    items = list(dict.fromkeys(item for item, _annotator in table.places))
    if not len(scores.score):
        return []
    sums = np.bincount(scores.item, scores.score, minlength=len(items))
    counts = np.bincount(scores.item, minlength=len(items))
    means = np.divide(sums, counts, out=np.ones(len(items)), where=counts > 0)
    found = []
    for code in np.argsort(means, kind="stable")[:MOST_DISPUTED]:
        if means[code] < 1:
            said = [
                (annotator, str(len(answer.marks)))
                for (item, annotator), answer in table.places.items()
                if item == items[code]
            ]
            found.append(Disputed(items[code], float(means[code]), said))
    return found


def said_in_short(label: Any) -> str:
    """Return what somebody said in a line."""
    said = ", ".join(sorted(label)) if isinstance(label, frozenset) else str(label)
    return said if len(said) <= LONGEST_SAID else said[: LONGEST_SAID - 1] + "…"
