"""The ways in that need no password: sign-in links and invitations."""

from typing import cast

from django.contrib.auth import login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from foundation.errors import Conflict, Invalid
from foundation.forms import JoinForm
from foundation.models import User
from foundation.services.people import (
    accept_invitation,
    find_invitation,
    join_as_new_user,
    use_sign_in_link,
)
from foundation.views.page import render_page


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def sign_in(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Sign in with a link. Opening it changes nothing: mail scanners open links too."""
    if request.method == "POST":
        user = use_sign_in_link(secret)
        login(request, user)
        return redirect("home")
    return render_page(request, "foundation/sign_in_link.html", title=_("Sign in"))


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
@never_cache
def join(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Join a project by invitation, with the account one has or with a new one."""
    invitation = find_invitation(secret)
    if request.user.is_authenticated:
        return _join_with_account(request, secret)
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = join_as_new_user(secret=secret, **form.cleaned_data)
        except Invalid as error:
            for place in error.places:
                field = place.at if place.at in form.fields else None
                form.add_error(field, str(place.detail))
        else:
            login(request, user)
            return redirect("project-home", invitation.project.oid)
    return render_page(
        request,
        "foundation/join.html",
        title=_("Join %(project)s") % {"project": invitation.project.name},
        invitation=invitation,
        form=form,
        status=422 if form.errors else 200,
    )


def _join_with_account(request: HttpRequest, secret: str) -> HttpResponseBase:
    invitation = find_invitation(secret)
    if request.method == "POST":
        try:
            accept_invitation(secret=secret, user=cast("User", request.user))
        except Conflict:
            return redirect("project-home", invitation.project.oid)
        return redirect("project-home", invitation.project.oid)
    return render_page(
        request,
        "foundation/join.html",
        title=_("Join %(project)s") % {"project": invitation.project.name},
        invitation=invitation,
    )
