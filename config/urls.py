"""Every address: pages at /, REST at /api/v1/, health at /healthz."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from datasets.api.media import MediaView


def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the web process answers; the database is not asked."""
    return HttpResponse("ok", content_type="text/plain")


APPS = ("foundation", "datasets", "annotate", "training")
urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("account/", include("allauth.account.urls")),
    path("media/<str:asset_id>", MediaView.as_view(), name="media"),
    path("api/v1/schema", SpectacularAPIView.as_view(), name="schema"),
    *(path("api/v1/", include(f"{app}.api.urls")) for app in APPS),
    *(path("", include(f"{app}.views.urls")) for app in APPS),
]
handler404 = "config.problems.page_not_found"
handler500 = "config.problems.server_error"
