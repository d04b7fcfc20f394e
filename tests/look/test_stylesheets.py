"""The rules of the stylesheets: colours in one file, logical properties, contrast."""

import re
from pathlib import Path

import pytest

from foundation.pure.palette import PALETTE

ROOT = Path(__file__).resolve().parent.parent.parent
CSS = sorted((ROOT / "static" / "css").glob("*.css"))
TOKENS = ROOT / "static" / "css" / "tokens.css"
PHYSICAL = re.compile(
    r"(?:^|[\s;{])(?:(?:margin|padding|border|scroll-(?:margin|padding))-(?:left|right|top|bottom)"
    r"|(?:left|right|top|bottom)\s*:|(?:float|clear|text-align)\s*:\s*(?:left|right))"
)
HEX = re.compile(r"#[0-9a-fA-F]{3,8}\b")


def _without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


def _read(path: Path) -> str:
    return _without_comments(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", [path for path in CSS if path != TOKENS], ids=lambda p: p.name)
def test_a_colour_value_stands_in_the_token_file_only(path: Path) -> None:
    values = re.sub(r"url\([^)]*\)", "", _read(path))
    assert HEX.findall(re.sub(r"#[\w-]+(?=[^;{}]*\{)", "", values)) == []
    assert re.findall(r"\b(?:rgb|rgba|hsl|hsla|oklch|lab)\(", values) == []


@pytest.mark.parametrize("path", CSS, ids=lambda p: p.name)
def test_properties_are_logical_so_that_pages_mirror(path: Path) -> None:
    found = [line.strip() for line in _read(path).splitlines() if PHYSICAL.search(line)]
    # Pixels, seconds and the arrows of relations start from the left in every language.
    physical = (".picture", ".sound", ".footage", ".doc.related", ".mini-stage .doc.related")
    assert [line for line in found if not line.startswith(physical)] == []


@pytest.mark.parametrize("path", CSS, ids=lambda p: p.name)
def test_every_rule_stands_in_a_layer_and_braces_close(path: Path) -> None:
    css = _read(path)
    assert css.count("{") == css.count("}")
    outside = re.sub(r"@font-face\s*\{[^}]*\}", "", css)
    depth, loose = 0, ""
    for sign in outside:
        depth += (sign == "{") - (sign == "}")
        loose += sign if depth == 0 and sign not in "{}" else ""
    heads = [part.strip() for part in re.split(r"[;\n]", loose) if part.strip()]
    assert all(head.startswith("@layer") for head in heads), heads


@pytest.mark.parametrize("path", CSS, ids=lambda p: p.name)
def test_every_token_used_is_defined(path: Path) -> None:
    defined = set(re.findall(r"(--[\w-]+)\s*:", "".join(_read(one) for one in CSS)))
    assert set(re.findall(r"var\((--[\w-]+)", _read(path))) <= defined


def test_the_label_colours_of_python_are_those_of_the_tokens() -> None:
    tokens = dict(re.findall(r"--l(\d+): (#[0-9a-f]{6});", _read(TOKENS)))
    assert tuple(tokens[str(number)] for number in range(1, 13)) == PALETTE


def _luminance(color: str) -> float:
    digits = color.lstrip("#")
    digits = "".join(sign * 2 for sign in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _theme(number: int) -> dict[str, str]:
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\);", _read(TOKENS))
    single = re.findall(r"--([\w-]+): (#\w+);", _read(TOKENS))
    return {name: (light, dark)[number] for name, light, dark in pairs} | dict(single)


TEXT_PAIRS = [
    *((ink, paper) for ink in ("text", "muted") for paper in ("bg", "surface", "sunken", "raised")),
    *((ink, paper) for ink in ("accent", "ok", "warn", "error") for paper in ("bg", "surface")),
    *((ink, f"{ink}-soft") for ink in ("accent", "ok", "warn", "error")),
    *(("text", f"{ink}-soft") for ink in ("accent", "ok", "warn", "error")),
    *(("accent", f"{ink}-soft") for ink in ("warn", "error", "ok")),
    ("muted", "accent-soft"),
    ("error", "accent-soft"),
    ("on-accent", "accent"),
    ("surface", "error"),
    ("on-canvas", "canvas"),
    ("on-canvas-muted", "canvas"),
]


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "paper"), TEXT_PAIRS)
def test_text_is_readable_on_every_surface_it_stands_on(theme: int, ink: str, paper: str) -> None:
    colors = _theme(theme)
    assert _contrast(colors[ink], colors[paper]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ink", ["control", *(f"l{number}" for number in range(1, 13))])
def test_marks_and_edges_of_controls_can_be_seen(theme: int, ink: str) -> None:
    colors = _theme(theme)
    assert _contrast(colors[ink], colors["surface"]) >= 3
