"""Tags for what the browser fetches: icons of the sprite, and the built scripts and styles."""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@lru_cache(maxsize=1)
def _icon_names() -> frozenset[str]:
    sprite = Path(settings.BASE_DIR, "static", "icons", "sprite.svg").read_text(encoding="utf-8")
    return frozenset(re.findall(r'<symbol id="([a-z0-9-]+)"', sprite))


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """Return a Lucide icon of the sprite; silent for screen readers unless it has a label."""
    if name not in _icon_names():
        raise ValueError(f'There is no icon "{name}". Add it to static/icons/sprite.svg.')
    address = f"{static('icons/sprite.svg')}#{name}"
    classes = f"icon {size}".strip()
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>',
            classes,
            label,
            address,
        )
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}"></use></svg>', classes, address
    )


@lru_cache(maxsize=4)
def _read_manifest(path: Path, _changed: int) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return manifest


_ENTRIES = {"pages": "src/pages.ts", "workbench": "src/main.ts"}


def _manifest() -> dict[str, Any]:
    path = Path(settings.BASE_DIR, "static", "dist", "manifest.json")
    if not path.exists():
        raise ImproperlyConfigured(
            "The browser assets are missing: static/dist/manifest.json does not exist. "
            "Build them with `make assets`, then reload the page."
        )
    return _read_manifest(path, path.stat().st_mtime_ns)


def _chunk(manifest: dict[str, Any], key: str) -> dict[str, Any]:
    if key not in manifest:
        raise ImproperlyConfigured(
            f'The browser assets have no entry "{key}". Build them again with `make assets`.'
        )
    chunk: dict[str, Any] = manifest[key]
    return chunk


@register.simple_tag
def built(key: str) -> str:
    """Return the address of a built file by the name of its source, such as a style sheet's.

    Raises ImproperlyConfigured with the command to run where it was not built.
    """
    return _dist(_chunk(_manifest(), key)["file"])


@register.simple_tag
def built_style(key: str) -> SafeString:
    """Return a built style sheet as an element, for pages that must do without any other file.

    Fonts are left out, since they would have to be fetched.
    """
    file = _chunk(_manifest(), key)["file"]
    text = _style_of(Path(settings.BASE_DIR, "static", "dist", file))
    return SafeString(f"<style>{text}</style>")


@lru_cache(maxsize=4)
def _style_of(path: Path) -> str:
    return re.sub(r"@font-face\s*{[^}]*}", "", path.read_text(encoding="utf-8"))


@register.simple_tag(takes_context=True)
def vite_entry(context: template.Context, name: str, *ahead: str) -> SafeString:
    """Return the script, its preloads and its styles of one entry of the built assets.

    What `ahead` names is preloaded, too: parts that the script will ask for at once, which the
    browser would else hear of only when the script runs.

    Raises ImproperlyConfigured with the command to run where they were not built.
    """
    manifest = _manifest()
    key = _ENTRIES.get(name, name)
    chunk = _chunk(manifest, key)
    styles, preloads = _linked(manifest, [key, *ahead])
    nonce = str(getattr(context.get("request"), "csp_nonce", ""))
    return format_html(
        '{}{}<script type="module" nonce="{}" src="{}"></script>',
        format_html_join(
            "", '<link rel="stylesheet" href="{}">', ((_dist(file),) for file in styles)
        ),
        format_html_join(
            "",
            '<link rel="modulepreload" href="{}">',
            ((_dist(file),) for file in preloads if file != chunk["file"]),
        ),
        nonce,
        _dist(chunk["file"]),
    )


def _dist(file: str) -> str:
    return static(f"dist/{file}")


def _linked(manifest: dict[str, Any], keys: list[str]) -> tuple[list[str], list[str]]:
    """Return the styles and the files of some parts and all they import, each once."""
    styles: dict[str, None] = {}
    files: dict[str, None] = {}
    seen: set[str] = set()
    waiting = keys[::-1]
    while waiting:
        key = waiting.pop()
        if key in seen:
            continue
        seen.add(key)
        chunk = _chunk(manifest, key)
        styles.update(dict.fromkeys(chunk.get("css", [])))
        files[chunk["file"]] = None
        waiting.extend(chunk.get("imports", []))
    return list(styles), list(files)
