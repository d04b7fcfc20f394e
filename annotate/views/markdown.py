"""Guidelines as formatted text: a small part of Markdown, built from escaped pieces only.

Headings, paragraphs, lists in lists, quotes, code, rules, bold, italics, links and pictures that
were uploaded for it. HTML in the text is text. Every piece goes through `format_html`, so nothing
can reach the page unescaped.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Lines = Sequence[str]

_HEADING = re.compile(r"(#{1,4})\s+(.*?)\s*#*$")
_ITEM = re.compile(r"(\s*)(?:[-*+]|(\d{1,9})[.)])\s+(.*)$")
_RULE = re.compile(r"\s*(?:-{3,}|\*{3,}|_{3,})\s*$")
_FENCE = re.compile(r"\s*(?:```|~~~)")
_QUOTE = re.compile(r"\s*>\s?(.*)$")
_INLINE = re.compile(
    r"`(?P<code>[^`\n]{1,500})`"  # lengths are limited, so that no text takes long
    r"|\*\*(?P<strong>[^*\n]{1,500})\*\*"
    r"|(?<![\w*])\*(?P<em>[^*\s][^*\n]{0,500})\*(?![\w*])"
    r"|!\[(?P<alt>[^\]\n]{0,300})\]\(image:(?P<image>guideimage_[a-z0-9]{1,40})\)"
    r"|\[(?P<text>[^\]\n]{1,300})\]\((?P<url>(?:https?://|mailto:|/(?!/)|#)[^\s()<>]{0,2000})\)"
)
DEEPEST = 4


def render_markdown(text: str) -> SafeString:
    """Return the text as HTML that is safe to show. What is no markup is text; it never fails."""
    return _lines(_blocks(text.replace("\r\n", "\n").split("\n"), 0))


def _lines(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("\n", "{}", ((part,) for part in parts))


def _wrapped(tag: str, content: SafeString | str) -> SafeString:
    return format_html("<{0}>{1}</{0}>", tag, content)


# Blocks


def _blocks(lines: Lines, depth: int) -> Iterator[SafeString]:
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        block, at = _block(lines, at, depth)
        yield block


def _block(lines: Lines, at: int, depth: int) -> tuple[SafeString, int]:
    """Return the block that begins at a line, and where the next one begins."""
    line = lines[at]
    if heading := _HEADING.match(line):  # the page has its one main heading already
        return _wrapped(f"h{min(len(heading[1]) + 1, 4)}", _inline(heading[2])), at + 1
    if _FENCE.match(line):
        end = _find(lines, at + 1, lambda n: bool(_FENCE.match(lines[n])))
        return _wrapped("pre", _wrapped("code", "\n".join(lines[at + 1 : end]))), end + 1
    if _RULE.match(line):
        return format_html("<{}>", "hr"), at + 1
    if _QUOTE.match(line) and depth < DEEPEST:
        end = _find(lines, at, lambda n: not _QUOTE.match(lines[n]))
        inner = [_QUOTE.sub(r"\1", one) for one in lines[at:end]]
        return _wrapped("blockquote", _lines(_blocks(inner, depth + 1))), end
    if _ITEM.match(line) and depth < DEEPEST:
        end = _find(lines, at + 1, lambda n: _ends_list(lines, n, at))
        return _list(lines[at:end], depth), end
    end = _find(lines, at + 1, lambda n: _begins_block(lines[n]))
    return _wrapped("p", _inline("\n".join(part.strip() for part in lines[at:end]))), end


def _find(lines: Lines, start: int, is_it: Callable[[int], bool]) -> int:
    return next((n for n in range(start, len(lines)) if is_it(n)), len(lines))


def _begins_block(line: str) -> bool:
    marks = (_HEADING, _FENCE, _RULE, _QUOTE, _ITEM)
    return not line.strip() or any(mark.match(line) for mark in marks)


def _ends_list(lines: Lines, n: int, start: int) -> bool:
    """Tell whether a list that began at `start` is over: another kind of list, or other text."""
    line = lines[n]
    item, first = _ITEM.match(line), _ITEM.match(lines[start])
    if item and first and item[1] == first[1]:
        return (item[2] is None) != (first[2] is None)
    if not line.strip() or item or line[:1].isspace():
        return False
    return not lines[n - 1].strip() or _begins_block(line)


def _list(lines: Lines, depth: int) -> SafeString:
    """Return the items at the least indent; what is indented further belongs to the one before."""
    first = _ITEM.match(lines[0])
    indent = len(first[1]) if first else 0
    items: list[list[str]] = []
    for line in lines:
        found = _ITEM.match(line)
        if found and len(found[1]) <= indent:
            items.append([found[3]])
        else:
            items[-1].append(line)
    tag = "ol" if first and first[2] else "ul"
    return _wrapped(tag, _lines(_wrapped("li", _in_item(item, depth)) for item in items))


def _in_item(lines: list[str], depth: int) -> SafeString:
    """Return an item's own words without a paragraph around them, then what is nested in it."""
    end = _find(lines, 1, lambda n: _begins_block(lines[n]))
    words = _inline("\n".join(part.strip() for part in lines[:end]))
    return _lines([words, *_blocks(lines[end:], depth + 1)])


# Words


def _inline(text: str) -> SafeString:
    pieces, at = [], 0
    for found in _INLINE.finditer(text):
        pieces += [format_html("{}", text[at : found.start()]), _marked(found)]
        at = found.end()
    pieces.append(format_html("{}", text[at:]))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _marked(found: re.Match[str]) -> SafeString:
    if found["image"] is not None:  # ours by its id, never an address: its door asks who looks
        address = f"/guidelines/images/{found['image']}"
        return format_html('<img src="{}" alt="{}" loading="lazy">', address, found["alt"])
    if found["url"] is not None:
        link = '<a href="{}" rel="noopener noreferrer">{}</a>'
        return format_html(link, found["url"], found["text"])
    tag = found.lastgroup or "em"
    inside = found[tag]
    return _wrapped(tag, inside if tag == "code" else _inline(inside))
