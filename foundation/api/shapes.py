"""What the foundation's resources look like in JSON, and what may be sent."""

import re
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from foundation.actor import Permission
from foundation.api.serializing import StrictSerializer
from foundation.models import (
    Annotator,
    ApiToken,
    Event,
    Invitation,
    Job,
    JobRefusal,
    Membership,
    Project,
    Role,
    Team,
    User,
)
from foundation.opaque import encode_id
from foundation.services.tokens import DEFAULT_DAYS, LONGEST_DAYS

ACTION = re.compile(r"[a-z]{1,30}(\.[A-Za-z][A-Za-z_]{0,29}){1,2}")
CHORD = r"^((Mod|Alt|Shift)\+){0,3}([A-Z][A-Za-z0-9]*|\S)\Z"
MOST_ACTIONS = 300


class ProblemPlace(serializers.Serializer[Any]):
    """One trouble at one place."""

    at = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """Problem details (RFC 9457): the body of every error."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    errors = ProblemPlace(many=True, required=False)  # type: ignore[assignment]


class Keys(StrictSerializer):
    """Keys of the workbench by action, each in the place of the one it had; "" for none."""

    single = serializers.BooleanField(default=True)
    keys = serializers.DictField(
        child=serializers.ListField(
            child=serializers.RegexField(CHORD, max_length=40, allow_blank=True), max_length=12
        ),
        default=dict,
    )

    def validate_keys(self, keys: dict[str, list[str]]) -> dict[str, list[str]]:
        """Refuse what is no name of an action, and more actions than there can be."""
        wrong = [name for name in keys if not ACTION.fullmatch(name)]
        if wrong:
            text = _("This is no name of an action. Names look like “task.submit”.")
            raise serializers.ValidationError({name[:60]: text for name in wrong[:20]})
        if len(keys) > MOST_ACTIONS:
            text = _("At most %(most)d actions can have keys of one's own.") % {
                "most": MOST_ACTIONS
            }
            raise serializers.ValidationError(text)
        return keys


def show_keys(user: User) -> dict[str, Any]:
    """Return what somebody chose, or that they chose nothing."""
    return {"single": True, "keys": {}, **user.key_choice}


class ProjectIn(StrictSerializer):
    """A project to be made or described anew."""

    name = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=4000, allow_blank=True, default="")


class ProjectOut(serializers.Serializer[Any]):
    """A project."""

    id = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    created_at = serializers.DateTimeField()
    archived_at = serializers.DateTimeField(allow_null=True)
    role = serializers.ChoiceField(Role.choices, required=False)


class MemberIn(StrictSerializer):
    """A member's new role."""

    role = serializers.ChoiceField(Role.choices)


class MemberOut(serializers.Serializer[Any]):
    """A member of a project."""

    id = serializers.CharField()
    user = serializers.CharField()
    username = serializers.CharField()
    name = serializers.CharField()
    role = serializers.ChoiceField(Role.choices)
    since = serializers.DateTimeField()


class TagsIn(StrictSerializer):
    """What a member knows, and the codes of the languages they read."""

    skills = serializers.ListField(child=serializers.CharField(max_length=80), max_length=40)
    languages = serializers.ListField(child=serializers.CharField(max_length=80), max_length=40)


class TagsOut(serializers.Serializer[Any]):
    """What is noted of a member, under the id by which queues name people."""

    annotator = serializers.CharField()
    skills = serializers.ListField(child=serializers.CharField())
    languages = serializers.ListField(child=serializers.CharField())
    teams = serializers.ListField(child=serializers.CharField())


class TeamIn(StrictSerializer):
    """A team to be made; `people` are ids of annotators."""

    name = serializers.CharField(max_length=80)
    people = serializers.ListField(child=serializers.CharField(), max_length=1000, default=list)


class TeamChange(StrictSerializer):
    """What is to change about a team; `people` replaces who was in it."""

    name = serializers.CharField(max_length=80, required=False)
    people = serializers.ListField(child=serializers.CharField(), max_length=1000, required=False)


class TeamOut(serializers.Serializer[Any]):
    """A team, with the ids of its annotators."""

    id = serializers.CharField()
    name = serializers.CharField()
    people = serializers.ListField(child=serializers.CharField())


class InvitationIn(StrictSerializer):
    """An invitation to be made."""

    role = serializers.ChoiceField([choice for choice in Role.choices if choice[0] != Role.OWNER])
    note = serializers.CharField(max_length=200, allow_blank=True, default="")
    days = serializers.IntegerField(min_value=1, max_value=90, default=14)


class InvitationOut(serializers.Serializer[Any]):
    """An invitation; `url` is there only in the answer that made it."""

    id = serializers.CharField()
    role = serializers.CharField()
    note = serializers.CharField()
    expires_at = serializers.DateTimeField()
    used_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    url = serializers.CharField(required=False)


