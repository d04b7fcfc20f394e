"""From a record to rows that may be written: everything that can be checked without the tables.

Hashing, reading answers and making JSON happen here, outside any transaction.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

import orjson
from django.utils.dateparse import parse_datetime

from datasets.errors import keepable, sentence
from datasets.formats.base import MAX_KEY, Record
from datasets.models import Dataset, LabelSchema, SchemaRevision
from datasets.pure.canonical import CanonicalError, canonical_bytes
from datasets.pure.confidences import wrong_confidences
from datasets.pure.conversation import facts_of_conversation
from datasets.pure.problems import Problem, gettext_noop
from datasets.pure.schema_rules import ItemFacts, Schema
from datasets.pure.text_rules import check_text
from datasets.queries.items import NO_MEASURES, Measures
from datasets.queries.schemas import schema_of
from datasets.services.answers import ReadAnswer, expand_shorthand, try_answer
from datasets.services.suggestions import LONGEST_SOURCE

_SUBMISSIONS = UUID("6d1f2c9e-9c0b-5b0e-8d0a-6f0f3a2f6b7c")  # the name space of imported answers
_KEPT_ANSWERS = 4096
Opinion = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that was not taken: its number in the stream, where it stood, and why."""

    position: int
    at: str
    key: str
    code: str
    detail: str

    def as_json(self) -> dict[str, str]:
        """Return the plain form of answers and reports."""
        return {"at": self.at, "key": self.key, "code": self.code, "detail": self.detail}


class BadRecord(Exception):
    """The record cannot be taken; `problem` says where in it and why."""

    def __init__(self, at: str, code: str, template: str, **values: object) -> None:
        self.problem = Problem(at, code, template, values)
        super().__init__(self.problem.detail)


@dataclass(slots=True)
class NewTruth:
    """A truth that may be written."""

    revision: SchemaRevision
    answer: ReadAnswer
    lineage_json: str


@dataclass(slots=True)
class NewSuggestion:
    """A suggestion that may be written."""

    revision: SchemaRevision
    answer: ReadAnswer
    source: str
    confidences: list[float] | None = None


@dataclass(slots=True)
class NewAnnotation:
    """An annotation that may be written. `replaces` is a submission id of the same record."""

    revision: SchemaRevision
    answer: ReadAnswer
    annotator: str
    is_model: bool
    submission_id: UUID
    created_at: datetime | None
    replaces: UUID | None = None


@dataclass(slots=True)
class NewAsset:
    """A stored file that a row may point at."""

    part: str
    sha256: str
    size: int
    media_type: str
    storage_key: str
    file_name: str
    facts: dict[str, Any]


@dataclass(slots=True)
class Prepared:
    """A record that may be written, if the tables allow it.

    What most records lack is an empty tuple: a hundred thousand empty lists take time.
    """

    position: int
    record: Record
    content_hash: str
    row_json: str | None = None
    metadata_json: str = "{}"
    assets: Sequence[NewAsset] = ()
    truths: Sequence[NewTruth] = ()
    suggestions: Sequence[NewSuggestion] = ()
    annotations: Sequence[NewAnnotation] = ()
    warnings: Sequence[Problem] = ()


class SchemaBook:
    """The revisions that opinions of an import mean: by name and number, or the one given."""

    def __init__(self, dataset: Dataset, default: SchemaRevision | None) -> None:
        self._project_id = dataset.project_id
        self._default = default
        self._known: dict[tuple[str, int | None], SchemaRevision] = {}

    def revision_of(self, opinion: Opinion, at: str) -> SchemaRevision:
        """Return the revision that an opinion stands under. Raises BadRecord.

        A name that this project does not know means the schema given for the import, if one was:
        labels often come from a project where it was called otherwise.
        """
        name, number = opinion.get("schema"), opinion.get("revision")
        default = self._default
        if default is not None and name in (None, default.schema.name):
            return default
        if name is None:
            sentence_ = gettext_noop("Say under which label schema these labels stand.")
            raise BadRecord(f"{at}/schema", "no-schema", sentence_)
        found = self._known.get((name, number)) or self._look_up(name, number) or default
        if found is None:
            raise BadRecord(
                f"{at}/schema",
                "unknown-schema",
                gettext_noop("The project has no label schema “%(name)s” with this revision."),
                name=str(name),
            )
        self._known[name, number] = found
        return found

    def _look_up(self, name: str, number: int | None) -> SchemaRevision | None:
        schema = LabelSchema.objects.filter(project_id=self._project_id, name=name).first()
        if schema is None:
            return None
        revisions = schema.revisions.select_related("schema").order_by("-number")
        return (revisions if number is None else revisions.filter(number=number)).first()


