"""Addresses of the look tests: the house's own, and the style guide."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from config.urls import handler404, handler500
from config.urls import urlpatterns as house
from tests.look.guide import context


def show_guide(request: HttpRequest) -> HttpResponse:
    """Draw the style guide; `?toast=1` adds a message that can be undone."""
    if "toast" in request.GET:
        messages.success(request, "3 items archived.", extra_tags="/items/restore")
        messages.error(request, "The bucket did not answer. Check its name, then try again.")
    return render(request, "look.html", context())


def show_problem(request: HttpRequest, status: int) -> HttpResponse:
    """Draw a problem page."""
    problem = {
        "status": status,
        "title": "The queue is closed",
        "detail": "Mia closed it at 14:02.",
        "errors": [],
    }
    return render(request, f"problems/{status}.html", {"problem": problem}, status=status)


def home(request: HttpRequest) -> HttpResponse:
    """Stand in for the start page."""
    return HttpResponse("home")


urlpatterns = [
    path("look", show_guide, name="look"),
    path("problem/<int:status>", show_problem),
    *house,
]
__all__ = ["handler404", "handler500", "urlpatterns"]
