"""Answers about texts: one label of thousands, a text that is changed, and marks by patterns."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MakePerson
from tests.browser.product import Product
from tests.browser.setting import let_in
from tests.browser.test_keyboard_only import press, start_by_keys
from tests.browser.test_text_tools import at_work, one_text, regions_of, send, words
from tests.browser.working import open_queue, stage

KINDS = ("river", "stone", "cloud", "wheel", "grain")
TOPICS: dict[str, Any] = {
    "format": 1,
    "data_type": "text",
    "questions": [
        {
            "name": "topic",
            "title": "Topic",
            "type": "choice",
            "labels": [
                *({"key": kind, "name": kind.title()} for kind in KINDS),
                *(
                    {"key": f"{kind}.{n}", "name": f"{kind.title()} {n}", "parent": kind}
                    for kind in KINDS
                    for n in range(300)
                ),
                {"key": "mill", "name": "Mill", "parent": "wheel.9", "aliases": ["waterworks"]},
            ],
        }
    ],
}
BETTER: dict[str, Any] = {
    "format": 1,
    "data_type": "text",
    "questions": [
        {
            "name": "better",
            "title": "Better text",
            "type": "text",
            "prefill": "text",
            "required": True,
            "max_length": 400,
        }
    ],
}
FOUND: dict[str, Any] = {
    "format": 1,
    "data_type": "text",
    "questions": [
        {
            "name": "names",
            "title": "Names",
            "type": "spans",
            "labels": [
                {"key": "person", "name": "Person", "patterns": ["Ada", "Bo"]},
                {"key": "order", "name": "Order", "patterns": ["order {digits}"]},
            ],
        }
    ],
}


@pytest.mark.extras
def test_one_label_of_many_is_found_and_given_by_keys_alone(
    person: MakePerson, product: Product
) -> None:
    work = one_text(product, "Topics", TOPICS, "A wheel in a river.")
    ada = person("Ada")
    let_in(ada, work.project)
    start_by_keys(ada, work)
    page = ada.page
    tree = page.get_by_role("tree", name="Topic")
    expect(tree).to_be_visible()
    expect(page.get_by_role("treeitem")).to_have_count(5)
    press(page, "/")
    page.keyboard.type("waterw")
    expect(page.get_by_role("treeitem")).to_have_count(1)
    expect(page.get_by_role("treeitem")).to_contain_text("Wheel › Wheel 9")
    page.keyboard.press("Enter")
    expect(stage(page)).to_be_focused()
    trail = page.get_by_role("list", name="Where the given labels lie")
    expect(trail).to_have_text("Wheel › Wheel 9 › Mill")
    # What was given once stands first the next time; in the tree, the arrows open and go down.
    expect(page.get_by_role("group", name="Given lately and most")).to_have_text("Mill")
    tree.focus()
    press(page, "End", "ArrowRight", "ArrowRight", "ArrowDown", "Enter")
    expect(trail).to_have_text("Grain › Grain 1")
    chosen = page.get_by_role("treeitem", selected=True)
    expect(chosen).to_have_attribute("aria-level", "2")
    expect(chosen).to_have_attribute("aria-posinset", "2")
    assert page.get_by_role("treeitem").count() < 60
    ada.look("text-taxonomy")
    send(page)
    [answer] = regions_of(product, work)
    assert answer["label"] == "grain.1"


def test_a_changed_text_shows_what_changed_and_an_unchanged_one_is_an_answer(
    person: MakePerson, product: Product
) -> None:
    text = "I has two cats."
    work = one_text(product, "Better", BETTER, text)
    ada = person("Ada")
    page = at_work(ada, work)
    field = page.get_by_label("Better text").and_(page.locator("textarea"))
    expect(field).to_have_value(text)
    expect(page.get_by_text("Not answered yet")).to_be_visible()
    stage(page).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("“Better text” needs an answer.")).to_be_visible()
    page.get_by_role("button", name="Keep as it is").click()
    expect(page.get_by_text("Kept as it is.")).to_be_visible()
    field.fill("I have two black cats.")
    expect(page.locator(".diff-text del")).to_contain_text("has")
    expect(page.locator(".diff-text ins").first).to_contain_text("have")
    ada.look("text-diff")
    field.fill("")
    expect(field).to_have_value("")
    stage(page).focus()
    expect(field).to_have_value(text)
    page.get_by_role("button", name="Keep as it is").click()
    send(page)
    [answer] = regions_of(product, work)
    assert answer["value"] == text


def test_ten_megabytes_pasted_into_an_answer_are_cut_and_explained(
    person: MakePerson, product: Product
) -> None:
    work = one_text(product, "Paste", BETTER, "Short.")
    ada = person("Ada")
    page = at_work(ada, work)
    ada.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("() => navigator.clipboard.writeText('words 😀 '.repeat(1_111_112))")
    field = page.get_by_label("Better text").and_(page.locator("textarea"))
    field.focus()
    page.keyboard.press("End")
    page.evaluate(
        """() => {
          window.longest = 0;
          let before = performance.now();
          const tick = () => {
            const now = performance.now();
            window.longest = Math.max(window.longest, now - before);
            before = now;
            requestAnimationFrame(tick);
          };
          tick();
        }"""
    )
    page.keyboard.press("Control+v")
    told = page.get_by_text("Only the first 394 fit")
    expect(told).to_contain_text("8,888,896 characters")
    assert page.evaluate("() => [...document.querySelector('textarea').value].length") == 400
    assert page.evaluate("longest") < 3000
    send(page)
    [answer] = regions_of(product, work)
    assert answer["value"].startswith("Short.words 😀 words")
    assert len(answer["value"]) == 400


def test_patterns_offer_marks_and_answer_nothing_by_themselves(
    person: MakePerson, product: Product
) -> None:
    text = "Ada wrote to Bo about order 1204. Adam did not."
    work = one_text(product, "Patterns", FOUND, text)
    ada = person("Ada")
    let_in(ada, work.project)
    open_queue(ada, work.queue)
    page = ada.page
    page.keyboard.press("m")
    expect(page.get_by_role("option")).to_have_count(3)
    expect(page.get_by_text("3 suggestions", exact=True)).to_be_visible()
    ada.look("text-patterns")
    page.get_by_role("option", name="Bo Person").click()
    stage(page).focus()
    press(page, "Backspace", "Shift+A")
    expect(page.get_by_role("option")).to_have_count(2)
    send(page)
    regions = regions_of(product, work)
    assert [words(text, region) for region in regions] == [["Ada"], ["order 1204"]]
