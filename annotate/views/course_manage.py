"""Courses on the pages of managers: making them, who is where, which items they ask."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from annotate.models import Course
from annotate.queries.courses import (
    annotator_in,
    get_course_for,
    items_of_course,
    known_items_of,
    people_in,
    standings_of,
)
from annotate.queries.gold import scores_of_items
from annotate.services.attempts import excuse_from_course
from annotate.services.courses import (
    Asked,
    CoursePlan,
    change_course,
    create_course,
    plan_of,
    reason_why_not,
)
from annotate.services.queues import set_state
from annotate.views.courses import frame
from datasets.models import Dataset
from datasets.queries.access import get_dataset_for
from datasets.queries.lists import fitting_schemas, items_with_tiles
from datasets.views.looks import Looks
from datasets.views.shown import said_of, tiles_of
from foundation.actor import Permission
from foundation.errors import DomainError, Invalid, Place
from foundation.views.page import actor_of, page, render_page

Form = dict[str, Any]
PAGE = 25
MOST = 200
NUMBERS = ("exam_size", "max_attempts", "wait_minutes")
PARTS = {"lesson": "lessons", "exam": "exam"}


def _rules_form(plan: CoursePlan) -> Form:
    return {name: getattr(plan, name) for name in NUMBERS} | {
        "pass_percent": f"{round(plan.pass_mark * 100, 2):g}"
    }


def _read_rules(given: Mapping[str, str]) -> dict[str, Any]:
    """Return the rules of the form. What is no number stays text: the service refuses it."""
    values: dict[str, Any] = {name: _whole(given.get(name, "")) for name in NUMBERS}
    try:
        values["pass_mark"] = float(given.get("pass_percent", "").replace(",", ".")) / 100
    except ValueError:
        values["pass_mark"] = 0.0
    return values


def _whole(text: str) -> int | str:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else text


def _errors(error: DomainError) -> dict[str, str]:
    """Return what is wrong by the name of the field."""
    names = {"pass_mark": "pass_percent", "text": "guideline"}
    found = {names.get(place.at, place.at): str(place.detail) for place in error.places}
    return found or {"": str(error)}


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new_course(request: HttpRequest, dataset_id: str) -> HttpResponseBase:
    """Make a course from items of a dataset whose labels are accepted, drawn by chance."""
    actor = actor_of(request)
    dataset = get_dataset_for(actor, dataset_id, Permission.MANAGE)
    given: Form = _rules_form(CoursePlan()) | {"lesson_count": "5", "exam_count": "30"}
    errors: dict[str, str] = {}
    if request.method == "POST":
        given = request.POST.dict()
        try:
            course = _create(request, dataset)
            messages.success(request, _("The course is made. Say why each answer is right."))
            return redirect("course-items", course.oid)
        except DomainError as error:
            errors = _errors(error)
    project = dataset.project
    return render_page(
        request,
        "annotate/course_new.html",
        project=project,
        nav="queues",
        title=_("New course"),
        crumbs=[
            {"title": _("Queues"), "url": reverse("queues", args=[project.oid])},
            {"title": _("Courses"), "url": reverse("courses", args=[project.oid])},
        ],
        dataset=dataset,
        schemas=[(one.oid, one.name) for one in fitting_schemas(dataset)],
        given=given,
        errors=errors,
        status=422 if errors else 200,
    )


def _create(request: HttpRequest, dataset: Dataset) -> Course:
    given = request.POST
    schema = next((one for one in fitting_schemas(dataset) if one.oid == given.get("schema")), None)
    if schema is None:
        raise Invalid(places=[Place("schema", "required", _("Choose a label schema."))])
    counts = {part: _count(given.get(f"{part}_count", ""), f"{part}_count") for part in PARTS}
    found = list(
        known_items_of(dataset, schema, given.get("filter", "")).order_by("?")[
            : sum(counts.values())
        ]
    )
    lessons, exam = found[: counts["lesson"]], found[counts["lesson"] :]
    if not exam:
        detail = _("Too few items with an accepted label match. Accept labels first, in review.")
        raise Invalid(places=[Place("filter", "nothing-found", detail)])
    plan = CoursePlan(
        lessons=[Asked(one) for one in lessons],
        exam=[Asked(one) for one in exam],
        **_read_rules(given.dict()),
    )
    return create_course(
        dataset=dataset,
        schema=schema,
        name=given.get("name", ""),
        guideline=given.get("guideline", ""),
        plan=plan,
        by=actor_of(request).user,
    )


def _count(text: str, at: str) -> int:
    value = _whole(text)
    if not isinstance(value, int) or value > MOST:
        detail = _("A whole number from %(least)d to %(most)d.") % {"least": 0, "most": MOST}
        raise Invalid(places=[Place(at, "out-of-range", detail)])
    return value


@require_http_methods(["GET", "HEAD", "POST"])
@page
def people(request: HttpRequest, course_id: str) -> HttpResponseBase:
    """Show who is where, and excuse somebody."""
    actor = actor_of(request)
    course = get_course_for(actor, course_id, Permission.MANAGE)
    if request.method == "POST":
        annotator = annotator_in(course, request.POST.get("annotator", ""))
        reason = request.POST.get("reason", "")
        excuse_from_course(course=course, annotator=annotator, reason=reason, by=actor.user)
        messages.success(request, _("%(name)s is excused.") % {"name": annotator.name})
        return redirect("course-people", course.oid)
    start = _start(request)
    found = list(people_in(course).order_by("name", "pk")[start : start + PAGE + 1])
    return render_page(
        request,
        "annotate/course_people.html",
        **frame(request, course, "people"),
        rows=standings_of(course, found[:PAGE]),
        **_pages(start, len(found)),
    )


def _start(request: HttpRequest) -> int:
    value = _whole(request.GET.get("from", "0"))
    return value if isinstance(value, int) else 0


def _pages(start: int, found: int) -> Form:
    return {
        "newer": "?" if start else "",
        "older": f"?from={start + PAGE}" if found > PAGE else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
@page
def items(request: HttpRequest, course_id: str) -> HttpResponseBase:
    """Show the items of a course, those that most people miss marked, and change them."""
    actor = actor_of(request)
    course = get_course_for(actor, course_id, Permission.MANAGE)
    error = ""
    if request.method == "POST":
        try:
            said = _change_items(request, course)
            messages.success(request, said)
            return redirect(request.get_full_path())
        except DomainError as wrong:
            error = str(wrong.places[0].detail if wrong.places else wrong)
    scores, listed = scores_of_items(course.queue), items_of_course(course)
    rows: list[Form] = [
        {
            "row": one.row,
            "truth": one.truth,
            "score": scores.get(one.row.task.item_id),
            "why_not": reason_why_not(one.why_not) if one.why_not else "",
        }
        for one in listed
    ]
    start = _start(request)
    return render_page(
        request,
        "annotate/course_items.html",
        **frame(request, course, "items"),
        rows=_with_looks(course, rows[start : start + PAGE]),
        contested=[one for one in rows if one["score"] and one["score"].is_contested],
        unusable=sum(bool(one["why_not"]) for one in rows),
        error=error,
        parts=[("lesson", _("Lessons")), ("exam", _("Exam"))],
        **_pages(start, len(rows) - start),
        status=422 if error else 200,
    )


def _with_looks(course: Course, rows: list[Form]) -> list[Form]:
    """Add what an item looks like, and its label."""
    items = {one.pk: one for one in items_with_tiles([row["row"].task.item_id for row in rows])}
    tiles = tiles_of(items[row["row"].task.item_id] for row in rows)
    looks: Looks = {}
    for row, tile in zip(rows, tiles, strict=True):
        truth = row["truth"]
        row["tile"] = {**tile, "label": None}
        revision = course.queue.schema_revision
        row["said"] = said_of(revision, truth.regions, looks) if truth else None
    return rows


def _change_items(request: HttpRequest, course: Course) -> str:
    """Do what a button of the items page asks, and say it."""
    given, plan, by = request.POST, plan_of(course), actor_of(request).user
    if given.get("do") == "add":
        part = PARTS.get(given.get("part", ""), "exam")
        there = [one.item.pk for one in (*plan.lessons, *plan.exam)]
        found = known_items_of(course.queue.dataset, course.queue.schema, given.get("filter", ""))
        new = list(found.exclude(pk__in=there).order_by("?")[: _count(given["count"], "count")])
        plan = _with_part(plan, part, [*getattr(plan, part), *(Asked(one) for one in new)])
        change_course(course=course, plan=plan, by=by)
        said = ngettext("%(n)d item is added.", "%(n)d items are added.", len(new))
        return said % {"n": len(new)}
    chosen, why = given.get("item", ""), given.get("explanation", "")
    for part in PARTS.values():
        kept = [
            replace(one, explanation=why) if one.item.oid == chosen else one
            for one in getattr(plan, part)
            if not (one.item.oid == chosen and given.get("do") == "remove")
        ]
        plan = _with_part(plan, part, kept)
    change_course(course=course, plan=plan, by=by)
    return _("The item is removed.") if given.get("do") == "remove" else _("Saved.")


def _with_part(plan: CoursePlan, part: str, asked: list[Asked]) -> CoursePlan:
    return replace(plan, lessons=asked) if part == "lessons" else replace(plan, exam=asked)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def settings(request: HttpRequest, course_id: str) -> HttpResponseBase:
    """Show when a course counts as passed, and change it."""
    actor = actor_of(request)
    course = get_course_for(actor, course_id, Permission.MANAGE)
    guideline = course.queue.guideline
    given: Form = _rules_form(plan_of(course)) | {
        "name": course.queue.name,
        "guideline": guideline.text if guideline else "",
    }
    errors: dict[str, str] = {}
    around = frame(request, course, "settings")
    if request.method == "POST" and "state" in request.POST:
        is_open = request.POST["state"] == "open"
        state = course.queue.State.OPEN if is_open else course.queue.State.CLOSED
        set_state(queue=course.queue, state=state, by=actor.user)
        return redirect("course-settings", course.oid)
    if request.method == "POST":
        given = request.POST.dict()
        try:
            change_course(
                course=course,
                plan=replace(plan_of(course), **_read_rules(given)),
                by=actor.user,
                name=given.get("name", ""),
                guideline=given.get("guideline", ""),
                asks_anew="asks_anew" in given,
            )
            messages.success(request, _("The settings of the course are saved."))
            return redirect("course-settings", course.oid)
        except DomainError as error:
            errors = _errors(error)
    return render_page(
        request,
        "annotate/course_settings.html",
        **around,
        given=given,
        errors=errors,
        status=422 if errors else 200,
    )
