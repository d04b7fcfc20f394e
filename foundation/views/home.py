"""Where one arrives: the projects one belongs to."""

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from foundation.errors import DomainError
from foundation.forms import ProjectForm, SettingsForm
from foundation.queries.members import memberships_of
from foundation.services.people import create_project, update_settings
from foundation.views.page import actor_of, page, render_page


@require_safe
@page
def home(request: HttpRequest) -> HttpResponseBase:
    """List the projects of the person who is signed in."""
    actor = actor_of(request)
    memberships = memberships_of(actor.user)
    return render_page(
        request, "foundation/home.html", title=_("Projects"), memberships=memberships
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new_project(request: HttpRequest) -> HttpResponseBase:
    """Make a project."""
    form = ProjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        project = create_project(by=actor_of(request).user, **form.cleaned_data)
        return redirect("project-home", project.oid)
    return render_page(
        request,
        "foundation/project_new.html",
        title=_("New project"),
        form=form,
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page
def settings(request: HttpRequest) -> HttpResponseBase:
    """Choose name, colours, language and time zone."""
    user = actor_of(request).user
    shown = {"name": user.name, "theme": user.theme, "time_zone": user.time_zone}
    shown["language"] = user.language
    form = SettingsForm(request.POST or None, initial=shown)
    if request.method == "POST" and form.is_valid():
        try:
            update_settings(user=user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your settings are saved."))
            return redirect("account_settings")
    return render_page(
        request,
        "foundation/settings.html",
        title=_("Settings"),
        form=form,
        status=422 if form.errors else 200,
    )
