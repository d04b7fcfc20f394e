"""Invented people who answer the same messages, so that quality, people and reviews show something.

One of them seldom reads, and one says what that one said. How right each person is stands in
`PEOPLE`.
"""

import random

from annotate.demo_people import chosen, person_of, submit, take
from annotate.models import Queue, Stage
from annotate.services.filling import fill_queue
from annotate.services.queues import QueuePlan, create_queue
from annotate.services.reviews import Reviewer, accept_annotation, reject_annotation
from datasets.demo_messages import INTENTS, messages
from datasets.formats.base import Record
from datasets.models import Annotation, Dataset, LabelSchema
from datasets.queries.schemas import current_revision
from datasets.services.datasets import create_dataset
from datasets.services.imports import ingest_records
from foundation.models import Annotator, Project, User

NAME = "Messages read by several"
TEXTS, OVERLAP, SEED = 48, 4, 11
"""With three to a message, some give too few answers for anybody to be told apart from chance."""
PEOPLE = {"Amara": 0.95, "Bruno": 0.92, "Chen": 0.88, "Dora": 0.85, "Emil": 0.4}
COPIES = ("Finn", "Emil")
"""Who looks at whose answers."""
GUIDELINE = """\
Read the whole message, then choose **one** intent.

- More than one wish: take the first.
- Damage goes before money: who wants money back for a broken cup says *Damaged or wrong*.
"""


def seed_crowd(project: Project, owner: User) -> None:
    """Make the dataset, its queue and everybody's answers; doing it twice changes nothing."""
    schema = LabelSchema.objects.filter(project=project, name="Support messages").first()
    if schema is None or Dataset.objects.filter(project=project, name=NAME).exists():
        return
    intents = dict(zip(_keys(), messages(), strict=False))
    dataset = create_dataset(project=project, name=NAME, data_type="text", by=owner)
    ingest_records(
        dataset=dataset,
        records=(
            Record(place=key, key=key, data_type="text", text=text)
            for key, (_intent, text) in intents.items()
        ),
        by=owner,
        schema_revision=current_revision(schema),
    )
    queue = create_queue(
        dataset=dataset,
        schema=schema,
        plan=QueuePlan(name="Read by several", guideline=GUIDELINE),
        policy={"overlap": OVERLAP, "review_share": 0.2},
        by=owner,
    )
    fill_queue(queue=queue)
    _answer_all(queue, {key: intent for key, (intent, _text) in intents.items()})
    _review_some(queue, Annotator.objects.get(project=project, user=owner), owner)


def _keys() -> list[str]:
    return [f"message-{number:02}" for number in range(1, TEXTS + 1)]


def _answer_all(queue: Queue, intents: dict[str, str]) -> None:
    """Let everybody take turns until nothing is left."""
    chance = random.Random(SEED)  # noqa: S311 (invented people, not secrets)
    names = [*PEOPLE, COPIES[0]]
    people = [person_of(queue.dataset.project, name) for name in names]
    said: dict[tuple[str, str], str] = {}
    while people:
        person = chance.choice(people)
        held = take(queue, person)
        if held is None:
            people.remove(person)
            continue
        key = held.task.item.key
        label = _choose(chance, person.name, key, intents[key], said)
        said[person.name, key] = label
        is_hasty = person.name in COPIES
        seconds = chance.lognormvariate(0.6 if is_hasty else 2.1, 0.4)
        submit(held, chosen("intent", label), seconds)


def _choose(
    chance: random.Random, name: str, key: str, intent: str, said: dict[tuple[str, str], str]
) -> str:
    copied = said.get((COPIES[1], key))
    if name == COPIES[0] and copied is not None:
        return copied
    is_right = chance.random() < PEOPLE.get(name, PEOPLE[COPIES[1]])
    return intent if is_right else chance.choice([one for one in INTENTS if one != intent])


def _review_some(queue: Queue, reviewer: Annotator, owner: User) -> None:
    """Accept one answer, send one back, and leave the others to whoever tries the review."""
    for verdict in (accept_annotation, reject_annotation):
        held = take(queue, reviewer, Stage.REVIEW)
        if held is None:
            return
        answer = Annotation.objects.filter(item=held.task.item, is_latest=True).first()
        if answer is None:
            return
        by = Reviewer(reviewer, owner, held, held.fence)
        verdict(annotation=answer, reviewer=by, reason="Damage goes before money.")
