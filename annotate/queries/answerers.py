"""Who may answer in a queue, who is left for a task, and how much one person may still take."""

from collections.abc import Iterable

from django.db.models import Prefetch, QuerySet

from annotate.models import Assignment, Queue, Stage, Task, Turn
from annotate.pure.who import KEYS, Person, Who
from annotate.queries.days import start_of_today
from foundation.models import Annotator, Membership, Role, Team

State = Assignment.State


def who_of(queue: Queue) -> Who:
    """Return whom a queue is for."""
    return Who(**{key: tuple(queue.who.get(key, ())) for key in KEYS})


def person_of(annotator: Annotator) -> Person:
    """Return somebody as a rule looks at them; the teams in a query unless they are there."""
    return Person(
        annotator.pk,
        teams=[team.pk for team in annotator.teams.all()],
        skills=annotator.skills,
        languages=annotator.languages,
    )


def lacks(queue: Queue, annotator_id: int) -> str:
    """Return what keeps a person from answering in a queue; nothing is asked where all may."""
    who = who_of(queue)
    if who.is_for_all():
        return ""
    return who.lacks(person_of(Annotator.objects.get(pk=annotator_id)))


def people_of(project_id: int) -> QuerySet[Annotator]:
    """Return all who may annotate in a project now, by name."""
    viewers = Membership.objects.filter(project=project_id, role=Role.VIEWER)
    return (
        Annotator.objects.filter(project=project_id, kind=Annotator.Kind.PERSON, ended_at=None)
        .exclude(user__in=viewers.values("user"))
        .prefetch_related(Prefetch("teams", Team.objects.only("pk")))
        .order_by("name", "pk")
    )


def answerers_of(queue: Queue) -> list[Annotator]:
    """Return all who may answer in a queue now."""
    who = who_of(queue)
    people = people_of(queue.dataset.project_id)
    return [one for one in people if who.is_for_all() or not who.lacks(person_of(one))]


def tasks_without_people(queue: Queue, tasks: Iterable[Task]) -> set[int]:
    """Return the tasks that nobody is left for: all who may answer had them in this round.

    Whoever holds such a task at this moment has a seat; the free one stays free.
    """
    people = {one.pk for one in answerers_of(queue)}
    rounds = {task.pk: task.round for task in tasks}
    had: dict[int, set[int]] = {}
    rows = Assignment.objects.filter(task__in=rounds, stage=Stage.ANNOTATE)
    for task, annotator, round_no in rows.exclude(state=State.RETURNED).values_list(
        "task_id", "annotator_id", "round"
    ):
        if round_no == rounds[task]:
            had.setdefault(task, set()).add(annotator)
    return {pk for pk in rounds if people <= had.get(pk, set())}


def room_for(queue: Queue, annotator_id: int) -> tuple[int, str]:
    """Return how many more answers a person may give, and which limit says so.

    The cost depends on the limit, never on how much the person did.
    """
    room, limit = 2**31, ""
    if queue.most_mine:
        turns = Turn.objects.filter(queue=queue, stage=Stage.ANNOTATE, annotator=annotator_id)
        room = queue.most_mine - sum(turns.values_list("answered", flat=True))
        limit = "most_mine"
    if queue.most_a_day:
        today = Assignment.objects.filter(
            queue=queue,
            annotator=annotator_id,
            submitted_at__gte=start_of_today(),
            stage=Stage.ANNOTATE,
            state__in=(State.SUBMITTED, State.EXTRA),
        )
        done = today.values("pk")[: queue.most_a_day].count()
        if queue.most_a_day - done < room:
            room, limit = queue.most_a_day - done, "most_a_day"
    return max(room, 0), limit


def holds_any(queue: Queue, annotator_id: int) -> bool:
    """Tell whether a person has a task of a queue in hand, or was given one."""
    mine = Assignment.objects.filter(queue=queue, annotator=annotator_id, stage=Stage.ANNOTATE)
    return mine.filter(state__in=(State.RESERVED, State.HELD)).exists()


def may_have_more(queue: Queue, annotator_id: int) -> bool:
    """Tell whether no rule keeps a person from the next task, or one is in hand already."""
    has_rules = queue.who or queue.most_mine or queue.most_a_day
    if not has_rules or holds_any(queue, annotator_id):
        return True
    return not lacks(queue, annotator_id) and room_for(queue, annotator_id)[0] > 0
