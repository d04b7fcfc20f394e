"""What can go wrong with queues, holds, answers and reviews, each with a title to act on."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from foundation.errors import Conflict, NotAllowed, PreconditionFailed, Text


class QueueNotOpen(Conflict):
    """The queue is paused or closed: nobody gets new work from it."""

    code: ClassVar[str] = "queue-not-open"
    title: ClassVar[Text] = _("This queue gives out no work now")


class NotForYou(NotAllowed):
    """The queue is for other people: by name, team, skill or language."""

    code: ClassVar[str] = "not-for-you"
    title: ClassVar[Text] = _("This queue is for other people")


class LimitReached(Conflict):
    """The person has answered as much here as the queue lets one person answer."""

    code: ClassVar[str] = "limit-reached"
    title: ClassVar[Text] = _("You have done your share of this queue")


class TasksWait(Conflict):
    """Tasks wait at a stage that the queue would have no longer; say that they shall move."""

    code: ClassVar[str] = "tasks-wait"
    title: ClassVar[Text] = _("Tasks wait at this stage")


class CourseFirst(NotAllowed):
    """The queue asks for a passed course, and this person has not passed it."""

    code: ClassVar[str] = "course-first"
    title: ClassVar[Text] = _("Pass the course first")


class CourseWaits(Conflict):
    """No attempt can begin now: one failed a moment ago, or all attempts are used up."""

    code: ClassVar[str] = "course-waits"
    title: ClassVar[Text] = _("You cannot take this exam now")


class CourseNotReady(Conflict):
    """Too few items of the course can be asked: archived, or their label was taken back."""

    code: ClassVar[str] = "course-not-ready"
    title: ClassVar[Text] = _("This course cannot be taken now")


class CourseAsksAll(Conflict):
    """In a course nothing is skipped and nothing answered twice."""

    code: ClassVar[str] = "course-asks-all"
    title: ClassVar[Text] = _("A course asks every item")


class DecidedBefore(Conflict):
    """Somebody else has decided about this answer; say that the verdict shall take its place."""

    code: ClassVar[str] = "decided-before"
    title: ClassVar[Text] = _("Somebody else has decided already")


class LeaseEnded(Conflict):
    """The hold is over: its lease ended, or the task was given back or claimed anew."""

    code: ClassVar[str] = "lease-ended"
    title: ClassVar[Text] = _("You do not hold this task any more")


class AlreadyAnswered(LeaseEnded):
    """The hold is over because its holder answered: in another tab, or on another device."""

    code: ClassVar[str] = "already-answered"
    title: ClassVar[Text] = _("You answered this task already")


class DraftChanged(PreconditionFailed):
    """Another tab or device saved this draft meanwhile."""

    code: ClassVar[str] = "draft-changed"
    title: ClassVar[Text] = _("This draft was saved elsewhere meanwhile")


class OwnWork(NotAllowed):
    """Nobody reviews what they answered themselves."""

    code: ClassVar[str] = "own-work"
    title: ClassVar[Text] = _("Somebody else reviews your own work")


class NotReviewable(Conflict):
    """The annotation is not one that a review could change anything about."""

    code: ClassVar[str] = "not-reviewable"
    title: ClassVar[Text] = _("This answer cannot be reviewed now")


class NotFixable(Conflict):
    """Only one's own answers can be fixed, and only the latest of them."""

    code: ClassVar[str] = "not-fixable"
    title: ClassVar[Text] = _("This answer cannot be fixed")


class NothingToComment(Conflict):
    """A comment is about somebody's answer to a task, and this is none."""

    code: ClassVar[str] = "nothing-to-comment"
    title: ClassVar[Text] = _("Comments belong to the answers of annotators")
