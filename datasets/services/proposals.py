"""A label schema made from what files bring, so that labels have a place without a form first."""

from typing import Any

from django.utils.translation import gettext as _

from datasets.formats.base import Found
from datasets.formats.reading import Survey
from datasets.models import Dataset, LabelSchema, SchemaRevision
from datasets.pure.schema_rules import LABELLED_TYPES
from datasets.queries.schemas import current_revision
from datasets.services.schemas import amend_schema, publish_schema
from foundation.errors import Invalid
from foundation.models import User

MOST_LABELS = 500


def propose_schema(*, dataset: Dataset, survey: Survey, by: User | None) -> SchemaRevision | None:
    """Return the revision under which the labels of an import may stand; None without labels.

    A schema that an earlier import made is used again and gets what labels are new. Raises
    Invalid where the column of labels is surely something else.
    """
    definition = _definition_of(dataset, survey)
    if definition is None:
        return None
    name = survey.schema_name or _("Labels of %(name)s") % {"name": dataset.name[:100]}
    schema = LabelSchema.objects.filter(project=dataset.project, name=name).first()
    if schema is None:
        return publish_schema(project=dataset.project, name=name, definition=definition, by=by)
    present = current_revision(schema)
    wanted = _with_new_labels(present.definition, definition)
    return amend_schema(schema=schema, definition=wanted, by=by, note=_("Labels of an import"))


def _definition_of(dataset: Dataset, survey: Survey) -> dict[str, Any] | None:
    found = survey.found
    if found.schema is not None:
        return dict(found.schema)
    if not survey.labelled or not found.question:
        return None
    if found.question_type in LABELLED_TYPES and not found.labels:
        return None
    _refuse_what_is_no_label(found, survey.labelled)
    question: dict[str, Any] = {"name": found.question, "type": found.question_type}
    if found.question_type in LABELLED_TYPES:
        question["labels"] = [{"key": key, "name": name or key} for key, name in found.labels]
    return {"format": 1, "data_type": dataset.data_type, "questions": [question]}


def _refuse_what_is_no_label(found: Found, labelled: int) -> None:
    if len(found.labels) > MOST_LABELS:
        raise Invalid(
            _(
                "The labels of %(labelled)d records have %(count)d different values: that is no "
                "set of labels. Say which column holds the label, or choose a label schema."
            )
            % {"labelled": labelled, "count": len(found.labels)}
        )


def _with_new_labels(present: dict[str, Any], brought: dict[str, Any]) -> dict[str, Any]:
    """Return the present definition with what is new added to it.

    Questions and their labels, kinds, joints and attributes are added; nothing is changed.
    """
    questions = {question["name"]: dict(question) for question in present["questions"]}
    for question in brought["questions"]:
        there = questions.setdefault(question["name"], dict(question))
        for part, name in (("labels", "key"), ("joints", "key"), ("attributes", "name")):
            known = {one[name] for one in there.get(part, [])}
            new = [one for one in question.get(part, []) if one[name] not in known]
            if new:
                there[part] = [*there.get(part, []), *new]
        for part in ("kinds", "edges"):
            new = [one for one in question.get(part, []) if one not in there.get(part, [])]
            if new and part in there:
                there[part] = [*there[part], *new]
    return present | {"questions": list(questions.values())}
