"""Addresses of this app under /api/v1/."""

from django.urls import path

from foundation.api import jobs, notifications, openapi, people, teams

__all__ = ["openapi", "urlpatterns"]  # openapi is found by being imported

urlpatterns = [
    path("me", people.MeView.as_view()),
    path("me/keys", people.KeysView.as_view()),
    path("notifications", notifications.NotificationsView.as_view()),
    path("notifications/read", notifications.ReadNotificationsView.as_view()),
    path("notifications/<str:notification_id>/read", notifications.ReadNotificationView.as_view()),
    path("tokens", people.TokensView.as_view()),
    path("tokens/<str:token_id>", people.TokenView.as_view()),
    path("projects", people.ProjectsView.as_view()),
    path("projects/<str:project_id>", people.ProjectView.as_view()),
    path("projects/<str:project_id>/members", people.MembersView.as_view()),
    path("projects/<str:project_id>/invitations", people.InvitationsView.as_view()),
    path("projects/<str:project_id>/events", people.EventsView.as_view()),
    path("projects/<str:project_id>/jobs", jobs.ProjectJobsView.as_view()),
    path("projects/<str:project_id>/teams", teams.TeamsView.as_view()),
    path("teams/<str:team_id>", teams.TeamView.as_view()),
    path("members/<str:member_id>/tags", teams.TagsView.as_view()),
    path("members/<str:member_id>", people.MemberView.as_view()),
    path("invitations/<str:invitation_id>", people.InvitationView.as_view()),
    path("jobs/<str:job_id>", jobs.JobView.as_view()),
    path("jobs/<str:job_id>/cancel", jobs.JobCancelView.as_view()),
    path("jobs/<str:job_id>/retry", jobs.JobRetryView.as_view()),
    path("jobs/<str:job_id>/refusals", jobs.JobRefusalsView.as_view()),
]
