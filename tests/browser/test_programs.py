"""A program with a token: what it pushes twice under one key is there once."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.browser import belongings
from tests.browser.conftest import MakePerson
from tests.browser.product import Product
from tests.browser.setting import curl


def make_dataset(product: Product, data_type: str) -> str:
    """A dataset in a project of its own."""
    project = product.post("projects", {"name": f"Pushed {data_type}"})["id"]
    body = {"name": "Items", "data_type": data_type}
    return str(product.post(f"projects/{project}/datasets", body)["id"])


def push_twice(product: Product, dataset: str, key: str, *words: str) -> list[dict[str, Any]]:
    """Push the same twice under one key; returns both answers."""
    header = ("-H", f"Idempotency-Key: {key}")
    path = f"datasets/{dataset}/items"
    return [json.loads(curl(product, path, *header, *words)) for _time in range(2)]


def count(product: Product, dataset: str) -> int:
    """How many items are in a dataset."""
    return len(product.get(f"datasets/{dataset}/items?limit=500")["results"])


JSON = ("-H", "Content-Type: application/json")
NDJSON = ("-H", "Content-Type: application/x-ndjson")


def test_json_and_lines_pushed_twice_are_there_once(product: Product, tmp_path: Path) -> None:
    dataset = make_dataset(product, "text")
    one = json.dumps({"key": "a", "data": "first"})
    many = json.dumps([{"key": f"m{n}", "data": f"text {n}"} for n in range(3)])
    lines = tmp_path / "items.jsonl"
    lines.write_text("\n".join(json.dumps({"key": f"l{n}", "data": f"n {n}"}) for n in range(200)))
    for key, words in {
        "one": (*JSON, "--data", one),
        "many": (*JSON, "--data", many),
        "lines": (*NDJSON, "--data-binary", f"@{lines}"),
    }.items():
        first, again = push_twice(product, dataset, key, *words)
        assert first == again
        assert first["created"] > 0
    assert count(product, dataset) == 1 + 3 + 200


def test_files_pushed_twice_are_there_once(product: Product, tmp_path: Path) -> None:
    dataset = make_dataset(product, "image")
    forms: list[str] = []
    for number in range(3):
        file = tmp_path / f"shape-{number}.png"
        file.write_bytes(belongings.draw(number))
        forms += ["--form", f"files=@{file}"]
    first, again = push_twice(product, dataset, "files", *forms)
    assert first["created"] == 3
    assert first == again
    assert count(product, dataset) == 3


def test_a_broken_record_is_named_and_the_good_ones_stay(product: Product) -> None:
    dataset = make_dataset(product, "text")
    body = json.dumps([{"key": "good", "data": "text"}, {"key": "bad", "data": "x", "colour": 1}])
    answer = json.loads(curl(product, f"datasets/{dataset}/items", *JSON, "--data", body))
    assert (answer["created"], answer["refused"]) == (1, 1)
    assert "colour" in json.dumps(answer["refusals"])


@pytest.mark.extras
def test_the_line_on_the_upload_page_works_as_it_stands(
    person: MakePerson, product: Product, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = make_dataset(product, "text")
    oz = person("Oz")
    oz.sign_in(product.link("owner"))
    oz.goto(f"/datasets/{dataset}/upload")
    shown = re.sub(r"\\\n\s*", " ", oz.page.locator("pre.code").inner_text())
    assert shown.startswith("curl ")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "items.jsonl").write_text('{"key": "a", "data": "text"}\n')
    path = shown.rpartition("/api/v1/")[2].strip()
    assert json.loads(curl(product, path, *NDJSON, "--data-binary", "@items.jsonl"))["created"] == 1
