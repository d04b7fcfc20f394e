"""What several people marked in each item, merged into one proposal for its truth."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

import numpy as np

from annotate.models import Task
from annotate.pure.agreement.pair_scores import PairScores
from annotate.pure.agreement.places import Mark, PlacesAnswer, compare_places, f1_scores
from annotate.pure.intervals import wilson
from annotate.pure.truth.fusion import Fusion, fuse_places
from annotate.queries.estimates import STEPS, Rows
from annotate.queries.marks import places_answer
from annotate.queries.said import Table
from annotate.queries.subjects import Subject
from datasets.models import Truth
from datasets.pure.region_kinds import KIND_OF_PLACE
from datasets.pure.schema_rules import Question

FUSION = "fusion"
LEAST_WEIGHT = 0.05
"""Whoever agrees with nobody still counts a little: everybody was asked."""
LIKE_ENOUGH = 0.5
"""Also for spans, whose boundaries are then voted on; only exact ones agree elsewhere."""
MOST_TO_SHOW = 24
Json = dict[str, Any]
Part = tuple[tuple[str, str], ...]


class Fused(NamedTuple):
    """Figures for pages, and a row for each item."""

    figures: Json
    rows: Rows


def fuse_table(subject: Subject, table: Table) -> Fused:
    """Merge the places that people gave to a question, each weighed by how others agree."""
    by_item: dict[int, list[PlacesAnswer]] = defaultdict(list)
    for (item, _annotator), answer in sorted(table.places.items()):
        by_item[item].append(answer)
    everything = [one for answers in by_item.values() for one in answers]
    scores = f1_scores(compare_places(everything, (LIKE_ENOUGH,)))
    weights = weights_of(scores)
    fused = {item: fuse_places(said, weights=weights) for item, said in by_item.items()}
    right, total = _right(subject, table.question, by_item, fused)
    low, high = wilson(right, total)
    sure = np.array([one.confidence for one in fused.values()], dtype=np.float32)
    decided = np.array([one.is_decided for one in fused.values()], dtype=bool)
    method: Json = {
        "method": FUSION,
        "changed": sum(one.left_out > 0 for one in fused.values()),
        "undecided": int((~decided).sum()),
        "at": [[step, int((decided & (sure >= step)).sum())] for step in STEPS],
        "priors": [],
        "rounds": 1,
        "converged": True,
        "log_likelihood": [],
        "bic": None,
        "gold": {"right": round(right, 2), "total": total, "low": low, "high": high},
        "cautions": [],
    }
    figures: Json = {
        "kind": FUSION,
        "labels": [label.key for label in table.question.labels],
        "items": len(fused),
        "answers": len(everything),
        "regions": sum(len(one.regions) for one in fused.values()),
        "left_out": sum(one.left_out for one in fused.values()),
        "gold": total,
        "cautions": [],
        "methods": [method],
        "people": _people(scores, everything),
        "pairs": [],
        "median": None,
    }
    return Fused(figures, _rows(fused, table.question, sure, decided))


def weights_of(scores: PairScores) -> dict[Any, float]:
    """Return each person's mean F1 with all others: never how well they fit what they made."""
    sums, counts = np.zeros(len(scores.annotators)), np.zeros(len(scores.annotators))
    for side in (scores.first, scores.second):
        np.add.at(sums, side, scores.score)
        np.add.at(counts, side, 1)
    return {
        name: max(LEAST_WEIGHT, float(total / count))
        for name, total, count in zip(scores.annotators, sums, counts, strict=True)
        if count
    }


def _people(scores: PairScores, answers: Sequence[PlacesAnswer]) -> list[Json]:
    weights = weights_of(scores)
    given: dict[Any, int] = defaultdict(int)
    for one in answers:
        given[one.annotator] += 1
    people: list[Json] = [
        {
            "annotator": int(name),
            "answers": count,
            "skill": {"f1": round(weights[name], 4) if name in weights else None},
            "spammer": {},
            "evidence": [],
        }
        for name, count in given.items()
    ]
    return sorted(people, key=lambda one: (one["skill"]["f1"] is None, one["skill"]["f1"] or 0))


def _right(
    subject: Subject,
    question: Question,
    by_item: Mapping[int, Sequence[PlacesAnswer]],
    fused: Mapping[int, Fusion],
) -> tuple[float, int]:
    """Return the sum of F1 beside truths from elsewhere, gold or imported, and how many."""
    truths = Truth.objects.filter(
        schema=subject.schema, item__dataset=subject.dataset, is_current=True
    )
    if subject.queue is not None:
        gold = Task.objects.filter(queue=subject.queue, is_gold=True)
        truths = truths.filter(item__in=gold.values("item"))
    else:
        truths = truths.filter(method=Truth.Method.IMPORTED)
    right, total = 0.0, 0
    for item, regions in truths.values_list("item_id", "regions").iterator(chunk_size=2000):
        if item not in fused:
            continue
        reach = by_item[item][0].reach
        known = places_answer(item, "truth", question, regions, reach)
        marks = [Mark(one.label, one.at, one.on) for one in fused[item].regions]
        both = [known, PlacesAnswer(item, "fused", marks, reach)]
        right += float(f1_scores(compare_places(both, (LIKE_ENOUGH,))).score[0])
        total += 1
    return right, total


def _rows(fused: Mapping[int, Fusion], question: Question, sure: Any, decided: Any) -> Rows:
    return Rows(
        item=np.array(list(fused), dtype=np.int64),
        part=np.array([""] * len(fused), dtype=str),
        labels=[label.key for label in question.labels],
        codes={FUSION: np.where(decided, 0, -1).astype(np.int32)},
        confidence={FUSION: sure},
        regions=[_regions(one, question) for one in fused.values()],
    )


def _regions(fusion: Fusion, question: Question) -> list[Json]:
    found: list[Json] = []
    for number, one in enumerate(fusion.regions):
        kind = KIND_OF_PLACE[type(one.at)]
        region: Json = {"id": f"r{number + 1}", "question": question.name, "kind": kind.name}
        if one.label is not None:
            region["label"] = one.label
        region["at"] = kind.as_json(kind.settle(one.at))
        if one.on:
            region["on"] = dict(cast("Part", one.on))
        found.append(region)
    return found
