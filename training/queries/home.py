"""What the home of a project counts, each figure in one query."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from annotate.models import GoldCheck, Queue
from annotate.pure.gold import GoldScore, gold_scores
from annotate.queries.task_counts import disputed, groups_of
from datasets.models import Dataset, Item, LabelSchema, Truth, Version
from foundation.models import Job, Membership, Project, Role
from training.models import Evaluation, Run
from training.queries.runs import leaderboard

FAILED_DAYS = 7


@dataclass(frozen=True, slots=True)
class Stations:
    """What there is at each station of the loop."""

    datasets: list[Dataset]
    items: int
    schemas: int
    queues: int
    accepted: int
    people: dict[str, int]
    """Members by role."""
    version: Version | None
    """The newest one that is frozen."""
    run: Run | None
    """The newest one."""


def stations_of(project: Project) -> Stations:
    """Return what there is at each station, in eight queries."""
    roles = Membership.objects.filter(project=project, ended_at=None).values_list("role")
    return Stations(
        datasets=list(Dataset.objects.filter(project=project, archived_at=None).order_by("pk")),
        items=_live(project).count(),
        schemas=LabelSchema.objects.filter(project=project, archived_at=None).count(),
        queues=Queue.objects.filter(dataset__project=project, is_course=False).count(),
        accepted=_accepted(project).count(),
        people=dict(roles.annotate(n=Count("pk"))),
        version=Version.objects.filter(dataset__project=project, state=Version.State.FROZEN)
        .select_related("dataset", "schema")
        .order_by("-frozen_at", "-pk")
        .first(),
        run=Run.objects.filter(project=project).select_related("job").order_by("-pk").first(),
    )


def _live(project: Project) -> QuerySet[Item]:
    return Item.objects.filter(dataset__project=project, archived_at=None, erased_at=None)


def _accepted(project: Project) -> QuerySet[Truth]:
    return Truth.objects.filter(
        item__dataset__project=project, item__archived_at=None, is_current=True
    )


def people_in_words(people: dict[str, int]) -> tuple[int, int]:
    """Return how many annotate and how many review or manage."""
    others = (Role.OWNER, Role.MANAGER, Role.REVIEWER)
    return people.get(Role.ANNOTATOR, 0), sum(people.get(role, 0) for role in others)


def accepted_by_day(project: Project, most: int = 90) -> list[tuple[date, int]]:
    """Return how many labels were accepted up to each day, as they stand now, today last.

    It begins a day before the first one, or `most` days ago.
    """
    counted = dict(
        _accepted(project).values_list(TruncDate("at")).annotate(n=Count("pk")).order_by()
    )
    if not counted:
        return []
    today = timezone.localdate()
    first = max(min(counted) - timedelta(days=1), today - timedelta(days=most))
    total = sum(n for day, n in counted.items() if day < first)
    points = []
    for number in range((today - first).days + 1):
        day = first + timedelta(days=number)
        total += counted.get(day, 0)
        points.append((day, total))
    return points


def accepted_since(version: Version) -> int:
    """Return how many labels were accepted since a version was frozen, which it lacks."""
    return Truth.objects.filter(
        item__dataset=version.dataset_id,
        item__archived_at=None,
        schema=version.schema_id,
        is_current=True,
        at__gt=version.frozen_at,
    ).count()


def failed_jobs(project: Project) -> QuerySet[Job]:
    """Return what failed in the last days, newest first."""
    since = timezone.now() - timedelta(days=FAILED_DAYS)
    return Job.objects.filter(
        project=project, state=Job.State.FAILED, finished_at__gte=since
    ).order_by("-pk")


def disputed_tasks(queues: Sequence[Queue]) -> int:
    """Return how many tasks wait for somebody who decides because their answers differ."""
    return disputed(groups_of(queues))


def gold_by_person(project: Project) -> dict[tuple[int, str], GoldScore]:
    """Return how often each annotator was right on gold in the whole project, by id and name."""
    rows = GoldCheck.objects.filter(
        queue__dataset__project=project, queue__is_course=False, annotator__ended_at=None
    )
    marks = rows.values_list("annotator", "annotator__name", "score")
    return gold_scores(((pk, name), score >= 1.0) for pk, name, score in marks)


def best_run(version: Version) -> Evaluation | None:
    """Return the best finished evaluation on the test split of a version, if there is one."""
    return next(
        (one for one in leaderboard(version) if "test" in one.report.get("splits", {})), None
    )
