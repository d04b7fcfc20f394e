"""The answers that come with records: truths, annotations and suggestions, written in bulk.

What an item has already is not written again, so that an import may be repeated.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from datasets.models import (
    Annotation,
    AnnotationRegions,
    Suggestion,
    Truth,
    TruthLabel,
)
from datasets.pure.problems import Problem, gettext_noop
from datasets.services.import_reading import (
    NewAnnotation,
    NewTruth,
    Prepared,
    Refusal,
    refusal_of,
)
from datasets.services.rows import reserve_ids, write_rows

AnnotatorKey = tuple[str, bool]
"""A name, and whether it is a model's."""

_ANNOTATION = (
    *("id", "item", "schema_revision", "annotator", "origin", "replaces", "is_latest"),
    *("submission_id", "created_at"),
)
_IS_LATEST = _ANNOTATION.index("is_latest")
_DOCUMENT = ("annotation", "regions", "regions_hash")
_SUGGESTION = (
    *("item", "schema_revision", "source", "regions", "regions_hash", "confidences"),
    "created_at",
)
_TRUTH = (
    *("id", "item", "schema", "schema_revision", "regions", "regions_hash", "label", "method"),
    *("lineage", "by", "at", "is_current"),
)
_TRUTH_LABEL = ("truth", "item", "schema", "question", "label", "count")


class Placed(NamedTuple):
    """A record and the item that it is about."""

    prepared: Prepared
    item_id: int


