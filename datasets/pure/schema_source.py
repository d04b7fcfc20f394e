"""A label schema as its author types it: JSON source, with mistakes shown by line and column."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from datasets.pure.problems import Problem, gettext_noop, shorten
from datasets.pure.schema_reading import parse_schema
from datasets.pure.schema_types import Schema, SchemaError

MAX_SOURCE = 8_000_000
MAX_LINE = 120

# Only run over source that a JSON reader has accepted, so it need not be strict itself.
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],]|[^\s{}\[\],:"]+')


def source_of(definition: Mapping[str, Any]) -> str:
    """A definition as people edit it: what is short and flat, such as a label, on one line.

    Examples
    --------
    >>> print(source_of({"format": 1, "questions": [{"name": "a", "labels": [{"key": "x"}]}]}))
    {
      "format": 1,
      "questions": [
        {
          "name": "a",
          "labels": [
            {"key": "x"}
          ]
        }
      ]
    }
    """
    return _written(definition, "")


def _written(value: Any, indent: str) -> str:
    deeper = indent + "  "
    if isinstance(value, dict) and value:
        if _is_flat(value):
            line = json.dumps(value, ensure_ascii=False)
            if len(line) <= MAX_LINE:
                return line
        parts = (
            f"{deeper}{json.dumps(key, ensure_ascii=False)}: {_written(one, deeper)}"
            for key, one in value.items()
        )
        return "{\n" + ",\n".join(parts) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(one, dict) for one in value):
        return "[\n" + ",\n".join(deeper + _written(one, deeper) for one in value) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False)


def _is_flat(value: Mapping[str, Any]) -> bool:
    """Whether an object stands well on one line; the definition itself never does."""
    return "format" not in value and not any(
        isinstance(one, dict) or (isinstance(one, list) and any(isinstance(x, dict) for x in one))
        for one in value.values()
    )


class _Level:
    """An open object or list while walking through the source."""

    def __init__(self, path: str, is_object: bool) -> None:
        self.path = path
        self.is_object = is_object
        self.key: str | None = None
        self.index = 0

    def path_of_value(self) -> str:
        name = self.key if self.is_object else str(self.index)
        return f"{self.path}/{name}" if self.path else str(name)


class _Places(NamedTuple):
    """Offsets of all values by path, and the members whose key was there before."""

    offsets: dict[str, int]
    repeated: list[tuple[str, int]]


def schema_from_text(text: str) -> Schema:
    """The schema in JSON source.

    Parameters
    ----------
    text : str
        The source, at most 8 MB.

    Raises
    ------
    SchemaError
        Every problem has `line` and `column`, counted from 1 in code points, whether the JSON
        itself is broken or what it says does not fit.

    Examples
    --------
    >>> try:
    ...     schema_from_text('{"format": 1,\\n "data_type": "smell"}')
    ... except SchemaError as error:
    ...     [(problem.at, problem.line, problem.column) for problem in error.problems]
    [('data_type', 2, 2), ('questions', 1, 1)]
    """
    repeats: list[bool] = []
    definition = _load(text, repeats)
    found: list[Problem] = []
    try:
        schema = parse_schema(definition)
    except SchemaError as error:
        found = error.problems
    if found or repeats:  # only now is it worth while to find out where things stand
        raise SchemaError(_placed(text, found))
    return schema


def _placed(text: str, found: list[Problem]) -> Iterator[Problem]:
    """Problems with their line and column, what stands twice in an object first."""
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    offsets, repeated = _places(text)
    for at, offset in repeated:
        sentence = gettext_noop("%(key)s stands twice in this object. Remove one.")
        problem = Problem(at, "duplicate-key", sentence, {"key": shorten(at.rpartition("/")[2])})
        yield _at_offset(problem, offset, starts)
    for one in found:
        yield _at_offset(one, _nearest(one.at, offsets), starts)


def _load(text: str, repeats: list[bool]) -> Any:
    """The value in a source; `repeats` gets an entry for each object with a key twice."""

    def as_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        read = dict(pairs)
        if len(read) != len(pairs):
            repeats.append(True)
        return read

    if len(text) > MAX_SOURCE:
        sentence = gettext_noop("A label schema may have at most 8 MB.")
        raise SchemaError([Problem("", "too-large", sentence, {}, 1, 1)])
    try:
        return json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=as_object)
    except json.JSONDecodeError as error:
        sentence = gettext_noop("This is not JSON: %(reason)s.")
        problem = Problem(
            "", "not-json", sentence, {"reason": error.msg}, error.lineno, error.colno
        )
        raise SchemaError([problem]) from error
    except (ValueError, RecursionError) as error:
        sentence = gettext_noop("This is not JSON that can be read: %(reason)s.")
        problem = Problem("", "not-json", sentence, {"reason": str(error)}, 1, 1)
        raise SchemaError([problem]) from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _places(text: str) -> _Places:
    """Where each value of the source stands; members of objects stand where their key does."""
    places = _Places({"": 0}, [])
    levels: list[_Level] = []
    for match in _PIECE.finditer(text):
        piece, top = match.group(), levels[-1] if levels else None
        if piece in ("}", "]"):
            levels.pop()
        elif piece == "," and top is not None:
            top.key, top.index = None, top.index + 1
        elif top is not None and top.is_object and top.key is None:
            top.key = json.loads(piece)
            _note_key(places, top.path_of_value(), match.start())
        else:
            _open_value(places, levels, piece, match.start())
    return places


def _note_key(places: _Places, path: str, offset: int) -> None:
    if path in places.offsets:
        places.repeated.append((path, offset))
    places.offsets[path] = offset


def _open_value(places: _Places, levels: list[_Level], piece: str, offset: int) -> None:
    top = levels[-1] if levels else None
    path = top.path_of_value() if top is not None else ""
    if top is None or not top.is_object:
        places.offsets[path] = offset
    if piece in ("{", "["):
        levels.append(_Level(path, piece == "{"))


def _nearest(at: str, offsets: dict[str, int]) -> int:
    """The offset of a place, or of the nearest thing around it: what is missing has none."""
    while at and at not in offsets:
        at = at.rpartition("/")[0]
    return offsets.get(at, 0)


def _at_offset(problem: Problem, offset: int, starts: list[int]) -> Problem:
    line = bisect_right(starts, offset)
    return problem._replace(line=line, column=offset - starts[line - 1] + 1)
