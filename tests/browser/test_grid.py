"""Many pictures of one question on one page: picked, labelled and sent by keys."""

import re
from collections import Counter
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser import belongings
from tests.browser.conftest import MakePerson
from tests.browser.product import Product
from tests.browser.setting import KINDS, Work, let_in, make_work
from tests.browser.working import all_sent, open_queue

ONE_EACH: dict[str, Any] = {"overlap": 1, "review_share": 0.0}


def test_many_pictures_are_labelled_at_once(person: MakePerson, product: Product) -> None:
    schema = KINDS | {"data_type": "image"}
    pictures = {f"shape-{n}.png": belongings.draw(n) for n in range(12)}
    work = make_work(product, "Many", schema, pictures=pictures, hold_limit=50, **ONE_EACH)
    ada = person("Ada")
    let_in(ada, work.project)
    open_queue(ada, work.queue)
    page = ada.page
    run_from_palette(page, "many at once")
    page.wait_for_url("**/grid")
    tiles = page.get_by_role("option")
    expect(tiles).to_have_count(12)
    expect(page.get_by_role("listbox")).to_be_focused()
    page.keyboard.press("1")  # the first one, and on to the second
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("[aria-selected=true]")).to_have_count(4)
    page.keyboard.press("2")
    expect(page.get_by_role("button", name=re.compile("Submit 5 answers"))).to_be_visible()
    ada.look("work-grid")
    page.keyboard.press("z")
    expect(page.get_by_role("button", name=re.compile("Submit 1 answer"))).to_be_visible()
    page.keyboard.press("Shift+z")
    # What was given is there again after a reload; then everything is sent with one key.
    page.reload()
    expect(page.get_by_role("button", name=re.compile("Submit 5 answers"))).to_be_visible()
    page.keyboard.press("Enter")
    all_sent(page)
    expect(tiles).to_have_count(7)
    for key in ("Control+a", "1", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_text("Nothing left for now")).to_be_visible()
    all_sent(page)
    assert labels_of(product, work) == {"ham": 8, "spam": 4}


def run_from_palette(page: Page, words: str) -> None:
    """Find an action by some words and run it."""
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog").get_by_role("combobox")).to_be_focused()
    page.keyboard.type(words)
    page.keyboard.press("Enter")


def labels_of(product: Product, work: Work) -> dict[str, int]:
    """How often each label was given, as the server has it."""
    items = product.get(f"datasets/{work.dataset}/items")["results"]
    said = [a for one in items for a in product.get(f"items/{one['id']}")["annotations"]]
    return dict(Counter(one["regions"]["regions"][0]["label"] for one in said))
