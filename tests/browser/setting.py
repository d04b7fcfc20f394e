"""What has to be there before a story begins, made through REST, and how people come in."""

import secrets
import subprocess
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser.people import Person
from tests.browser.product import Product

KINDS = {
    "format": 1,
    "data_type": "text",
    "questions": [
        {
            "name": "kind",
            "title": "Kind",
            "type": "choice",
            "labels": [{"key": "ham", "name": "Wanted"}, {"key": "spam", "name": "Spam"}],
        }
    ],
}


@dataclass(frozen=True)
class Work:
    """The ids of what a story needs."""

    project: str
    dataset: str
    schema: str
    queue: str


def make_work(
    product: Product,
    name: str,
    definition: Mapping[str, Any],
    *,
    texts: Iterable[str] = (),
    pictures: Mapping[str, bytes] | None = None,
    others: Iterable[Mapping[str, Any]] = (),
    **policy: Any,
) -> Work:
    """Make a project with a dataset, a label schema and a filled queue."""
    project = product.post("projects", {"name": name})["id"]
    data_type = definition["data_type"]
    body = {"name": "Items", "data_type": data_type}
    dataset = product.post(f"projects/{project}/datasets", body)["id"]
    body = {"name": "Questions", "definition": definition}
    schema = product.post(f"projects/{project}/schemas", body)["id"]
    items: list[Any] = [{"key": f"item-{n:03}", "data": text} for n, text in enumerate(texts)]
    items += others
    if items:
        product.post(f"datasets/{dataset}/items", items)
    if pictures:
        push_files(product, dataset, pictures)
    wanted = {"name": name, "dataset": dataset, "schema": schema, "policy": policy}
    queue = product.post(f"projects/{project}/queues", wanted)
    wait_for_job(product, queue["job"])
    return Work(project, dataset, schema, str(queue["id"]))


def push_files(product: Product, dataset: str, files: Mapping[str, bytes]) -> None:
    """Push files as a program does, with curl."""
    folder = Path(tempfile.mkdtemp(dir=product.service.folder))
    for name, data in files.items():
        (folder / name).write_bytes(data)
    forms = [word for name in files for word in ("--form", f"files=@{folder / name}")]
    curl(product, f"datasets/{dataset}/items", *forms)


def curl(product: Product, path: str, *words: str) -> str:
    """Run curl with the owner's token; returns what the server answered."""
    key = f"Authorization: Bearer {product.token('owner')}"
    address = f"{product.url}/api/v1/{path}"
    command = ["curl", "-sS", "--fail-with-body", "-H", key, *words, address]
    outcome = subprocess.run(command, check=False, capture_output=True, text=True)
    assert outcome.returncode == 0, outcome.stderr + outcome.stdout
    return outcome.stdout


def wait_for_job(product: Product, job: str, seconds: float = 60) -> dict[str, Any]:
    """Wait until a job has succeeded; returns it."""
    deadline = time.monotonic() + seconds
    while True:
        shown: dict[str, Any] = product.get(f"jobs/{job}")
        if shown["state"] == "succeeded":
            return shown
        assert shown["state"] in ("queued", "running"), shown
        assert time.monotonic() < deadline, shown
        time.sleep(0.1)


def let_in(who: Person, project: str, role: str = "annotator") -> None:
    """Invite somebody into a project, and let them join in their browser."""
    product = who.product
    invited = product.post(f"projects/{project}/invitations", {"role": role})
    who.goto(invited["url"].removeprefix(product.url))
    who.page.get_by_label("Your name").fill(who.name)
    who.username = f"{who.name.lower()}-{secrets.token_hex(3)}"
    who.page.get_by_label("User name").fill(who.username)
    who.page.get_by_label("Password").fill("weighing-anchor-7-moths")
    who.click("Make account and join", "button")
    who.page.wait_for_url("**/projects/*")
