"""Making queues, changing their policy, and what annotators are told."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from annotate.models import Course, GuidelineRevision, Queue
from annotate.pure.policy import COMPUTED_ORDERS, PolicyError, may_change_order, read_policy
from annotate.pure.who import Who
from annotate.queries.policies import policy_of
from annotate.services.enqueuing import begin_epoch
from annotate.services.ordering import active_job, start_leaving, start_ordering
from annotate.services.restaging import refuse_to_strand, start_restaging
from annotate.services.settling import start_settling
from annotate.services.telling import tell_guideline
from annotate.services.weighing import start_weighing
from datasets.errors import NameTaken, places_of
from datasets.models import Dataset, LabelSchema
from datasets.queries.items import read_filter
from datasets.queries.schemas import current_revision
from datasets.services.wording import clean_name
from foundation import jobs
from foundation.errors import Invalid, Place
from foundation.models import Annotator, Job, Project, User
from foundation.services.events import record_event
from foundation.services.teams import read_tags

LONGEST_GUIDELINE = 50_000
MAY_STRAND = {"who", "most_overlap", "on_disagreement", "answer_budget"}
"""Changes after which nobody may be left for a task that waits for one more answer."""
WEIGHED = {
    *("growth", "good_enough", "overlap", "most_overlap", "answer_budget", "on_disagreement"),
    *("reviews_by_worth", "gold_share", "most_gold_share"),
}
"""Changes after which the worth of work is looked at anew."""
DECIDE_STAGES = {"stages", "on_disagreement", "review_share", "review_risks"}
"""Changes after which a queue may have a stage no longer."""
FOR_ALL = Who()


@dataclass(frozen=True, slots=True)
class QueuePlan:
    """What a queue is about, besides its policy."""

    name: str
    filter: str = ""
    follows_dataset: bool = True
    shows_suggestions: bool = True
    is_blind_relabel: bool = False
    guideline: str = ""
    who: Who = FOR_ALL
    deadline: date | None = None
    asks_course: Course | None = None
    asks_course_anew: bool = False


@transaction.atomic
def create_queue(
    *,
    dataset: Dataset,
    schema: LabelSchema,
    plan: QueuePlan,
    policy: Mapping[str, object],
    by: User | None,
) -> Queue:
    """Make a queue over a dataset and start filling it; `start_filling` says which job that is.

    Raises Invalid for a policy, filter, schema or name that does not fit, NameTaken.
    """
    if schema.project_id != dataset.project_id or schema.data_type != dataset.data_type:
        detail = _("Choose a label schema of this project for %(type)s.")
        detail %= {"type": dataset.data_type}
        raise Invalid(detail, [Place("schema", "other-data-type", detail)])
    read_filter(plan.filter)
    queue = Queue(
        dataset=dataset,
        schema=schema,
        schema_revision=current_revision(schema),
        name=clean_name(plan.name, "name"),
        filter=plan.filter.strip(),
        follows_dataset=plan.follows_dataset and not plan.is_blind_relabel,
        shows_suggestions=plan.shows_suggestions and not plan.is_blind_relabel,
        is_blind_relabel=plan.is_blind_relabel,
        who=clean_who(dataset.project, plan.who),
        deadline=plan.deadline,
        asks_course_anew=plan.asks_course_anew,
        created_by=by,
        **_policy_values(policy),
    )
    queue.asks_course = _clean_course(queue, plan.asks_course)
    _save(queue)
    record_event("queue.created", by=by, project=dataset.project, target=queue.oid, name=queue.name)
    if plan.guideline.strip():
        set_guideline(queue=queue, text=plan.guideline, by=by)
    return queue


def _policy_values(values: Mapping[str, object], base: Queue | None = None) -> dict[str, Any]:
    try:
        return read_policy(values, policy_of(base) if base else None).as_json()
    except PolicyError as error:
        places = places_of(error.problems)
        raise Invalid(places[0].detail, places) from error


def clean_who(project: Project, who: Who) -> dict[str, Any]:
    """Return whom a queue is for, as it is stored. Raises Invalid for who is not of the project."""
    people = Annotator.objects.filter(
        project=project, kind=Annotator.Kind.PERSON, pk__in=who.people
    )
    teams = project.teams.filter(pk__in=who.teams)
    for at, found, wanted in (("people", people, who.people), ("teams", teams, who.teams)):
        if found.count() != len(set(wanted)):
            detail = _("Choose people and teams of this project.")
            raise Invalid(detail, [Place(f"who/{at}", "unknown", detail)])
    kept = {
        "people": sorted(set(who.people)),
        "teams": sorted(set(who.teams)),
        "skills": read_tags(who.skills, "skills", "who/skills"),
        "languages": read_tags(who.languages, "languages", "who/languages"),
    }
    return {key: value for key, value in kept.items() if value}


def _save(queue: Queue, fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            queue.save(update_fields=fields)
    except IntegrityError:
        detail = _("A queue called %(name)s exists already.") % {"name": queue.name}
        raise NameTaken(detail, [Place("name", "name-taken", detail)]) from None


@transaction.atomic
def change_queue(
    *,
    queue: Queue,
    by: User | None,
    policy: Mapping[str, object] | None = None,
    moves_waiting: bool = False,
    **values: Any,
) -> Queue:
    """Change a queue's name, policy or what it shows; `values` are fields of `Queue`.

    A new overlap holds for tasks that are added from now on; `change_overlap` brings it to the
    others. An order changes only to and from those that a job computes. Tasks at a stage that it
    would have no longer move on where `moves_waiting` says so. Raises Invalid, NameTaken, and
    TasksWait where it does not.
    """
    if policy and policy.get("order", queue.order) != queue.order:
        _check_order(queue, policy["order"])
    wanted = _policy_values(policy or {}, queue) | _clean_values(queue, values)
    if policy and not moves_waiting:
        refuse_to_strand(queue, read_policy(policy, policy_of(queue)))
    changed = {name: value for name, value in wanted.items() if getattr(queue, name) != value}
    if changed:
        for name, value in changed.items():
            setattr(queue, name, value)
        _save(queue, list(changed))
        _record(queue, by, "queue.changed", **_plain(changed))
        _follow_change(queue, changed.keys(), by)
    return queue


def _check_order(queue: Queue, wanted: object) -> None:
    """Refuse a change of order that would move tasks under people's feet for nothing."""
    if not may_change_order(queue.order, str(wanted)):
        detail = _("The order of a queue is decided when it is made.")
        raise Invalid(detail, [Place("order", "fixed", detail)])
    if active_job(queue) is not None:
        detail = _("The tasks are being ordered. Wait until that is done, or cancel it.")
        raise Invalid(detail, [Place("order", "busy", detail)])


