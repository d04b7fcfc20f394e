"""What can go wrong with datasets, items, schemas and uploads, each with a title to act on."""

from collections.abc import Iterable
from typing import ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from datasets.pure.problems import Problem
from datasets.pure.schema_rules import Change
from foundation.errors import Conflict, Invalid, Place, Text


class NameTaken(Conflict):
    """Another thing of this project has the name."""

    code: ClassVar[str] = "name-taken"
    title: ClassVar[Text] = gettext_lazy("This name is taken in the project. Choose another")


class SchemaInvalid(Invalid):
    """A definition is no label schema."""

    code: ClassVar[str] = "schema-invalid"
    title: ClassVar[Text] = gettext_lazy("The label schema needs correction")


class SchemaBreaks(Conflict):
    """A new revision would make answers wrong that are there already."""

    code: ClassVar[str] = "schema-breaks-answers"
    title: ClassVar[Text] = gettext_lazy("Answers that exist would no longer fit this schema")


class MigrationRuns(Conflict):
    """Another change of the labels is still being applied or undone."""

    code: ClassVar[str] = "migration-runs"
    title: ClassVar[Text] = gettext_lazy("The labels of this schema are being changed")


class RegionsInvalid(Invalid):
    """An answer does not fit its schema or its item."""

    code: ClassVar[str] = "regions-invalid"
    title: ClassVar[Text] = gettext_lazy("The answer does not fit the label schema or the item")


class OtherSubmission(Conflict):
    """A submission id was used before, with other content."""

    code: ClassVar[str] = "key-used-otherwise"
    title: ClassVar[Text] = gettext_lazy("This submission was sent before with other content")


class UploadNotOpen(Conflict):
    """The upload was committed or discarded."""

    code: ClassVar[str] = "upload-not-open"
    title: ClassVar[Text] = gettext_lazy("This upload takes no more parts. Open a new one")


class UploadIncomplete(Conflict):
    """Parts are missing, so the upload cannot be committed."""

    code: ClassVar[str] = "upload-incomplete"
    title: ClassVar[Text] = gettext_lazy("Some parts have not arrived yet. Send them, then commit")


class AllRefused(Invalid):
    """Nothing of what was pushed could be taken."""

    code: ClassVar[str] = "all-refused"
    title: ClassVar[Text] = gettext_lazy("Nothing of this could be taken")


class ReadingFailed(Invalid):
    """The files could not be read to their end; what came before is kept."""

    code: ClassVar[str] = "reading-failed"
    title: ClassVar[Text] = gettext_lazy("The files could not be read to their end")


class ExportNotReady(Conflict):
    """The file is still being written, or could not be."""

    code: ClassVar[str] = "export-not-ready"
    title: ClassVar[Text] = gettext_lazy("This file is not ready. Look at its job")


def sentence(told: Problem | Change) -> str:
    """Return the sentence of a problem or change in the reader's language."""
    return keepable(_(told.template) % told.values)


def keepable(text: str) -> str:
    """Return a text that quotes what somebody sent, without what no database keeps."""
    if text.isprintable():
        return text
    return text.replace("\0", "\N{SYMBOL FOR NULL}").encode(errors="replace").decode()


def places_of(problems: Iterable[Problem], prefix: str = "") -> list[Place]:
    """Return the problems of a document as places, `prefix` standing before each."""
    places = []
    for problem in problems:
        at = "/".join(part for part in (prefix, problem.at) if part)
        places.append(Place(at, problem.code, sentence(problem)))
    return places
