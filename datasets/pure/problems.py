"""What is wrong with a document, and where: the shape every checker of this folder answers in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

MAX_PROBLEMS = 100


def gettext_noop(text: str) -> str:
    """Mark `text` for the message catalogue and give it back unchanged.

    `pure/` knows no Django, so sentences are only marked here; a door translates
    ``problem.template`` and fills in ``problem.values``.

    Examples
    --------
    >>> gettext_noop("This key is unknown.")
    'This key is unknown.'
    """
    return text


class Problem(NamedTuple):
    """One thing that is wrong, its place, and the sentence that says so.

    Attributes
    ----------
    at : str
        Place in the document, names and positions joined with ``/``
        (``regions/3/at/w``); empty for the document itself.
    code : str
        Stable name for programs, such as ``unknown-label``.
    template : str
        English sentence with ``%(name)s`` places, ready for the message catalogue.
    values : mapping
        What stands in those places.
    line, column : int or None
        Where it stands in the source text, from 1; only where there is a source text.
    """

    at: str
    code: str
    template: str
    values: Mapping[str, object] = {}
    line: int | None = None
    column: int | None = None

    @property
    def detail(self) -> str:
        """The sentence in English, values filled in."""
        return self.template % self.values

    def as_json(self) -> dict[str, Any]:
        """The problem as the API shows it: `at`, `code`, `detail`, and the line if known.

        Examples
        --------
        >>> Problem("labels/0", "unknown-key", "%(key)s is unknown.", {"key": "x"}).as_json()
        {'at': 'labels/0', 'code': 'unknown-key', 'detail': 'x is unknown.'}
        """
        shown: dict[str, Any] = {"at": self.at, "code": self.code, "detail": self.detail}
        if self.line is not None:
            shown |= {"line": self.line, "column": self.column}
        return shown


class ProblemsError(ValueError):
    """A document was refused; `problems` says why, at most `MAX_PROBLEMS` of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: list[Problem] = list(problems)[:MAX_PROBLEMS]
        super().__init__("; ".join(f"{p.at or '(document)'}: {p.detail}" for p in self.problems))

    def as_json(self) -> list[dict[str, Any]]:
        """The problems as the API shows them."""
        return [problem.as_json() for problem in self.problems]


def shorten(value: object, limit: int = 60) -> str:
    """`value` as text that fits into a sentence: at most `limit` code points.

    Examples
    --------
    >>> shorten("abcdef", 4)
    'abc…'
    """
    text = value if isinstance(value, str) else repr(value)
    text = text.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= limit else text[: limit - 1] + "…"
