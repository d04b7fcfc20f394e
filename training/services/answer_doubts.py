"""Lists of answers that a source of suggestions has reason to doubt, made by a job."""

import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from annotate.pure.label_errors_kinds import doubt_numbers
from datasets.models import Dataset, Item, LabelSchema, PlannedSplit, Suggestion
from datasets.queries.schemas import current_revision, schema_of
from foundation.clock import database_now
from foundation.errors import Invalid, Place
from foundation.jobs import JobRun, enqueue
from foundation.models import User
from foundation.services.events import record_event
from training.models import DoubtedItem, DoubtList
from training.pure.answer_doubts import (
    ItemDoubt,
    Silence,
    doubts_of_boxes,
    doubts_of_spans,
    numbers_of,
)
from training.pure.answer_doubts import Place as DoubtedPlace
from training.queries.answer_pairs import Pair, iter_pairs, pairs_of

RANK = "training.doubt-answers"
KEPT = 1000
"""Items that a list holds; what comes behind them deserves no second look."""
WRITTEN = 100
KINDS = tuple(DoubtList.Kind.values)


def start_doubting(
    *, dataset: Dataset, schema: LabelSchema, question: str, source: str, by: User | None
) -> DoubtList:
    """Record a list and the job that ranks it. The job's kind is "training.doubt-answers".

    Raises Invalid where the question is none of boxes, spans or a number, or the source has
    suggested nothing in this dataset.
    """
    asked = schema_of(current_revision(schema)).questions_by_name.get(question)
    if asked is None or schema.project_id != dataset.project_id:
        raise Invalid(places=[Place("question", "unknown-question", _("No such question."))])
    if asked.type not in KINDS:
        detail = _("Only boxes, spans and numbers are doubted this way.")
        raise Invalid(detail, [Place("question", "kind-not-supported", detail)])
    suggested = Suggestion.objects.filter(
        item__dataset=dataset, source=source, schema_revision__schema=schema
    )
    if not suggested.exists():
        detail = _("“%(source)s” has suggested nothing here.") % {"source": source}
        raise Invalid(detail, [Place("source", "no-suggestions", detail)])
    with transaction.atomic():
        doubts = DoubtList.objects.create(
            dataset=dataset,
            schema=schema,
            question=question,
            kind=asked.type,
            source=source,
            created_by=by,
        )
        title = _("Doubt the answers of %(dataset)s by “%(source)s”")
        doubts.job = enqueue(
            RANK,
            title=title % {"dataset": dataset.name, "source": source},
            project=dataset.project,
            by=by,
            doubts=doubts.pk,
        )
        doubts.save(update_fields=["job"])
        record_event(
            "doubts.started", by=by, project=dataset.project, target=doubts.oid, source=source
        )
    return doubts


@dataclass
class _Ranking:
    """One walk over the items: scores, the worst of them, and what was left out."""

    doubts: DoubtList
    labels: list[str]
    silence: Silence = field(default_factory=Silence)
    unit: float = 1.0
    worst: list[tuple[float, int]] = field(default_factory=list)
    """A heap of negative scores and items: the first is the one that goes."""
    counts: Counter[str] = field(default_factory=Counter)

    def usable(self, pair: Pair) -> bool:
        """Tell whether a pair can be scored; numbers need no confidences."""
        if self.doubts.kind == DoubtList.Kind.NUMBER:
            return numbers_of(pair.given, pair.said) is not None
        return pair.confidences is not None

    def prepare(self, pairs: Iterator[Pair]) -> None:
        """Learn what one item does not tell: the unit of residuals, words a model overlooks."""
        residuals: list[float] = []
        for pair in pairs:
            if not self.usable(pair):
                continue
            if self.doubts.kind == DoubtList.Kind.SPANS:
                self.silence.add(pair.text, pair.given, pair.said)
            elif (numbers := numbers_of(pair.given, pair.said)) is not None:
                residuals.append(abs(numbers[0] - numbers[1]))
        far = np.array(residuals)
        self.unit = float(np.median(far) or far.max() or 1.0) if len(far) else 1.0

    def score(self, pair: Pair) -> ItemDoubt:
        """Return what is doubted of one item."""
        if self.doubts.kind == DoubtList.Kind.NUMBER:
            mine, theirs = numbers_of(pair.given, pair.said) or (0.0, 0.0)
            told = doubt_numbers(*map(np.array, ([mine], [theirs], [self.unit])))
            return ItemDoubt(float(told[0]), [DoubtedPlace("number", float(told[0]), 0, 0)])
        sure = pair.confidences or []
        if self.doubts.kind == DoubtList.Kind.BOXES:
            return doubts_of_boxes(pair.given, pair.said, sure)
        return doubts_of_spans(pair.text, pair.given, pair.said, sure, self.labels, self.silence)

    def take(self, pair: Pair) -> None:
        """Score an item and keep it if it is among the worst."""
        self.counts["after"] += pair.came_after
        if not self.usable(pair):
            is_number = self.doubts.kind == DoubtList.Kind.NUMBER
            self.counts["without_number" if is_number else "without_confidences"] += 1
            return
        self.counts["compared"] += 1
        self.counts["repeated"] += _plain(pair.given) == _plain(pair.said)
        entry = (-self.score(pair).score, -pair.item)
        if len(self.worst) < KEPT:
            heapq.heappush(self.worst, entry)
        else:
            heapq.heappushpop(self.worst, entry)

    def ranked(self) -> list[int]:
        """Return the kept items, likeliest error first."""
        return [-item for _score, item in sorted(self.worst, reverse=True)]


