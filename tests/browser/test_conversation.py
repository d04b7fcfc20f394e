"""Answers are compared, ranked and corrected, and turns labelled, without a mouse."""

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import MakePerson
from tests.browser.people import SHOTS
from tests.browser.product import Product
from tests.browser.setting import Work, let_in, make_work
from tests.browser.test_keyboard_only import press, start_by_keys
from tests.browser.working import all_sent, open_queue, submit

TALK: dict[str, Any] = {
    "turns": [
        {
            "role": "user",
            "text": "My bread is dense and sour. What first?",
        },
        {"role": "assistant", "text": "How warm was it before?"},
        {"role": "user", "text": "26 degrees, for six hours."},
    ],
    "candidates": [
        {"id": "a", "text": "Too long for how warm it was. Shorten the time at room temperature."},
        {"id": "b", "text": "There are many possible reasons. Baking is an art."},
    ],
}
THREE = TALK | {"candidates": [*TALK["candidates"], {"id": "c", "text": "Use less starter."}]}
PAIR: list[dict[str, Any]] = [
    {"name": "better", "title": "Which is better?", "type": "pairwise", "required": True},
    {"name": "corrected", "title": "Corrected answer", "type": "text"},
]
ORDER: list[dict[str, Any]] = [
    {"name": "order", "title": "Best first", "type": "ranking", "required": True}
]
TURNS: list[dict[str, Any]] = [
    {
        "name": "act",
        "title": "What it does",
        "type": "choice",
        "required": False,
        "per": "turn",
        "labels": [{"key": "asks", "name": "Asks"}, {"key": "tells", "name": "Tells"}],
    }
]


def make_talk(product: Product, name: str, questions: list[dict[str, Any]], data: Any) -> Work:
    """A project with one conversation in a queue."""
    definition = {"format": 1, "data_type": "conversation", "questions": questions}
    item = {"key": "talk", "data_type": "conversation", "data": data}
    return make_work(product, name, definition, others=[item], overlap=1, review_share=0.0)


def answer_of(product: Product, work: Work) -> list[dict[str, Any]]:
    """The regions of the one annotation of the one item."""
    [item] = product.get(f"datasets/{work.dataset}/items")["results"]
    [annotation] = product.get(f"items/{item['id']}")["annotations"]
    regions: list[dict[str, Any]] = annotation["regions"]["regions"]
    return regions


def test_the_better_answer_is_named_by_its_candidate_and_corrected(
    person: MakePerson, product: Product
) -> None:
    work = make_talk(product, "Pairs", PAIR, TALK)
    ada = person("Ada")
    let_in(ada, work.project)
    start_by_keys(ada, work)
    page = ada.page
    expect(page.locator(".reply")).to_have_count(2)
    press(page, "1")
    first = page.locator(".reply").first
    expect(first.locator(".tag")).to_have_text("preferred")
    shown = first.locator("p").inner_text()
    page.get_by_role("button", name="B", exact=True).press("Enter")
    page.get_by_role("textbox", name="Corrected answer").press("Control+End")
    page.keyboard.type(" Try again.")
    page.keyboard.press("Escape")
    page.locator("[data-stage]").focus()
    ada.look("pair")
    page.set_viewport_size({"width": 1024, "height": 768})
    page.screenshot(path=SHOTS / "pair-1024.png")
    assert submit(page) is False
    all_sent(page)
    better, corrected = sorted(answer_of(product, work), key=lambda one: one["question"])
    texts = {one["id"]: one["text"] for one in TALK["candidates"]}
    assert texts[better["value"]] == shown
    order = better["attributes"]["shown"].split(" ")
    assert (order[0], sorted(order)) == (better["value"], ["a", "b"])
    assert corrected["value"] == f"{texts[order[1]]} Try again."


def test_answers_are_ranked_with_equals_by_keys(person: MakePerson, product: Product) -> None:
    work = make_talk(product, "Ranking", ORDER, THREE)
    ada = person("Ada")
    let_in(ada, work.project)
    start_by_keys(ada, work)
    page = ada.page
    expect(page.locator(".reply")).to_have_count(3)
    press(page, "2", "1")
    press(page, "Enter")  # one is missing
    expect(page.get_by_role("button", name="does not name every answer yet")).to_be_visible()
    press(page, "3", "=")
    ada.look("ranking")
    assert submit(page) is False
    all_sent(page)
    [order] = answer_of(product, work)
    first, second, third = order["attributes"]["shown"].split(" ")
    assert order["value"] == f"{second} > {' = '.join(sorted((first, third)))}"


def test_turns_are_labelled_one_after_the_other_by_keys(
    person: MakePerson, product: Product
) -> None:
    work = make_talk(product, "Turns", TURNS, TALK["turns"])
    ada = person("Ada")
    let_in(ada, work.project)
    start_by_keys(ada, work)
    page = ada.page
    press(page, "1", "ArrowDown", "ArrowDown", "2")
    expect(page.locator(".turn .chips").first).to_have_text("Asks")
    ada.look("turns")
    assert submit(page) is False
    all_sent(page)
    said = {one["on"]["turn"]: one["label"] for one in answer_of(product, work)}
    assert said == {"0": "asks", "2": "tells"}


def test_a_conversation_has_a_page(person: MakePerson, product: Product) -> None:
    work = make_talk(product, "Talk on pages", PAIR, TALK)
    mia = person("Mia")
    let_in(mia, work.project, "manager")
    mia.goto(f"/datasets/{work.dataset}/items")
    mia.page.get_by_role("link", name="talk").first.click()
    mia.sees("How warm was it before?")
    mia.look("talk-item")
    open_queue(mia, work.queue, "work")
