"""Formatted texts: HTML and Markdown as a plain layer, and beside it how that layer is laid out.

No markup ever reaches a page. What is read are words, one line of text a block, and facts about
them: this line is a heading, these characters are bold. The workbench sets them as such again.
Spans count in the plain layer, so it has to come out the same for ever: whitespace is collapsed as
browsers do, `<pre>` keeps its own, scripts and styles are left out, cells of a row stand apart by
tabs, and a picture is its alternative text in brackets.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from markdown_it import MarkdownIt

FORMAT = 1
MOST_DEPTH = 8
"""Lists and quotes deeper than this are shown as this deep."""

STYLES = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var", "address"), "italic"),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), "code"),
    **dict.fromkeys(("s", "del", "strike"), "struck"),
    **dict.fromkeys(("u", "ins"), "underlined"),
    "mark": "marked",
    "sub": "low",
    "sup": "high",
    "a": "link",
}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
BLOCKS = {
    *(*HEADINGS, "p", "div", "section", "article", "aside", "header", "footer", "main", "nav"),
    *("address", "figure", "figcaption", "form", "fieldset", "legend", "details", "summary"),
    *("dl", "dt", "dd", "table", "caption", "thead", "tbody", "tfoot", "body", "hr"),
    *("blockquote", "pre", "ul", "ol", "li", "tr"),
}
SKIPPED = {"script", "style", "template", "noscript", "title", "svg", "math", "iframe"}
_SPACE = re.compile(r"[ \t\n\r\f]+")


@dataclass
class RichText:
    """A plain layer and its layout.

    Attributes
    ----------
    text : str
        One line a block; lines of preformatted blocks stay lines.
    lines : list of (number, kind, depth, mark)
        Lines that are no plain paragraphs: `h1` to `h6`, `item`, `quote`, `pre` or `row`; how deep
        they stand in lists and quotes; what stands before an item of a list.
    runs : list of (start, end, style)
        Characters that are set apart, in code points of the text, in the order they begin.
    """

    text: str = ""
    left_open: str = ""
    """A tag that is never closed, though all behind it was left out for it; nothing if none."""
    lines: list[tuple[int, str, int, str]] = field(default_factory=list)
    runs: list[tuple[int, int, str]] = field(default_factory=list)

    def layout(self) -> dict[str, Any]:
        """Return the layout as JSON."""
        return {"format": FORMAT, "lines": self.lines, "runs": self.runs}


def read_html(source: str) -> RichText:
    """Return what an HTML document says. Never fails: what is no markup is text.

    Examples
    --------
    >>> read_html("<h1>Tea</h1><p>is <b>hot</b>").text
    'Tea\\nis hot'
    >>> read_html("<h1>Tea</h1><p>is <b>hot</b>").layout()
    {'format': 1, 'lines': [(0, 'h1', 0, '')], 'runs': [(7, 10, 'bold')]}
    """
    reader = _Reader()
    reader.feed(source)
    reader.close()
    return reader.finish()


def read_markdown(source: str) -> RichText:
    """Return what a Markdown document (CommonMark, tables, strike-through) says.

    Examples
    --------
    >>> read_markdown("# Tea\\n\\n1. hot\\n2. *sweet*").text
    'Tea\\nhot\\nsweet'
    """
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return read_html(parser.render(source))


@dataclass
class _Line:
    kind: str
    depth: int
    mark: str
    text: str = ""
    runs: list[tuple[int, int, str]] = field(default_factory=list)


@dataclass
class _List:
    is_ordered: bool
    number: int


class _Reader(HTMLParser):
    """Gathers lines from tags as they come; like a browser, it takes any order of them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[_Line] = []
        self.line: _Line | None = None
        self.styles: dict[str, int] = {}
        self.lists: list[_List] = []
        self.skipping, self.skipped = "", 0
        self.quotes = self.pre = 0
        self.heading = ""
        self.mark: str | None = None
        self.row = self.is_head = self.is_fresh = False
        self.cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.skipped:
            self.skipped += tag == self.skipping
        elif tag in SKIPPED:
            self.skipping, self.skipped = tag, 1
        elif tag in BLOCKS:
            self._begin(tag, dict(attrs))
        elif tag in ("td", "th"):
            self._cell(is_head=tag == "th")
        elif tag == "br":
            self._break()
        elif tag == "img" and (alt := dict(attrs).get("alt")):
            self._words(f"[{alt}]")
        if tag in STYLES and not self.skipped:
            self.styles[STYLES[tag]] = self.styles.get(STYLES[tag], 0) + 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # A browser ignores the slash of HTML; of foreign content nothing is shown anyway.
        if tag not in SKIPPED:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self.skipped:
            self.skipped -= tag == self.skipping
            return
        if tag in STYLES and self.styles.get(STYLES[tag]):
            self.styles[STYLES[tag]] -= 1
        if tag in BLOCKS:
            self._end(tag)

    def handle_data(self, data: str) -> None:
        if self.skipped:
            return
        if not self.pre:
            self._words(data)
            return
        data = data.replace("\r\n", "\n")
        if self.is_fresh:  # a browser drops the line break that stands right behind <pre>
            data, self.is_fresh = data.removeprefix("\n"), False
        first, *rest = data.split("\n")
        self._put(first)
        for line in rest:
            self._close(keep=True)
            self._open()
            self._put(line)

    def _begin(self, tag: str, attrs: dict[str, str | None]) -> None:
        self._close()
        if tag in HEADINGS:
            self.heading = tag
        elif tag == "blockquote":
            self.quotes += 1
        elif tag == "pre":
            self.pre += 1
            self.is_fresh = True
        elif tag in ("ul", "ol"):
            start = attrs.get("start") or ""
            number = int(start) if start.isascii() and start.isdecimal() and len(start) < 7 else 1
            self.lists.append(_List(tag == "ol", number))
        elif tag == "li":
            self.mark = self._next_mark()
        elif tag == "tr":
            self.row, self.cells = True, 0

    def _cell(self, *, is_head: bool) -> None:
        self.is_head = is_head
        if self.row and self.cells:
            line = self._open()
            line.text = line.text.rstrip(" ")
            line.runs = [
                (start, min(end, len(line.text)), style) for start, end, style in line.runs
            ]
            self._put("\t")
        self.cells += 1

    def _end(self, tag: str) -> None:
        if tag == "pre" and self.line is not None and not self.line.text:
            self.line = None
        self._close()
        if tag in HEADINGS:
            self.heading = ""
        elif tag == "blockquote":
            self.quotes = max(0, self.quotes - 1)
        elif tag == "pre":
            self.pre = max(0, self.pre - 1)
        elif tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        elif tag in ("tr", "table"):
            self.row = self.is_head = False
        if tag in ("ul", "ol", "li"):
            self.mark = None

    def _next_mark(self) -> str:
        if not self.lists or not self.lists[-1].is_ordered:
            return "•"
        self.lists[-1].number += 1
        return f"{self.lists[-1].number - 1}."

    def _kind(self) -> str:
        if self.pre:
            return "pre"
        if self.heading:
            return self.heading
        if self.row:
            return "row"
        if self.lists:
            return "item"
        return "quote" if self.quotes else "p"

    def _open(self) -> _Line:
        if self.line is None:
            depth = min(len(self.lists) + self.quotes, MOST_DEPTH)
            self.line = _Line(self._kind(), depth, self.mark or "")
            self.mark = "" if self.mark is not None else None
        return self.line

    def _close(self, *, keep: bool = False) -> None:
        """End the line; one without a word is dropped, unless it is a line of a listing."""
        line, self.line = self.line, None
        if line is None:
            return
        if not self.pre:
            line.text = line.text.rstrip(" ")
        if keep or line.text.strip():
            self.lines.append(line)

    def _break(self) -> None:
        self._close(keep=bool(self.pre))

    def _words(self, data: str) -> None:
        text = _SPACE.sub(" ", data)
        if self.line is None or not self.line.text or self.line.text[-1] in " \t":
            text = text.removeprefix(" ")
        if text:
            self._put(text)

    def _put(self, text: str) -> None:
        line = self._open()
        start = len(line.text)
        # A lone carriage return or line separator would part what is one line here.
        line.text += re.sub(r"[\r\v\x1c-\x1e\x85\u2028\u2029\n]", " ", text)
        if text.strip():
            styles = {style for style, count in self.styles.items() if count}
            styles |= {"bold"} if self.is_head else set()
            line.runs += [(start, len(line.text), style) for style in sorted(styles)]

    def finish(self) -> RichText:
        """Return the lines as one text."""
        self._close()
        text = "\n".join(line.text for line in self.lines)
        rich, at = RichText(text, self.skipping if self.skipped else ""), 0
        for number, line in enumerate(self.lines):
            if line.kind != "p" or line.depth:
                rich.lines.append((number, line.kind, line.depth, line.mark))
            ends = at + len(line.text)
            shifted = ((at + start, min(at + end, ends), style) for start, end, style in line.runs)
            rich.runs += _joined(shifted)
            at = ends + 1
        return rich


def _joined(runs: Iterator[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Return runs of which none begins where another of its style ends."""
    open_runs: dict[str, tuple[int, int]] = {}
    done: list[tuple[int, int, str]] = []
    for start, end, style in runs:
        before = open_runs.get(style)
        if before and before[1] == start:
            open_runs[style] = (before[0], end)
            continue
        if before:
            done.append((*before, style))
        open_runs[style] = (start, end)
    done += [(*run, style) for style, run in open_runs.items()]
    return sorted(run for run in done if run[0] < run[1])
