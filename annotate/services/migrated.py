"""Answers follow their annotations when a change of labels gives those successors.

An answer of a queue gets one more revision; reviews and checks against gold go along, so that a
verdict stays with what it is about. All of it can be led back.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db.models import F, Max, Min
from django.utils.translation import gettext as _

from annotate.models import Answer, Assignment, Draft, GoldCheck, Review, Task, Turn
from datasets.models import LabelSchema, Truth
from datasets.queries.migrations import Said, Touched, documents_saying, said_in
from datasets.services.migrating import Follower


def hold_answers(annotation_pks: Sequence[int]) -> None:
    """Lock the assignments behind annotations: nobody fixes an answer meanwhile."""
    answers = Answer.objects.filter(pk__in=annotation_pks)
    rows = Assignment.objects.filter(pk__in=answers.values("assignment")).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))


def follow_answers(pairs: Mapping[int, int]) -> None:
    """Give each answer whose annotation has a successor one more revision."""
    answers = list(Answer.objects.filter(pk__in=list(pairs)).order_by("pk"))
    rows = Answer.objects.filter(assignment__in=[one.assignment_id for one in answers])
    last: dict[int, int] = dict(
        rows.values_list("assignment").annotate(n=Max("revision")).values_list("assignment", "n")
    )
    for answer in answers:
        answer.pk = pairs[answer.pk]
        last[answer.assignment_id] += 1
        answer.revision = last[answer.assignment_id]
        answer._state.adding = True
    Answer.objects.bulk_create(answers)
    _move_verdicts(pairs)
    _figures_are_stale(answers)


def acted_on(annotation_pks: Sequence[int]) -> set[int]:
    """Return the annotations that were reviewed after they were made."""
    reviews = Review.objects.filter(
        annotation__in=annotation_pks, at__gt=F("annotation__created_at")
    )
    return set(reviews.values_list("annotation", flat=True))


def return_answers(pairs: Mapping[int, int]) -> None:
    """Take back what `follow_answers` did for these successors."""
    answers = list(Answer.objects.filter(pk__in=list(pairs)))
    _move_verdicts(pairs)
    Answer.objects.filter(pk__in=[one.pk for one in answers]).delete()
    _figures_are_stale(answers)


ANSWERS = Follower(hold_answers, follow_answers, acted_on, return_answers)


def _move_verdicts(pairs: Mapping[int, int]) -> None:
    reviews = list(Review.objects.filter(annotation__in=list(pairs)))
    for review in reviews:
        review.annotation_id = pairs[review.annotation_id]
    Review.objects.bulk_update(reviews, ["annotation"])
    corrections = list(Review.objects.filter(corrected__in=list(pairs)))
    for review in corrections:
        review.corrected_id = pairs[review.corrected_id or 0]
    Review.objects.bulk_update(corrections, ["corrected"])
    checks = list(GoldCheck.objects.filter(annotation__in=list(pairs)))
    old = [check.truth_id for check in checks if check.truth_id]
    truths = dict(Truth.objects.filter(migrated_from__in=old).values_list("migrated_from", "pk"))
    for check in checks:
        check.annotation_id = pairs[check.annotation_id]
        check.truth_id = truths.get(check.truth_id, check.truth_id)
    GoldCheck.objects.bulk_update(checks, ["annotation", "truth"])


def _figures_are_stale(answers: Iterable[Answer]) -> None:
    """Let figures that are kept until somebody writes again be computed anew."""
    queues = Task.objects.filter(pk__in=[one.task_id for one in answers]).values("queue")
    first = Turn.objects.filter(queue__in=queues).values("queue").annotate(first=Min("pk"))
    # Locked in one order: a plain update of several rows could wait in a circle with another.
    turns = Turn.objects.filter(pk__in=first.values("first")).order_by("pk")
    pks = list(turns.select_for_update(no_key=True).values_list("pk", flat=True))
    Turn.objects.filter(pk__in=pks).update(writes=F("writes") + 1)


def left_as_they_are(schema: LabelSchema, wanted: Collection[Said]) -> list[Touched]:
    """Count what a change of labels leaves alone: drafts that say them, tasks that are open."""
    drafts = Draft.objects.filter(assignment__queue__schema=schema)
    found = documents_saying(drafts, wanted).values_list("regions", flat=True)
    saying = sum(bool(said_in(one, wanted)) for one in found.iterator(chunk_size=500))
    open_tasks = Task.objects.filter(queue__schema=schema, is_open=True).count()
    return [Touched(_("drafts"), saying), Touched(_("open tasks"), open_tasks)]
