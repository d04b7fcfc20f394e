"""Making courses and changing them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from annotate.models import Attempt, Course, CourseItem, Queue, Stage, Task
from annotate.queries.courses import rows_of, truths_for, why_not_asked
from annotate.services.gold import gold_task, set_gold
from annotate.services.queues import QueuePlan, change_queue, create_queue, set_guideline
from annotate.services.ranking import ranks_of
from datasets.models import Dataset, Item, LabelSchema
from foundation.clock import database_now
from foundation.errors import Invalid, Place
from foundation.models import User
from foundation.services.events import record_event

MOST_ITEMS = 500
LONGEST_EXPLANATION = 5000
_WHOLE = {"exam_size": (1, 200), "max_attempts": (0, 100), "wait_minutes": (0, 60 * 24 * 90)}


@dataclass(frozen=True, slots=True)
class Asked:
    """An item a course asks, and why its label is right, in Markdown."""

    item: Item
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class CoursePlan:
    """What a course asks, and when it counts as passed."""

    lessons: Sequence[Asked] = ()
    exam: Sequence[Asked] = ()
    pass_mark: float = 0.8
    exam_size: int = 10
    max_attempts: int = 3
    wait_minutes: int = 60

    @property
    def rules(self) -> dict[str, Any]:
        """The values that are fields of a course."""
        return {"pass_mark": self.pass_mark} | {name: getattr(self, name) for name in _WHOLE}


def plan_of(course: Course) -> CoursePlan:
    """Return what a course asks now, to be changed with `dataclasses.replace`."""
    rows = list(rows_of(course))
    by_part = {
        part: [Asked(row.task.item, row.explanation) for row in rows if row.part == part]
        for part in CourseItem.Part
    }
    return CoursePlan(
        lessons=by_part[CourseItem.Part.LESSON],
        exam=by_part[CourseItem.Part.EXAM],
        pass_mark=course.pass_mark,
        **{name: getattr(course, name) for name in _WHOLE},
    )


@transaction.atomic
def create_course(
    *,
    dataset: Dataset,
    schema: LabelSchema,
    name: str,
    plan: CoursePlan,
    by: User | None,
    guideline: str = "",
) -> Course:
    """Make a course from items of a dataset whose labels are accepted under a schema.

    Raises Invalid with each place that does not fit, and NameTaken.
    """
    queue = create_queue(
        dataset=dataset,
        schema=schema,
        plan=QueuePlan(
            name=name, follows_dataset=False, shows_suggestions=False, guideline=guideline
        ),
        policy={"hold_limit": 1, "review_share": 0.0},
        by=by,
    )
    queue.is_course = True
    queue.save(update_fields=["is_course"])
    _check(queue, plan)
    course = Course.objects.create(queue=queue, **plan.rules)
    _ask(course, plan)
    _record(course, by, "course.created", lessons=len(plan.lessons), exam=len(plan.exam))
    return course


@transaction.atomic
def change_course(
    *,
    course: Course,
    plan: CoursePlan,
    by: User | None,
    name: str | None = None,
    guideline: str | None = None,
    asks_anew: bool = False,
) -> Course:
    """Change what a course asks; with `asks_anew` everybody is to pass it once more.

    Without it, those who passed stay passed and attempts under way go on with what is left.
    """
    queue = course.queue
    _check(queue, plan)
    if name is not None:
        change_queue(queue=queue, by=by, name=name)
    if guideline is not None and guideline.strip():
        set_guideline(queue=queue, text=guideline, by=by)
    for field, value in plan.rules.items():
        setattr(course, field, value)
    if asks_anew:
        course.edition += 1
        running = Attempt.objects.filter(course=course, state=Attempt.State.RUNNING)
        running.update(state=Attempt.State.FAILED, ended_at=database_now())
    course.save()
    _ask(course, plan)
    _record(course, by, "course.changed", edition=course.edition, asks_anew=asks_anew)
    return course


def _ask(course: Course, plan: CoursePlan) -> None:
    """Put the items of the plan in the place of those there are; what was answered is kept."""
    asked = [*plan.lessons, *plan.exam]
    tasks = _tasks_for(course.queue, [one.item for one in asked])
    there = Task.objects.filter(queue=course.queue)
    pks = [task.pk for task in tasks.values()]
    there.exclude(pk__in=pks).update(stage=Stage.DONE)  # may train models again
    there.filter(pk__in=pks).update(stage=Stage.ANNOTATE)
    CourseItem.objects.filter(course=course).delete()
    CourseItem.objects.bulk_create(
        CourseItem(
            course=course,
            task=tasks[one.item.pk],
            part=CourseItem.Part.LESSON if place < len(plan.lessons) else CourseItem.Part.EXAM,
            place=place,
            explanation=one.explanation.strip(),
        )
        for place, one in enumerate(asked)
    )
    set_gold(course.queue, len(asked))


def _tasks_for(queue: Queue, items: Sequence[Item]) -> dict[int, Task]:
    wanted = [item.pk for item in items]
    there = Task.objects.filter(queue=queue, item__in=wanted).values_list("item", flat=True)
    new = sorted(set(wanted) - set(there))
    ranks = ranks_of(queue, new)
    Task.objects.bulk_create(gold_task(queue, pk, ranks[pk]) for pk in new)
    return {task.item_id: task for task in Task.objects.filter(queue=queue, item__in=wanted)}


# What does not fit


def _check(queue: Queue, plan: CoursePlan) -> None:
    problems = [*_wrong_numbers(plan), *_wrong_sizes(plan), *_wrong_items(queue, plan)]
    if problems:
        raise Invalid(problems[0].detail, problems[:100])


def _wrong_numbers(plan: CoursePlan) -> list[Place]:
    problems = []
    for name, (least, most) in _WHOLE.items():
        value = getattr(plan, name)
        if type(value) is not int or not least <= value <= most:
            detail = _("A whole number from %(least)d to %(most)d.")
            detail %= {"least": least, "most": most}
            problems.append(Place(name, "out-of-range", detail))
    if type(plan.pass_mark) not in (int, float) or not 0 < plan.pass_mark <= 1:
        problems.append(Place("pass_mark", "out-of-range", _("More than 0 and at most 1.")))
    return problems


def _wrong_sizes(plan: CoursePlan) -> list[Place]:
    if not plan.exam:
        detail = _("A course needs items for its exam. Choose some with an accepted label.")
        return [Place("exam", "empty", detail)]
    if len(plan.lessons) + len(plan.exam) > MOST_ITEMS:
        detail = _("A course has at most %(most)d items.") % {"most": MOST_ITEMS}
        return [Place("exam", "too-many", detail)]
    if type(plan.exam_size) is int and plan.exam_size > len(plan.exam):
        detail = _("The exam asks %(size)d items, and only %(n)d are kept for it.")
        detail %= {"size": plan.exam_size, "n": len(plan.exam)}
        return [Place("exam_size", "too-few-items", detail)]
    return []


def _wrong_items(queue: Queue, plan: CoursePlan) -> list[Place]:
    listed = [
        (f"{part}/{number}", one)
        for part, asked in (("lessons", plan.lessons), ("exam", plan.exam))
        for number, one in enumerate(asked)
    ]
    truths = truths_for(queue, [one.item for _at, one in listed])
    problems, met = [], set()
    for at, one in listed:
        why = "twice" if one.item.pk in met else why_not_asked(queue, one.item, truths)
        met.add(one.item.pk)
        if one.item.dataset_id != queue.dataset_id:
            why = "other-dataset"
        if why:
            problems.append(Place(at, why, reason_why_not(why)))
        if len(one.explanation) > LONGEST_EXPLANATION:
            detail = _("At most %(most)d characters.") % {"most": LONGEST_EXPLANATION}
            problems.append(Place(f"{at}/explanation", "too-long", detail))
    return problems


def reason_why_not(word: str) -> str:
    """Return in words what keeps an item out of a course."""
    return {
        "archived": _("This item is archived."),
        "no-truth": _("This item has no accepted label to go by."),
        "other-revision": _("Its label does not fit the present revision of the label schema."),
        "twice": _("This item is in the course already."),
        "other-dataset": _("This item is not in the dataset of the course."),
    }[word]


def _record(course: Course, by: User | None, verb: str, **data: Any) -> None:
    project = course.queue.dataset.project
    record_event(verb, by=by, project=project, target=course.oid, course=course.queue.name, **data)
