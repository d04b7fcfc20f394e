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


def test_the_sprite_is_sorted_and_holds_shapes_only() -> None:
    text = SPRITE.read_text(encoding="utf-8")
    names = re.findall(r'<symbol id="([^"]+)"', text)
    assert names == sorted(set(names))
    assert set(re.findall(r"<(\w+)", text)) <= {
        "svg", "symbol", "path", "circle", "rect", "line", "polyline", "polygon", "ellipse"
    }  # fmt: skip
