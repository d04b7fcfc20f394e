"""Addresses of this app's pages, and its places in the top bar."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from foundation.actor import Permission
from foundation.views.page import NavEntry, nav_entries
from training.views import answer_doubts, doubts, home, reports, runs

nav_entries.register("home", NavEntry(_("Home"), "project-home", Permission.MEMBER, place=10))
nav_entries.register("runs", NavEntry(_("Runs"), "runs", place=70))

urlpatterns = [
    path("projects/<str:project_id>", home.home, name="project-home"),
    path("projects/<str:project_id>/runs", runs.run_list, name="runs"),
    path("versions/<str:version_id>/train", runs.new_run, name="run-new"),
    path("runs/<str:run_id>", runs.run_page, name="run"),
    path("runs/<str:run_id>/cancel", runs.cancel, name="run-cancel"),
    path("runs/<str:run_id>/report", reports.report, name="report"),
    path("evaluations/<str:evaluation_id>/doubts", doubts.doubts, name="doubts"),
    path("projects/<str:project_id>/doubts", answer_doubts.lists, name="answer-doubts"),
    path("doubts/<str:doubts_id>", answer_doubts.one_list, name="doubt-list"),
    path("evaluations/<str:evaluation_id>/send", reports.send, name="report-send"),
]
