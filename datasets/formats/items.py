"""An item as JSON: what the REST API takes, what a line of JSONL holds, and what we write.

    {"key": "a1", "data_type": "text", "data": "the text", "metadata": {}, "group": "", "split": "",
     "truth": {...}, "suggestions": [{...}], "annotations": [{...}]}

`data` is the text, or the row as an object; a picture, sound, video or series has `file` instead, a
conversation its turns. Each opinion has its `regions` document, and may name the `schema` and the
number of its `revision`. In a truth also stand `method`, `lineage`, `by` and `created_at`; in an
annotation `annotator` (always), `origin`, `created_at`, `seconds`, `id`, `replaces`, `reviews`
and what its queue knew; in a suggestion `source`, `created_at` and `confidences`, how sure it is of
each region, 0 to 1, in their order.
A bare regions document is a truth, too. Several truths, under several schemas, are a list.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from datasets.formats.base import MAX_KEY, MAX_TEXT_BYTES, Entry, Record, Refused, SourceFile
from datasets.formats.lookup import media_type_of
from datasets.pure.conversation import ConversationError, read_conversation
from datasets.pure.problems import Problem, gettext_noop, shorten
from datasets.pure.text_rules import check_text

MAX_LINE = 16 << 20

ITEM_KEYS = frozenset(
    {
        "key",
        "data_type",
        "data",
        "file",
        "metadata",
        "group",
        "split",
        "truth",
        "suggestions",
        "annotations",
    }
)
CONTENT_KEYS = frozenset({"key", "data_type", "data", "file"})
FILE_FACTS = frozenset({"sha256", "size", "media_type", "width", "height"})
OPINION_KEYS = frozenset({"schema", "revision", "regions"})
TRUTH_KEYS = OPINION_KEYS | {"method", "lineage", "by", "created_at"}
SUGGESTION_KEYS = OPINION_KEYS | {"source", "created_at", "confidences"}
ANNOTATION_KEYS = OPINION_KEYS | {
    "annotator",
    "origin",
    "created_at",
    "seconds",
    "id",
    "replaces",
    "reviews",
    # what a queue knows of an answer; it goes out and is passed over on the way in
    "queue",
    "answer_revision",
    "is_extra",
    "guideline",
    "gold_score",
    "is_unsure",
    "confidence",
}
REVIEW_KEYS = frozenset(
    {"reviewer", "verdict", "reason", "regions", "created_at", "at", "corrected"}
)
FILE_TYPES = ("image", "audio", "video", "series")
SPLITS = ("", "train", "validation", "test")
TYPES: Mapping[str, tuple[type, ...]] = {
    "schema": (str,),
    "revision": (int,),
    "regions": (dict,),
    "method": (str,),
    "lineage": (dict,),
    "by": (str,),
    "created_at": (str,),
    "source": (str,),
    "annotator": (str,),
    "origin": (str,),
    "seconds": (int, float),
    "id": (str,),
    "replaces": (str,),
    "reviews": (list,),
    "reviewer": (str,),
    "verdict": (str,),
    "reason": (str,),
    "queue": (str,),
    "answer_revision": (int,),
    "is_extra": (bool,),
    "guideline": (int,),
    "gold_score": (int, float),
    "is_unsure": (bool,),
    "confidence": (int,),
    "confidences": (list,),
    "at": (str,),
    "corrected": (str,),
}

FindFile = Callable[[str], SourceFile | None]


class BadItem(ValueError):
    """The JSON is no item; `problem` says where and why, `key` is its key if it has one."""

    def __init__(self, at: str, code: str, template: str, **values: object) -> None:
        self.problem = Problem(at, code, template, values)
        self.key = ""
        super().__init__(self.problem.detail)

    @classmethod
    def of(cls, problem: Problem, at: str) -> "BadItem":
        """Return a problem that was found inside `at`."""
        where = f"{at}/{problem.at}" if problem.at else at
        return cls(where, problem.code, problem.template, **problem.values)


def parse_line(
    line: bytes, place: str, *, default_key: str = "", find_file: FindFile | None = None
) -> Record | Refused:
    """Return the item that one line of JSON holds, or why it is refused."""
    try:
        return parse_item(load_json(line), place, default_key=default_key, find_file=find_file)
    except BadItem as bad:
        return Refused(place, bad.key, bad.problem)


def load_json(line: bytes) -> Any:
    """Return the value of one line of JSON. Raises BadItem, also for NUL anywhere in it."""
    if len(line) > MAX_LINE:
        raise BadItem("", "line-too-long", gettext_noop("The line is longer than 16 MB."))
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        if "surrogate" in str(error):
            raise BadItem(
                "",
                "lone-surrogate",
                gettext_noop("Half a character (a lone surrogate) stands at column %(column)d."),
                column=error.colno,
            ) from error
        raise BadItem(
            "",
            "not-json",
            gettext_noop("This is not JSON: %(reason)s at column %(column)d."),
            reason=error.msg.partition(":")[0],
            column=error.colno,
        ) from error
    if b"\\u0000" in line:
        refuse_unkeepable(value)
    return value


def refuse_unkeepable(value: object, at: str = "") -> None:
    """Raise BadItem, with the place, for NUL or a lone surrogate in any text of a JSON value."""
    for place, text in _texts(value, at):
        found = check_text(text)
        if found is not None:
            raise BadItem(
                place,
                found.code,
                gettext_noop("Character %(place)d of the text is NUL or half a character."),
                place=found.place,
            )


def _texts(value: object, at: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield at, key
            yield from _texts(part, f"{at}/{key}" if at else key)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _texts(part, f"{at}/{index}" if at else str(index))


def parse_item(
    value: object, place: str, *, default_key: str = "", find_file: FindFile | None = None
) -> Record:
    """Return the item that a JSON value describes. Raises BadItem.

    Unknown keys are refused. Texts are taken to hold no NUL: `load_json` has looked.
    `find_file` turns the name in `file` into a file; without it files are refused.
    """
    if not isinstance(value, dict):
        raise BadItem("", "not-an-object", gettext_noop("An item is a JSON object."))
    key = value.get("key", default_key)
    try:
        _check_key(key)
        if not value.keys() <= ITEM_KEYS and not ("file" in value and _only_file_facts(value)):
            unknown = next(name for name in value if name not in ITEM_KEYS)
            raise BadItem(
                shorten(unknown),
                "unknown-key",
                gettext_noop("There is no “%(name)s” in an item; it has: %(known)s."),
                name=shorten(unknown),
                known=", ".join(sorted(ITEM_KEYS)),
            )
        record = Record(place, key, "")
        _read_content(value, record, find_file)
        if not value.keys() <= CONTENT_KEYS:
            _read_rest(value, record)
    except BadItem as bad:
        bad.key = key if isinstance(key, str) else ""
        raise
    return record


def _only_file_facts(value: dict[str, Any]) -> bool:
    return value.keys() <= ITEM_KEYS | FILE_FACTS


def _check_key(key: object) -> None:
    if not isinstance(key, str) or not 0 < len(key) <= MAX_KEY:
        raise BadItem(
            "key",
            "bad-key",
            gettext_noop("The key is a text of 1 to %(most)d characters."),
            most=MAX_KEY,
        )


def _read_content(value: dict[str, Any], record: Record, find_file: FindFile | None) -> None:
    """Fill in the data type and what the item holds."""
    data = value.get("data")
    said = value.get("data_type", "")
    if said == "conversation":
        _read_turns(data, record)
    elif isinstance(data, str) and said in ("", "text"):
        record.data_type, record.text = "text", data
        if not data:
            raise BadItem("data", "empty-text", gettext_noop("The text is empty."))
        if len(data) * 4 > MAX_TEXT_BYTES and len(data.encode()) > MAX_TEXT_BYTES:
            raise BadItem("data", "text-too-long", gettext_noop("The text is longer than 1 MB."))
    elif isinstance(data, dict) and said in ("", "table"):
        record.data_type, record.row = "table", data
        _check_row(data)
    elif isinstance(value.get("file"), str) and data is None and said in ("", *FILE_TYPES):
        record.data_type = said or media_type_of(value["file"])
        record.file = find_file(value["file"]) if find_file else None
        if record.file is None:
            raise BadItem(
                "file",
                "file-missing",
                gettext_noop("The file “%(name)s” did not come with it."),
                name=shorten(value["file"]),
            )
    else:
        raise BadItem(
            "data",
            "bad-data",
            gettext_noop(
                "“data” is the text of a text item or the row of a table as an object; "
                "an image, a sound, a video or a series has “file”. “data_type” must fit."
            ),
        )


def _read_turns(data: object, record: Record) -> None:
    record.data_type = "conversation"
    try:
        record.row = read_conversation(data)
    except ConversationError as error:
        raise BadItem.of(error.problem, "data") from error


def _check_row(row: dict[str, Any]) -> None:
    if not row:
        raise BadItem("data", "empty-row", gettext_noop("The row has no columns."))
    for name, value in row.items():
        if value is not None and not isinstance(value, str | int | float):
            raise BadItem(
                f"data/{name}",
                "bad-cell",
                gettext_noop("A cell is a number, a text, true, false or null."),
            )


def _read_rest(value: dict[str, Any], record: Record) -> None:
    """Fill in what an item may have besides its content."""
    record.metadata = value.get("metadata") or {}
    if not isinstance(record.metadata, dict):
        raise BadItem("metadata", "bad-metadata", gettext_noop("“metadata” is an object."))
    record.group = value.get("group") or ""
    if not isinstance(record.group, str) or len(record.group) > MAX_KEY:
        raise BadItem("group", "bad-group", gettext_noop("“group” is a text of at most 200."))
    record.split = value.get("split") or ""
    if record.split not in SPLITS:
        raise BadItem(
            "split", "bad-split", gettext_noop("“split” is train, validation, test or empty.")
        )
    truth = value.get("truth")
    if truth is not None:
        many = truth if isinstance(truth, list) else [truth]
        record.truths = [_opinion(one, "truth", TRUTH_KEYS) for one in many]
    for name, keys in (("suggestions", SUGGESTION_KEYS), ("annotations", ANNOTATION_KEYS)):
        given = value.get(name) or []
        if not isinstance(given, list):
            raise BadItem(name, "not-a-list", gettext_noop("“%(name)s” is a list."), name=name)
        read = [_opinion(one, f"{name}/{index}", keys) for index, one in enumerate(given)]
        setattr(record, name, read)


def _opinion(value: object, at: str, keys: frozenset[str]) -> dict[str, Any]:
    """Return a truth, suggestion or annotation with its regions document under `regions`."""
    if isinstance(value, dict) and isinstance(value.get("regions"), list) and keys is TRUTH_KEYS:
        return {"regions": value}
    opinion = _typed(value, at, keys)
    if "regions" not in opinion:
        raise BadItem(f"{at}/regions", "no-regions", gettext_noop("It has no “regions”."))
    if keys is ANNOTATION_KEYS and not opinion.get("annotator"):
        raise BadItem(f"{at}/annotator", "no-annotator", gettext_noop("Say who the annotator is."))
    for index, review in enumerate(opinion.get("reviews") or []):
        _typed(review, f"{at}/reviews/{index}", REVIEW_KEYS)
    return opinion


def _typed(value: object, at: str, keys: frozenset[str]) -> dict[str, Any]:
    """Return an object with only known keys whose values have their types; null is absent."""
    if not isinstance(value, dict):
        raise BadItem(at, "not-an-object", gettext_noop("This is a JSON object."))
    kept = {name: part for name, part in value.items() if part is not None}
    for name, part in kept.items():
        if name not in keys:
            raise BadItem(
                f"{at}/{shorten(name)}",
                "unknown-key",
                gettext_noop("There is no “%(name)s” here; known are: %(known)s."),
                name=shorten(name),
                known=", ".join(sorted(keys)),
            )
        is_flag = TYPES[name] == (bool,)
        if not isinstance(part, TYPES[name]) or isinstance(part, bool) != is_flag:
            raise BadItem(f"{at}/{name}", "bad-value", gettext_noop("The value has a wrong type."))
    return kept


def item_json(entry: Entry, file_name: str = "") -> dict[str, Any]:
    """Return an entry as the JSON that `parse_item` reads; what is empty is left out."""
    item: dict[str, Any] = {"key": entry.key, "data_type": entry.data_type}
    if entry.file is not None:
        item["file"] = file_name
        item |= {
            "sha256": entry.file.sha256,
            "size": entry.file.size,
            "media_type": entry.file.media_type,
        }
        shown = entry.upright or entry.file
        if shown.width and shown.height:
            item |= {"width": shown.width, "height": shown.height}
    else:
        item["data"] = entry.text if entry.text is not None else entry.row
    for name in ("metadata", "group", "split", "suggestions", "annotations"):
        if value := getattr(entry, name):
            item[name] = value
    if entry.truths:
        item["truth"] = entry.truths[0] if len(entry.truths) == 1 else entry.truths
    return item