def doubt_answers(job: JobRun) -> dict[str, Any]:
    """Rank the items of a list. Killed half-way it begins again; a list is written once."""
    lists = DoubtList.objects.select_related("schema", "dataset")
    doubts = lists.filter(pk=job.params["doubts"]).first()
    if doubts is None or doubts.finished_at is not None:  # it went with its dataset, or is done
        return dict(doubts.report) if doubts else {}
    ranking = _Ranking(doubts, _labels_of(doubts))
    passes = 1 if doubts.kind == DoubtList.Kind.BOXES else 2
    job.set(done=0, total=passes * Item.objects.filter(dataset=doubts.dataset_id).count())
    if passes == 2:
        ranking.prepare(iter_pairs(doubts, _walk(job, Counter())))
    for pair in iter_pairs(doubts, _walk(job, ranking.counts)):
        ranking.take(pair)
    chosen = ranking.ranked()
    rows = _rows(ranking, chosen)
    with job.batch(done=job.job.total):
        DoubtedItem.objects.bulk_create(rows, batch_size=WRITTEN)
        doubts.report = {"kept": len(rows), **ranking.counts}
        doubts.finished_at = database_now()
        doubts.save(update_fields=["report", "finished_at"])
    return dict(doubts.report)


def _walk(job: JobRun, counts: Counter[str]) -> Callable[[int, Counter[str]], None]:
    """Return what is called after each window: progress, and whether to go on."""

    def check(items: int, left_out: Counter[str]) -> None:
        job.check()
        counts.update(left_out)
        counts["items"] += items
        job.set(done=job.job.done + items)

    return check


def _labels_of(doubts: DoubtList) -> list[str]:
    question = schema_of(current_revision(doubts.schema)).questions_by_name[doubts.question]
    return [label.key for label in question.labels]


def _rows(ranking: _Ranking, chosen: list[int]) -> list[DoubtedItem]:
    """Read the worst items again, for what is kept of them; one that is gone is left out."""
    found: dict[int, DoubtedItem] = {}
    for start in range(0, len(chosen), WRITTEN):
        there = Item.objects.filter(pk__in=chosen[start : start + WRITTEN], erased_at=None)
        window = list(there.values_list("pk", flat=True))
        test = set(
            PlannedSplit.objects.filter(
                item__in=window, split="test", plan__dataset=ranking.doubts.dataset_id
            ).values_list("item_id", flat=True)
        )
        for pair in pairs_of(ranking.doubts, window, Counter()):
            if ranking.usable(pair):
                found[pair.item] = _row(ranking, pair, is_test=pair.item in test)
    kept = sorted(found.values(), key=lambda row: (row.score, row.item_id))
    for rank, row in enumerate(kept, start=1):
        row.rank = rank
    return kept


def _row(ranking: _Ranking, pair: Pair, *, is_test: bool) -> DoubtedItem:
    told = ranking.score(pair)
    return DoubtedItem(
        doubts=ranking.doubts,
        item_id=pair.item,
        score=told.score,
        places=[place._asdict() for place in told.places],
        given=pair.given,
        said=pair.said,
        confidences=pair.confidences,
        is_test=is_test,
    )


def _plain(regions: Any) -> list[str]:
    """What regions say, whatever their ids and order."""
    return sorted(
        repr(sorted((name, value) for name, value in one.items() if name != "id"))
        for one in regions
    )
