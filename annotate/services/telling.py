"""Telling people what concerns their work: called by the services that do it, not by signals."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from annotate.models import Comment, GoldCheck, GuidelineRevision, Queue, Review, Turn
from annotate.queries.comments import may_read, mentioned_in
from annotate.queries.compared import path_of
from foundation.actor import Permission
from foundation.clock import database_now
from foundation.models import Annotator, Cadence, User
from foundation.queries.members import users_who_may
from foundation.queries.notifications import NotificationKind, notification_kinds
from foundation.services.notifications import notify

MENTIONED, COMMENTED, REVIEWED = "mentioned", "commented", "reviewed"
GUIDELINE, ASSIGNED, GOLD = "guideline", "assigned", "gold-low"
DEADLINE_NEAR, DEADLINE_LATE = "deadline-near", "deadline-late"
GOLD_LOOKED_AT = 10
GOLD_LOW = 0.7
"""The mean of somebody's last ten gold checks below which managers are told."""

for _name, _kind in {
    MENTIONED: NotificationKind(
        title=_("Somebody mentions me in a comment"),
        sentence=_("%(who)s mentioned you in %(queue)s: %(text)s"),
        icon="message-square-text",
        usual=Cadence.AT_ONCE,
        is_open=may_read,
    ),
    COMMENTED: NotificationKind(
        title=_("Somebody comments on my answer"),
        sentence=_("%(who)s commented on your answer in %(queue)s: %(text)s"),
        icon="message-square-text",
        is_open=may_read,
    ),
    REVIEWED: NotificationKind(
        title=_("My answer is returned or corrected"),
        sentence=_("Your answer on %(item)s in %(queue)s: %(verdict)s. %(reason)s"),
        icon="undo-2",
        may=Permission.ANNOTATE,
    ),
    GUIDELINE: NotificationKind(
        title=_("A guideline changes"),
        sentence=_("The guideline of %(queue)s changed: revision %(number)s."),
        icon="book-open",
        may=Permission.ANNOTATE,
        usual=Cadence.AT_ONCE,
    ),
    ASSIGNED: NotificationKind(
        title=_("Tasks are given to me by hand"),
        sentence=_("%(count)s tasks of %(queue)s wait for you."),
        icon="hand",
        may=Permission.ANNOTATE,
    ),
    GOLD: NotificationKind(
        title=_("Somebody does badly on gold"),
        sentence=_("%(who)s: %(share)s %% right on the last %(count)s gold items of %(queue)s."),
        icon="star",
        may=Permission.MANAGE,
    ),
    DEADLINE_NEAR: NotificationKind(
        title=_("The deadline of a queue is near"),
        sentence=_("%(queue)s should be done by %(deadline)s: %(count)s answers are missing."),
        icon="clock",
        may=Permission.MANAGE,
    ),
    DEADLINE_LATE: NotificationKind(
        title=_("A queue will not be done in time"),
        sentence=_(
            "%(queue)s should be done by %(deadline)s, and at this pace it will be on %(day)s: "
            "%(count)s answers are missing."
        ),
        icon="clock",
        may=Permission.MANAGE,
    ),
}.items():
    notification_kinds.register(_name, _kind)


def tell_comment(comment: Comment) -> None:
    """Tell those who are called by name, and whose answer it is about."""
    queue, author = comment.task.queue, comment.author
    called = mentioned_in(comment)
    about = comment.about.user
    for user in called:
        _say(MENTIONED, comment, queue, author, user)
    if about is not None and about not in called:
        _say(COMMENTED, comment, queue, author, about)


def _say(kind: str, comment: Comment, queue: Queue, author: Annotator, user: User) -> None:
    is_own = comment.about.user_id == user.pk
    notify(
        kind,
        [user],
        key=str(comment.pk),
        by=author.user,
        project=queue.dataset.project,
        subject=comment.pk,
        path=f"/queues/{queue.oid}/mine" if is_own else f"/queues/{queue.oid}/comments",
        who=author.name,
        queue=queue.name,
        text=comment.text,
    )


def tell_review(review: Review) -> None:
    """Tell who gave an answer that it was returned or corrected, and why."""
    author, task = review.annotation.annotator.user, review.task
    is_about_it = review.verdict in (Review.Verdict.REJECT, Review.Verdict.CORRECT)
    if author is None or task is None or not is_about_it:
        return
    is_returned = review.verdict == Review.Verdict.REJECT
    notify(
        REVIEWED,
        [author],
        key=str(review.pk),
        by=review.reviewer.user,
        project=task.queue.dataset.project,
        path=f"/queues/{task.queue.oid}/mine"
        if review.corrected_id is None
        else path_of(review.annotation_id),
        item=task.item.key,
        queue=task.queue.name,
        verdict=str(_("returned") if is_returned else _("corrected")),
        reason=review.reason,
    )


def tell_guideline(queue: Queue, revision: GuidelineRevision, by: User | None) -> None:
    """Tell those who worked in a queue that the rules they worked by are others now."""
    worked = Turn.objects.filter(queue=queue, annotator__ended_at=None).values("annotator__user")
    project = queue.dataset.project
    notify(
        GUIDELINE,
        users_who_may(project.pk, Permission.ANNOTATE).filter(pk__in=worked),
        key=str(revision.pk),
        by=by,
        project=project,
        path=f"/queues/{queue.oid}/changes",
        queue=queue.name,
        number=revision.number,
    )


def tell_assigned(queue: Queue, annotator: Annotator, count: int) -> None:
    """Tell somebody that tasks wait for them by name."""
    if annotator.user is not None:
        notify(
            ASSIGNED,
            [annotator.user],
            key=f"{queue.pk}/{database_now():%Y%m%d%H%M%S%f}",
            project=queue.dataset.project,
            path=f"/queues/{queue.oid}/work",
            count=count,
            queue=queue.name,
        )


def tell_deadline(
    kind: str, queue: Queue, deadline: date, count: int, day: date | None = None
) -> None:
    """Tell the managers of a queue of its deadline, once for each day that it may be set to."""
    project = queue.dataset.project
    notify(
        kind,
        users_who_may(project.pk, Permission.MANAGE),
        key=f"{queue.pk}/{deadline:%Y%m%d}",
        project=project,
        path=f"/queues/{queue.oid}",
        queue=queue.name,
        deadline=date_format(deadline, "D j M Y"),
        count=count,
        day=date_format(day, "D j M Y") if day else "",
    )


def tell_gold(check: GoldCheck) -> None:
    """Tell managers, at most once a day and person, that somebody does badly on gold."""
    checks = GoldCheck.objects.filter(queue=check.queue_id, annotator=check.annotator_id)
    scores = list(checks.order_by("-pk").values_list("score", flat=True)[:GOLD_LOOKED_AT])
    share = sum(scores) / len(scores)
    if len(scores) < GOLD_LOOKED_AT or share >= GOLD_LOW:
        return
    queue, today = check.queue, database_now()
    project = queue.dataset.project
    notify(
        GOLD,
        users_who_may(project.pk, Permission.MANAGE),
        key=f"{queue.pk}/{check.annotator_id}/{today:%Y%m%d}",
        project=project,
        path=f"/projects/{project.oid}/quality?queue={queue.oid}",
        who=check.annotator.name,
        share=round(share * 100),
        count=len(scores),
        queue=queue.name,
    )
