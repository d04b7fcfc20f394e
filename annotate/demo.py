"""A queue for each dataset of the demo project, with what annotators are told, and some gold."""

from annotate.demo_boxes import seed_boxes
from annotate.demo_course import seed_course
from annotate.demo_crowd import seed_crowd
from annotate.models import Queue
from annotate.services.filling import fill_queue
from annotate.services.gold import plant_gold
from annotate.services.queues import QueuePlan, create_queue
from datasets.models import Dataset, Item, LabelSchema
from foundation.demo import demo_steps
from foundation.models import Project, User

GOLD = 6
LABELLED = "-has:truth"

_TEXT = """\
Read the whole message, then choose **one** intent: what does the customer want us to do?

- More than one wish: take the first.
- Anger alone is no intent. Ask yourself what would make it right.
- If you cannot tell, skip the message and say why.
"""
_DIGIT = """\
Which digit was written? Trust your first look: the pictures are small, and zooming helps little.

- A seven may have a bar through it.
- If it could be two digits, choose the one you saw first.
"""
_WINE = """\
The rows hold the chemistry of wines from three growers. Compare **flavanoids**, **proline** and
**colour intensity** first: they tell most.
"""
_PHOTO = """\
Draw a box around each object, as tight as you can.

- Boxes may overlap. An object that is partly hidden gets its visible part and the mark *hidden*.
- Leave out what is smaller than a fingernail at full size.
"""

PLANS = {
    "Support messages": (_TEXT, LABELLED, {"overlap": 2, "gold_share": 0.1, "review_share": 0.1}),
    "Handwritten digits": (_DIGIT, "", {"gold_share": 0.1, "review_share": 0.05}),
    "Wines": (_WINE, "", {"gold_share": 0.1, "review_share": 0.0}),
    "Photos": (_PHOTO, "", {"review_share": 1.0}),
}


def seed_queues(project: Project, owner: User) -> None:
    """Make what is missing; doing it twice changes nothing."""
    for dataset in Dataset.objects.filter(project=project, name__in=PLANS).order_by("pk"):
        if Queue.objects.filter(dataset=dataset).exists():
            continue
        schema = LabelSchema.objects.filter(project=project, name=dataset.name).first()
        if schema is not None:
            _seed(dataset, schema, owner)


def _seed(dataset: Dataset, schema: LabelSchema, owner: User) -> None:
    guideline, filter, policy = PLANS[dataset.name]
    queue = create_queue(
        dataset=dataset,
        schema=schema,
        plan=QueuePlan(name=f"Label {dataset.name.lower()}", filter=filter, guideline=guideline),
        policy=policy,
        by=owner,
    )
    if policy.get("gold_share"):
        true = Item.objects.filter(
            dataset=dataset, truths__schema=schema, truths__is_current=True
        ).order_by("content_hash")
        plant_gold(queue=queue, items=list(true[:GOLD]), by=owner)
    fill_queue(queue=queue)


demo_steps.register("queues with guidelines and gold", seed_queues)
demo_steps.register("messages read by several people", seed_crowd)
demo_steps.register("sheets boxed by three people", seed_boxes)
demo_steps.register("a course with an exam", seed_course)
