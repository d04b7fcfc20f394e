"""What becomes of a task when its answers are in: truth, or a reviewer's turn."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery

from annotate.models import Answer, Queue, Review, Stage, Task
from annotate.pure import task_stages
from annotate.pure.opinions import Labels
from annotate.pure.policy import (
    Policy,
    after_answers,
    is_drawn_for_review,
    wants_one_more,
)
from annotate.queries.likeness import Said, all_alike, majority_of, most_central
from annotate.queries.marks import reaches_of
from annotate.queries.opinions import labels_said, weighed_questions
from annotate.queries.policies import policy_of
from annotate.services.growing import ask_one_more
from annotate.services.risks import meets_risk
from annotate.services.stages import move_task
from datasets.models import Annotation, SchemaRevision, Truth
from datasets.pure.schema_rules import Schema
from datasets.queries.schemas import schema_of
from datasets.services.truths import accept_truth
from foundation.models import User
from foundation.opaque import encode_id
from foundation.queries.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Counted:
    """One answer that counts towards a task."""

    annotation_id: int
    annotator_name: str
    said: Said
    revision: SchemaRevision
    guideline: int | None


def counted_answers(task: Task) -> list[Counted]:
    """Return the answers of a task's round that count: the last of each person, none rejected."""
    return [_counted(answer) for answer in _counting.rows(task.pk, task.round)]


def _last_answers(task: int, round: int) -> QuerySet[Answer]:
    """Return the last answer of each person in a round of a task."""
    newest = (
        Answer.objects.filter(assignment=OuterRef("assignment"), is_extra=False)
        .order_by("-revision")
        .values("pk")[:1]
    )
    return (
        Answer.objects.filter(
            task=task,
            is_extra=False,
            assignment__round=round,
            assignment__stage=Stage.ANNOTATE,
            pk=Subquery(newest),
        )
        .select_related(
            "annotation__document",
            "annotation__annotator",
            "annotation__schema_revision",
            "guideline_revision",
        )
        .defer("annotation__schema_revision__definition", "guideline_revision__text")
        .order_by("annotation_id")
    )


_rejections = Review.objects.filter(verdict=Review.Verdict.REJECT)
_counting = Prepared(
    lambda task, round: _last_answers(task, round).exclude(
        annotation__in=_rejections.filter(task=task).values("annotation")
    )
)


def _counted(answer: Answer) -> Counted:
    annotation, guideline = answer.annotation, answer.guideline_revision
    return Counted(
        annotation_id=annotation.pk,
        annotator_name=annotation.annotator.name,
        said=Said(annotation.document.regions, annotation.document.regions_hash),
        revision=annotation.schema_revision,
        guideline=guideline.number if guideline else None,
    )


@dataclass(frozen=True, slots=True)
class Likeliest:
    """What all answers of a queue together say about one task, and how likely that is right."""

    labels: Labels
    likelihood: float


def waits_for_weighing(policy: Policy, schema: Schema) -> bool:
    """Tell whether tasks wait, once their first answers are in, for what the weighing decides."""
    return policy.grows_by_worth and bool(weighed_questions(schema))


def advance_task(*, task: Task, queue: Queue, answers: Sequence[Counted]) -> bool:
    """Decide about a task at stage annotate whose wanted answers are in; True when it is done.

    The caller has locked its row. Answers that agree become truth, unless the policy draws the
    task for review or finds a risk; where no answer leads, one more person may be asked; answers
    that go on to differ go to review, or to the majority where there is one. Where worth decides
    who is asked more, nothing happens here: the next weighing asks, or decides.
    """
    if not answers:  # all were rejected: a person decides
        move_task(task, task_stages.SENT_TO_REVIEW, queue)
        return False
    policy = policy_of(queue)
    if waits_for_weighing(policy, schema_of(queue.schema_revision)):
        return False
    vote = _vote(task, queue, answers)
    is_split = not vote.agree and vote.leader is None
    if wants_one_more(policy, answers=len(answers), differ=is_split) and ask_one_more(task, queue):
        return False
    return _conclude(task, queue, policy, answers, vote)


def decide_by_estimate(
    *, task: Task, queue: Queue, answers: Sequence[Counted], likeliest: Likeliest
) -> bool:
    """Decide about a task, whose row is locked, by what is likeliest; True when it is done.

    Answers that agree on something else than what is likeliest differ as much as others do.
    """
    if not answers:
        move_task(task, task_stages.SENT_TO_REVIEW)
        return False
    names = [one.name for one in weighed_questions(schema_of(queue.schema_revision))]
    said = [labels_said(answer.said.regions, names) for answer in answers]
    leader = said.index(likeliest.labels) if likeliest.labels in said else None
    vote = _vote(task, queue, answers)
    estimate = replace(vote, agree=vote.agree and leader is not None, leader=leader)
    return _conclude(task, queue, policy_of(queue), answers, estimate, likeliest.likelihood)


