"""The template tags: what they draw, what they escape, what they refuse."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.template import Context, Template
from django.test import RequestFactory
from pytest_django import Settings

Draw = Callable[..., str]


@pytest.fixture
def draw() -> Draw:
    """Render a piece of template with the page's tags loaded."""

    def render(text: str, **values: Any) -> str:
        values.setdefault("request", RequestFactory().get("/look?sort=-n&after=abc&q=owl"))
        return Template("{% load ui charts %}" + text).render(Context(values))

    return render


def test_a_name_from_outside_is_never_markup(draw: Draw) -> None:
    bad = '<img src=x onerror="alert(1)">'
    drawn = draw(
        "{% person bad bad %}{% label_chip label %}{% hash_value bad %}{% icon 'check' label=bad %}"
        "{% note title=bad %}{{ bad }}{% endnote %}{% card title=bad %}{{ bad }}{% endcard %}"
        "{% progress 1 2 bad %}{% bar_chart rows title=bad %}{% sort_th bad bad %}",
        bad=bad,
        label={"name": bad, "color": '"><script>'},
        rows=[{"name": bad, "value": 1, "url": "javascript:", "color": bad}],
    )
    assert "<img" not in drawn
    assert "<script" not in drawn


def test_a_label_of_the_palette_is_a_class_and_another_colour_a_fill(draw: Draw) -> None:
    drawn = draw("{% swatch '#D4580F' %}{% swatch '#7a4bff' %}{% swatch 'red;}' %}")
    assert 'class="sw l2"' in drawn
    assert 'fill="#7a4bff"' in drawn
    assert 'fill="#77808c"' in drawn
    assert "style=" not in drawn


def test_an_icon_that_is_not_in_the_sprite_is_refused_by_name(draw: Draw) -> None:
    with pytest.raises(ValueError, match='no icon "chekc"'):
        draw("{% icon 'chekc' %}")


def test_progress_says_counts_share_rate_and_estimate(draw: Draw) -> None:
    drawn = draw("{% progress 1240 2000 'files' 12.4 61 %}").replace("\N{NO-BREAK SPACE}", " ")
    assert "1,240 of 2,000 files <small>62 %</small>" in drawn
    assert "12.4 files a second · about 1 min left" in drawn
    assert 'aria-valuenow="62"' in drawn


def test_progress_never_says_all_before_all_is_done(draw: Draw) -> None:
    drawn = draw("{% progress 1999 2000 %}")
    assert 'aria-valuenow="99"' in drawn
    assert "100" not in drawn.replace('aria-valuemax="100"', "").replace('height="100%"', "")


def test_progress_of_an_unknown_whole_claims_no_share(draw: Draw) -> None:
    drawn = draw("{% progress 17 None 'files' %}")
    assert "17 files" in drawn
    assert "aria-valuenow" not in drawn


def test_an_interval_stands_smaller_beside_its_value(draw: Draw) -> None:
    assert draw("{% interval 0.58 0.52 0.64 %}") == '0.58 <span class="interval">0.52–0.64</span>'
    assert draw("{% interval_text 0.58 0.52 0.64 %}") == "0.58, 0.52–0.64"
    assert draw("{% interval nothing %}") == "–"


def test_a_column_head_turns_the_order_round_and_starts_again_at_the_first_page(
    draw: Draw,
) -> None:
    drawn = draw("{% sort_th 'Items' 'n' right=True %}{% sort_th 'Name' 'name' %}")
    assert 'aria-sort="descending"' in drawn
    assert "?sort=n&amp;q=owl" in drawn
    assert "?sort=name&amp;q=owl" in drawn


class _Form(forms.Form):
    name = forms.CharField(label="Name", help_text="Shown to all.")
    note = forms.CharField(label="Note", required=False)


def test_a_wrong_field_keeps_its_value_and_is_tied_to_help_and_error(draw: Draw) -> None:
    form = _Form({"name": "", "note": "owl"})
    drawn = draw("{% form_errors form %}{% field form.name %}{% field form.note %}", form=form)
    assert 'aria-describedby="id_name_helptext id_name_error"' in drawn
    assert 'id="id_name_error"' in drawn
    assert 'href="#id_name"' in drawn
    assert 'value="owl"' in drawn
    assert drawn.count("(optional)") == 1


def test_the_way_back_stays_in_this_house(draw: Draw) -> None:
    make = RequestFactory().post
    here = make("/items/archive", headers={"referer": "http://testserver/items?q=owl"})
    away = make("/items/archive", headers={"referer": "https://evil.example/items"})
    assert draw("{% way_back %}", request=here) == "/items?q=owl"
    assert draw("{% way_back %}", request=away) == "/"


MANIFEST = {
    "src/pages.ts": {"file": "pages-1a.js", "imports": ["_shared.js"], "css": ["pages-2b.css"]},
    "_shared.js": {"file": "shared-3c.js", "css": ["shared-4d.css"]},
    "src/later.ts": {"file": "later-5e.js", "imports": ["src/pages.ts"]},
}


def _lay_out(folder: Path, manifest: dict[str, Any] | None) -> None:
    (folder / "static" / "dist").mkdir(parents=True)
    if manifest is not None:
        (folder / "static" / "dist" / "manifest.json").write_text(json.dumps(manifest))


def test_an_entry_brings_its_styles_preloads_and_a_script_with_the_nonce(
    draw: Draw, tmp_path: Path, settings: Settings
) -> None:
    _lay_out(tmp_path, MANIFEST)
    settings.BASE_DIR = tmp_path
    request = RequestFactory().get("/")
    request.csp_nonce = "n0nce"  # type: ignore[attr-defined]
    drawn = draw("{% vite_entry 'pages' %}", request=request)
    assert '<script type="module" nonce="n0nce" src="/static/dist/pages-1a.js"></script>' in drawn
    assert '<link rel="modulepreload" href="/static/dist/shared-3c.js">' in drawn
    assert drawn.count('rel="stylesheet"') == 2
    assert "later-5e.js" not in drawn
    drawn = draw("{% vite_entry 'pages' 'src/later.ts' %}", request=request)
    assert '<link rel="modulepreload" href="/static/dist/later-5e.js">' in drawn
    assert drawn.count("pages-1a.js") == 1


@pytest.mark.parametrize(
    ("manifest", "text"), [(None, "make assets"), ({}, "no entry"), (MANIFEST, "no entry")]
)
def test_missing_assets_name_the_command_that_builds_them(
    draw: Draw, tmp_path: Path, settings: Settings, manifest: Any, text: str
) -> None:
    _lay_out(tmp_path, manifest)
    settings.BASE_DIR = tmp_path
    with pytest.raises(ImproperlyConfigured, match=text):
        draw("{% vite_entry 'workbench' %}")
