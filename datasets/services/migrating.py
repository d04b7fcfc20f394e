"""The job behind a change of labels: each answer gets a successor, and the original stays.

Annotations and truths are never edited. What says a label that is merged away is followed by a
document of its own that names the migration and the original; undoing makes the original count
again, byte for byte. Killed at any line it goes on where its last batch ended: a batch asks again
what counts, and a successor's submission id is made from the migration and the original.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from django.db import connection

from datasets.models import Annotation, AnnotationRegions, Item, SchemaMigration, Truth, TruthLabel
from datasets.pure.regions import parse_regions
from datasets.pure.schema_operations import Replaced, plan_operations, replace_labels
from datasets.queries.migrations import in_windows
from datasets.queries.schemas import schema_of
from datasets.services.answers import ReadAnswer, answer_of
from datasets.services.schema_migrations import finish_migration
from datasets.services.truths import label_rows
from foundation.jobs import JobRun
from foundation.registry import Registry

BATCH = 50
"""Documents of one transaction: SQLite lets others write in between."""
WINDOW = 500
_SELDOM = 20
"""Of so many windows that hold nothing, one is written down."""
_SUBMISSIONS = UUID("5a0c61b4-3f0e-4a6f-9d3e-6c1f2b7d9e10")
Pairs = Mapping[int, int]
"""Numbers of annotations: of the one that counted, and of the one that counts instead."""


@dataclass(frozen=True, slots=True)
class Follower:
    """What an upper app does when annotations get successors, within the same transaction."""

    hold: Callable[[Sequence[int]], None]
    """Locks whatever may change what counts among these annotations."""
    succeeded: Callable[[Pairs], None]
    """Originals to successors: what belonged to the first now belongs to the second."""
    keeps: Callable[[Sequence[int]], set[int]]
    """Which successors have to stay, because people acted on them."""
    returned: Callable[[Pairs], None]
    """Successors to originals: the way back."""


followers: Registry[Follower] = Registry("winnow.annotation_followers")


def migrate_labels(run: JobRun) -> dict[str, Any]:
    """Apply a change of labels, or undo it."""
    migration = SchemaMigration.objects.select_related(
        "schema", "from_revision", "to_revision", "back_revision"
    ).get(pk=run.params["migration"])
    work = _Work(run, migration)
    if migration.state == SchemaMigration.State.UNDOING:
        work.return_truths()
        work.return_annotations()
    elif migration.state == SchemaMigration.State.APPLYING:
        work.succeed_truths()
        work.succeed_annotations()
    else:
        return dict(run.job.report or {})  # an attempt that died after its last batch
    with run.batch(report=dict(work.counts)):
        finish_migration(migration, dict(work.counts))
    return dict(work.counts)


class _Work:
    """One attempt: how far it is, and its steps."""

    def __init__(self, run: JobRun, migration: SchemaMigration) -> None:
        self.run, self.migration = run, migration
        names = ("truths", "annotations", "kept") if migration.back_revision else (
            "truths", "annotations"
        )  # fmt: skip
        self.counts = Counter(dict.fromkeys(names, 0) | run.checkpoint.get("counts", {}))
        planned = plan_operations(migration.from_revision.definition, migration.operations)
        self.replaced: Replaced = planned.replaced
        self.schema = schema_of(migration.to_revision)

    def _after(self, phase: str) -> int | None:
        """Where a phase goes on; None where it is over."""
        phases = ["truths", "annotations"]
        reached = self.run.checkpoint.get("phase", phases[0])
        if reached == phase:
            return int(self.run.checkpoint.get("after", 0))
        return 0 if phases.index(phase) > phases.index(reached) else None

    def _reached(self, phase: str, after: int) -> None:
        counts = dict(self.counts)
        checkpoint = {"phase": phase, "after": after, "counts": counts}
        done = counts["truths"] + counts["annotations"]
        self.run.set(done=done, checkpoint=checkpoint)

    def _steps(
        self, phase: str, rows: Any, fits: Callable[[Any], bool], step: Callable[[list[int]], None]
    ) -> None:
        """Do a step for the fitting rows, a batch at a time."""
        after = self._after(phase)
        if after is None:
            return
        for last, found in in_windows(rows, after, WINDOW):
            pks = [row[0] for row in found if fits(row)]
            for start in range(0, len(pks), BATCH):
                batch = pks[start : start + BATCH]
                with self.run.batch():
                    step(batch)
                    self._reached(phase, batch[-1])
            self.run.check()
            if pks or last // WINDOW % _SELDOM == 0:
                self._reached(phase, last)

    # There

    def succeed_truths(self) -> None:
        rows = Truth.objects.filter(schema=self.migration.schema_id, is_current=True)
        self._steps("truths", rows.values_list("pk", "regions"), self._says, self._follow_truths)

    def succeed_annotations(self) -> None:
        rows = Annotation.objects.filter(
            schema_revision__in=self.migration.schema.revisions.values("pk"), is_latest=True
        )
        said = rows.values_list("pk", "document__regions")
        self._steps("annotations", said, self._says, self._follow_annotations)

    def _says(self, row: tuple[int, Any]) -> bool:
        return row[1] is not None and replace_labels(row[1], self.replaced) is not None

    def _answer(self, regions: dict[str, Any]) -> ReadAnswer | None:
        changed = replace_labels(regions, self.replaced)
        return None if changed is None else answer_of(self.schema, parse_regions(changed))

    def _follow_truths(self, pks: list[int]) -> None:
        _lock_items(pks)
        new: list[tuple[Truth, ReadAnswer]] = []
        for old in Truth.objects.filter(pk__in=pks, is_current=True).order_by("pk"):
            answer = self._answer(old.regions)
            if answer is not None:
                new.append((_truth_after(old, answer, self.migration), answer))
        gone = [truth.migrated_from_id or 0 for truth, _answer in new]
        Truth.objects.filter(pk__in=gone).update(is_current=False)
        TruthLabel.objects.filter(truth__in=gone).delete()
        Truth.objects.bulk_create(truth for truth, _answer in new)
        TruthLabel.objects.bulk_create(
            row for truth, answer in new for row in label_rows(truth, answer)
        )
        self.counts["truths"] += len(new)

    def _follow_annotations(self, pks: list[int]) -> None:
        _hold(pks)
        new: list[tuple[Annotation, AnnotationRegions]] = []
        for old in _latest(pks).select_related("document"):
            answer = self._answer(old.document.regions)
            if answer is not None:
                new.append(_annotation_after(old, answer, self.migration))
        gone = [annotation.replaces_id or 0 for annotation, _document in new]
        Annotation.objects.filter(pk__in=gone).update(is_latest=False)
        Annotation.objects.bulk_create(annotation for annotation, _document in new)
        for annotation, document in new:
            document.annotation = annotation
        AnnotationRegions.objects.bulk_create(document for _annotation, document in new)
        pairs = {one.replaces_id: one.pk for one, _document in new if one.replaces_id}
        for _name, follower in followers.items():
            follower.succeeded(pairs)
        self.counts["annotations"] += len(new)

    # And back

    def return_truths(self) -> None:
        rows = Truth.objects.filter(migration=self.migration).values_list("pk")
        self._steps("truths", rows, bool, self._return_truths)

    def return_annotations(self) -> None:
        rows = Annotation.objects.filter(migration=self.migration).values_list("pk")
        self._steps("annotations", rows, bool, self._return_annotations)

    def _return_truths(self, pks: list[int]) -> None:
        _lock_items(pks)
        made = Truth.objects.filter(pk__in=pks, is_current=True).exclude(migrated_from=None)
        pairs = dict(made.values_list("pk", "migrated_from_id"))
        Truth.objects.filter(pk__in=list(pairs)).update(is_current=False)
        TruthLabel.objects.filter(truth__in=list(pairs)).delete()
        originals = list(Truth.objects.filter(pk__in=list(pairs.values())))
        Truth.objects.filter(pk__in=[one.pk for one in originals]).update(is_current=True)
        TruthLabel.objects.bulk_create(
            row
            for truth in originals
            for row in label_rows(truth, answer_of(self.schema, parse_regions(truth.regions)))
        )
        self.counts["truths"] += len(originals)
        self.counts["kept"] += len(pks) - len(originals)

    def _return_annotations(self, pks: list[int]) -> None:
        _hold(pks)
        made = {one.pk: one.replaces_id for one in _latest(pks) if one.replaces_id is not None}
        kept = {pk for _name, one in followers.items() for pk in one.keeps(list(made))}
        pairs = {pk: old for pk, old in made.items() if pk not in kept}
        Annotation.objects.filter(pk__in=list(pairs)).update(is_latest=False)
        Annotation.objects.filter(pk__in=list(pairs.values())).update(is_latest=True)
        for _name, follower in followers.items():
            follower.returned(pairs)
        self.counts["annotations"] += len(pairs)
        self.counts["kept"] += len(pks) - len(pairs)


def _truth_after(old: Truth, answer: ReadAnswer, migration: SchemaMigration) -> Truth:
    return Truth(
        item_id=old.item_id,
        schema_id=old.schema_id,
        schema_revision=migration.to_revision,
        regions=answer.regions,
        regions_hash=answer.regions_hash,
        label=answer.label,
        method=old.method,
        lineage={**old.lineage, "migration": migration.oid},
        by_id=old.by_id,
        migration=migration,
        migrated_from=old,
    )


def _annotation_after(
    old: Annotation, answer: ReadAnswer, migration: SchemaMigration
) -> tuple[Annotation, AnnotationRegions]:
    annotation = Annotation(
        item_id=old.item_id,
        schema_revision=migration.to_revision,
        annotator_id=old.annotator_id,
        origin=old.origin,
        replaces=old,
        migration=migration,
        submission_id=uuid5(_SUBMISSIONS, f"{migration.pk} {old.pk}"),
    )
    document = AnnotationRegions(
        regions=answer.regions,
        regions_hash=answer.regions_hash,
        warnings=old.document.warnings,
    )
    return annotation, document


def _latest(pks: Sequence[int]) -> Any:
    rows = Annotation.objects.filter(pk__in=pks, is_latest=True).order_by("pk")
    return rows.select_for_update(of=("self",), no_key=True)


def _hold(pks: Sequence[int]) -> None:
    for _name, follower in followers.items():
        follower.hold(pks)


def _lock_items(truth_pks: Sequence[int]) -> None:
    """Let no truth of these items be accepted meanwhile; on SQLite the transaction does it."""
    if connection.features.has_select_for_update:
        items = Item.objects.filter(pk__in=Truth.objects.filter(pk__in=truth_pks).values("item"))
        list(items.select_for_update(no_key=True).order_by("pk").values_list("pk"))