@dataclass(frozen=True, slots=True)
class _Vote:
    """Whether answers agree, and the place of the one that leads."""

    agree: bool
    leader: int | None
    central: int


def _vote(task: Task, queue: Queue, answers: Sequence[Counted]) -> _Vote:
    schema = schema_of(queue.schema_revision)
    said = [answer.said for answer in answers]
    reach = reaches_of(schema, [task.item_id]).get(task.item_id)
    agree, leader = all_alike(schema, said, reach), majority_of(said)
    is_central = agree or leader is None
    return _Vote(agree, leader, most_central(schema, said, reach) if is_central else 0)


def _conclude(
    task: Task,
    queue: Queue,
    policy: Policy,
    answers: Sequence[Counted],
    vote: _Vote,
    likelihood: float | None = None,
) -> bool:
    agree, leader = vote.agree, vote.leader
    draw = f"{queue.pk}/{task.pk}/{task.round}"
    is_drawn = is_drawn_for_review(policy, settings.WINNOW_ID_KEY, draw)
    happening = after_answers(
        policy,
        agree=agree,
        has_majority=leader is not None,
        is_drawn=is_drawn or meets_risk(policy, task, answers, differ=not agree),
    )
    task.agreed = agree if len(answers) > 1 else None
    move_task(task, happening, queue)
    if task.stage != Stage.DONE:
        return False
    chosen = vote.central if agree or leader is None else leader
    _accept(task, answers, answers[chosen], likelihood)
    return True


def _accept(
    task: Task, answers: Sequence[Counted], chosen: Counted, likelihood: float | None
) -> None:
    lineage = lineage_of(
        [answer.annotation_id for answer in answers],
        [answer.annotator_name for answer in answers],
        chosen.guideline,
    )
    method = Truth.Method.SINGLE if len(answers) == 1 else Truth.Method.AGREED
    if likelihood is not None:  # what is likeliest was taken, whether or not people agreed
        method = Truth.Method.ESTIMATED
        lineage["likelihood"] = round(likelihood, 4)
    accept_truth(
        item=task.item,
        schema_revision=chosen.revision,
        regions=chosen.said.regions,
        method=method,
        lineage=lineage,
        by=None,
    )


def accept_reviewed(
    *,
    task: Task | None,
    annotation: Annotation,
    regions: dict[str, Any],
    by: User | None,
    is_corrected: bool,
    guideline: int | None,
) -> Truth:
    """Make what a reviewer accepted, or corrected, the truth of the item."""
    return accept_truth(
        item=annotation.item if task is None else task.item,
        schema_revision=annotation.schema_revision,
        regions=regions,
        method=Truth.Method.CORRECTED if is_corrected else Truth.Method.REVIEWED,
        lineage=lineage_of([annotation.pk], [annotation.annotator.name], guideline),
        by=by,
    )


def accept_adjudicated(
    *,
    task: Task,
    annotation: Annotation,
    regions: dict[str, Any],
    by: User | None,
    reason: str,
    guideline: int | None,
) -> Truth:
    """Make what somebody decided between several answers the truth of the item.

    Its lineage names all answers of the round, also rejected ones, and what was decided and why.
    """
    answers = list(_last_answers(task.pk, task.round))
    lineage = lineage_of(
        [answer.annotation_id for answer in answers],
        [answer.annotation.annotator.name for answer in answers],
        guideline,
    )
    lineage["decided"] = encode_id("annotation", annotation.pk)
    return accept_truth(
        item=task.item,
        schema_revision=annotation.schema_revision,
        regions=regions,
        method=Truth.Method.ADJUDICATED,
        lineage=lineage | ({"reason": reason} if reason else {}),
        by=by,
    )


def lineage_of(
    annotation_ids: Sequence[int], names: Sequence[str], guideline: int | None
) -> dict[str, Any]:
    """Return where a truth came from, in plain values."""
    lineage: dict[str, Any] = {
        "annotations": [encode_id("annotation", pk) for pk in annotation_ids],
        "annotators": list(names),
    }
    if guideline is not None:
        lineage["guideline"] = guideline
    return lineage
