"""What the answers of each person show beside those of the others: numbers and items."""

from typing import Any

import numpy as np

from annotate.models import Answer
from annotate.pure.conduct.copying import Shared, shared_mistakes
from annotate.pure.conduct.drift import Drift, drift_of
from annotate.pure.conduct.leaning import Leaning, leanings
from annotate.pure.conduct.pace import Pace, paces
from annotate.pure.conduct.skill import (
    Skill,
    SpammerScore,
    is_shared,
    others_belief,
    skills,
    spammer_scores,
)
from annotate.pure.truth.crowd import Crowd, Estimate
from annotate.queries.subjects import Subject

Json = dict[str, Any]
SURE = 0.9
LEAST_ANSWERS = 20
FAR_BELOW = 0.1
TELLS_NOTHING = 0.1
MOST_ITEMS = 24
MOST_MATRICES = 200
MOST_PAIRS = 50


def people_figures(subject: Subject, crowd: Crowd, told: Estimate) -> Json:
    """Return everybody, those whose answers most deserve a second look first, and pairs."""
    if not len(crowd):
        return {"people": [], "pairs": [], "median": None}
    belief = others_belief(crowd, told)
    seconds, at = _times(subject, crowd)
    skill = skills(crowd, told)
    known = [one.accuracy for one in skill if one.accuracy is not None]
    median = float(np.median(known)) if known else None
    shared = shared_mistakes(crowd, told.winner)[:MOST_PAIRS]
    parts = zip(
        skill,
        spammer_scores(told),
        leanings(crowd, belief),
        paces(crowd.item, crowd.annotator, seconds, len(crowd.annotators)),
        _drifts(crowd, belief, at),
        strict=True,
    )
    order = sorted(range(len(skill)), key=lambda code: _first(skill[code]))
    rank = {code: place for place, code in enumerate(order)}
    people = [
        _person(
            code, crowd, told, belief, median, with_matrix=rank[code] < MOST_MATRICES, seen=seen
        )
        for code, seen in enumerate(parts)
    ]
    return {
        "people": [people[code] for code in order],
        "pairs": [_pair(one, crowd) for one in shared],
        "median": None if median is None else round(median, 4),
    }


def _first(skill: Skill) -> tuple[bool, float]:
    """Those come first who are surely less often right; those nothing is known of, last."""
    return skill.accuracy is None, skill.interval.high


Seen = tuple[Skill, SpammerScore, Leaning | None, Pace | None, Drift | None]


def _person(
    code: int,
    crowd: Crowd,
    told: Estimate,
    belief: Any,
    median: float | None,
    *,
    with_matrix: bool,
    seen: Seen,
) -> Json:
    skill, spam, _lean, pace, drift = seen
    confusion, support = told.matrices()
    found: Json = {
        "annotator": int(crowd.annotators[code]),
        "answers": int((crowd.annotator == code).sum()),
        "skill": {
            "accuracy": _short(skill.accuracy),
            "low": _short(skill.interval.low),
            "high": _short(skill.interval.high),
            "answers": skill.answers,
        },
        "spammer": {
            "value": _short(spam.value),
            "low": _short(spam.low),
            "high": _short(spam.high),
        },
        "evidence": _evidence(seen, median, crowd.labels),
    }
    if drift is not None:
        curve = [
            [_short(share), _short(near.low), _short(near.high)] for share, near in drift.curve
        ]
        found["drift"] = {"curve": curve, "window": round(drift.window, 1), "change": drift.change}
    if pace is not None:
        found["pace"] = {"ratio": _short(pace.ratio), "seconds": round(pace.seconds, 2)}
    if with_matrix:
        found["confusion"] = confusion[code].round(4).tolist()
        found["support"] = support[code].round(2).tolist()
        found["items"] = _items(code, crowd, belief)
    return found


