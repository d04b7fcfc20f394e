"""What an older Winnow asked anew by guideline is an action like all others after an update."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from annotate.models import BulkAction, Queue, Stage, Task
from annotate.services.bulk import undo_bulk
from annotate.services.queues import set_guideline
from annotate.services.stages import begin_round
from foundation.models import Annotator, Job, Project
from tests.annotate.making import answered, make_queue

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.extras]

BEFORE = "0012_courses_and_the_care_of_gold"


def migrate(name: str = "") -> MigrationExecutor:
    """Bring the tables of annotate to a migration, the newest by itself."""
    executor = MigrationExecutor(connection)
    targets = [("annotate", name)] if name else executor.loader.graph.leaf_nodes("annotate")
    executor.migrate(targets)
    return MigrationExecutor(connection)


def test_what_was_asked_anew_before_an_update_can_be_undone_after_it(
    project: Project, ada_works: Annotator
) -> None:
    queue = make_queue(project, 2)
    set_guideline(queue=queue, text="One", by=None)
    for _task in range(2):
        answered(queue, ada_works)
    first = Task.objects.filter(queue=queue).earliest("pk")
    moment, round_no = first.done_at, first.round
    queue.refresh_from_db()
    begin_round(first, 1)
    try:
        old = migrate(BEFORE).loader.project_state(("annotate", BEFORE)).apps
        requeue = old.get_model("annotate", "Requeue").objects.create(
            queue_id=queue.pk, revision_id=queue.guideline_id, state="open", count=2, sample=2
        )
        rows = old.get_model("annotate", "RequeuedTask").objects
        last = Task.objects.filter(queue=queue).latest("pk")
        rows.create(requeue=requeue, task_id=last.pk, state="chosen")
        opened = {"round": round_no, "answers": 1, "overlap": 1, "done_at": moment}
        rows.create(requeue=requeue, task_id=first.pk, state="opened", **opened)
        job = Job.objects.create(kind="annotate.requeue", project=project)
    finally:
        migrate()
    action = BulkAction.objects.select_related("queue__dataset__project").get()
    assert (action.kind, action.changed, action.sample) == ("requeue", 1, 2)
    assert action.revision_id == queue.guideline_id
    assert action.created_at == requeue.at
    assert Job.objects.get(pk=job.pk).state == Job.State.CANCELLED
    undo_bulk(action=action, by=None)
    first.refresh_from_db()
    assert (first.stage, first.round, first.done_at) == (Stage.DONE, round_no, moment)
    assert Queue.objects.get(pk=queue.pk).wanted == 2
