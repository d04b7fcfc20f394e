"""Labels merged, split and retired under answers that say them: lossless, resumable, undone."""

from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Sum

from annotate.models import Answer, Draft, Queue, Review, Turn
from annotate.queries.said import said_in_queue
from annotate.services.drafts import save_draft
from annotate.services.fixing import fix_answer
from annotate.services.following import follow_datasets
from annotate.services.reviews import Reviewer, accept_annotation, reject_annotation
from datasets.errors import MigrationRuns, SchemaInvalid
from datasets.models import (
    Annotation,
    AnnotationRegions,
    SchemaMigration,
    Truth,
    TruthLabel,
    Version,
)
from datasets.queries.entries import version_entries
from datasets.queries.schemas import current_revision, schema_of
from datasets.queries.versions import verify
from datasets.services import migrating
from datasets.services.schema_migrations import (
    continue_migration,
    preview_migration,
    start_migration,
    undo_migration,
)
from datasets.services.suggestions import suggest_regions
from datasets.services.versions import start_freeze
from foundation import jobs
from foundation.errors import Conflict
from foundation.models import Annotator, Event, Job, Project, User
from tests.annotate.making import answered, claimed, make_queue, said, submitted

MERGE = [{"op": "merge", "question": "mood", "labels": ["bad", "dull"], "into": "good"}]
INTO_NEW = [MERGE[0] | {"into": {"key": "rest", "name": "The rest"}}]
State = SchemaMigration.State


def finished(migration: SchemaMigration) -> SchemaMigration:
    assert migration.job is not None
    job = jobs.run(migration.job.pk)
    assert job is not None
    assert job.state == Job.State.SUCCEEDED, job.error
    return SchemaMigration.objects.select_related("job", "schema").get(pk=migration.pk)


def everything() -> dict[str, Any]:
    """What counts at present, down to the bytes: documents, truths, answers, labels."""
    return {
        "annotations": list(
            AnnotationRegions.objects.filter(annotation__is_latest=True)
            .order_by("pk")
            .values_list("pk", "regions", "regions_hash", "annotation__schema_revision")
        ),
        "truths": list(
            Truth.objects.filter(is_current=True)
            .order_by("pk")
            .values_list("pk", "regions", "regions_hash", "label", "lineage", "schema_revision")
        ),
        "labels": sorted(TruthLabel.objects.values_list("truth", "question", "label", "count")),
        "answers": list(Answer.objects.order_by("pk").values_list("pk", "revision", "assignment")),
    }


def labels_now() -> list[str]:
    rows = AnnotationRegions.objects.filter(annotation__is_latest=True).order_by("annotation__item")
    return [document["regions"][0]["label"] for document in rows.values_list("regions", flat=True)]


@pytest.fixture
def told(queue: Queue, ada_works: Annotator) -> Queue:
    """Five answers, each the truth of its item: good, bad, dull, bad, good."""
    for label in ("good", "bad", "dull", "bad", "good"):
        answered(queue, ada_works, label)
    return queue


def test_a_preview_counts_by_label_and_annotator_and_changes_nothing(
    told: Queue, ada_works: Annotator
) -> None:
    held = claimed(told, ada_works)
    save_draft(assignment=held, fence=held.fence, regions=said("dull"), if_match="*")
    suggest_regions(
        item=held.task.item, schema_revision=told.schema_revision, source="m", regions=said("bad")
    )
    before = everything()
    seen = preview_migration(schema=told.schema, operations=MERGE)
    by_label = {row["label"]: row for row in seen["touched"]["labels"]}
    counted = ("truths", "annotations", "suggestions")
    assert [by_label["bad"][name] for name in counted] == [2, 2, 1]
    assert [by_label["dull"][name] for name in counted] == [1, 1, 0]
    assert by_label["bad"]["annotators"] == [{"name": ada_works.name, "annotations": 2}]
    others = {one["name"]: one["answers"] for one in seen["touched"]["others"]}
    assert others == {"drafts": 1, "open tasks": 4}
    assert {change["code"] for change in seen["changes"]} >= {"label-retired"}
    assert (everything(), SchemaMigration.objects.count()) == (before, 0)