class AnswerWriter:
    """Writes the answers of one batch. `truths`, `annotations` and `suggestions` count them."""

    def __init__(
        self, now: datetime, by_id: int | None, annotators: Mapping[AnnotatorKey, int]
    ) -> None:
        self.truths = self.annotations = self.suggestions = 0
        self._now = now
        self._by_id = by_id
        self._annotators = annotators
        # what items that are there have already; filled by look_up
        self._truths: dict[tuple[int, int], str] = {}
        self._submitted: set[UUID] = set()
        self._latest: dict[tuple[int, int, int], int] = {}
        self._suggested: set[tuple[int, str, str]] = set()

    def look_up(self, old: Sequence[Placed], refusals: list[Refusal]) -> list[Placed]:
        """Learn what known items have; return the records that do not contradict it.

        A record that brings another truth than the accepted one is refused.
        """
        self._look_up_truths([placed for placed in old if placed.prepared.truths])
        self._look_up_annotations([placed for placed in old if placed.prepared.annotations])
        self._look_up_suggestions([placed for placed in old if placed.prepared.suggestions])
        kept = []
        for placed in old:
            if self._contradicts(placed):
                refusals.append(_other_truth(placed.prepared))
            else:
                kept.append(placed)
        return kept

    def write(self, placed: Sequence[Placed]) -> None:
        """Write every answer of these records that is not there yet."""
        self._write_truths(placed)
        self._write_annotations(placed)
        self._write_suggestions(placed)

    # Looking up

    def _look_up_truths(self, old: Sequence[Placed]) -> None:
        if old:
            rows = Truth.objects.filter(item__in=[p.item_id for p in old], is_current=True)
            for item_id, schema_id, said in rows.values_list("item", "schema", "regions_hash"):
                self._truths[item_id, schema_id] = said

    def _look_up_annotations(self, old: Sequence[Placed]) -> None:
        if not old:
            return
        sent = [one.submission_id for p in old for one in p.prepared.annotations]
        for start in range(0, len(sent), 5000):
            there = Annotation.objects.filter(submission_id__in=sent[start : start + 5000])
            self._submitted.update(there.values_list("submission_id", flat=True))
        rows = Annotation.objects.filter(item__in=[p.item_id for p in old], is_latest=True)
        for pk, item_id, annotator_id, schema_id in rows.order_by("pk").values_list(
            "pk", "item", "annotator", "schema_revision__schema"
        ):
            self._latest[item_id, annotator_id, schema_id] = pk

    def _look_up_suggestions(self, old: Sequence[Placed]) -> None:
        if old:
            rows = Suggestion.objects.filter(item__in=[p.item_id for p in old])
            self._suggested.update(rows.values_list("item", "source", "regions_hash"))

    def _contradicts(self, placed: Placed) -> bool:
        return any(
            self._truths.get((placed.item_id, truth.revision.schema_id), truth.answer.regions_hash)
            != truth.answer.regions_hash
            for truth in placed.prepared.truths
        )

    # Writing

    def _write_truths(self, placed: Sequence[Placed]) -> None:
        new = [
            (item_id, truth)
            for prepared, item_id in placed
            for truth in prepared.truths
            if (item_id, truth.revision.schema_id) not in self._truths
        ]
        ids = reserve_ids(Truth, len(new))
        write_rows(
            Truth,
            _TRUTH,
            [self._truth_row(pk, item, one) for pk, (item, one) in zip(ids, new, strict=True)],
        )
        labels = [
            (pk, item_id, truth.revision.schema_id, question, label, count)
            for pk, (item_id, truth) in zip(ids, new, strict=True)
            for (question, label), count in truth.answer.labels.items()
        ]
        write_rows(TruthLabel, _TRUTH_LABEL, labels)
        self.truths = len(new)

    def _truth_row(self, pk: int, item_id: int, truth: NewTruth) -> tuple[Any, ...]:
        answer = truth.answer
        return (
            *(pk, item_id, truth.revision.schema_id, truth.revision.pk),
            *(_json(answer.regions), answer.regions_hash, answer.label, _IMPORTED_TRUTH),
            *(truth.lineage_json, self._by_id, self._now, True),
        )

    def _write_annotations(self, placed: Sequence[Placed]) -> None:
        new = [
            (item_id, one)
            for prepared, item_id in placed
            for one in prepared.annotations
            if one.submission_id not in self._submitted
        ]
        rows: dict[int, list[Any]] = {}
        documents = []
        by_submission: dict[UUID, int] = {}
        outdated = []
        for pk, (item_id, one) in zip(reserve_ids(Annotation, len(new)), new, strict=True):
            annotator_id = self._annotators[one.annotator, one.is_model]
            place = (item_id, annotator_id, one.revision.schema_id)
            replaced = by_submission.get(one.replaces) if one.replaces else None
            replaced = replaced or self._latest.get(place)
            if replaced in rows:
                rows[replaced][_IS_LATEST] = False
            elif replaced is not None:
                outdated.append(replaced)
            self._latest[place] = by_submission[one.submission_id] = pk
            rows[pk] = self._annotation_row(pk, item_id, annotator_id, one, replaced)
            documents.append((pk, _json(one.answer.regions), one.answer.regions_hash))
        write_rows(Annotation, _ANNOTATION, list(rows.values()))
        write_rows(AnnotationRegions, _DOCUMENT, documents)
        if outdated:
            Annotation.objects.filter(pk__in=outdated).update(is_latest=False)
        self.annotations = len(new)

    def _annotation_row(
        self,
        pk: int,
        item_id: int,
        annotator_id: int,
        one: NewAnnotation,
        replaced: int | None,
    ) -> list[Any]:
        origin = _MODEL if one.is_model else _IMPORTED
        return [
            *(pk, item_id, one.revision.pk, annotator_id, origin, replaced, True),
            *(one.submission_id, one.created_at or self._now),
        ]

    def _write_suggestions(self, placed: Sequence[Placed]) -> None:
        new: list[tuple[Any, ...]] = []
        for prepared, item_id in placed:
            for one in prepared.suggestions:
                said = (item_id, one.source, one.answer.regions_hash)
                if said not in self._suggested:
                    self._suggested.add(said)
                    answer = one.answer
                    new.append(
                        (
                            *(item_id, one.revision.pk, one.source, _json(answer.regions)),
                            answer.regions_hash,
                            None if one.confidences is None else _json(one.confidences),
                            self._now,
                        )
                    )
        write_rows(Suggestion, _SUGGESTION, new)
        self.suggestions = len(new)


_IMPORTED = Annotation.Origin.IMPORTED.value
_MODEL = Annotation.Origin.MODEL.value
_IMPORTED_TRUTH = Truth.Method.IMPORTED.value


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def _other_truth(prepared: Prepared) -> Refusal:
    record = prepared.record
    problem = Problem(
        "truth",
        "other-truth",
        gettext_noop(
            "The item has another accepted answer. Correct it in review, or send this one as an "
            "annotation or a suggestion."
        ),
    )
    return refusal_of(prepared.position, record.place, record.key, problem)