def _clean_values(queue: Queue, values: Mapping[str, Any]) -> dict[str, Any]:
    cleaned = dict(values)
    if "name" in values:
        cleaned["name"] = clean_name(values["name"], "name")
    if "filter" in values:
        read_filter(values["filter"])
    if "who" in values:
        cleaned["who"] = clean_who(queue.dataset.project, values["who"])
    if "asks_course" in values:
        cleaned["asks_course"] = _clean_course(queue, values["asks_course"])
    if queue.is_blind_relabel:
        cleaned["shows_suggestions"] = False
    return cleaned


def _clean_course(queue: Queue, course: Course | None) -> Course | None:
    fits = course is None or (
        not queue.is_course and course.queue.dataset.project_id == queue.dataset.project_id
    )
    if not fits:
        detail = _("Choose a course of this project; a course itself asks for none.")
        raise Invalid(detail, [Place("asks_course", "unknown", detail)])
    return course


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    plain = (date, Course)
    return {name: str(one) if isinstance(one, plain) else one for name, one in values.items()}


def _follow_change(queue: Queue, changed: Collection[str], by: User | None) -> None:
    """Do what a new rule asks of the tasks and turns that are there."""
    if "reviews_own" in changed:  # whoever was told "nothing left" looks again
        begin_epoch(queue)
    if DECIDE_STAGES.intersection(changed):
        start_restaging(queue=queue, by=by)
    if MAY_STRAND.intersection(changed):
        start_settling(queue=queue, by=by)
    if "order" in changed:
        start = start_ordering if queue.order in COMPUTED_ORDERS else start_leaving
        start(queue=queue, by=by)
    if WEIGHED.intersection(changed):
        start_weighing(queue=queue, by=by)


@transaction.atomic
def set_state(*, queue: Queue, state: Queue.State, by: User | None) -> Queue:
    """Open, pause or close a queue. What is held may be finished; after closing it is extra."""
    if queue.state != state:
        queue.state = state
        queue.weighed = ""
        queue.save(update_fields=["state", "weighed"])
        _record(queue, by, f"queue.{state.value}")
    return queue


@transaction.atomic
def set_guideline(*, queue: Queue, text: str, by: User | None) -> GuidelineRevision:
    """Publish what annotators are told, in Markdown; the same text keeps the present revision."""
    if not 1 <= len(text.strip()) <= LONGEST_GUIDELINE:
        detail = _("From 1 to %(most)d characters.") % {"most": LONGEST_GUIDELINE}
        raise Invalid(detail, [Place("text", "out-of-range", detail)])
    locked = Queue.objects.select_for_update(of=("self",), no_key=True).select_related("guideline")
    present = locked.get(pk=queue.pk).guideline
    if present is not None and present.text == text:
        return present
    last = GuidelineRevision.objects.filter(queue=queue).aggregate(last=Max("number"))["last"]
    revision = GuidelineRevision.objects.create(
        queue=queue, number=(last or 0) + 1, text=text, created_by=by
    )
    queue.guideline = revision
    queue.save(update_fields=["guideline"])
    _record(queue, by, "queue.guideline", number=revision.number)
    if present is not None:
        tell_guideline(queue, revision, by)
    return revision


def follow_schema(*, queue: Queue) -> bool:
    """Let new claims use the newest revision of the label schema; tell whether it was newer."""
    newest = current_revision(queue.schema)
    if newest.pk == queue.schema_revision_id:
        return False
    queue.schema_revision = newest
    queue.save(update_fields=["schema_revision"])
    return True


def _record(queue: Queue, by: User | None, verb: str, **data: Any) -> None:
    project = queue.dataset.project
    record_event(verb, by=by, project=project, target=queue.oid, queue=queue.name, **data)


def start_filling(*, queue: Queue, by: User | None) -> Job:
    """Fill a queue in the background."""
    title = _("Fill the queue %(name)s") % {"name": queue.name}
    return jobs.enqueue(
        "annotate.fill", title=title, project=queue.dataset.project, by=by, queue=queue.pk
    )


def start_changing_overlap(*, queue: Queue, by: User | None) -> Job:
    """Bring a queue's present overlap to the tasks that are not done, in the background."""
    title = _("Change the overlap of %(name)s") % {"name": queue.name}
    return jobs.enqueue(
        "annotate.overlap", title=title, project=queue.dataset.project, by=by, queue=queue.pk
    )


def start_sending(*, queue: Queue, by: User | None, filter: str, reason: str, priority: int) -> Job:
    """Send all items that match a filter to the front of a queue, in the background."""
    title = _("Send items to %(name)s") % {"name": queue.name}
    return jobs.enqueue(
        "annotate.send",
        title=title,
        project=queue.dataset.project,
        by=by,
        queue=queue.pk,
        filter=filter,
        reason=reason,
        priority=priority,
    )