def test_merged_answers_get_successors_and_the_originals_stay(told: Queue, mia: User) -> None:
    originals = dict(AnnotationRegions.objects.values_list("pk", "regions"))
    migration = finished(start_migration(schema=told.schema, operations=INTO_NEW, by=mia))
    assert (migration.state, migration.counts) == (State.APPLIED, {"truths": 3, "annotations": 3})
    assert labels_now() == ["good", "rest", "rest", "rest", "good"]
    assert Truth.objects.filter(is_current=True, label="rest").count() == 3
    assert sorted(TruthLabel.objects.values_list("label", flat=True)).count("rest") == 3
    for annotation in Annotation.objects.filter(migration=migration).select_related("replaces"):
        assert annotation.replaces is not None
        assert annotation.replaces.document.regions == originals[annotation.replaces.pk]
        assert annotation.schema_revision.number == 2
    truth = Truth.objects.filter(is_current=True, label="rest")[0]
    assert truth.lineage["migration"] == migration.oid
    assert truth.migrated_from is not None
    assert truth.migrated_from.label in ("bad", "dull")
    event = Event.objects.get(verb="schema.migrated")
    assert (event.user, event.data["number"]) == (mia, 2)


def test_figures_of_the_queue_follow(told: Queue, mia: User) -> None:
    finished(start_migration(schema=told.schema, operations=MERGE, by=mia))
    follow_datasets()
    queue = Queue.objects.select_related("schema_revision").get(pk=told.pk)
    found = said_in_queue(queue, schema_of(queue.schema_revision))
    [table] = found.tables
    assert sorted(label for _item, _who, label in table.rows()) == ["good"] * 5
    assert Answer.objects.filter(revision=2).count() == 3


def test_undoing_leads_back_to_the_same_bytes(told: Queue, mia: User) -> None:
    before = everything()
    definition = current_revision(told.schema).definition
    migration = finished(start_migration(schema=told.schema, operations=MERGE, by=mia))
    assert everything() != before
    migration = finished(undo_migration(migration=migration, by=mia))
    assert (migration.state, migration.undone_by) == (State.UNDONE, mia)
    assert everything() == before
    assert current_revision(told.schema).definition == definition
    assert Event.objects.filter(verb="schema.migration_undone").count() == 1
    again = finished(start_migration(schema=told.schema, operations=MERGE, by=mia))
    assert again.counts == {"truths": 3, "annotations": 3}


def test_what_was_answered_since_stays_when_it_is_undone(
    told: Queue, ada_works: Annotator, mia: User
) -> None:
    migration = finished(start_migration(schema=told.schema, operations=MERGE, by=mia))
    changed = Annotation.objects.filter(migration=migration, is_latest=True).order_by("pk")
    fixed = changed[0]
    fix_answer(annotation=fixed, annotator=ada_works, regions=said("good"), submission_id=uuid4())
    answered(told, ada_works, "dull")
    migration = finished(undo_migration(migration=migration, by=mia))
    assert migration.counts["undone"] == {"truths": 2, "annotations": 2, "kept": 2}
    assert labels_now() == ["good", "good", "dull", "bad", "good", "dull"]
    counting = Truth.objects.filter(is_current=True).order_by("item")
    assert list(counting.values_list("label", flat=True)) == labels_now()


@pytest.mark.parametrize("follows", [False, True])
def test_answers_that_say_a_new_label_can_still_be_fixed(
    told: Queue, ada_works: Annotator, mia: User, follows: bool
) -> None:
    finished(start_migration(schema=told.schema, operations=INTO_NEW, by=mia))
    if follows:
        follow_datasets()
    one, other = Annotation.objects.filter(replaces__isnull=False).order_by("pk")[:2]
    fix_answer(annotation=one, annotator=ada_works, regions=said("good"), submission_id=uuid4())
    sent: dict[str, Any] = {"annotation": other, "annotator": ada_works, "submission_id": uuid4()}
    first = fix_answer(**sent, regions=said("rest"))
    again = fix_answer(**sent, regions=said("rest"))
    assert (again.annotation_id, again.is_new) == (first.annotation_id, False)
    assert labels_now() == ["good", "good", "rest", "rest", "good"]
    fixed = Annotation.objects.get(pk=first.annotation_id)
    assert fixed.schema_revision == other.schema_revision != told.schema_revision
    assert Truth.objects.get(item=fixed.item, is_current=True).label == "rest"


