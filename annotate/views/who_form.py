"""Whom a queue is for, and by when it should be done, as parts of a form."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from annotate.models import Queue
from annotate.pure.who import Who
from annotate.queries.answerers import answerers_of, people_of, who_of
from annotate.queries.courses import courses_in
from foundation.errors import Invalid, Place
from foundation.models import Project
from foundation.opaque import encode_id
from foundation.queries.members import teams_of

Form = dict[str, Any]
_KINDS = {"people": "annotator", "teams": "team"}
MANY = 400
"""More people than anybody would tick: then teams are the way."""


def who_form(queue: Queue) -> Form:
    """Return the values of the form for whom a queue is for, and its deadline."""
    who = who_of(queue)
    ticked = [encode_id("annotator", pk) for pk in who.people]
    ticked += [encode_id("team", pk) for pk in who.teams]
    return {
        "deadline": queue.deadline.isoformat() if queue.deadline else "",
        "who_skills": ", ".join(who.skills),
        "who_languages": ", ".join(who.languages),
        "asks_course": queue.asks_course.oid if queue.asks_course else "",
        "asks_course_anew": queue.asks_course_anew,
        **{f"who_{oid}": "1" for oid in ticked},
    }


def who_choices(project: Project, given: Mapping[str, Any]) -> Form:
    """Return the teams and people that can be ticked, and which are; and the courses."""
    named = {
        "teams": [(team.oid, team.name) for team in teams_of(project)],
        "people": [(one.oid, one.name) for one in people_of(project.pk)[:MANY]],
    }
    courses = [(one.oid, one.queue.name) for one in courses_in(project)]
    boxes = {
        key: [
            {"id": f"who_{oid}", "name": name, "checked": bool(given.get(f"who_{oid}"))}
            for oid, name in rows
        ]
        for key, rows in named.items()
    }
    return {**boxes, "courses": [("", _("None")), *courses] if courses else []}


def read_who_form(project: Project, given: Mapping[str, str]) -> dict[str, Any]:
    """Return `who` and `deadline`; nothing where the form did not show them.

    Raises Invalid for a deadline that is no day.
    """
    if "who_skills" not in given:
        return {}
    ticked = {
        "teams": [team.pk for team in teams_of(project) if given.get(f"who_{team.oid}")],
        "people": [one.pk for one in people_of(project.pk) if given.get(f"who_{one.oid}")],
    }
    who = Who(
        people=tuple(ticked["people"]),
        teams=tuple(ticked["teams"]),
        skills=tuple(given["who_skills"].split(",")),
        languages=tuple(given.get("who_languages", "").split(",")),
    )
    read = {"who": who, "deadline": _read_day(given.get("deadline", ""))}
    return read | _read_course(project, given)


def _read_course(project: Project, given: Mapping[str, str]) -> dict[str, Any]:
    """Return which course is asked for; nothing where the form did not show it."""
    if "asks_course" not in given:
        return {}
    chosen = next((one for one in courses_in(project) if one.oid == given["asks_course"]), None)
    return {"asks_course": chosen, "asks_course_anew": "asks_course_anew" in given}


def _read_day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        detail = _("Write the day as 2027-03-31, or leave this empty.")
        raise Invalid(detail, [Place("deadline", "bad-day", detail)]) from None


def people_note(queue: Queue) -> str:
    """Return what a manager must know when fewer people may answer than each task wants."""
    may = len(answerers_of(queue))
    if may == 0:
        return _(
            "Nobody may answer here now. Say in the settings whom the queue is for, or"
            " invite people."
        )
    if may < queue.overlap:
        text = _(
            "Each task wants %(wanted)d people, and %(may)d may answer here. Tasks stay open until"
            " more people can come, or until fewer are wanted."
        )
        return text % {"wanted": queue.overlap, "may": may}
    if may < queue.most_overlap:
        text = _(
            "Where answers differ, up to %(most)d people are wanted, and %(may)d may answer here."
            " When all of them have answered, a task goes on without more."
        )
        return text % {"most": queue.most_overlap, "may": may}
    return ""
