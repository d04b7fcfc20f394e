"""What a crowd's answers to one question say about its items and its people, as plain figures."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from annotate.models import Task
from annotate.pure.intervals import wilson
from annotate.pure.truth import fit
from annotate.pure.truth.crowd import Crowd, Estimate, collect_crowd
from annotate.pure.truth.dawid_skene import dawid_skene
from annotate.pure.truth.mace import mace
from annotate.pure.truth.majority import majority, right_share
from annotate.pure.truth.one_coin import one_coin
from annotate.pure.truth.pooled import pooled
from annotate.queries.estimates import (
    ALWAYS,
    FUSED_TYPES,
    STEPS,
    Rows,
    is_estimated,
)
from annotate.queries.fusing import fuse_table
from annotate.queries.held_out import crowdlab_where_known
from annotate.queries.people_evidence import people_figures
from annotate.queries.said import Table, said_in_queue
from annotate.queries.subjects import Subject
from datasets.models import Truth
from datasets.queries.schemas import schema_of
from foundation.errors import NotFound

SMOOTHING = 0.01
"""A hundredth of an answer in each cell: what never happened is rare, not impossible."""
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Worked:
    """What became of a question: figures for pages, and a row for each item."""

    figures: Json
    rows: Rows


def work_out(subject: Subject, question: str) -> Worked:
    """Estimate the truth of a question by all methods. Raises NotFound where it is not asked."""
    table = _table(subject, question)
    if table.question.type in FUSED_TYPES:
        return Worked(*fuse_table(subject, table))
    labels = [label.key for label in table.question.labels]
    crowd = collect_crowd(table.rows(), labels)
    told = _estimates(crowd)
    modelled = crowdlab_where_known(crowd, subject.dataset, subject.schema, question)
    if modelled is not None:
        told["crowdlab"] = modelled[0]
    gold = _known_labels(subject, crowd, question)
    covered = {item: gold[item] for item in gold if modelled is None or modelled[1][item]}
    methods = [
        _method(one, told, crowd, covered if one.method == "crowdlab" else gold)
        for one in told.values()
    ]
    if modelled is not None and not modelled[1].all():
        numbers = {"known": int(modelled[1].sum()), "items": len(crowd.items)}
        methods[-1]["cautions"] += _cautions([fit.Caution(fit.ONLY_SOME, numbers)])
    figures: Json = {
        "labels": [str(label) for label in crowd.labels],
        "items": len(crowd.items),
        "answers": len(crowd),
        "gold": len(gold),
        "cautions": _cautions(fit.cautions_about_crowd(crowd)),
        "methods": methods,
        **people_figures(subject, crowd, told["dawid_skene"]),
    }
    return Worked(figures, _rows(crowd, told))


def _table(subject: Subject, question: str) -> Table:
    if subject.queue is not None:
        rules = schema_of(subject.revision)
        said = said_in_queue(subject.queue, rules, with_gold=True)
    else:
        said = subject.said()
    for table in said.tables:
        if table.question.name == question and is_estimated(table.question):
            return table
    raise NotFound


def _estimates(crowd: Crowd) -> dict[str, Estimate]:
    methods: list[Callable[[Crowd], Estimate]] = [majority, pooled, one_coin, mace]
    told = [dawid_skene(crowd, smoothing=SMOOTHING), *(method(crowd) for method in methods)]
    by_name = {one.method: one for one in told}
    return {name: by_name[name] for name in ALWAYS}


def _rows(crowd: Crowd, told: dict[str, Estimate]) -> Rows:
    """Items are numbers, or pairs of a number and the part that a question is asked of."""
    pairs = [item if isinstance(item, tuple) else (item, "") for item in crowd.items]
    return Rows(
        item=np.array([item for item, _part in pairs], dtype=np.int64),
        part=np.array([str(part) for _item, part in pairs], dtype=str),
        labels=[str(label) for label in crowd.labels],
        codes={name: one.winner.astype(np.int32) for name, one in told.items()},
        confidence={name: one.confidence.astype(np.float32) for name, one in told.items()},
    )


def _method(one: Estimate, told: dict[str, Estimate], crowd: Crowd, gold: dict[int, int]) -> Json:
    most = told["majority"]
    cautions = fit.cautions_about(one, crowd, told["dawid_skene"])
    right, total = right_share(one, gold)
    worse = fit.caution_on_gold(right, right_share(most, gold)[0], total)
    if worse is not None and one is not most:
        cautions.append(worse)
    low, high = wilson(right, total)
    decided = one.winner >= 0
    return {
        "method": one.method,
        "changed": int((one.winner != most.winner).sum()),
        "undecided": int((~decided).sum()),
        "at": [[step, int((decided & (one.confidence >= step)).sum())] for step in STEPS],
        "priors": [round(float(share), 4) for share in one.priors],
        "rounds": len(one.log_likelihood),
        "converged": one.converged,
        "log_likelihood": [round(value, 3) for value in one.log_likelihood],
        "bic": _rounded(fit.bic(one, len(crowd))),
        "gold": {"right": round(right, 2), "total": total, "low": low, "high": high},
        "cautions": _cautions(cautions),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _cautions(found: list[fit.Caution]) -> list[Json]:
    return [{"code": one.code, "numbers": one.numbers} for one in found]


def _known_labels(subject: Subject, crowd: Crowd, question: str) -> dict[int, int]:
    """The true label of items whose truth came from elsewhere: gold, or imported truths."""
    truths = Truth.objects.filter(
        schema=subject.schema, item__dataset=subject.dataset, is_current=True
    )
    if subject.queue is not None:
        gold = Task.objects.filter(queue=subject.queue, is_gold=True)
        truths = truths.filter(item__in=gold.values("item"))
    else:
        truths = truths.filter(method=Truth.Method.IMPORTED)
    place = {item: code for code, item in enumerate(crowd.items)}
    labels = {label: code for code, label in enumerate(crowd.labels)}
    known = {}
    for item, regions in truths.values_list("item_id", "regions").iterator(chunk_size=2000):
        said = [one for one in regions["regions"] if one["question"] == question]
        if item in place and said:
            known[place[item]] = labels.get(said[0].get("label", said[0].get("value")), -1)
    return known
