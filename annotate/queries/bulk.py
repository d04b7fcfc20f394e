"""What was done to many tasks at once, and fetching it to undo it."""

from django.db.models import QuerySet

from annotate.models import BulkAction, Queue
from foundation.actor import Actor, Permission
from foundation.errors import NotFound
from foundation.opaque import decode_id
from foundation.queries.access import require


def actions_of(queue: Queue) -> QuerySet[BulkAction]:
    """Return the actions of a queue."""
    return BulkAction.objects.filter(queue=queue).select_related("created_by", "revision")


def get_action_for(actor: Actor, action_id: str, may: Permission) -> BulkAction:
    """Return an action, if the actor may do this in its project."""
    actions = BulkAction.objects.select_related("queue__dataset__project", "created_by", "revision")
    action = actions.filter(pk=decode_id("bulk", action_id)).first()
    if action is None:
        raise NotFound
    require(actor, action.queue.dataset.project_id, may)
    return action
