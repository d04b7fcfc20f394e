"""A text task and an image task from the first key to the last, with no mouse at hand."""

import io
from typing import Any

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import MakePerson
from tests.browser.people import Person
from tests.browser.product import Product
from tests.browser.setting import KINDS, Work, let_in, make_work
from tests.browser.working import all_sent, submit, wait_for_task

NAMES = {
    "format": 1,
    "data_type": "text",
    "questions": [
        {
            "name": "who",
            "title": "Names",
            "type": "spans",
            "labels": [{"key": "person", "name": "Person"}, {"key": "place", "name": "Place"}],
        }
    ],
}
THINGS = {
    "format": 1,
    "data_type": "image",
    "questions": [
        {
            "name": "things",
            "title": "Things",
            "type": "boxes",
            "labels": [{"key": "cat", "name": "Cat"}, {"key": "dog", "name": "Dog"}],
        }
    ],
}


def tab_to(page: Page, name: str, most: int = 60) -> None:
    """Press Tab until something whose words begin so has the focus."""
    passed = []
    for _ in range(most):
        page.keyboard.press("Tab")
        passed.append(page.evaluate("document.activeElement?.textContent?.trim() ?? ''"))
        if passed[-1].startswith(name):
            return
    raise AssertionError(f"{name} was not reached with {most} presses of Tab, only {passed}")


def start_by_keys(who: Person, work: Work) -> None:
    """From the project's queues into the workbench, by Tab and Enter."""
    who.goto(f"/projects/{work.project}/queues")
    tab_to(who.page, "Start")
    who.page.keyboard.press("Enter")
    wait_for_task(who.page, "")


def press(page: Page, *keys: str) -> None:
    """Press keys one after another."""
    for key in keys:
        page.keyboard.press(key)


def regions_of(product: Product, work: Work, question: str) -> list[dict[str, Any]]:
    """The regions of the one annotation of the one item, as the server has them."""
    [item] = product.get(f"datasets/{work.dataset}/items")["results"]
    [annotation] = product.get(f"items/{item['id']}")["annotations"]
    regions: list[dict[str, Any]] = annotation["regions"]["regions"]
    assert {region["question"] for region in regions} == {question}
    return regions


def test_names_in_a_text_are_marked_without_a_mouse(person: MakePerson, product: Product) -> None:
    work = make_work(
        product, "Names", NAMES, texts=["Ada met Bo in Oslo."], overlap=1, review_share=0.0
    )
    ada = person("Ada")
    let_in(ada, work.project)
    start_by_keys(ada, work)
    press(ada.page, "Control+Shift+ArrowRight", "1")
    expect(ada.page.get_by_role("option", name="Ada Person")).to_be_attached()
    assert submit(ada.page) is False
    all_sent(ada.page)
    [span] = regions_of(product, work, "who")
    assert (span["label"], span["at"]) == ("person", {"start": 0, "end": 3})


def test_a_box_is_drawn_sized_and_placed_without_a_mouse(
    person: MakePerson, product: Product
) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(picture, "PNG")
    work = make_work(
        product,
        "Things",
        THINGS,
        pictures={"white.png": picture.getvalue()},
        overlap=1,
        review_share=0.0,
    )
    ada = person("Ada")
    let_in(ada, work.project)
    start_by_keys(ada, work)
    ada.page.wait_for_selector("[data-stage]:not([data-state])")
    press(ada.page, "b", *["ArrowRight"] * 3, *["Control+ArrowDown"] * 2, "Enter", "2")
    assert submit(ada.page) is False
    all_sent(ada.page)
    [box] = regions_of(product, work, "things")
    assert box["label"] == "dog"


def test_three_kinds_of_tasks_from_signing_in_without_a_mouse(
    person: MakePerson, product: Product
) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(picture, "PNG")
    policy: dict[str, Any] = {"overlap": 1, "review_share": 0.0}
    works = {
        "kind": make_work(product, "Keys: class", KINDS, texts=["you have won"], **policy),
        "who": make_work(product, "Keys: names", NAMES, texts=["Ada met Bo in Oslo."], **policy),
        "things": make_work(
            product, "Keys: boxes", THINGS, pictures={"white.png": picture.getvalue()}, **policy
        ),
    }
    keys = {
        "kind": ["2"],
        "who": ["Control+Shift+ArrowRight", "1"],
        "things": ["b", *["ArrowRight"] * 3, "Enter", "2"],
    }
    ada = person("Ada")
    ada.page.goto(product.link("owner"))
    expect(ada.page.get_by_role("button", name="Sign in")).to_be_focused()
    ada.page.keyboard.press("Enter")
    ada.page.wait_for_url(lambda url: "/sign-in/" not in url)
    for question, work in works.items():
        ada.goto("/")
        tab_to(
            ada.page,
            {"kind": "Keys: class", "who": "Keys: names", "things": "Keys: boxes"}[question],
        )
        ada.page.keyboard.press("Enter")
        ada.page.wait_for_url("**/projects/project_*")
        tab_to(ada.page, "Queues")
        ada.page.keyboard.press("Enter")
        ada.page.wait_for_url("**/queues")
        tab_to(ada.page, "Start")
        ada.page.keyboard.press("Enter")
        wait_for_task(ada.page, "")
        ada.page.wait_for_selector("[data-stage]:not([data-state])")
        press(ada.page, *keys[question])
        assert submit(ada.page) is False
        all_sent(ada.page)
        assert regions_of(product, work, question)