def test_a_fix_sent_again_after_a_change_of_labels_is_the_same_fix(
    told: Queue, ada_works: Annotator, mia: User
) -> None:
    sent: dict[str, Any] = {
        "annotator": ada_works,
        "regions": said("dull"),
        "submission_id": uuid4(),
    }
    bad = Annotation.objects.order_by("pk")[1]
    first = fix_answer(annotation=bad, **sent)
    finished(start_migration(schema=told.schema, operations=INTO_NEW, by=mia))
    again = fix_answer(annotation=bad, **sent)
    assert (again.annotation_id, again.is_new) == (first.annotation_id, False)


@pytest.mark.parametrize("is_undone", [False, True])
def test_figures_of_every_queue_of_a_batch_are_computed_anew(
    told: Queue, ada_works: Annotator, mia: User, is_undone: bool
) -> None:
    revision = told.schema_revision
    other = make_queue(told.dataset.project, dataset=told.dataset, revision=revision, name="Again")
    answered(other, ada_works, "bad")
    before = stamps()
    migration = finished(start_migration(schema=told.schema, operations=MERGE, by=mia))
    if is_undone:
        before = stamps()
        finished(undo_migration(migration=migration, by=mia))
    after = stamps()
    assert len(before) == 2
    assert all(after[pk] > before[pk] for pk in before)


def stamps() -> dict[int, int]:
    """How much was written in each queue."""
    turns = Turn.objects.values_list("queue").annotate(n=Sum("writes"))
    return dict(turns.values_list("queue", "n"))


