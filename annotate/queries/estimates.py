"""Estimates of the truth: which there are, and the likeliest label of every item in them."""

import io
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from annotate.models import TruthEstimate
from annotate.queries.subjects import Subject
from datasets.models import Truth
from datasets.pure.schema_rules import PLACED_TYPES, Question
from foundation import storage
from foundation.actor import Actor, Permission
from foundation.errors import Conflict, NotFound
from foundation.models import Annotator, User
from foundation.opaque import decode_id
from foundation.queries.access import require

ALWAYS = ("majority", "dawid_skene", "pooled", "one_coin", "mace")
METHODS = (*ALWAYS, "crowdlab")
ESTIMATED_TYPES = ("choice",)
"""Candidates of a preference are left out: their ids mean something else in each item."""
FUSED_TYPES = tuple(one for one in PLACED_TYPES if one != "relations")
"""Relations name regions of their own document, which are other regions in everybody's."""
STEPS = (0.5, 0.8, 0.9, 0.95, 0.99)
UNDECIDED = -1


def is_estimated(question: Question) -> bool:
    """Tell whether the truth of a question can be estimated."""
    return question.type in (*ESTIMATED_TYPES, *FUSED_TYPES)


def get_estimate_for(actor: Actor, estimate_id: str, may: Permission) -> TruthEstimate:
    """Return the estimate with this public id, if the actor may do this in its project."""
    found = (
        TruthEstimate.objects.select_related("dataset__project", "schema", "queue", "job")
        .filter(pk=decode_id("estimate", estimate_id))
        .first()
    )
    if found is None:
        raise NotFound
    require(actor, found.dataset.project_id, may)
    return found


def estimates_of(subject: Subject) -> QuerySet[TruthEstimate]:
    """Return the estimates of a subject."""
    return TruthEstimate.objects.filter(
        dataset=subject.dataset, schema=subject.schema, queue=subject.queue
    ).select_related("job", "created_by")


def newest_of(subject: Subject, question: str) -> TruthEstimate | None:
    """Return the newest estimate of a question, ready or not."""
    return estimates_of(subject).filter(question=question).order_by("-pk").first()


def subject_of(estimate: TruthEstimate) -> Subject:
    """Return what an estimate is about."""
    return Subject(estimate.dataset, estimate.schema, estimate.queue)


@dataclass(frozen=True, slots=True)
class Likeliest:
    """The label of one item by one method; None where several lead together."""

    item: int
    part: str
    """The turn or cell the question is asked of; empty where it is asked of items."""
    label: str | None
    confidence: float
    majority: str | None
    has_changed: bool
    regions: list[dict[str, Any]] | None = None
    """What is proposed where places are asked for; None elsewhere, and where a label is tied."""


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The file of an estimate: arrays of the same length, and by method."""

    item: Any
    part: Any
    labels: list[str]
    codes: dict[str, Any]
    confidence: dict[str, Any]
    regions: list[list[dict[str, Any]]] | None = None
    """The proposed regions of each item where places are asked for."""

    def likeliest(self, method: str, at: int) -> Likeliest:
        """Return what a method says in one row."""
        code = int(self.codes[method][at])
        if self.regions is not None:
            return Likeliest(
                item=int(self.item[at]),
                part=str(self.part[at]),
                label=None,
                confidence=float(self.confidence[method][at]),
                majority=None,
                has_changed=False,
                regions=None if code < 0 else self.regions[at],
            )
        first = int(self.codes["majority"][at])
        return Likeliest(
            item=int(self.item[at]),
            part=str(self.part[at]),
            label=None if code < 0 else self.labels[code],
            confidence=float(self.confidence[method][at]),
            majority=None if first < 0 else self.labels[first],
            has_changed=code != first,
        )

    def changed(self, method: str) -> Any:
        """Return the rows that a method decides otherwise than the majority, surest first."""
        rows = np.flatnonzero(self.codes[method] != self.codes["majority"])
        return rows[np.argsort(-self.confidence[method][rows], kind="stable")]


def write_rows(rows: Rows) -> str:
    """Put the rows into storage as Parquet and return their key."""
    columns = {"item": rows.item, "part": rows.part}
    columns |= {f"code_{name}": codes for name, codes in rows.codes.items()}
    columns |= {f"confidence_{name}": sure for name, sure in rows.confidence.items()}
    if rows.regions is not None:
        columns["regions"] = pa.array([json.dumps(one) for one in rows.regions], pa.string())
    table = pa.table(columns).replace_schema_metadata({"labels": json.dumps(rows.labels)})
    held = io.BytesIO()
    pq.write_table(table, held)
    return storage.store([held.getvalue()], suffix=".parquet").key


def read_rows(estimate: TruthEstimate) -> Rows:
    """Return the rows of an estimate. Raises Conflict while it is being worked out."""
    if not estimate.items_key:
        raise Conflict(_("This estimate is not ready yet."))
    with storage.open_file(estimate.items_key) as file:
        table = pq.read_table(file)
    regions = None
    if "regions" in table.column_names:
        regions = [json.loads(one) for one in table["regions"].to_pylist()]
        table = table.drop_columns(["regions"])
    columns = {name: table[name].to_numpy() for name in table.column_names}
    names = [name.removeprefix("code_") for name in columns if name.startswith("code_")]
    return Rows(
        columns["item"],
        columns["part"],
        json.loads(table.schema.metadata[b"labels"]),
        {name: columns[f"code_{name}"] for name in names},
        {name: columns[f"confidence_{name}"] for name in names},
        regions,
    )


def names_in(estimate: TruthEstimate) -> dict[int, str]:
    """Return the names of everybody in an estimate."""
    pks = [one["annotator"] for one in estimate.figures.get("people", [])]
    return dict(Annotator.objects.filter(pk__in=pks).values_list("pk", "name"))


def accepted_from(estimate: TruthEstimate) -> QuerySet[Truth]:
    """Return the truths that were accepted from an estimate and still hold."""
    return Truth.objects.filter(
        schema=estimate.schema_id,
        item__dataset=estimate.dataset_id,
        method=Truth.Method.ESTIMATED,
        is_current=True,
        lineage__estimate=estimate.oid,
    )


def signed_by(estimate: TruthEstimate) -> User | None:
    """Return who last accepted truths of an estimate."""
    last = accepted_from(estimate).select_related("by").order_by("-pk").first()
    return last.by if last else None
