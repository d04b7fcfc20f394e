"""The twelve label colours. `static/css/tokens.css` holds the same values as `--l1` to `--l12`."""

import re

PALETTE = (
    "#2f74d0",
    "#d4580f",
    "#0b8a83",
    "#d02f86",
    "#9a7200",
    "#77808c",
    "#8b57d9",
    "#4d8a1f",
    "#c2452f",
    "#0f86b8",
    "#a04fa8",
    "#8a6a4a",
)
_HEX = re.compile(r"#[0-9a-f]{6}")


def palette_class(color: str) -> str:
    """Return the CSS class of a palette colour, or "" for a colour of somebody's own.

    Examples
    --------
    >>> palette_class("#D4580F")
    'l2'
    >>> palette_class("#123456")
    ''
    """
    wanted = color.lower()
    return f"l{PALETTE.index(wanted) + 1}" if wanted in PALETTE else ""


def hex_or_grey(color: str) -> str:
    """Return the colour in lower case where it is #rrggbb, else the grey of the palette.

    Examples
    --------
    >>> hex_or_grey("#ABCDEF"), hex_or_grey("url(evil)")
    ('#abcdef', '#77808c')
    """
    wanted = color.lower()
    return wanted if _HEX.fullmatch(wanted) else PALETTE[5]
