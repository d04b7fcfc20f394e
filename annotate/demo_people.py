"""How invented people of the demo project work: every answer goes the way that answers go."""

import uuid
from typing import Any

from annotate.models import Assignment, Queue, Stage
from annotate.services.answers import Aside, submit_answer
from annotate.services.claiming import claim_tasks
from foundation.models import Annotator, Project


def person_of(project: Project, name: str) -> Annotator:
    """Return an invented person of a project; who is not there yet joins it."""
    return Annotator.objects.get_or_create(project=project, name=name, user=None)[0]


def take(queue: Queue, person: Annotator, stage: Stage = Stage.ANNOTATE) -> Assignment | None:
    """Let somebody hold their next task; None when nothing is left for them."""
    holds = claim_tasks(queue=queue, annotator_id=person.pk, stage=stage, hold=1).holds
    if not holds:
        return None
    related = ("annotator", "schema_revision", "task__item__content")
    assignment = Assignment.objects.select_related(*related).get(pk=holds[0].id)
    assignment.queue = queue
    return assignment


def submit(held: Assignment, regions: list[dict[str, Any]], seconds: float) -> None:
    """Answer what somebody holds, as if it had taken them so long."""
    submit_answer(
        assignment=held,
        fence=held.fence,
        regions={"format": 1, "regions": regions},
        submission_id=uuid.uuid4(),
        aside=Aside(seconds=round(seconds, 1)),
    )


def chosen(question: str, label: str) -> list[dict[str, Any]]:
    """Return the regions of an answer that is one choice about the item."""
    return [{"id": "r1", "question": question, "kind": "item", "label": label}]
