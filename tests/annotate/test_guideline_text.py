"""Guidelines become plain markup, and nothing in them can run."""

import re

import pytest

from annotate.views.markdown import render_markdown


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# Cells #", "<h2>Cells</h2>"),
        ("a\nb", "<p>a\nb</p>"),
        ("**b** and *i*", "<p><strong>b</strong> and <em>i</em></p>"),
        ("snake_case and 2*3*4", "<p>snake_case and 2*3*4</p>"),
        ("- a\n- b", "<ul><li>a</li>\n<li>b</li></ul>"),
        ("1. a\n   - b", "<ol><li>a\n<ul><li>b</li></ul></li></ol>"),
        ("- a\n\ntext", "<ul><li>a</li></ul>\n<p>text</p>"),
        ("- a\n1. b", "<ul><li>a</li></ul>\n<ol><li>b</li></ol>"),
        ("> q", "<blockquote><p>q</p></blockquote>"),
        ("---", "<hr>"),
        ("`<b>`", "<p><code>&lt;b&gt;</code></p>"),
        ("```\n<b> **x**\n```", "<pre><code>&lt;b&gt; **x**</code></pre>"),
        ("", ""),
    ],
)
def test_a_guideline_becomes_plain_markup(text: str, html: str) -> None:
    assert render_markdown(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](//evil.example/)",
        "[x](data:text/html,y)",
        '[x](https://a.example/"onmouseover="alert(1))',
        "**<script>alert(1)</script>**",
        "# <svg onload=alert(1)>",
    ],
)
def test_nothing_in_a_guideline_can_run(text: str) -> None:
    html = render_markdown(text)
    assert re.findall(r"<(?!/?(?:p|h2|strong|em|a)\b)[^>]*>", html) == []
    assert re.findall(r'href="(?!https://)', html) == []
    assert re.findall(r"<[^>]*\son\w+=", re.sub(r'"[^"]*"', '""', html)) == []


def test_a_link_of_a_guideline_is_kept() -> None:
    html = render_markdown("[rules](https://a.example/r?x=1&y=2)")
    link = '<a href="https://a.example/r?x=1&amp;y=2" rel="noopener noreferrer">rules</a>'
    assert html == f"<p>{link}</p>"
