"""Estimates of the truth: working them out, accepting what is sure enough, taking it back."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from annotate.models import Stage, Task, TruthEstimate
from annotate.pure import task_stages
from annotate.queries.estimates import (
    Likeliest,
    Rows,
    accepted_from,
    is_estimated,
    read_rows,
    subject_of,
    write_rows,
)
from annotate.queries.estimating import work_out
from annotate.queries.subjects import Subject, answers_on
from annotate.services.stages import CHECKS, move_task
from datasets.models import Item, SchemaRevision, Truth
from datasets.queries.schemas import current_revision, schema_of
from datasets.services.truths import accept_truth, retract_truth
from foundation import jobs
from foundation.clock import database_now
from foundation.errors import Conflict, DomainError, Invalid, Place
from foundation.jobs import JobRun, Report
from foundation.models import Job, JobRefusal, User
from foundation.services.events import record_event

BATCH = 100
LEAST_CONFIDENCE = 0.5


def start_estimate(*, subject: Subject, question: str, by: User | None) -> TruthEstimate:
    """Record that the truth of a question shall be estimated; a job does it.

    Where the same answers were estimated already, or are being, that estimate is returned.
    Raises Invalid for a question of another type.
    """
    asked = {one.name: one for one in schema_of(subject.revision).questions}
    if question not in asked or not is_estimated(asked[question]):
        detail = _("The truth is estimated for questions with one answer of several, or places.")
        raise Invalid(detail, [Place("question", "unknown-question", detail)])
    stamp = subject.stamp()
    values = {"dataset": subject.dataset, "schema": subject.schema, "queue": subject.queue}
    present = TruthEstimate.objects.filter(**values, question=question).order_by("-pk").first()
    if present is not None and present.stamp == stamp and not _has_failed(present):
        return present
    name = subject.queue.name if subject.queue else subject.dataset.name
    with transaction.atomic():
        made = TruthEstimate.objects.create(**values, question=question, stamp=stamp, created_by=by)
        made.job = jobs.enqueue(
            "annotate.estimate",
            title=_("Estimate the truth of %(name)s") % {"name": name},
            project=subject.dataset.project,
            by=by,
            estimate=made.pk,
        )
        made.save(update_fields=["job"])
    return made


def _has_failed(estimate: TruthEstimate) -> bool:
    job = estimate.job
    ended_badly = job is not None and job.state in (Job.State.FAILED, Job.State.CANCELLED)
    return estimate.finished_at is None and (job is None or ended_badly)


def estimate(run: JobRun) -> Report:
    """Work out an estimate and keep it."""
    wanted = TruthEstimate.objects.select_related("dataset", "schema", "queue").get(
        pk=run.params["estimate"]
    )
    subject = subject_of(wanted)
    stamp = subject.stamp()
    worked = work_out(subject, wanted.question)
    key = write_rows(worked.rows)
    with run.batch(done=len(worked.rows.item), total=len(worked.rows.item)):
        TruthEstimate.objects.filter(pk=wanted.pk).update(
            stamp=stamp, figures=worked.figures, items_key=key, finished_at=database_now()
        )
    return {"estimate": wanted.oid, "items": len(worked.rows.item)}


def start_accepting(
    *, estimate: TruthEstimate, method: str, at_least: float, by: User | None
) -> Job:
    """Record that items shall get their likeliest label as truth where it is likely enough.

    Items that have a truth keep it. Raises Conflict where the answers changed since, or the
    schema asks for more than one label; Invalid for an unknown method or a share below one half.
    """
    rows = read_rows(estimate)
    if method not in rows.codes:
        detail = _("One of: %(known)s.") % {"known": ", ".join(rows.codes)}
        raise Invalid(detail, [Place("method", "unknown-method", detail)])
    if not LEAST_CONFIDENCE <= at_least <= 1:
        detail = _("A confidence from 0.5 to 1.")
        raise Invalid(detail, [Place("at_least", "out-of-range", detail)])
    why = why_not_acceptable(estimate)
    if why:
        raise Conflict(why)
    return jobs.enqueue(
        "annotate.accept-estimate",
        title=_("Accept estimated truths"),
        project=estimate.dataset.project,
        by=by,
        estimate=estimate.pk,
        method=method,
        at_least=at_least,
    )


def need_signature(signed: bool) -> None:
    """Refuse what nobody answers for. Raises Invalid."""
    if not signed:
        detail = _("Sign off first: somebody answers for truths that nobody reviewed one by one.")
        raise Invalid(detail, [Place("signed_off", "required", detail)])


def why_not_acceptable(estimate: TruthEstimate) -> str:
    """Return why its labels cannot become truths; empty where they can."""
    questions = schema_of(current_revision(estimate.schema)).questions
    if len(questions) != 1 or questions[0].per:
        return _(
            "This schema asks for more than one label of an item. A truth answers all questions, "
            "so let a reviewer accept these items."
        )
    if questions[0].attributes or questions[0].transcript:
        return _(
            "People also say something about each region here, which is not merged. Let a reviewer "
            "accept these items."
        )
    if estimate.stamp != subject_of(estimate).stamp():
        return _("People answered since this estimate was made. Estimate again, then accept.")
    return ""


def accept(run: JobRun) -> Report:
    """Accept what is sure enough, a batch at a time."""
    wanted = TruthEstimate.objects.select_related("dataset__project", "schema", "queue").get(
        pk=run.params["estimate"]
    )
    method, at_least = run.params["method"], run.params["at_least"]
    rows, revision = read_rows(wanted), current_revision(wanted.schema)
    told: Counter[str] = Counter(run.checkpoint.get("told", {}))
    start = run.checkpoint.get("after", 0)
    for begin, chosen in _batches(rows, wanted.question, method, at_least, start):
        with run.batch():
            told.update(_accept_some(run, wanted, revision, chosen))
            run.set(done=told["accepted"], checkpoint={"after": begin, "told": dict(told)})
    if told["accepted"]:
        record_event(
            "truths.estimated",
            by=run.job.created_by,
            project=wanted.dataset.project,
            target=wanted.oid,
            count=told["accepted"],
            method=method,
            at_least=at_least,
        )
    return {
        "accepted": told["accepted"],
        "had_truth": told["had_truth"],
        "refused": told["refused"],
    }


Chosen = dict[int, tuple[list[dict[str, Any]], float]]


def _batches(
    rows: Rows, question: str, method: str, at_least: float, start: int
) -> Iterator[tuple[int, Chosen]]:
    """Yield items with their regions and confidence, and where the next batch begins."""
    for begin in range(start, len(rows.item), BATCH):
        end = min(begin + BATCH, len(rows.item))
        likeliest = (rows.likeliest(method, at) for at in range(begin, end))
        chosen = {
            one.item: (regions, one.confidence)
            for one in likeliest
            if (regions := _regions(one, question)) is not None
            and one.confidence >= at_least
            and not one.part
        }
        yield end, chosen


def _regions(one: Likeliest, question: str) -> list[dict[str, Any]] | None:
    """Return what would become the truth of an item; None where that is not decided."""
    if one.label is not None:
        return [{"id": "r1", "question": question, "kind": "item", "label": one.label}]
    return one.regions


def _accept_some(
    run: JobRun, wanted: TruthEstimate, revision: SchemaRevision, chosen: Chosen
) -> Mapping[str, int]:
    known = set(
        Truth.objects.filter(
            schema=wanted.schema_id, item__in=list(chosen), is_current=True
        ).values_list("item_id", flat=True)
    )
    items = Item.objects.in_bulk([pk for pk in chosen if pk not in known])
    said = answers_on(subject_of(wanted), list(items))
    told: Counter[str] = Counter(had_truth=len(known))
    refusals = []
    for pk, item in items.items():
        regions, confidence = chosen[pk]
        lineage = {
            "annotations": [one.oid for one in said.get(pk, [])],
            "annotators": sorted({one.annotator.name for one in said.get(pk, [])}),
            "estimate": wanted.oid,
            "method": run.params["method"],
            "confidence": round(confidence, 4),
        }
        try:
            _accept_one(item, wanted, revision, regions, lineage, run.job.created_by)
            told["accepted"] += 1
        except DomainError as error:  # such as a label that the schema no longer has
            told["refused"] += 1
            refusals.append(
                JobRefusal(position=pk, place=item.key, code=error.code, detail=str(error.detail))
            )
    run.refuse(refusals)
    return told


@transaction.atomic
def _accept_one(
    item: Item,
    wanted: TruthEstimate,
    revision: SchemaRevision,
    regions: list[dict[str, Any]],
    lineage: dict[str, Any],
    by: User | None,
) -> None:
    task = _waiting_for_review(wanted, item)
    if task is not None:
        move_task(task, task_stages.CLOSED)
        lineage = lineage | {"closed_task": task.oid}
    accept_truth(
        item=item,
        schema_revision=revision,
        regions={"format": 1, "regions": regions},
        method=Truth.Method.ESTIMATED,
        lineage=lineage,
        by=by,
    )


def _waiting_for_review(wanted: TruthEstimate, item: Item) -> Task | None:
    """Return the task that a reviewer would decide, its row locked."""
    if wanted.queue_id is None:
        return None
    tasks = Task.objects.select_for_update(no_key=True)
    return tasks.filter(queue=wanted.queue_id, item=item, stage__in=CHECKS).first()


def take_back(*, estimate: TruthEstimate, by: User | None) -> int:
    """Take back every truth that was accepted from an estimate and still holds.

    Tasks that were closed by it go to review again. Truths that somebody decided since stay.
    Returns how many were taken back.
    """
    truths = list(accepted_from(estimate).select_related("item"))
    for truth in truths:
        with transaction.atomic():
            retract_truth(item=truth.item, schema=estimate.schema, by=by)
            if "closed_task" in truth.lineage:
                tasks = Task.objects.select_for_update(no_key=True).filter(
                    queue=estimate.queue_id, item=truth.item, stage=Stage.DONE
                )
                for task in tasks:
                    move_task(task, task_stages.SENT_TO_REVIEW)
    return len(truths)
