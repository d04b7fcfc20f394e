"""Courses on the pages of those who take them: which there are, what came out, what is next."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from annotate.models import Course, Queue, Stage
from annotate.queries.access import get_worker_for
from annotate.queries.courses import (
    Feedback,
    MyCourse,
    courses_in,
    get_course_for,
    last_attempt,
    may_walk,
    my_course,
    passed_counts,
)
from annotate.services.attempts import mark_read
from annotate.views.markdown import render_markdown
from annotate.views.queues import me_in, permissions_in
from datasets.queries.lists import datasets_in, items_with_tiles
from datasets.views.looks import Looks
from datasets.views.shown import said_of, tiles_of
from foundation.actor import Permission
from foundation.queries.access import get_project_for
from foundation.views.page import actor_of, page, render_page

Json = dict[str, Any]


@require_safe
@page
def course_list(request: HttpRequest, project_id: str) -> HttpResponseBase:
    """List the courses of a project, with how far I am or how many passed."""
    actor = actor_of(request)
    project = get_project_for(actor, project_id, Permission.MEMBER)
    may = permissions_in(actor, project)
    me = me_in(actor, project) if may["annotate"] else None
    courses = list(courses_in(project).order_by("pk"))
    passed = passed_counts(courses) if may["manage"] else {}
    return render_page(
        request,
        "annotate/courses.html",
        project=project,
        nav="queues",
        title=_("Courses"),
        crumbs=[{"title": _("Queues"), "url": reverse("queues", args=[project.oid])}],
        rows=[
            {
                "course": course,
                "mine": my_course(course, me.pk) if me else None,
                "passed": passed.get(course.pk, 0),
            }
            for course in courses
        ],
        dataset=datasets_in(project).first(),
        may=may,
    )


def frame(request: HttpRequest, course: Course, tab: str) -> Json:
    """Return what every page of a course shows around its content."""
    queue = course.queue
    project = queue.dataset.project
    may = permissions_in(actor_of(request), project)
    tabs = [("course", _("Course"), "course")]
    if may["manage"]:
        tabs += [
            ("people", _("People"), "course-people"),
            ("items", _("Items"), "course-items"),
            ("settings", _("Settings"), "course-settings"),
        ]
    return {
        "project": project,
        "nav": "queues",
        "title": queue.name,
        "course": course,
        "queue": queue,
        "may": may,
        "crumbs": [
            {"title": _("Queues"), "url": reverse("queues", args=[project.oid])},
            {"title": _("Courses"), "url": reverse("courses", args=[project.oid])},
        ],
        "tabs": [
            {"title": title, "url": reverse(name, args=[course.oid]), "current": key == tab}
            for key, title, name in tabs
        ],
    }


@require_safe
@page
def course_page(request: HttpRequest, course_id: str) -> HttpResponseBase:
    """Show how far I am: a lesson to read, what an exam came to, or how to begin."""
    actor = actor_of(request)
    course = get_course_for(actor, course_id, Permission.MEMBER)
    around = frame(request, course, "course")
    me = me_in(actor, course.queue.dataset.project) if around["may"]["annotate"] else None
    mine = my_course(course, me.pk) if me else None
    guideline = course.queue.guideline
    return render_page(
        request,
        "annotate/course.html",
        **around,
        mine=mine,
        may_walk=mine is not None and course.queue.state == Queue.State.OPEN and may_walk(mine),
        lesson=_shown(course, [mine.lesson])[0] if mine and mine.lesson else None,
        exam=_shown(course, mine.exam) if mine else [],
        mark=course.pass_mark,
        guideline=render_markdown(guideline.text) if guideline else "",
        lessons_left=_lessons_left(mine) if mine else 0,
    )


def _lessons_left(mine: MyCourse) -> int:
    attempt = mine.attempt
    return 0 if attempt is None else max(attempt.lessons - mine.standing.answered, 0)


def _shown(course: Course, told: list[Feedback]) -> list[Json]:
    """Return what came out of answers as a page shows it: the item, both answers, and why."""
    items = {item.pk: item for item in items_with_tiles([one.task.item_id for one in told])}
    listed = [items[one.task.item_id] for one in told]
    looks: Looks = {}
    return [
        {
            "tile": {**tile, "label": None},
            "said": said_of(course.queue.schema_revision, one.said, looks),
            "truth": said_of(course.queue.schema_revision, one.truth, looks),
            "is_right": one.is_right,
            "matched": [title for title, score in one.parts if score >= 1.0],
            "differed": [title for title, score in one.parts if score < 1.0],
            "why": render_markdown(one.explanation) if one.explanation else "",
        }
        for one, tile in zip(told, tiles_of(listed), strict=True)
    ]


@require_POST
@page
def go_on(request: HttpRequest, course_id: str) -> HttpResponseBase:
    """Note that I read what came out, and go on to the next item."""
    actor = actor_of(request)
    course = get_course_for(actor, course_id, Permission.ANNOTATE)
    worker = get_worker_for(actor, course.queue.oid, Stage.ANNOTATE)
    attempt = last_attempt(course, worker.annotator_id)
    if attempt is not None:
        mark_read(attempt=attempt)
    return redirect("work", course.queue.oid)