class RecordReader:
    """Prepares records of one import. Answers that are said again and again are read once."""

    def __init__(self, dataset: Dataset, default: SchemaRevision | None) -> None:
        self.dataset = dataset
        self._book = SchemaBook(dataset, default)
        self._answers: dict[tuple[str, bytes, bool], ReadAnswer] = {}

    def prepare(
        self,
        position: int,
        record: Record,
        *,
        content_hash: str = "",
        measures: Measures = NO_MEASURES,
    ) -> Prepared | Refusal:
        """Return the record ready to be written, or why it cannot be.

        For a file the caller gives the hash of its bytes, and how large or long it is.
        """
        try:
            prepared = self._read_content(position, record, content_hash)
            if record.truths or record.annotations or record.suggestions:
                fields = {**record.metadata, **(record.row or {})}
                facts = measures.facts(record.data_type, record.text, fields)
                if record.data_type == "conversation" and record.row is not None:
                    facts = facts._replace(conversation=facts_of_conversation(record.row))
                self._read_opinions(prepared, facts)
        except BadRecord as bad:
            return refusal_of(position, record.place, record.key, bad.problem)
        return prepared

    def _read_content(self, position: int, record: Record, content_hash: str) -> Prepared:
        self._check_kind(record)
        row_json = None
        if record.text is not None:
            content_hash = hashlib.sha256(_storable_bytes(record.text, "data")).hexdigest()
        elif record.row is not None:
            content_hash, row_json = _read_row(record.row)
        prepared = Prepared(position, record, content_hash, row_json)
        if record.metadata:
            prepared.metadata_json = _storable_json(record.metadata, "metadata")
        if record.group:
            _storable_bytes(record.group, "group")
            if len(record.group) > MAX_KEY:
                text = gettext_noop("The group is a text of at most %(most)d characters.")
                raise BadRecord("group", "bad-group", text, most=MAX_KEY)
        if record.warnings:
            prepared.warnings = record.warnings
        return prepared

    def _check_kind(self, record: Record) -> None:
        if record.data_type != self.dataset.data_type:
            sentence = gettext_noop("This dataset holds items of type %(type)s, not %(given)s.")
            if (self.dataset.data_type, record.data_type) == ("text", "table"):
                sentence = gettext_noop(
                    "This dataset holds items of type %(type)s, not %(given)s: here “data” is the "
                    "text itself, not an object."
                )
            raise BadRecord(
                "data_type",
                "other-data-type",
                sentence,
                type=self.dataset.data_type,
                given=record.data_type,
            )
        if not record.key.isprintable():  # NUL and half characters are not
            _storable_bytes(record.key, "key")
        if not 0 < len(record.key) <= MAX_KEY:
            sentence_ = gettext_noop("The key is a text of 1 to %(most)d characters.")
            raise BadRecord("key", "bad-key", sentence_, most=MAX_KEY)

    def _read_opinions(self, prepared: Prepared, facts: ItemFacts) -> None:
        record = prepared.record
        truths: list[NewTruth] = []
        for index, opinion in enumerate(record.truths):
            at = "truth" if len(record.truths) == 1 else f"truth/{index}"
            revision, answer = self._read_answer(prepared, opinion, facts, at)
            if any(other.revision.schema_id == revision.schema_id for other in truths):
                raise BadRecord(
                    at, "two-truths", gettext_noop("An item has one truth under each schema.")
                )
            lineage = _storable_json(_lineage_of(opinion), f"{at}/lineage")
            truths.append(NewTruth(revision, answer, lineage))
        suggestions = []
        for index, opinion in enumerate(record.suggestions):
            at = f"suggestions/{index}"
            revision, answer = self._read_answer(prepared, opinion, facts, at)
            source = _short_name(opinion.get("source") or "import", f"{at}/source")
            sure = _confidences(opinion, answer, f"{at}/confidences")
            suggestions.append(NewSuggestion(revision, answer, source, sure))
        prepared.truths, prepared.suggestions = truths, suggestions
        if record.annotations:
            prepared.annotations = list(self._read_annotations(prepared, facts))

    def _read_annotations(self, prepared: Prepared, facts: ItemFacts) -> Iterator[NewAnnotation]:
        record = prepared.record
        submitted: dict[str, UUID] = {}
        times_said: Counter[str] = Counter()
        for index, opinion in enumerate(record.annotations):
            at = f"annotations/{index}"
            revision, answer = self._read_answer(prepared, opinion, facts, at)
            annotator = _short_name(opinion["annotator"], f"{at}/annotator")
            said = f"{annotator}\n{revision.schema_id}\n{answer.regions_hash}"
            times_said[said] += 1
            name = f"{self.dataset.pk}\n{record.key}\n{said}\n{times_said[said]}"
            annotation = NewAnnotation(
                revision=revision,
                answer=answer,
                annotator=annotator,
                is_model=opinion.get("origin") == "model",
                submission_id=uuid5(_SUBMISSIONS, name),
                created_at=_moment(opinion.get("created_at"), f"{at}/created_at"),
                replaces=submitted.get(opinion.get("replaces", "")),
            )
            if "id" in opinion:
                submitted[opinion["id"]] = annotation.submission_id
            yield annotation

    def _read_answer(
        self, prepared: Prepared, opinion: Opinion, facts: ItemFacts, at: str
    ) -> tuple[SchemaRevision, ReadAnswer]:
        revision = self._book.revision_of(opinion, at)
        schema = schema_of(revision)
        is_partial = at.startswith("suggestions")
        try:
            name = (revision.definition_hash, orjson.dumps(opinion["regions"]), is_partial)
        except TypeError as error:
            raise BadRecord(at, "not-json", gettext_noop("This cannot be kept as JSON.")) from error
        answer = self._answers.get(name)
        if answer is None:
            value = expand_shorthand(opinion["regions"], schema)
            problems, answer = try_answer(schema, value, facts, may_be_partial=is_partial)
            if answer is None:
                first = problems[0]
                at = f"{at}/{first.at}" if first.at else at
                raise BadRecord(at, first.code, first.template, **first.values)
            if _fits_every_item(answer, schema) and len(self._answers) < _KEPT_ANSWERS:
                self._answers[name] = answer
        if answer.warnings:
            prepared.warnings = [*prepared.warnings, *answer.warnings]
        return revision, answer


