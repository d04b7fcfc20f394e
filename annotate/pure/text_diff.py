"""What changed between two texts, line by line and in a changed line word by word."""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SAME, OLD, NEW = "same", "old", "new"
AROUND = 2
"""Unchanged lines that are shown around a change."""
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_LONGEST = 2000
"""Words of a line that are compared; a longer line is shown as changed."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: of both texts, of the old or of the new; its words, each changed or not."""

    kind: str
    words: tuple[tuple[bool, str], ...]

    @property
    def text(self) -> str:
        """The whole line."""
        return "".join(word for _changed, word in self.words)


@dataclass(frozen=True, slots=True)
class Change:
    """Lines that stand together, and how many unchanged lines were left out before them."""

    left_out: int
    lines: tuple[Line, ...]


def changes_between(old: str, new: str) -> list[Change]:
    """Return the places in which two texts differ, in order; none when they are the same."""
    before, after = old.splitlines(), new.splitlines()
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    found, reached = [], 0
    for group in matcher.get_grouped_opcodes(AROUND):
        start, end = group[0][1], group[-1][2]
        lines = [line for code in group for line in _lines(code, before, after)]
        if any(line.kind != SAME for line in lines):
            found.append(Change(max(start - reached, 0), tuple(lines)))
        reached = end
    return found


def _lines(
    code: tuple[str, int, int, int, int], before: Sequence[str], after: Sequence[str]
) -> Iterator[Line]:
    tag, a, b, c, d = code
    if tag == "equal":
        yield from (Line(SAME, ((False, text),)) for text in before[a:b])
        return
    both = min(b - a, d - c)
    pairs = [_pair(x, y) for x, y in zip(before[a : a + both], after[c : c + both], strict=True)]
    yield from (Line(OLD, old) for old, _new in pairs)
    yield from (Line(OLD, ((True, text),)) for text in before[a + both : b])
    yield from (Line(NEW, new) for _old, new in pairs)
    yield from (Line(NEW, ((True, text),)) for text in after[c + both : d])


Words = tuple[tuple[bool, str], ...]


def _pair(old: str, new: str) -> tuple[Words, Words]:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    whole = ((True, old),), ((True, new),)
    if max(len(before), len(after)) > _LONGEST:
        return whole
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < 0.4:  # another sentence: its words have nothing to do with these
        return whole
    olds, news = [], []
    for tag, a, b, c, d in matcher.get_opcodes():
        if a < b:
            olds.append((tag != "equal", "".join(before[a:b])))
        if c < d:
            news.append((tag != "equal", "".join(after[c:d])))
    return tuple(olds), tuple(news)
