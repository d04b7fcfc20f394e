"""HTML and Markdown come in as words and facts about them; no markup is left."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.data_types.base import BadFile, Facts
from datasets.data_types.rich import RichText, read_html, read_markdown
from datasets.data_types.text import TextType

PAGE = """<!doctype html><html><head><title>no</title><style>b{}</style></head><body>
<h1>Hello &amp; <i>world</i></h1><p>One <b>two</b>
 three<br>four &lt;b&gt; <a href="javascript:alert(1)">link</a></p><script>alert(1)</script>
<ul><li>a<ul><li>b</ul><li>c <img src=x onerror=alert(1) alt="cat"></ul>
<ol start=3><li><p>x</p><p>y</p></li><li>z</ol><blockquote>Q</blockquote><pre>
 a
   b
</pre><table><tr><th>H1<th>H2</tr><tr><td></td><td> 2 </td></table>tail</body></html>"""
LINES = [
    ("Hello & world", "h1", 0, ""),
    ("One two three", "p", 0, ""),
    ("four <b> link", "p", 0, ""),
    ("a", "item", 1, "•"),
    ("b", "item", 2, "•"),
    ("c [cat]", "item", 1, "•"),
    ("x", "item", 1, "3."),
    ("y", "item", 1, ""),
    ("z", "item", 1, "4."),
    ("Q", "quote", 1, ""),
    (" a", "pre", 0, ""),
    ("   b", "pre", 0, ""),
    ("H1\tH2", "row", 0, ""),
    ("\t2", "row", 0, ""),
    ("tail", "p", 0, ""),
]


def lines_of(rich: RichText) -> list[tuple[str, str, int, str]]:
    known = {number: rest for number, *rest in rich.lines}
    return [
        (text, *known.get(number, ("p", 0, "")))
        for number, text in enumerate(rich.text.split("\n"))
    ]


def styled(rich: RichText) -> list[tuple[str, str]]:
    return [(rich.text[start:end], style) for start, end, style in rich.runs]


def read(path: Path, data: bytes) -> Facts:
    path.write_bytes(data)
    return TextType().read(path, path.parent, "0001", filename=path.name)


def test_a_page_is_read_line_by_line_without_its_scripts() -> None:
    rich = read_html(PAGE)
    assert lines_of(rich) == LINES
    assert styled(rich) == [
        *[("world", "italic"), ("two", "bold"), ("link", "link"), ("H1", "bold"), ("H2", "bold")]
    ]


def test_markdown_is_read_alike() -> None:
    source = "# T\n\nsome *em* **bo `co` ld**\n\n- a\n  1. b\n\n> q\n\n    x\n\n|a|b|\n|-|-|\n|1|2|"
    rich = read_markdown(source + "\n\n<script>alert(1)</script>")
    assert rich.text == "T\nsome em bo co ld\na\nb\nq\nx\na\tb\n1\t2"
    assert [kind for _number, kind, *_rest in rich.lines] == [
        *("h1", "item", "item", "quote", "pre", "row", "row")
    ]
    assert ("bo co ld", "bold") in styled(rich)
    assert ("co", "code") in styled(rich)


@pytest.mark.parametrize(
    "source",
    [
        "</p></b></ul></table>x",
        "<ul><li><b>x</ul>y",
        "<p>x<p",
        "<td>x",
        "x<!-- ",
        "<pre>x",
        "&#0;x",
    ],
)
def test_broken_markup_is_read_as_far_as_it_goes(source: str) -> None:
    assert read_html(source).text.replace("\ufffd", "").startswith("x")


@given(st.lists(st.sampled_from([*PAGE.split("<"), "\r", "\u2028", "😀", "<b>", "</b>", "<td>"])))
def test_every_line_and_run_lies_in_the_text(parts: list[str]) -> None:
    rich = read_html("<".join(parts))
    count = len(rich.text.split("\n"))
    assert all(0 <= number < count for number, *_rest in rich.lines)
    assert all(0 <= start < end <= len(rich.text) for start, end, _style in rich.runs)
    assert all("\n" not in rich.text[start:end] for start, end, _style in rich.runs)
    assert not set("\r\u2028\u2029") & set(rich.text)


def test_a_file_gives_its_plain_layer_and_a_layout(tmp_path: Path) -> None:
    facts = read(tmp_path / "page.html", PAGE.encode())
    assert facts["text"] == "\n".join(line for line, *_rest in LINES)
    assert (facts["media_type"], facts["characters"]) == ("text/html", len(facts["text"]))
    [made] = facts["made"]
    layout: dict[str, Any] = json.loads(Path(made["path"]).read_text())
    assert (made["role"], made["media_type"]) == ("layout", "application/json")
    assert layout["format"] == 1
    assert layout["lines"][0] == [0, "h1", 0, ""]
    assert "alert" not in Path(made["path"]).read_text()


def test_a_page_that_names_its_encoding_is_read_in_it(tmp_path: Path) -> None:
    page = '<meta charset="windows-1251"><p>Привет</p>'.encode("windows-1251")
    facts = read(tmp_path / "page.htm", page)
    assert (facts["text"], facts["encoding"]) == ("Привет", "cp1251")
    odd = b'<meta charset="rot13"><p>Gr\xfc\xdfe</p>'
    assert read(tmp_path / "page.htm", odd)["text"] == "Grüße"


def test_a_page_without_words_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="There are no words in it"):
        read(tmp_path / "page.html", b"<html><script>1</script></html>")


def test_a_text_file_with_tags_stays_as_it_is(tmp_path: Path) -> None:
    facts = read(tmp_path / "page.txt", b"<b>x</b>")
    assert (facts["text"], facts["made"]) == ("<b>x</b>", [])


def test_a_head_that_is_never_closed_hides_nothing() -> None:
    page = "<!doctype html><html><head><meta charset=utf-8><title>T</title><body><h1>A</h1><p>B</p>"
    assert read_html(page).text == "A\nB"
    assert read_markdown("Put a `<video>` or a <video> tag here.\n\n## Second").text == (
        "Put a <video> or a tag here.\nSecond"
    )


def test_what_an_open_tag_hides_is_told(tmp_path: Path) -> None:
    facts = read(tmp_path / "page.html", b"<p>A</p><svg><style>x</style><p>B</p>")
    assert facts["text"] == "A"
    [warning] = facts["warnings"]
    assert (warning["code"], warning["values"]) == ("tag-never-closed", {"tag": "svg"})