class TokenIn(StrictSerializer):
    """A token to be issued."""

    name = serializers.CharField(max_length=80)
    scopes = serializers.ListField(child=serializers.ChoiceField(Permission.choices), min_length=1)
    project = serializers.CharField(required=False, allow_null=True, default=None)
    days = serializers.IntegerField(min_value=1, max_value=LONGEST_DAYS, default=DEFAULT_DAYS)


class TokenOut(serializers.Serializer[Any]):
    """A token; `secret` is there only in the answer that issued it."""

    id = serializers.CharField()
    name = serializers.CharField()
    prefix = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    project = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    secret = serializers.CharField(required=False)


class JobOut(serializers.Serializer[Any]):
    """One long operation."""

    id = serializers.CharField()
    kind = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(Job.State.choices)
    done = serializers.IntegerField()
    total = serializers.IntegerField(allow_null=True)
    unit = serializers.CharField()
    note = serializers.CharField()
    attempt = serializers.IntegerField()
    is_cancelling = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    report = serializers.DictField()
    error = serializers.DictField(allow_null=True)
    refusals_url = serializers.CharField()


class RefusalOut(serializers.Serializer[Any]):
    """One record that was not taken."""

    position = serializers.IntegerField()
    place = serializers.CharField()
    key = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class EventOut(serializers.Serializer[Any]):
    """One line of the audit trail."""

    id = serializers.CharField()
    verb = serializers.CharField()
    by = serializers.CharField(allow_null=True)
    target = serializers.CharField()
    data = serializers.DictField()  # type: ignore[assignment]
    at = serializers.DateTimeField()


class NotificationOut(serializers.Serializer[Any]):
    """One thing one was told; without its words where one may not know it any more."""

    id = serializers.CharField()
    kind = serializers.CharField()
    text = serializers.CharField()
    path = serializers.CharField()
    project = serializers.CharField()
    at = serializers.DateTimeField()
    read = serializers.BooleanField()


class ReadOut(serializers.Serializer[Any]):
    """How many were unread before."""

    read = serializers.IntegerField()


class MeOut(serializers.Serializer[Any]):
    """Who is asking."""

    id = serializers.CharField()
    username = serializers.CharField()
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField(), allow_null=True)


def show_project(project: Project, role: str | None = None) -> dict[str, Any]:
    """Return a project as JSON."""
    body = {
        "id": project.oid,
        "name": project.name,
        "description": project.description,
        "created_at": project.created_at,
        "archived_at": project.archived_at,
    }
    return body if role is None else body | {"role": role}


def show_member(membership: Membership) -> dict[str, Any]:
    """Return a member as JSON."""
    return {
        "id": membership.oid,
        "user": membership.user.oid,
        "username": membership.user.username,
        "name": membership.user.shown_name,
        "role": membership.role,
        "since": membership.created_at,
    }


def show_tags(annotator: Annotator) -> dict[str, Any]:
    """Return what is noted of a person as JSON."""
    return {
        "annotator": annotator.oid,
        "skills": annotator.skills,
        "languages": annotator.languages,
        "teams": [team.oid for team in annotator.teams.all()],
    }


def show_team(team: Team) -> dict[str, Any]:
    """Return a team as JSON."""
    present = (one for one in team.annotators.all() if one.ended_at is None)
    return {"id": team.oid, "name": team.name, "people": [one.oid for one in present]}


def show_invitation(invitation: Invitation) -> dict[str, Any]:
    """Return an invitation as JSON, without its secret."""
    return {
        "id": invitation.oid,
        "role": invitation.role,
        "note": invitation.note,
        "expires_at": invitation.expires_at,
        "used_at": invitation.used_at,
        "revoked_at": invitation.revoked_at,
    }


def show_token(token: ApiToken) -> dict[str, Any]:
    """Return a token as JSON, without its secret."""
    return {
        "id": token.oid,
        "name": token.name,
        "prefix": token.prefix,
        "scopes": token.scopes,
        "project": token.project.oid if token.project else None,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "last_used_at": token.last_used_at,
        "revoked_at": token.revoked_at,
    }


def show_job(job: Job) -> dict[str, Any]:
    """Return a job as JSON."""
    return {
        "id": job.oid,
        "kind": job.kind,
        "title": job.title,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "unit": job.unit,
        "note": job.note,
        "attempt": job.attempt,
        "is_cancelling": job.cancel_requested_at is not None and not job.has_ended,
        "created_at": job.created_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "report": job.report,
        "error": job.error,
        "refusals_url": f"/api/v1/jobs/{job.oid}/refusals",
    }


def show_refusal(refusal: JobRefusal) -> dict[str, Any]:
    """Return a refused record as JSON."""
    return {
        "position": refusal.position,
        "place": refusal.place,
        "key": refusal.key,
        "code": refusal.code,
        "detail": refusal.detail,
    }


def show_event(event: Event) -> dict[str, Any]:
    """Return a line of the audit trail as JSON."""
    return {
        "id": encode_id("event", event.pk),
        "verb": event.verb,
        "by": event.user.shown_name if event.user else None,
        "target": event.target,
        "data": event.data,
        "at": event.at,
    }