def refusal_of(position: int, place: str, key: str, problem: Problem) -> Refusal:
    """Return a problem of a record as the refusal of that record."""
    at = "/".join(part for part in (place, problem.at) if part)
    return Refusal(
        position, keepable(at)[:300], keepable(key)[:MAX_KEY], problem.code, sentence(problem)
    )


def other_content(position: int, record: Record) -> Refusal:
    """Return the refusal of a record whose key belongs to an item with other content."""
    return refusal_of(
        position,
        record.place,
        record.key,
        Problem(
            "key",
            "key-has-other-content",
            gettext_noop(
                "An item with this key exists and holds something else. Items do not change: "
                "give the new content a key of its own."
            ),
        ),
    )


def _fits_every_item(answer: ReadAnswer, schema: Schema) -> bool:
    """Tell whether nothing in a checked answer depended on the item."""
    if schema.reads_items or schema.data_type == "conversation":
        return False
    return all(region["kind"] == "item" for region in answer.regions["regions"])


def _read_row(row: dict[str, Any]) -> tuple[str, str]:
    """Return hash and JSON of a row of a table."""
    try:
        canonical = canonical_bytes(row)
    except CanonicalError as error:
        raise BadRecord(
            "data", "bad-cell", gettext_noop("A cell cannot be kept: %(why)s."), why=str(error)
        ) from error
    return hashlib.sha256(canonical).hexdigest(), _storable_json(row, "data")


def _storable_json(value: object, at: str) -> str:
    """Return a JSON value as text that both databases keep. Raises BadRecord."""
    try:
        text = orjson.dumps(value).decode()
    except TypeError as error:
        raise BadRecord(
            at, "not-json", gettext_noop("This cannot be kept as JSON: %(why)s."), why=str(error)
        ) from error
    if "\\u0000" in text:
        raise BadRecord(at, "nul", gettext_noop("A text in it holds NUL. Remove it."))
    return text


def _storable_bytes(text: str, at: str) -> bytes:
    """Return a text in UTF-8. Raises BadRecord for what no database of ours keeps."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        data = b"\0"
    if b"\0" in data:
        found = check_text(text)
        raise BadRecord(
            at,
            found.code if found else "nul",
            gettext_noop("Character %(place)d of the text is NUL or half a character."),
            place=found.place if found else 0,
        )
    return data


def _short_name(name: str, at: str) -> str:
    """Return the name of an annotator or source without white space around it."""
    _storable_bytes(name, at)
    name = name.strip()
    if not 0 < len(name) <= LONGEST_SOURCE:
        text = gettext_noop("A name has 1 to %(most)d characters.")
        raise BadRecord(at, "bad-name", text, most=LONGEST_SOURCE)
    return name


def _confidences(opinion: Opinion, answer: ReadAnswer, at: str) -> list[float] | None:
    given: list[float] | None = opinion.get("confidences")
    if given is not None and (
        wrong := wrong_confidences(given, len(answer.regions["regions"]), at)
    ):
        raise BadRecord(wrong.at, wrong.code, wrong.template, **wrong.values)
    return given


def _moment(text: str | None, at: str) -> datetime | None:
    if text is None:
        return None
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise BadRecord(at, "bad-time", gettext_noop("This is no time such as 2026-11-30T12:00Z."))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _lineage_of(opinion: Opinion) -> dict[str, Any]:
    """Return what the source says of where a truth came from."""
    lineage = dict(opinion.get("lineage") or {})
    told = {name: opinion[name] for name in ("method", "by", "created_at") if name in opinion}
    return lineage | ({"imported": told} if told else {})
