"""Tables of annotate, re-exported so that `annotate.models` is the one address."""

from annotate.models.answer import Answer, Draft, GoldCheck, Review
from annotate.models.bulk import BulkAction, BulkChange
from annotate.models.comment import Comment
from annotate.models.course import Attempt, Course, CourseItem
from annotate.models.estimate import TruthEstimate
from annotate.models.guideline import GuidelineImage, GuidelineReading
from annotate.models.queue import GuidelineRevision, Queue
from annotate.models.task import Assignment, Opening, Stage, Task, Turn
from annotate.models.task_count import TaskCount
from annotate.models.workday import Rate, WorkDay

__all__ = [
    "Answer",
    "Assignment",
    "Attempt",
    "BulkAction",
    "BulkChange",
    "Comment",
    "Course",
    "CourseItem",
    "Draft",
    "GoldCheck",
    "GuidelineImage",
    "GuidelineReading",
    "GuidelineRevision",
    "Opening",
    "Queue",
    "Rate",
    "Review",
    "Stage",
    "Task",
    "TaskCount",
    "TruthEstimate",
    "Turn",
    "WorkDay",
]
