"""The queues of the demo project: something to annotate, with guidelines and a little gold."""

from annotate.models import Queue
from annotate.services.filling import fill_queue
from annotate.services.queues import QueuePlan, create_queue
from datasets.demo import MESSAGES, PHOTOS
from datasets.models import Dataset, LabelSchema
from foundation.demo import demo_steps
from foundation.models import Project, User

MESSAGES_GUIDELINE = """# What do they want?

Choose the one thing the writer wants most.

- **Where is my order**: it has not arrived, or they ask when it will.
- **Money back**: a refund, a wrong charge, a cancelled order that was billed.
- **Damaged or wrong**: it arrived, and something is wrong with it.
- **Account and sign-in**: passwords, addresses, deleting an account.
- **Praise and ideas**: thanks, and wishes for new things.

Late *and* broken: what do they ask for? Choose that.
"""
PHOTOS_GUIDELINE = """# Boxes around things

Draw one box around each thing, as tight as it goes. Mark it *partly hidden* when something
stands in front of it. Large groups of people far away: one box for each person you can tell apart.
"""


def seed_messages(project: Project, owner: User) -> None:
    """A queue over the messages that have no accepted label yet."""
    _seed(project, owner, MESSAGES, "Sort the messages", "-has:truth", MESSAGES_GUIDELINE)


def seed_photos(project: Project, owner: User) -> None:
    """A queue over the photographs."""
    _seed(project, owner, PHOTOS, "Draw boxes", "", PHOTOS_GUIDELINE)


def _seed(
    project: Project, owner: User, dataset_name: str, name: str, filter: str, guideline: str
) -> None:
    dataset = Dataset.objects.filter(project=project, name=dataset_name).first()
    if dataset is None or Queue.objects.filter(dataset=dataset, name=name).exists():
        return
    queue = create_queue(
        dataset=dataset,
        schema=LabelSchema.objects.get(project=project, name=dataset_name),
        plan=QueuePlan(name=name, filter=filter, guideline=guideline),
        policy={"overlap": 1, "review_share": 0.2},
        by=owner,
    )
    fill_queue(queue=queue)


demo_steps.register("queue of messages", seed_messages)
demo_steps.register("queue of photos", seed_photos)