def _evidence(seen: Seen, median: float | None, labels: tuple[Any, ...]) -> list[Json]:
    """Return what is beyond chance, each with the numbers behind it."""
    skill, spam, lean, pace, drift = seen
    found: list[Json] = []
    enough = skill.answers >= LEAST_ANSWERS
    if enough and median is not None and skill.interval.high < median - FAR_BELOW:
        low, high = _short(skill.interval.low), _short(skill.interval.high)
        numbers: Json = {"accuracy": _short(skill.accuracy), "low": low, "high": high}
        found.append({"code": "seldom", **numbers, "median": _short(median), "n": skill.answers})
    if enough and spam.value is not None and spam.high < TELLS_NOTHING:
        numbers = {"value": _short(spam.value), "low": _short(spam.low), "high": _short(spam.high)}
        found.append({"code": "blind", **numbers})
    if pace is not None and pace.is_fast:
        numbers = {"ratio": _short(pace.ratio), "faster": pace.faster, "n": pace.answers}
        found.append({"code": "fast", **numbers, "seconds": round(pace.seconds, 2), "p": pace.p})
    if lean is not None and lean.is_marked:
        numbers = {"given": lean.given, "expected": round(lean.expected, 1), "n": lean.answers}
        place = {"label": str(labels[lean.label]), "place": lean.label + 1, "p": lean.p}
        found.append({"code": "leans", **numbers, **place})
    if drift is not None and drift.is_marked:
        numbers = {"before": _short(drift.before), "after": _short(drift.after), "p": drift.p}
        found.append({"code": "changed", "at": drift.change, **numbers})
    return found


def _items(code: int, crowd: Crowd, belief: Any) -> list[Json]:
    """The items on which somebody differs from what all others surely say, surest first."""
    rows = np.flatnonzero((crowd.annotator == code) & is_shared(crowd))
    best = belief[rows].argmax(1)
    sure = belief[rows, best]
    kept = np.flatnonzero((best != crowd.label[rows]) & (sure >= SURE))
    kept = kept[np.argsort(-sure[kept], kind="stable")][:MOST_ITEMS]
    return [
        {
            "item": _item(crowd.items[crowd.item[rows[at]]]),
            "said": str(crowd.labels[crowd.label[rows[at]]]),
            "others": str(crowd.labels[best[at]]),
            "sure": _short(float(sure[at])),
        }
        for at in kept
    ]


def _pair(one: Shared, crowd: Crowd) -> Json:
    return {
        "first": int(crowd.annotators[one.first]),
        "second": int(crowd.annotators[one.second]),
        "items": one.items,
        "shared": one.shared,
        "expected": round(one.expected, 1),
        "p": one.p,
        "at": [_item(crowd.items[item]) for item in one.at[:MOST_ITEMS]],
    }


def _item(name: Any) -> int:
    return int(name[0] if isinstance(name, tuple) else name)


def _short(value: float | None) -> float | None:
    return None if value is None else round(float(value), 4)


def _times(subject: Subject, crowd: Crowd) -> tuple[Any, Any]:
    """Seconds and moment of each answer that was given here; nan for imported ones."""
    answers = Answer.objects.filter(annotation__item__dataset=subject.dataset)
    if subject.queue is not None:
        answers = answers.filter(task__queue=subject.queue)
    rows = answers.order_by("revision").values_list(
        "annotation__item_id", "annotation__annotator_id", "seconds", "annotation__created_at"
    )
    known = {
        (item, who): (np.nan if seconds is None else seconds, moment.timestamp())
        for item, who, seconds, moment in rows.iterator(chunk_size=2000)
    }
    nothing = (np.nan, np.nan)
    found = [
        known.get((_item(crowd.items[item]), crowd.annotators[who]), nothing)
        for item, who in zip(crowd.item.tolist(), crowd.annotator.tolist(), strict=True)
    ]
    table = np.array(found, dtype=np.float64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _drifts(crowd: Crowd, belief: Any, at: Any) -> list[Drift | None]:
    """The curve of each person over the answers whose moment is known, oldest first."""
    right = belief[np.arange(len(crowd)), crowd.label]
    counted = is_shared(crowd) & np.isfinite(at)
    found = []
    for code in range(len(crowd.annotators)):
        rows = np.flatnonzero(counted & (crowd.annotator == code))
        found.append(drift_of(right[rows[np.argsort(at[rows], kind="stable")]]))
    return found
