"""Reading large JSON files element by element, so that memory is one element."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn, TextIO

import orjson

from datasets.formats.items import BadItem
from datasets.pure.problems import gettext_noop

CHUNK = 1 << 20
MAX_ELEMENT = 64 << 20
SPACE = " \t\n\r"
OF_NUMBERS = "0123456789.eE+-"


def iter_array(path: Path) -> Iterator[Any]:
    """Yield the elements of a file that is one JSON array. Raises BadItem where it is broken."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        source = _Source(file)
        yield from source.array()
        source.expect_end()


def iter_members(path: Path) -> Iterator[tuple[str, Any]]:
    """Yield the members of a file that is one JSON object, as name and value.

    Where a value is an array, its elements come one by one under its name; an empty array does
    not come at all. Raises BadItem where the file is broken.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        source = _Source(file)
        source.take("{")
        if source.peek() == "}":
            source.take("}")
        else:
            while True:
                name = source.value()
                if not isinstance(name, str):
                    source.fail("a name was expected")
                source.take(":")
                if source.peek() == "[":
                    for element in source.array():
                        yield name, element
                else:
                    yield name, source.value()
                if source.take(",}") == "}":
                    break
        source.expect_end()


class _Source:
    """The part of a file that is not read yet, and what was read of it."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        self._dropped = 0
        self._decoder = json.JSONDecoder(parse_constant=self._no_constant)

    def array(self) -> Iterator[Any]:
        """Yield the elements of the array that begins here."""
        self.take("[")
        if self.peek() == "]":
            self.take("]")
            return
        while True:
            yield self.value()
            if self.take(",]") == "]":
                return

    def value(self) -> Any:
        """Return the value that begins here."""
        self.peek()
        want = CHUNK
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if not self._more(want):
                    self.fail(error.msg)
            except RecursionError:
                self.fail("it is nested too deeply")
            else:
                # A number at the end of what was read may go on; "12." is not yet 12.5.
                follows = self._text[end : end + 1]
                if (follows and follows not in OF_NUMBERS) or not self._more(want):
                    break
            want *= 2
        raw = self._text[self._at : end]
        self._at = end
        return self._strict(raw) if "\\u" in raw else value

    def peek(self) -> str:
        """Return the next character that is not white space, or an empty text at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in SPACE:
                    return self._text[self._at]
                self._at += 1
            if not self._more(CHUNK):
                return ""

    def take(self, wanted: str) -> str:
        """Step over one of the wanted characters and return it."""
        character = self.peek()
        if not character or character not in wanted:
            self.fail(f"one of {' '.join(wanted)} was expected")
        self._at += 1
        return character

    def expect_end(self) -> None:
        """Complain if something follows."""
        if self.peek():
            self.fail("there is more after the end")

    def fail(self, reason: str) -> NoReturn:
        """Raise BadItem for the present place."""
        raise BadItem(
            "",
            "not-json",
            gettext_noop("This is not JSON: %(reason)s, at character %(place)d."),
            reason=reason,
            place=self._dropped + self._at,
        )

    def _more(self, want: int) -> bool:
        """Read on; False at the end of the file."""
        if len(self._text) - self._at > MAX_ELEMENT:
            self.fail("one element is larger than 64 MB")
        try:
            chunk = self._file.read(want)
        except UnicodeDecodeError as error:
            raise BadItem(
                "",
                "broken-encoding",
                gettext_noop("It is not UTF-8. Save it as UTF-8 and upload it again."),
            ) from error
        self._dropped += self._at
        self._text = self._text[self._at :] + chunk
        self._at = 0
        return bool(chunk)

    def _strict(self, raw: str) -> Any:
        """Parse once more where an escape may hide half a character."""
        try:
            return orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            self.fail(error.msg.partition(":")[0])

    def _no_constant(self, name: str) -> NoReturn:
        self.fail(f"{name} is not a number")
