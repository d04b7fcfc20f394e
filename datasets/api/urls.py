"""Addresses of this app under /api/v1/."""

from django.urls import path

from datasets.api import versions

urlpatterns = [
    path("datasets/<str:dataset_id>/versions", versions.VersionsView.as_view()),
    path("versions/<str:version_id>", versions.VersionView.as_view()),
    path("versions/<str:version_id>/entries", versions.EntriesView.as_view()),
]
