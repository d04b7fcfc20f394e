"""REST doors for courses: making them, who is where, and how far oneself is."""

from dataclasses import replace
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotate.api import course_shapes as shapes
from annotate.api.tasks import items_of
from annotate.models import Course, Queue, Stage
from annotate.pure.gold import GoldScore, ItemScore
from annotate.queries import courses as asking
from annotate.queries.access import get_worker_for
from annotate.queries.gold import scores_of_items
from annotate.services.attempts import excuse_from_course, mark_read
from annotate.services.courses import (
    Asked,
    CoursePlan,
    change_course,
    create_course,
    plan_of,
)
from datasets.queries.access import get_dataset_for, get_schema_for
from foundation.actor import Permission
from foundation.api.authentication import actor_of
from foundation.api.idempotency import idempotent
from foundation.api.paging import paged
from foundation.errors import Invalid, NotFound, Place
from foundation.models import Annotator
from foundation.opaque import encode_id
from foundation.queries.access import get_project_for, may_do

RULES = ("pass_mark", "exam_size", "max_attempts", "wait_minutes")


def show_course(course: Course, *, manages: bool) -> dict[str, Any]:
    """Return a course as JSON."""
    queue = course.queue
    body = {
        "id": course.oid,
        "name": queue.name,
        "queue": queue.oid,
        "dataset": encode_id("dataset", queue.dataset_id),
        "schema": encode_id("schema", queue.schema_id),
        "state": queue.state,
        **{name: getattr(course, name) for name in RULES},
    }
    return body | {"edition": course.edition} if manages else body


