"""The rules of the templates: nothing inline, only icons that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SPRITE = ROOT / "static" / "icons" / "sprite.svg"


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_a_template_has_nothing_inline(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=[\"']|javascript:", text)
    assert not re.search(r"<script(?![^>]*\b(?:src|nonce)=)", text)
    assert not re.search(r"\|\s*safe\b|autoescape off|mark_safe", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_a_template_names_icons_of_the_sprite_only(path: Path) -> None:
    known = set(re.findall(r'<symbol id="([a-z0-9-]+)"', SPRITE.read_text(encoding="utf-8")))
    text = path.read_text(encoding="utf-8")
    used = set(re.findall(r"{%\s*icon \"([\w-]+)\"", text))
    used |= set(re.findall(r"\b(?:icon_name|action_icon|tag_icon)=\"([\w-]+)\"", text))
    assert used <= known


CLASSES = set(
    re.findall(
        r"\.([a-zA-Z][\w-]*)",
        "".join(one.read_text() for one in (ROOT / "static" / "css").glob("*.css")),
    )
)


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_every_class_of_a_template_is_styled(path: Path) -> None:
    text = re.sub(r"{%.*?%}|{{.*?}}", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    used = {name for part in re.findall(r'\sclass="([^"]*)"', text) for name in part.split()}
    assert used - CLASSES == set()


WORDS = re.compile(r"[A-Za-z]{2,}")
SPOKEN = (
    "(?:aria-label|title|placeholder|alt|label|text|action_text|doc_text"
    "|question|reason|button|what)"
)
NAMES = {"Winnow"}  # what is the same in every language


def _spoken(template: str) -> list[str]:
    """Return the words of a template that no catalogue can reach."""
    text = re.sub(r"{#.*?#}", "", template)
    text = re.sub(r"{% comment.*?endcomment %}", "", text, flags=re.DOTALL)
    text = re.sub(r"{% block page_class %}.*?{% endblock", "{% endblock", text)
    text = re.sub(r"{% blocktrans.*?endblocktrans(?:late)? %}", "", text, flags=re.DOTALL)
    given = re.findall(rf"{{%\s*(?:include|card|note|progress)[^%]*?\s{SPOKEN}=\"([^\"]+)\"", text)
    text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL)
    given += re.findall(rf"\s{SPOKEN}=\"([^\"]+)\"", text)
    given = [part for part in given if not re.search(r"\w[.:=]\w", part)]  # code, not a sentence
    text = re.sub(r"<(code|kbd|pre)\b.*?</\1>", "", text, flags=re.DOTALL)
    text = re.sub(r"<[^>]*>|&\w+;", " ", text)
    return [word for part in (*given, text) for word in WORDS.findall(part) if word not in NAMES]


@pytest.mark.parametrize("path", [p for p in TEMPLATES if p.name != "look.html"], ids=_name)
def test_every_sentence_goes_through_the_catalogue(path: Path) -> None:
    assert _spoken(path.read_text(encoding="utf-8")) == []


def test_the_search_for_sentences_finds_them() -> None:
    assert _spoken('<h1 title="Hello">Good {{ day }}</h1>{% include "x" with text="Go on" %}') == [
        "Go", "on", "Hello", "Good"
    ]  # fmt: skip
    assert (
        _spoken('{% translate "Hello" %}{% blocktranslate %}Good day{% endblocktranslate %}') == []
    )


def test_the_sprite_is_sorted_and_holds_shapes_only() -> None:
    text = SPRITE.read_text(encoding="utf-8")
    names = re.findall(r'<symbol id="([^"]+)"', text)
    assert names == sorted(set(names))
    assert set(re.findall(r"<(\w+)", text)) <= {
        "svg", "symbol", "path", "circle", "rect", "line", "polyline", "polygon", "ellipse"
    }  # fmt: skip
