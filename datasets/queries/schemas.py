"""Label schemas as they are used: parsed once a revision, the newest, what changed."""

from collections import OrderedDict
from collections.abc import Collection, Sequence

from django.db.models import QuerySet

from datasets.models import LabelSchema, SchemaRevision
from datasets.pure.schema_rules import Change, Schema, compare_schemas, parse_schema
from foundation.errors import NotFound
from foundation.models import Project

_KEPT = 256
_KEPT_LABELS = 200_000  # about 100 MB
_parsed: OrderedDict[str, Schema] = OrderedDict()  # by hash of the definition: it never goes stale


def schema_of(revision: SchemaRevision) -> Schema:
    """Return the rules of a revision, ready for checking answers."""
    schema = _parsed.get(revision.definition_hash)
    if schema is None:
        schema = parse_schema(revision.definition)
        _parsed[revision.definition_hash] = schema
        while len(_parsed) > 1 and (len(_parsed) > _KEPT or _kept_labels() > _KEPT_LABELS):
            _parsed.popitem(last=False)
    return schema


def _kept_labels() -> int:
    return sum(len(one.labels) for schema in _parsed.values() for one in schema.questions)


def current_revision(schema: LabelSchema) -> SchemaRevision:
    """Return the newest revision of a schema."""
    revision = schema.revisions.order_by("-number").first()
    if revision is None:
        raise NotFound
    revision.schema = schema
    return revision


def changes_of(revision: SchemaRevision) -> Sequence[Change]:
    """Return what a revision changed compared with the one before it; nothing for the first."""
    before = (
        SchemaRevision.objects.filter(schema=revision.schema_id, number__lt=revision.number)
        .order_by("-number")
        .first()
    )
    return [] if before is None else compare_schemas(schema_of(before), schema_of(revision))


def schemas_in(project: Project, *, archived: bool = False) -> QuerySet[LabelSchema]:
    """Return the label schemas of a project, archived ones only when asked for."""
    return LabelSchema.objects.filter(project=project, archived_at__isnull=not archived)


def revisions_of(schema: LabelSchema) -> QuerySet[SchemaRevision]:
    """Return the revisions of a schema."""
    return SchemaRevision.objects.filter(schema=schema).select_related("schema", "created_by")


def revisions_by_number(pks: Collection[int]) -> dict[int, SchemaRevision]:
    """Return schema revisions by the numbers of their rows."""
    return SchemaRevision.objects.in_bulk(pks)


def first_choice(schema: Schema) -> str | None:
    """Return the name of the first question of type choice: the one shown in lists and balances."""
    return next((one.name for one in schema.questions if one.type == "choice"), None)