@pytest.mark.parametrize("step", ["_follow_truths", "_follow_annotations"])
def test_a_job_that_dies_in_a_batch_goes_on_and_does_nothing_twice(
    told: Queue, mia: User, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(migrating, "BATCH", 1)
    before = everything()
    migration = start_migration(schema=told.schema, operations=MERGE, by=mia)
    die_in(monkeypatch, step, 2)
    assert migration.job is not None
    jobs.run(migration.job.pk)
    migration.refresh_from_db()
    assert migration.state == State.APPLYING
    with pytest.raises(MigrationRuns):
        start_migration(schema=told.schema, operations=MERGE, by=mia)
    let_go_on(migration)
    migration = finished(migration)
    assert migration.counts == {"truths": 3, "annotations": 3}
    assert labels_now() == ["good"] * 5
    assert Truth.objects.filter(is_current=True, label="good").count() == 5
    assert finished(undo_migration(migration=migration, by=mia)).state == State.UNDONE
    assert everything() == before


@pytest.mark.parametrize("step", ["_return_truths", "_return_annotations"])
def test_an_undoing_that_dies_goes_on_as_well(
    told: Queue, mia: User, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    before = everything()
    migration = finished(start_migration(schema=told.schema, operations=MERGE, by=mia))
    monkeypatch.setattr(migrating, "BATCH", 1)
    migration = undo_migration(migration=migration, by=mia)
    die_in(monkeypatch, step, 2)
    assert migration.job is not None
    jobs.run(migration.job.pk)
    let_go_on(migration)
    assert finished(migration).counts["undone"] == {"truths": 3, "annotations": 3, "kept": 0}
    assert everything() == before


def test_half_of_a_change_is_undone_as_well(
    told: Queue, mia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrating, "BATCH", 1)
    before = everything()
    migration = start_migration(schema=told.schema, operations=MERGE, by=mia)
    die_in(monkeypatch, "_follow_annotations", 2)
    assert migration.job is not None
    jobs.run(migration.job.pk)
    with pytest.raises(MigrationRuns):
        undo_migration(migration=migration, by=mia)
    Job.objects.filter(pk=migration.job.pk).update(state=Job.State.FAILED)
    assert everything() != before
    finished(undo_migration(migration=migration, by=mia))
    assert everything() == before


def test_frozen_versions_are_not_touched(told: Queue, mia: User) -> None:
    version, job = start_freeze(dataset=told.dataset, schema=told.schema, by=None)
    jobs.run(job.pk)
    version.refresh_from_db()
    frozen = Version.objects.values().get(pk=version.pk)
    entries = [entry.truths for entry in version_entries(version)]
    finished(start_migration(schema=told.schema, operations=MERGE, by=mia))
    assert verify(version, deep=False).is_whole
    assert Version.objects.values().get(pk=version.pk) == frozen
    assert [entry.truths for entry in version_entries(version)] == entries


def die_in(monkeypatch: pytest.MonkeyPatch, step: str, number: int) -> None:
    """Let the worker die at the end of a batch, before its transaction commits, once."""
    left = [number]
    keep = getattr(migrating._Work, step)

    def die(self: Any, pks: list[int]) -> None:
        keep(self, pks)
        left[0] -= 1
        if left[0] == 0:
            raise jobs.LeaseLost

    monkeypatch.setattr(migrating._Work, step, die)


def let_go_on(migration: SchemaMigration) -> None:
    Job.objects.filter(pk=migration.job_id or 0).update(lease_ends_at="2000-01-01T00:00Z")


def test_answers_that_come_late_are_brought_along(
    told: Queue, ada_works: Annotator, mia: User
) -> None:
    late = claimed(told, ada_works)
    migration = finished(start_migration(schema=told.schema, operations=MERGE, by=mia))
    submitted(late, "dull")
    assert labels_now()[-1] == "dull"
    migration = finished(continue_migration(migration=migration, by=mia))
    assert labels_now()[-1] == "good"
    assert migration.counts == {"truths": 4, "annotations": 4}


def test_verdicts_stay_with_what_they_are_about(
    project: Project, ada_works: Annotator, rui_works: Annotator, rui: User, mia: User
) -> None:
    queue = make_queue(project, 3, review_share=1.0)
    answered(queue, ada_works, "bad")
    answered(queue, ada_works, "dull")
    first, second = Annotation.objects.order_by("pk")
    accept_annotation(annotation=first, reviewer=Reviewer(rui_works, rui))
    migration = finished(start_migration(schema=queue.schema, operations=MERGE, by=mia))
    review = Review.objects.get()
    assert review.annotation.replaces == first
    successor = Annotation.objects.get(replaces=second)
    reject_annotation(annotation=successor, reviewer=Reviewer(rui_works, rui), reason="No.")
    migration = finished(undo_migration(migration=migration, by=mia))
    review.refresh_from_db()
    assert review.annotation == first
    assert Annotation.objects.get(pk=successor.pk).is_latest  # somebody has acted on it
    assert migration.counts["undone"]["kept"] == 1


def test_a_split_or_retired_label_touches_no_answer(told: Queue, mia: User) -> None:
    before = everything()
    split = {"op": "split", "question": "mood", "label": "bad", "answers": "relabel",
             "into": [{"key": "angry"}, {"key": "sad"}]}  # fmt: skip
    retire = {"op": "retire", "question": "mood", "label": "dull"}
    migration = start_migration(schema=told.schema, operations=[split, retire], by=mia)
    assert (migration.state, migration.job, everything()) == (State.APPLIED, None, before)
    [question] = current_revision(told.schema).definition["questions"]
    labels = {one["key"]: one for one in question["labels"]}
    assert labels["angry"]["parent"] == "bad"
    assert labels["bad"]["retired"] is labels["dull"]["retired"] is True


def test_only_the_last_change_can_be_undone(told: Queue, mia: User) -> None:
    rename = {"op": "rename", "question": "mood", "label": "bad", "name": "Awful"}
    first = start_migration(schema=told.schema, operations=[rename], by=mia)
    second = finished(start_migration(schema=told.schema, operations=MERGE, by=mia))
    with pytest.raises(Conflict):
        undo_migration(migration=first, by=mia)
    finished(undo_migration(migration=second, by=mia))
    with pytest.raises(Conflict):
        undo_migration(migration=second, by=mia)
    finished(undo_migration(migration=first, by=mia))
    assert current_revision(told.schema).definition["questions"][0]["labels"][1]["name"] == "Bad"


def test_drafts_and_wrong_operations_change_nothing(
    told: Queue, ada_works: Annotator, mia: User
) -> None:
    held = claimed(told, ada_works)
    save_draft(assignment=held, fence=held.fence, regions=said("dull"), if_match="*")
    with pytest.raises(SchemaInvalid) as caught:
        start_migration(schema=told.schema, operations=[MERGE[0] | {"into": "x"}], by=mia)
    assert caught.value.places[0].at == "operations/0/into"
    finished(start_migration(schema=told.schema, operations=MERGE, by=mia))
    assert Draft.objects.get().regions == said("dull")
