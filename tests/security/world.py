"""One of everything in one project, for tests of who may touch what."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.utils import timezone

from annotate.models import Assignment, Comment, Course, Queue, Stage, TruthEstimate
from annotate.services.answers import submit_answer
from annotate.services.bulk import Plan, run_bulk
from annotate.services.claiming import claim_tasks
from annotate.services.comments import add_comment, work_of
from annotate.services.courses import Asked, CoursePlan, create_course
from annotate.services.filling import fill_queue
from annotate.services.queues import QueuePlan, create_queue
from datasets.models import (
    Annotation,
    Asset,
    Dataset,
    Item,
    RuleCheck,
    SchemaRevision,
    Truth,
    Upload,
    Version,
)
from datasets.services.exports import start_export
from datasets.services.schema_migrations import start_migration
from datasets.services.slices import save_slice
from datasets.services.truths import accept_truth
from foundation import jobs, storage
from foundation.actor import Permission
from foundation.models import Annotator, Job, Membership, Notification, Project, User
from foundation.opaque import encode_id
from foundation.services.notifications import notify
from foundation.services.people import create_invitation, create_project
from foundation.services.teams import create_team
from foundation.services.tokens import issue_token
from tests.datasets.labelled import labelled_texts, said
from tests.datasets.test_versions import frozen
from training.models import DoubtList, Evaluation, Run

UNUSED = "0" * 13


@dataclass
class World:
    """The people and the ids of one thing of each kind."""

    people: dict[str, User]
    tokens: dict[str, str]
    ids: dict[str, str]
    project: Project


def build_world(people: dict[str, User], project: Project) -> World:
    """Make one of everything; Ada holds an assignment and has said something."""
    mia, ada = people["mia"], people["ada"]
    dataset, revision = labelled_texts(project, 12)
    version = frozen(dataset, revision.schema)
    item = Item.objects.filter(dataset=dataset).earliest("pk")
    queue = _queue(dataset, revision)
    annotation = _answer(_claim(queue, ada))
    assignment = _claim(queue, ada)
    invitation, _path = create_invitation(project=project, role="viewer", by=mia)
    other = create_project(name="Another project of Mia", by=mia)
    run = _run(version)
    export = start_export(dataset=dataset, format="jsonl", by=mia)
    jobs.run(Job.objects.latest("pk").pk)
    ids = {
        "project": project.oid,
        "member": Membership.objects.get(project=project, user=ada).oid,
        "team": create_team(project=project, name="Night shift", by=mia).oid,
        "invitation": invitation.oid,
        "job": Job.objects.filter(project=project).latest("pk").oid,
        "dataset": dataset.oid,
        "item": item.oid,
        "asset": _asset(item).oid,
        "schema": revision.schema.oid,
        "migration": _migration(revision),
        "slice": save_slice(dataset=dataset, name="Hard", filter="-has:truth", by=mia).oid,
        "check": RuleCheck.objects.create(
            dataset=dataset, schema=revision.schema, schema_revision=revision
        ).oid,
        "number": "1",
        "index": "0",
        "version": version.oid,
        "upload": Upload.objects.create(dataset=dataset, created_by=mia).oid,
        "export": export.oid,
        "queue": queue.oid,
        "course": _course(queue).oid,
        "action": run_bulk(queue=queue, plan=Plan("unassign", "key:none"), by=mia)[0].oid,
        "assignment": assignment.oid,
        "annotation": annotation.oid,
        "comment": _comment(annotation).oid,
        "notification": _told(people["ada"], project),
        "run": run.oid,
        "evaluation": _evaluation(run).oid,
        "doubts": _doubts(queue),
        "estimate": _estimate(queue).oid,
    }
    return World(people, _tokens(mia, other), ids, project)


def _migration(revision: SchemaRevision) -> str:
    rename = {"op": "rename", "question": "intent", "label": "refund", "name": "Money back"}
    return start_migration(schema=revision.schema, operations=[rename], by=None).oid


def _queue(dataset: Dataset, revision: SchemaRevision) -> Queue:
    queue = create_queue(
        dataset=dataset,
        schema=revision.schema,
        plan=QueuePlan(name="Messages"),
        policy={"overlap": 2},
        by=None,
    )
    fill_queue(queue=queue)
    return queue


def _course(queue: Queue) -> Course:
    item = Item.objects.filter(dataset=queue.dataset).latest("pk")
    revision = queue.schema_revision
    accept_truth(
        item=item,
        schema_revision=revision,
        regions=said("refund"),
        method=Truth.Method.REVIEWED,
        lineage={},
        by=None,
    )
    plan = CoursePlan(exam=[Asked(item)], exam_size=1)
    return create_course(
        dataset=queue.dataset, schema=queue.schema, name="First steps", plan=plan, by=None
    )


def _claim(queue: Queue, person: User) -> Assignment:
    annotator = Annotator.objects.get(project=queue.dataset.project, user=person)
    claim_tasks(queue=queue, annotator_id=annotator.pk, stage=Stage.ANNOTATE, hold=1)
    return Assignment.objects.get(queue=queue, annotator=annotator, state=Assignment.State.HELD)


def _answer(assignment: Assignment) -> Annotation:
    submit_answer(
        assignment=assignment,
        fence=assignment.fence,
        regions=said("refund"),
        submission_id=uuid4(),
    )
    return Annotation.objects.get(annotator=assignment.annotator)


def _comment(annotation: Annotation) -> Comment:
    author = Annotator.objects.get(pk=annotation.annotator_id)
    return add_comment(subject=work_of(annotation), author=author, text="Which of the two?")


def _told(user: User, project: Project) -> str:
    notify("job-failed", [user], key="1", path="/", project=project, title="Import", why="")
    return Notification.objects.get(recipient=user, kind="job-failed").oid


def _asset(item: Item) -> Asset:
    stored = storage.store([b"not really a picture"])
    return Asset.objects.create(
        item=item,
        part=Asset.Part.ORIGINAL,
        sha256=stored.sha256,
        size=stored.size,
        media_type="image/png",
        storage_key=stored.key,
    )


def _run(version: Version) -> Run:
    return Run.objects.create(
        project=version.dataset.project,
        number=1,
        version=version,
        question="intent",
        trainer="text_logreg",
    )


def _evaluation(run: Run) -> Evaluation:
    return Evaluation.objects.create(
        run=run,
        version=run.version,
        report={"labels": [], "splits": {}},
        finished_at=timezone.now(),
    )


def _doubts(queue: Queue) -> str:
    return DoubtList.objects.create(
        dataset=queue.dataset, schema=queue.schema, question="intent", kind="spans", source="m"
    ).oid


def _estimate(queue: Queue) -> TruthEstimate:
    return TruthEstimate.objects.create(
        dataset=queue.dataset, schema=queue.schema, queue=queue, question="intent"
    )


def _tokens(mia: User, other: Project) -> dict[str, str]:
    scoped: dict[str, Any] = {"view": [Permission.VIEW], "push": [Permission.PUSH]}
    tokens = {
        f"token_{name}": issue_token(user=mia, name=name, scopes=scopes)[1]
        for name, scopes in scoped.items()
    }
    everything = list(Permission.values)
    tokens["token_elsewhere"] = issue_token(
        user=mia, name="elsewhere", scopes=everything, project=other
    )[1]
    return tokens


def missing(kind: str) -> str:
    """A well-formed id that belongs to nothing."""
    return f"{kind}_{UNUSED}"


def public(kind: str, number: int) -> str:
    """The id of a row."""
    return encode_id(kind, number)
