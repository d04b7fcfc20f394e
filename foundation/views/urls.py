"""Addresses of this app's pages, and its places in the top bar."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from foundation.actor import Permission
from foundation.views import doors, explain, home, jobs, members, notifications, teams
from foundation.views.page import NavEntry, nav_entries

nav_entries.register("members", NavEntry(_("People"), "members", Permission.MANAGE, place=75))
nav_entries.register("jobs", NavEntry(_("Jobs"), "jobs", Permission.VIEW, place=80))

urlpatterns = [
    path("", home.home, name="home"),
    path("problems/<slug:code>", explain.explain, name="problem"),
    path("projects/new", home.new_project, name="project-new"),
    path("account/settings", home.settings, name="account_settings"),
    path("account/tokens", members.tokens, name="tokens"),
    path("account/tokens/<str:token_id>/revoke", members.revoke, name="token-revoke"),
    path("notifications", notifications.notifications, name="notifications"),
    path("notifications/read", notifications.read_notifications, name="notifications-read"),
    path("account/notifications", notifications.mail_settings, name="notification-settings"),
    path("unsubscribe/<str:token>", notifications.stop_mails, name="unsubscribe"),
    path("sign-in/<str:secret>", doors.sign_in, name="sign-in-link"),
    path("join/<str:secret>", doors.join, name="join"),
    path("projects/<str:project_id>/people", members.members, name="members"),
    path("projects/<str:project_id>/teams", teams.new_team, name="team-new"),
    path("teams/<str:team_id>", teams.team_page, name="team"),
    path("people/<str:member_id>/about", teams.person, name="person"),
    path("people/<str:member_id>", members.change_member, name="member-change"),
    path(
        "invitations/<str:invitation_id>/revoke",
        members.revoke_invitation,
        name="invitation-revoke",
    ),
    path("projects/<str:project_id>/jobs", jobs.job_list, name="jobs"),
    path("jobs/<str:job_id>", jobs.job_page, name="job"),
    path("jobs/<str:job_id>/change", jobs.change_job, name="job-change"),
]
