"""What breaks the rules of a schema is marked and named while somebody works."""

import io
from typing import Any

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import MakePerson
from tests.browser.product import Product
from tests.browser.setting import let_in, make_work
from tests.browser.working import all_sent, open_queue, stage, submit

DEFINITION: dict[str, Any] = {
    "format": 1,
    "data_type": "image",
    "questions": [
        {
            "name": "cells",
            "title": "Cells",
            "type": "boxes",
            "labels": [{"key": "cell", "name": "Cell"}, {"key": "dirt", "name": "Dirt"}],
        }
    ],
    "rules": [
        {"type": "min_size", "question": "cells", "width": 30},
        {"type": "max_overlap", "question": "cells", "share": 0.05, "level": "warning"},
    ],
}


def picture() -> bytes:
    """A grey picture of 600 by 400."""
    data = io.BytesIO()
    Image.new("RGB", (600, 400), (120, 128, 140)).save(data, "PNG")
    return data.getvalue()


def test_a_box_that_is_too_small_is_marked_named_and_found_by_a_key(
    product: Product, person: MakePerson
) -> None:
    work = make_work(
        product, "Cells", DEFINITION, pictures={"a.png": picture()}, overlap=1, review_share=0.0
    )
    ada = person("Ada")
    let_in(ada, work.project)
    open_queue(ada, work.queue)
    page = ada.page
    page.wait_for_selector("[data-stage]:not([data-state])")
    wrong = page.get_by_role("region", name="What is not right yet")
    stage(page).focus()
    draw(page, *["Control+Shift+ArrowLeft"] * 2)
    draw(page, *["Shift+ArrowLeft"] * 9)
    draw(page, *["Control+Shift+ArrowLeft"] * 2, *["Shift+ArrowRight"] * 4)
    expect(wrong.get_by_role("listitem")).to_have_count(2)
    expect(page.locator(".vh[aria-live=polite]")).to_contain_text("Not right yet: 2.")
    press(page, "Escape", "Shift+R")
    expect(wrong.locator("[aria-current]")).to_contain_text("error: A region of “Cells”")
    row = page.get_by_role("option", selected=True)
    expect(row.locator(".sign.error")).to_be_visible()
    ada.look("workbench-broken-rules")
    stage(page).focus()
    page.keyboard.press("Enter")
    ada.sees("Before you submit")
    press(page, "Delete")
    ada.sees("Only warnings: submit again to send it as it is.")
    press(page, "Shift+R")
    expect(row.locator(".sign.warning")).to_be_visible()
    stage(page).focus()
    assert submit(page) is False
    all_sent(page)


def draw(page: Page, *keys: str) -> None:
    """Begin a box in the middle, change it by keys, and place it."""
    press(page, "b", *keys, "Enter")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)
