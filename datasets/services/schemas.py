"""Publishing label schemas and their later revisions. A published revision never changes."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _

from datasets.errors import NameTaken, SchemaBreaks, SchemaInvalid, places_of, sentence
from datasets.models import AnnotationRegions, LabelSchema, SchemaRevision, Truth, TruthLabel
from datasets.pure.canonical import canonical_hash
from datasets.pure.schema_rules import (
    Change,
    Schema,
    SchemaError,
    compare_schemas,
    parse_schema,
    schema_from_text,
    schema_json,
)
from datasets.queries.schemas import current_revision, schema_of
from datasets.services.wording import clean_name
from foundation.errors import Place
from foundation.models import Project, User
from foundation.services.events import record_event

Definition = dict[str, Any]
LONGEST_NOTE = 300


def read_definition(definition: object) -> Definition:
    """Return a definition with its defaults written out; JSON source is taken as well.

    Raises SchemaInvalid with every place that is wrong, and for source with its line.
    """
    return schema_json(_read_schema(definition))


def _read_schema(definition: object) -> Schema:
    try:
        if isinstance(definition, str):
            return schema_from_text(definition)
        return parse_schema(definition)
    except SchemaError as error:
        shown = [problem.as_json() | {"detail": sentence(problem)} for problem in error.problems]
        raise SchemaInvalid(places=places_of(error.problems), extra={"errors": shown}) from error


def check_definition(
    definition: object, schema: LabelSchema | None = None
) -> tuple[Definition, list[Change]]:
    """Return a definition with its defaults, and what it changes in a schema; nothing is kept.

    Raises SchemaInvalid, and SchemaBreaks where answers use what it takes away.
    """
    wanted = _read_schema(definition)
    read = schema_json(wanted)
    if schema is None:
        return read, []
    changes = compare_schemas(schema_of(current_revision(schema)), wanted)
    refuse_breaking(schema, changes)
    return read, changes


@transaction.atomic
def publish_schema(
    *, project: Project, name: str, definition: object, by: User | None
) -> SchemaRevision:
    """Make a label schema and return its first revision; `.schema` is the schema.

    Raises SchemaInvalid, Invalid for an unusable name, NameTaken for a used one.
    """
    read = read_definition(definition)
    schema = LabelSchema(
        project=project, name=clean_name(name, "name"), data_type=read["data_type"]
    )
    _save(schema)
    revision = add_revision(schema, 1, read, "", by)
    record_event("schema.published", by=by, project=project, target=schema.oid, name=schema.name)
    return revision


@transaction.atomic
def amend_schema(
    *, schema: LabelSchema, definition: object, by: User | None, note: str = ""
) -> SchemaRevision:
    """Publish the next revision; the same definition returns the present one.

    A label or question that answers use cannot be removed, since those answers would then mean
    nothing: a label is retired instead. Raises SchemaInvalid and SchemaBreaks.
    """
    LabelSchema.objects.select_for_update().get(pk=schema.pk)
    read = read_definition(definition)
    present = current_revision(schema)
    if canonical_hash(read) == present.definition_hash:
        return present
    changes = compare_schemas(schema_of(present), parse_schema(read))
    refuse_breaking(schema, changes)
    revision = add_revision(schema, present.number + 1, read, note.strip()[:LONGEST_NOTE], by)
    record_event(
        "schema.amended",
        by=by,
        project=schema.project,
        target=schema.oid,
        number=revision.number,
        changes=[change.as_json() for change in changes],
    )
    return revision


@transaction.atomic
def rename_schema(*, schema: LabelSchema, name: str, by: User | None) -> LabelSchema:
    """Change the name of a schema. Raises NameTaken."""
    schema.name = clean_name(name, "name")
    _save(schema, ["name"])
    record_event(
        "schema.renamed", by=by, project=schema.project, target=schema.oid, name=schema.name
    )
    return schema


@transaction.atomic
def archive_schema(*, schema: LabelSchema, by: User | None) -> LabelSchema:
    """Take a schema out of the lists; answers under it stay."""
    if schema.archived_at is None:
        schema.archived_at = timezone.now()
        schema.save(update_fields=["archived_at"])
        record_event("schema.archived", by=by, project=schema.project, target=schema.oid)
    return schema


@transaction.atomic
def restore_schema(*, schema: LabelSchema, by: User | None) -> LabelSchema:
    """Bring an archived schema back."""
    if schema.archived_at is not None:
        schema.archived_at = None
        schema.save(update_fields=["archived_at"])
        record_event("schema.restored", by=by, project=schema.project, target=schema.oid)
    return schema


def refuse_breaking(schema: LabelSchema, changes: Iterable[Change]) -> None:
    """Raise SchemaBreaks when answers use what the changes take away."""
    places = [place for change in changes for place in _broken_by(schema, change)]
    if places:
        raise SchemaBreaks(places[0].detail, places)


def _broken_by(schema: LabelSchema, change: Change) -> Iterator[Place]:
    detail = _(change.template) % change.values
    if change.code == "data-type-changed":
        advice = _("Publish a schema of its own for the other data type.")
        yield Place(change.at, change.code, f"{detail} {advice}")
    elif change.code == "label-removed":
        _questions, question, _labels, label = change.at.split("/")
        if _is_said(schema, question, label):
            advice = _("It is in use: retire it instead of removing it.")
            yield Place(change.at, "label-in-use", f"{detail} {advice}")
    elif change.code in ("question-removed", "question-type-changed") and _is_said(
        schema, change.at.split("/")[1], None
    ):
        advice = _("Answers to it exist: keep it, or publish a schema of its own.")
        yield Place(change.at, "question-in-use", f"{detail} {advice}")


def _is_said(schema: LabelSchema, question: str, label: str | None) -> bool:
    """Tell whether an answer under this schema says the label, or answers the question at all.

    Reads only documents in which the word occurs, and stops at the first that says it.
    """
    known = TruthLabel.objects.filter(schema=schema, question=question)
    if (known if label is None else known.filter(label=label)).exists():
        return True
    annotations = AnnotationRegions.objects.filter(annotation__schema_revision__schema=schema)
    truths = Truth.objects.filter(schema=schema)
    return any(
        region["question"] == question and label in (None, region.get("label"))
        for rows in (annotations, truths)
        for document in _documents_with(rows, label or question)
        for region in document["regions"]
    )


def _documents_with(
    rows: "QuerySet[AnnotationRegions] | QuerySet[Truth]", word: str
) -> Iterator[dict[str, Any]]:
    as_text = rows.annotate(as_text=Cast("regions", TextField()))
    found = as_text.filter(as_text__contains=f'"{word}"')
    return found.values_list("regions", flat=True).iterator(chunk_size=500)


def add_revision(
    schema: LabelSchema, number: int, read: Definition, note: str, by: User | None
) -> SchemaRevision:
    """Write down a revision of a schema whose row is locked."""
    return SchemaRevision.objects.create(
        schema=schema,
        number=number,
        definition=read,
        definition_hash=canonical_hash(read),
        note=note,
        created_by=by,
    )


def _save(schema: LabelSchema, fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            schema.save(update_fields=fields)
    except IntegrityError:
        detail = _("A label schema called %(name)s exists already.") % {"name": schema.name}
        raise NameTaken(detail, [Place("name", "name-taken", detail)]) from None