class ProjectCoursesView(APIView):
    """The courses of a project."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.CourseOut(many=True))
    def get(self, request: Request, project_id: str) -> Response:
        """List courses."""
        actor = actor_of(request)
        project = get_project_for(actor, project_id, Permission.MEMBER)
        manages = may_do(actor, project.pk, Permission.MANAGE)
        rows = asking.courses_in(project)
        return paged(request, rows, lambda course: show_course(course, manages=manages))

    @extend_schema(request=shapes.CourseIn, responses={201: shapes.CourseOut})
    @idempotent
    def post(self, request: Request, project_id: str) -> Response:
        """Make a course from items whose labels are accepted."""
        actor = actor_of(request)
        project = get_project_for(actor, project_id, Permission.MANAGE)
        wanted = shapes.CourseIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = dict(wanted.validated_data)
        dataset = get_dataset_for(actor, values.pop("dataset"), Permission.MANAGE)
        schema = get_schema_for(actor, values.pop("schema"), Permission.MANAGE)
        if dataset.project_id != project.pk:
            raise NotFound
        course = create_course(
            dataset=dataset,
            schema=schema,
            name=values["name"],
            guideline=values.get("guideline", ""),
            plan=_plan(Queue(dataset=dataset), values),
            by=actor.user,
        )
        return Response(show_course(course, manages=True), status=201)


def _plan(queue: Queue, values: dict[str, Any], course: Course | None = None) -> CoursePlan:
    """Return the plan that was sent, over what the course has."""
    told = {name: values[name] for name in RULES if name in values}
    for part in ("lessons", "exam"):
        if part in values:
            told[part] = _asked(queue, part, values[part])
    return replace(plan_of(course) if course else CoursePlan(), **told)


def _asked(queue: Queue, part: str, given: list[dict[str, str]]) -> list[Asked]:
    try:
        items = items_of(queue, [one["item"] for one in given])
    except Invalid as error:
        places = [
            Place(place.at.replace("items", part, 1), place.code, place.detail)
            for place in error.places
        ]
        raise Invalid(places[0].detail, places) from None
    found = {item.oid: item for item in items}
    return [Asked(found[one["item"]], one["explanation"]) for one in given]


class CourseView(APIView):
    """One course."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.CourseOut)
    def get(self, request: Request, course_id: str) -> Response:
        """Return a course."""
        actor = actor_of(request)
        course = asking.get_course_for(actor, course_id, Permission.MEMBER)
        manages = may_do(actor, course.queue.dataset.project_id, Permission.MANAGE)
        return Response(show_course(course, manages=manages))

    @extend_schema(request=shapes.CourseChange, responses=shapes.CourseOut)
    @idempotent
    def patch(self, request: Request, course_id: str) -> Response:
        """Change a course; a list of items takes the place of the one that was there."""
        actor = actor_of(request)
        course = asking.get_course_for(actor, course_id, Permission.MANAGE)
        wanted = shapes.CourseChange(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = dict(wanted.validated_data)
        changed = change_course(
            course=course,
            plan=_plan(course.queue, values, course),
            by=actor.user,
            name=values.get("name"),
            guideline=values.get("guideline"),
            asks_anew=values["asks_anew"],
        )
        return Response(show_course(changed, manages=True))


class CourseItemsView(APIView):
    """The items of a course."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.CourseItemOut(many=True))
    def get(self, request: Request, course_id: str) -> Response:
        """List them in order, with how people did; `contested` ones may have a wrong label."""
        course = asking.get_course_for(actor_of(request), course_id, Permission.MANAGE)
        usable = {one.row.pk: one for one in asking.items_of_course(course)}
        scores = scores_of_items(course.queue)
        rows = asking.rows_of(course)
        return paged(
            request,
            rows,
            lambda row: _show_item(usable[row.pk], scores.get(usable[row.pk].row.task.item_id)),
            order_by="place",
        )


def _show_item(one: asking.Usable, score: ItemScore | None) -> dict[str, Any]:
    return {
        "item": one.row.task.item.oid,
        "key": one.row.task.item.key,
        "part": one.row.part,
        "place": one.row.place,
        "explanation": one.row.explanation,
        "why_not": one.why_not,
        "seen": score.seen if score else 0,
        "right": score.score.correct if score else 0,
        "contested": bool(score and score.is_contested),
    }


class CoursePeopleView(APIView):
    """Who is where in a course."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.StandingOut(many=True))
    def get(self, request: Request, course_id: str) -> Response:
        """List all who may annotate, with their attempts and best score."""
        course = asking.get_course_for(actor_of(request), course_id, Permission.MANAGE)
        rows = asking.people_in(course)
        return paged(request, rows, lambda one: _show_standing(course, one))


def _show_standing(course: Course, annotator: Annotator) -> dict[str, Any]:
    standing = asking.standings_of(course, [annotator])[0]
    return {
        "annotator": encode_id("annotator", annotator.pk),
        "name": annotator.name,
        "state": standing.state,
        "attempts": standing.attempts,
        "answered": standing.answered,
        "asked": standing.asked,
        "best": _show_score(standing.best),
        "ended_at": standing.ended_at,
    }


def _show_score(score: GoldScore | None) -> dict[str, Any] | None:
    return None if score is None else score._asdict()


class CourseExcuseView(APIView):
    """Letting somebody work without a course."""

    throttle_scope = "write"

    @extend_schema(request=shapes.ExcuseIn, responses={200: shapes.StandingOut})
    @idempotent
    def post(self, request: Request, course_id: str) -> Response:
        """Excuse somebody in the present edition; twice changes nothing."""
        actor = actor_of(request)
        course = asking.get_course_for(actor, course_id, Permission.MANAGE)
        wanted = shapes.ExcuseIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        annotator = asking.annotator_in(course, values["annotator"])
        excuse_from_course(
            course=course, annotator=annotator, reason=values["reason"], by=actor.user
        )
        return Response(_show_standing(course, annotator))


class MyCourseView(APIView):
    """How far oneself is in a course."""

    throttle_scope = "read"

    @extend_schema(responses=shapes.MyCourseOut)
    def get(self, request: Request, course_id: str) -> Response:
        """Return the lesson that waits to be read, what an exam came to, and what is left."""
        course, annotator_id = _taker(request, course_id)
        return Response(_show_mine(course, annotator_id))


class GoOnView(APIView):
    """Going on after a lesson."""

    throttle_scope = "write"

    @extend_schema(request=None, responses=shapes.MyCourseOut)
    def post(self, request: Request, course_id: str) -> Response:
        """Note that the explanation was read: the next claim gives the next item."""
        course, annotator_id = _taker(request, course_id)
        attempt = asking.last_attempt(course, annotator_id)
        if attempt is not None:
            mark_read(attempt=attempt)
        return Response(_show_mine(course, annotator_id))


def _taker(request: Request, course_id: str) -> tuple[Course, int]:
    actor = actor_of(request)
    course = asking.get_course_for(actor, course_id, Permission.ANNOTATE)
    return course, get_worker_for(actor, course.queue.oid, Stage.ANNOTATE).annotator_id


def _show_mine(course: Course, annotator_id: int) -> dict[str, Any]:
    mine = asking.my_course(course, annotator_id)
    return {
        "state": mine.standing.state,
        "answered": mine.standing.answered,
        "asked": mine.standing.asked,
        "attempts_left": mine.attempts_left,
        "next_attempt_at": mine.next_attempt_at,
        "score": _show_score(mine.standing.best),
        "lesson": None if mine.lesson is None else _show_feedback(mine.lesson),
        "exam": [_show_feedback(one) for one in mine.exam],
    }


def _show_feedback(one: asking.Feedback) -> dict[str, Any]:
    return {
        "item": one.task.item.oid,
        "said": one.said,
        "truth": one.truth,
        "score": one.score,
        "parts": [{"question": title, "score": score} for title, score in one.parts],
        "explanation": one.explanation,
    }
