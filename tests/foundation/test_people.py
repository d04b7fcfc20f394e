"""Projects, members, links and tokens."""

from datetime import timedelta

import pytest
from django.utils import timezone

from foundation.actor import Actor, Permission
from foundation.errors import Conflict, Invalid, NotAllowed, NotFound
from foundation.models import Annotator, ApiToken, Invitation, Membership, Project, User
from foundation.queries.access import get_project_for, may_do
from foundation.services import people
from foundation.services.tokens import authenticate_token, issue_token, revoke_token

pytestmark = pytest.mark.django_db


def test_who_makes_a_project_owns_it_and_can_answer_in_it(eve: User) -> None:
    project = people.create_project(name="Moths", by=eve)
    assert may_do(Actor(eve), project.pk, Permission.OWN)
    assert Annotator.objects.filter(project=project, user=eve).exists()


def test_a_stranger_finds_nothing(project: Project, eve: User) -> None:
    with pytest.raises(NotFound):
        get_project_for(Actor(eve), project.oid, Permission.MEMBER)


def test_an_annotator_may_not_look_at_the_work_of_others(project: Project, ada: User) -> None:
    with pytest.raises(NotAllowed):
        get_project_for(Actor(ada), project.oid, Permission.VIEW)


def test_a_member_who_left_is_a_stranger_and_their_annotator_stays(
    project: Project, ada: User, oz: User
) -> None:
    membership = Membership.objects.get(project=project, user=ada)
    people.end_membership(membership=membership, by=oz)
    with pytest.raises(NotFound):
        get_project_for(Actor(ada), project.oid, Permission.MEMBER)
    assert Annotator.objects.get(project=project, user=ada).ended_at is not None


def test_the_last_owner_can_neither_leave_nor_step_down(project: Project, oz: User) -> None:
    membership = Membership.objects.get(project=project, user=oz)
    with pytest.raises(Conflict):
        people.end_membership(membership=membership, by=oz)
    with pytest.raises(Conflict):
        people.change_role(membership=membership, role="manager", by=oz)


def test_erasing_a_person_leaves_their_annotator_without_a_name(
    project: Project, ada: User
) -> None:
    annotator = Annotator.objects.get(project=project, user=ada)
    people.erase_person(user=ada)
    annotator.refresh_from_db()
    assert annotator.user is None
    assert "Ada" not in annotator.name


def test_an_invitation_lets_one_person_in_once(project: Project, mia: User, eve: User) -> None:
    _invitation, path = people.create_invitation(project=project, role="annotator", by=mia)
    secret = path.rpartition("/")[2]
    people.accept_invitation(secret=secret, user=eve)
    assert may_do(Actor(eve), project.pk, Permission.ANNOTATE)
    with pytest.raises(people.LinkGone):
        people.find_invitation(secret)


def test_somebody_new_makes_an_account_from_an_invitation(project: Project, mia: User) -> None:
    _invitation, path = people.create_invitation(project=project, role="reviewer", by=mia)
    newcomer = people.join_as_new_user(
        secret=path.rpartition("/")[2], username="noor", password="quiet-river-42", name="Noor"
    )
    assert may_do(Actor(newcomer), project.pk, Permission.REVIEW)


def test_a_weak_password_is_refused_and_the_invitation_still_counts(
    project: Project, mia: User
) -> None:
    _invitation, path = people.create_invitation(project=project, role="viewer", by=mia)
    secret = path.rpartition("/")[2]
    with pytest.raises(Invalid):
        people.join_as_new_user(secret=secret, username="noor", password="1234")
    assert people.find_invitation(secret).used_at is None


@pytest.mark.parametrize("change", [{"revoked_at": timezone.now()}, {"expires_at": timezone.now()}])
def test_a_revoked_or_old_invitation_is_gone(
    project: Project, mia: User, change: dict[str, object]
) -> None:
    invitation, path = people.create_invitation(project=project, role="viewer", by=mia)
    Invitation.objects.filter(pk=invitation.pk).update(**change)
    with pytest.raises(people.LinkGone):
        people.find_invitation(path.rpartition("/")[2])


def test_nobody_is_invited_as_owner(project: Project, mia: User) -> None:
    with pytest.raises(Invalid):
        people.create_invitation(project=project, role="owner", by=mia)


def test_a_sign_in_link_works_once(eve: User) -> None:
    secret = people.create_sign_in_link(eve).rpartition("/")[2]
    assert people.use_sign_in_link(secret) == eve
    with pytest.raises(people.LinkGone):
        people.use_sign_in_link(secret)


def test_a_token_is_known_by_its_secret_and_kept_as_a_hash(mia: User) -> None:
    token, secret = issue_token(user=mia, name="push", scopes=["push"])
    assert authenticate_token(secret) == token
    kept = ApiToken.objects.filter(pk=token.pk).values().get()
    assert all(secret not in str(value) for value in kept.values())


def test_a_token_ends_when_revoked_when_too_old_and_with_its_user(mia: User) -> None:
    token, secret = issue_token(user=mia, name="push", scopes=["push"])
    ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert authenticate_token(secret) is None
    second, secret = issue_token(user=mia, name="push", scopes=["push"])
    revoke_token(token=second, by=mia)
    assert authenticate_token(secret) is None
    _third, secret = issue_token(user=mia, name="push", scopes=["push"])
    User.objects.filter(pk=mia.pk).update(is_active=False)
    assert authenticate_token(secret) is None


def test_a_token_narrows_what_its_owner_may_do(project: Project, mia: User) -> None:
    token, _secret = issue_token(user=mia, name="push", scopes=["push"])
    actor = Actor(mia, token)
    assert may_do(actor, project.pk, Permission.PUSH)
    assert not may_do(actor, project.pk, Permission.MANAGE)


def test_a_token_of_one_project_opens_no_other(project: Project, mia: User) -> None:
    other = people.create_project(name="Moths", by=mia)
    token, _secret = issue_token(user=mia, name="push", scopes=["push"], project=project)
    with pytest.raises(NotFound):
        get_project_for(Actor(mia, token), other.oid, Permission.MEMBER)
