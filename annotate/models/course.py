"""Courses: gold that each person walks in order before real work, and how far they came."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from annotate.models.queue import Queue
from annotate.models.task import Task
from foundation.actor import Actor
from foundation.models import Annotator, Project
from foundation.opaque import encode_id

_share = [MinValueValidator(0.0), MaxValueValidator(1.0)]


class Course(models.Model):
    """Lessons and an exam on a queue of its own, whose tasks are all gold and never open.

    An attempt is a round: its answers are assignments of that round, so that they count neither
    in overlap nor in agreement nor in truth.
    """

    queue = models.OneToOneField(Queue, models.CASCADE, primary_key=True, related_name="course")
    pass_mark = models.FloatField(default=0.8, validators=_share)
    """Share of the exam that must be right."""
    exam_size = models.SmallIntegerField(default=10, validators=[MinValueValidator(1)])
    """Items drawn from those kept for the exam."""
    max_attempts = models.SmallIntegerField(default=3)
    """Exams of one person in one edition; 0 for no limit."""
    wait_minutes = models.IntegerField(default=60)
    """How long somebody waits after an exam that was not passed."""
    edition = models.IntegerField(default=1)
    """Raised when everybody is to pass anew."""

    def __str__(self) -> str:
        return self.queue.name

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("course", self.pk)

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Course]:
        """Return the courses of the projects that this actor may know of."""
        return cls.objects.filter(queue__dataset__project__in=Project.visible_to(actor))


class CourseItem(models.Model):
    """One gold item of a course: a lesson, or one of those that exams are drawn from."""

    class Part(models.TextChoices):
        LESSON = "lesson", _("Lesson")
        EXAM = "exam", _("Exam")

    course = models.ForeignKey(Course, models.CASCADE, related_name="items", db_index=False)
    task = models.OneToOneField(Task, models.CASCADE, related_name="+")
    part = models.CharField(max_length=6, choices=Part)
    place = models.IntegerField()
    explanation = models.TextField(max_length=5000, blank=True)
    """Why the answer is right, in Markdown."""

    class Meta:
        constraints: ClassVar = [
            # the items of a course in order
            models.UniqueConstraint(fields=["course", "place"], name="course_place_once"),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.place} of course {self.course_id}"


class Attempt(models.Model):
    """One walk of one person through a course; `number` is the round of its assignments."""

    class State(models.TextChoices):
        RUNNING = "running", _("Under way")
        PASSED = "passed", _("Passed")
        FAILED = "failed", _("Not passed")
        EXCUSED = "excused", _("Excused")

    course = models.ForeignKey(Course, models.CASCADE, related_name="attempts", db_index=False)
    annotator = models.ForeignKey(Annotator, models.CASCADE, related_name="+")
    number = models.SmallIntegerField()
    edition = models.IntegerField()
    state = models.CharField(max_length=7, choices=State, default=State.RUNNING)
    tasks = models.JSONField(default=list)
    """Numbers of tasks in the order they are asked: lessons, then the exam as it was drawn."""
    lessons = models.SmallIntegerField(default=0)
    """How many of them, from the front, are lessons."""
    seen = models.SmallIntegerField(default=0)
    """Lessons whose explanation was looked at."""
    right = models.SmallIntegerField(default=0)
    total = models.SmallIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)
    """Why somebody was excused."""
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            # what somebody did in a course, in order
            models.UniqueConstraint(
                fields=["course", "annotator", "number"], name="attempt_number_once"
            ),
            # two tabs of one person walk the same attempt
            models.UniqueConstraint(
                fields=["course", "annotator"],
                condition=Q(state="running"),
                name="attempt_one_running",
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.annotator_id} in course {self.course_id}"
