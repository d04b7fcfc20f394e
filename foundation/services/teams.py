"""Teams, and what is known of the people of a project: their skills and languages."""

from collections.abc import Iterable, Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from foundation.errors import Conflict, Invalid, Place
from foundation.models import Annotator, Project, Team, User
from foundation.pure.tags import LONGEST_TAG, MOST_TAGS, bad_languages, bad_tags, clean_tags
from foundation.services.events import record_event

LONGEST_NAME = 80
MOST_TEAMS = 100


@transaction.atomic
def create_team(
    *, project: Project, name: str, by: User, annotators: Sequence[Annotator] = ()
) -> Team:
    """Make a team. Raises Invalid for an empty or long name, Conflict for one that is taken."""
    if project.teams.count() >= MOST_TEAMS:
        raise Conflict(_("A project has at most %(most)d teams.") % {"most": MOST_TEAMS})
    team = Team(project=project, name=_clean_name(name))
    _save(team)
    team.annotators.set(_of(project, annotators))
    record_event("team.made", by=by, project=project, target=team.oid, name=team.name)
    return team


@transaction.atomic
def change_team(
    *,
    team: Team,
    by: User,
    name: str | None = None,
    annotators: Sequence[Annotator] | None = None,
) -> Team:
    """Rename a team, or say anew who is in it. Queues that count on it follow at once."""
    if name is not None:
        team.name = _clean_name(name)
        _save(team)
    if annotators is not None:
        team.annotators.set(_of(team.project, annotators))
    people = None if annotators is None else [one.oid for one in annotators]
    record_event(
        "team.changed", by=by, project=team.project, target=team.oid, name=team.name, people=people
    )
    return team


@transaction.atomic
def delete_team(*, team: Team, by: User) -> None:
    """Remove a team; its people stay. A queue for this team alone is then for nobody, and says so.

    Its number is never used again, so that no later team comes into its rights.
    """
    record_event("team.deleted", by=by, project=team.project, target=team.oid, name=team.name)
    team.delete()


@transaction.atomic
def describe_annotator(
    *, annotator: Annotator, by: User, skills: Iterable[str], languages: Iterable[str]
) -> Annotator:
    """Say what a person knows and which languages they read. Raises Invalid with the place."""
    annotator.skills = read_tags(skills, "skills")
    annotator.languages = read_tags(languages, "languages")
    annotator.save(update_fields=["skills", "languages"])
    record_event(
        "member.described",
        by=by,
        project=annotator.project,
        target=annotator.oid,
        skills=annotator.skills,
        languages=annotator.languages,
    )
    return annotator


def read_tags(texts: Iterable[str], kind: str, at: str = "") -> list[str]:
    """Return clean ``skills`` or ``languages``. Raises Invalid with the place `at`."""
    at = at or kind
    tags = clean_tags(texts)
    if len(tags) > MOST_TAGS:
        detail = _("At most %(most)d.") % {"most": MOST_TAGS}
        raise Invalid(detail, [Place(at, "too-many", detail)])
    wrong = bad_languages(tags) if kind == "languages" else bad_tags(tags)
    if wrong:
        text = _("“%(text)s” has more than %(most)d characters, or a sign that no tag may have.")
        if kind == "languages":
            text = _("“%(text)s” is no code of a language. Write de, en or pt-br, for instance.")
        detail = text % {"text": wrong[0][:LONGEST_TAG], "most": LONGEST_TAG}
        raise Invalid(detail, [Place(at, "bad-tag", detail)])
    return tags


def _clean_name(name: str) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        detail = _("Give the team a name of at most %(most)d characters.") % {"most": LONGEST_NAME}
        raise Invalid(detail, [Place("name", "bad-name", detail)])
    return name


def _save(team: Team) -> None:
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError:
        detail = _("A team called %(name)s exists already.") % {"name": team.name}
        raise Conflict(detail, [Place("name", "name-taken", detail)]) from None


def _of(project: Project, annotators: Sequence[Annotator]) -> list[Annotator]:
    return [one for one in annotators if one.project_id == project.pk]
