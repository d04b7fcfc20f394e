"""Ada, Bo, Rui and Mia as rows of the project, and a queue of ten texts."""

import pytest

from annotate.models import Queue
from foundation.models import Annotator, Project, User
from tests.annotate.making import annotator_of, make_queue


@pytest.fixture
def ada_works(project: Project, ada: User) -> Annotator:
    """Ada as an annotator."""
    return annotator_of(project, ada)


@pytest.fixture
def bo_works(project: Project, bo: User) -> Annotator:
    """Bo as an annotator."""
    return annotator_of(project, bo)


@pytest.fixture
def rui_works(project: Project, rui: User) -> Annotator:
    """Rui, who reviews."""
    return annotator_of(project, rui)


@pytest.fixture
def mia_works(project: Project, mia: User) -> Annotator:
    """Mia, who manages and may annotate."""
    return annotator_of(project, mia)


@pytest.fixture
def queue(project: Project) -> Queue:
    """Ten texts, one answer each, no review."""
    return make_queue(project, 10)
