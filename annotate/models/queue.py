"""Queues: a stream of tasks over a dataset under one policy, and their guidelines."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from datasets.models import Dataset, LabelSchema, SchemaRevision
from foundation.actor import Actor
from foundation.models import Project, User
from foundation.opaque import encode_id

_share = [MinValueValidator(0.0), MaxValueValidator(1.0)]


class Queue(models.Model):
    """Work on a dataset: which schema, how many answers a task, who checks, how long a lease."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        PAUSED = "paused", _("Paused")
        CLOSED = "closed", _("Closed")

    class Order(models.TextChoices):
        SEQUENCE = "sequence", _("In the order of arrival")
        RANDOM = "random", _("Random")
        PRIORITY = "priority", _("By the priority in their metadata")
        GROUPED = "grouped", _("Items of a group after each other")
        UNCERTAIN = "uncertain", _("What the newest model is least sure of first")
        DIVERSE = "diverse", _("What is least like the answered items first")

    class Disagreement(models.TextChoices):
        REVIEW = "review", _("Send to review")
        MAJORITY = "majority", _("Take the majority, review ties")
        ONE_MORE = "one_more", _("Ask one more person, then take the majority")
        ADJUDICATE = "adjudicate", _("Send to adjudication")

    class Growth(models.TextChoices):
        DIFFER = "differ", _("Where no answer leads")
        WORTH = "worth", _("Where one more answer is worth most")

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="+")
    schema = models.ForeignKey(LabelSchema, models.PROTECT, related_name="+")
    schema_revision = models.ForeignKey(SchemaRevision, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    filter = models.CharField(max_length=1000, blank=True)
    follows_dataset = models.BooleanField(default=True)
    """New items that match the filter become tasks by themselves."""
    overlap = models.SmallIntegerField(default=1, validators=[MinValueValidator(1)])
    order = models.CharField(max_length=10, choices=Order, default=Order.SEQUENCE)
    lease_seconds = models.IntegerField(default=900, validators=[MinValueValidator(10)])
    hold_limit = models.SmallIntegerField(default=50, validators=[MinValueValidator(1)])
    max_skips = models.SmallIntegerField(default=3)
    review_share = models.FloatField(default=1.0, validators=_share)
    gold_share = models.FloatField(default=0.0, validators=_share)
    on_disagreement = models.CharField(
        max_length=10, choices=Disagreement, default=Disagreement.REVIEW
    )
    skip_reasons = models.JSONField(default=list, blank=True)
    """What people may choose from when they skip; empty for the usual ones."""
    asks_confidence = models.BooleanField(default=False)
    """Ask how sure people are, in percent, besides "not sure"."""
    most_overlap = models.SmallIntegerField(default=0)
    """Where answers differ, one more person is asked, up to so many; 0 for none."""
    answer_budget = models.IntegerField(default=0)
    """Answers wanted in all from which on nobody more is asked; 0 for no limit."""
    most_mine = models.IntegerField(default=0)
    """Answers of one person in the queue; 0 for no limit."""
    most_a_day = models.IntegerField(default=0)
    """Answers of one person within a day; 0 for no limit."""
    review_risks = models.JSONField(default=list, blank=True)
    """What sends a task to a reviewer besides the share."""
    reviews_own = models.BooleanField(default=False)
    """Reviewers may decide about what they answered themselves."""
    growth = models.CharField(max_length=8, choices=Growth, default=Growth.DIFFER)
    """Where one more person is asked."""
    good_enough = models.FloatField(default=0.98, validators=_share)
    """How likely a label must be right for nobody more to be asked, where worth decides."""
    most_gold_share = models.FloatField(default=0.0, validators=_share)
    """Up to here the share of gold follows its worth; 0 to keep `gold_share`."""
    reviews_by_worth = models.BooleanField(default=False)
    """Reviewers get first what a review puts right most."""
    gold_share_now = models.FloatField(null=True)
    """The share of gold that its worth led to; empty where `gold_share` holds."""
    ordered = models.JSONField(default=dict, blank=True)
    """How far the order by uncertainty or diversity is; see `services/ordering.py`."""
    weighed = models.CharField(max_length=120, blank=True)
    """What had been answered when work was weighed last; empty: weigh anew."""
    stages = models.JSONField(default=dict, blank=True)
    """Where what happens to a task leads, where that is not the usual; see `pure/routes.py`."""
    who = models.JSONField(default=dict, blank=True)
    """Who may answer: numbers of `people` and `teams`, `skills`, `languages`; empty: everybody."""
    deadline = models.DateField(null=True, blank=True)
    notice_days = models.SmallIntegerField(default=3)
    """The day by whose end the answers should be in: shown, nothing depends on it."""
    is_course = models.BooleanField(default=False)
    """Its tasks are the gold of a course and its work does not count; see `Course`."""
    asks_course = models.ForeignKey(
        "annotate.Course", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    """The course that people pass before they get work here."""
    asks_course_anew = models.BooleanField(default=False)
    """A new revision of the guideline asks for the course anew."""
    gold_most_seen = models.IntegerField(default=0)
    """Answers after which a gold item stops testing people; 0 for no limit."""
    gold_alert = models.FloatField(default=0.0, validators=_share)
    """An event is written when somebody is surely below this share on gold; 0 for none."""
    shows_suggestions = models.BooleanField(default=True)
    is_blind_relabel = models.BooleanField(default=False)
    """Made from a test split: no suggestion and no earlier truth may be shown."""
    guideline = models.ForeignKey(
        "annotate.GuidelineRevision", models.SET_NULL, null=True, related_name="+"
    )
    """The revision in force; every answer remembers it."""
    epoch = models.IntegerField(default=0)
    """Raised when all ranks change: every turn starts over once."""
    filled_to_item = models.BigIntegerField(default=0)
    """Items up to this id have been looked at when the queue was filled."""
    wanted = models.BigIntegerField(default=0)
    """Answers wanted on all tasks but gold: the sum of their overlaps."""
    gold_count = models.IntegerField(default=0)
    """Tasks that test annotators."""
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dataset", "name"], name="queue_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def oid(self) -> str:
        """The id that leaves the house."""
        return encode_id("queue", self.pk)

    @property
    def gold_in_force(self) -> float:
        """The share of the tasks handed out that test who answers, at present."""
        return self.gold_share if self.gold_share_now is None else self.gold_share_now

    @classmethod
    def visible_to(cls, actor: Actor) -> models.QuerySet[Queue]:
        """Return the queues of the projects that this actor may know of."""
        return cls.objects.filter(dataset__project__in=Project.visible_to(actor))


class GuidelineRevision(models.Model):
    """What annotators of a queue are told, in Markdown; insert only."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="guidelines")
    number = models.IntegerField()
    text = models.TextField(max_length=50000)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["queue", "number"], name="guideline_number_once"),
        ]

    def __str__(self) -> str:
        return f"guideline {self.number}"
