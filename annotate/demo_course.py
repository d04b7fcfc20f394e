"""A small course of the demo project: a lesson for each intent, and an exam. Two people took it."""

from annotate.demo_people import chosen, person_of, submit, take
from annotate.models import Attempt, Course, Queue
from annotate.services.attempts import mark_read
from annotate.services.courses import Asked, CoursePlan, create_course
from datasets.demo_messages import INTENTS, messages
from datasets.models import Dataset, Item, LabelSchema
from foundation.models import Project, User

NAME, DATASET = "Learn the five intents", "Support messages"
EXAM_POOL, EXAM, PASS_MARK = 10, 5, 0.8
GUIDELINE = """\
## What you learn

A message is labelled by what its writer **wants us to do**, not by how they feel.

1. Five lessons, one for each intent. You are told at once what is right, and why.
2. An exam of five messages. Four must be right.
"""
WHY = {
    "delivery": "They wait for something, or ask where it goes: **Where is my order**. "
    "Anger about the waiting changes nothing.",
    "refund": "It is about **money** that was paid or is owed. "
    "What they write about the thing itself is only the reason.",
    "damage": "The thing is there, but it is broken or another one: **Damaged or wrong**. "
    "That goes before money, *also where they ask for it*.",
    "account": "Signing in, passwords, addresses, mails: **Account and sign-in**, "
    "though an order may be named.",
    "praise": "Nothing has gone wrong and nothing must be put right: **Praise and ideas**.",
}
WALKERS = {"Amara": EXAM, "Emil": 2}
"""Who took it, and how many of the exam they have right."""


def seed_course(project: Project, owner: User) -> None:
    """Make the course and let two people walk through it; doing it twice changes nothing."""
    dataset = Dataset.objects.filter(project=project, name=DATASET).first()
    schema = LabelSchema.objects.filter(project=project, name=DATASET).first()
    courses = Queue.objects.filter(dataset__project=project, name=NAME)
    if dataset is None or schema is None or courses.exists():
        return
    intents = {f"message-{at:04}": intent for at, (intent, _text) in enumerate(messages())}
    known = Item.objects.filter(
        dataset=dataset, truths__schema=schema, truths__is_current=True
    ).order_by("pk")
    pool = {intent: [one for one in known if intents[one.key] == intent] for intent in INTENTS}
    each = EXAM_POOL // len(INTENTS)
    plan = CoursePlan(
        lessons=[Asked(pool[intent][0], WHY[intent]) for intent in INTENTS],
        exam=[Asked(one, WHY[intent]) for intent in INTENTS for one in pool[intent][1 : 1 + each]],
        pass_mark=PASS_MARK,
        exam_size=EXAM,
    )
    course = create_course(
        dataset=dataset, schema=schema, name=NAME, plan=plan, by=owner, guideline=GUIDELINE
    )
    for name, right in WALKERS.items():
        _walk(course, name, right, intents)


def _walk(course: Course, name: str, right: int, intents: dict[str, str]) -> None:
    person = person_of(course.queue.dataset.project, name)
    others = dict(zip(INTENTS, [*list(INTENTS)[1:], next(iter(INTENTS))], strict=True))
    for turn in range(len(INTENTS) + EXAM):
        held = take(course.queue, person)
        if held is None:
            return
        intent = intents[held.task.item.key]
        is_right = turn < len(INTENTS) + right
        submit(held, chosen("intent", intent if is_right else others[intent]), 6.0)
        if turn < len(INTENTS):
            mark_read(attempt=Attempt.objects.get(course=course, annotator=person))
