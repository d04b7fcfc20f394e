"""Somebody who gave no answer decides between two, by keys: takes one region and submits."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MakePerson
from tests.browser.product import Product
from tests.browser.setting import KINDS, let_in, make_work
from tests.browser.working import open_queue, stage, submit


@pytest.mark.extras
def test_an_adjudicator_takes_what_another_said_and_submits(
    person: MakePerson, product: Product
) -> None:
    policy: dict[str, Any] = {"overlap": 2, "review_share": 0.0, "on_disagreement": "adjudicate"}
    work = make_work(product, "Settled", KINDS, texts=["Win a prize."], **policy)
    for name, key in (("Ada", "1"), ("Bo", "2")):
        one = person(name)
        let_in(one, work.project)
        open_queue(one, work.queue)
        one.page.keyboard.press(key)
        submit(one.page)
    rui = person("Rui")
    let_in(rui, work.project, "reviewer")
    open_queue(rui, work.queue, "adjudicate")
    page = rui.page
    expect(page.locator(".diff .take[aria-pressed='true']")).to_have_count(1)
    stage(page).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("t")
    expect(page.locator(".diff .take").nth(1)).to_have_attribute("aria-pressed", "true")
    rui.look("adjudicate-text")
    page.keyboard.press("e")
    submit(page)
    expect(page.locator(".diff")).to_have_count(0)
