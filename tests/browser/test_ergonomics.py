"""Comfort at the keyboard: one's own keys, the palette, other layouts, two tabs, a dead tab."""

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import MakePerson
from tests.browser.product import Product
from tests.browser.setting import KINDS, let_in, make_work
from tests.browser.working import all_sent, open_queue, title, wait_for_task

ONE_EACH: dict[str, Any] = {"overlap": 1, "review_share": 0.0}


def start(person: MakePerson, product: Product, name: str, schema: Any = KINDS, **more: Any) -> Any:
    """Ada joins and has the first of some tasks on the stage."""
    policy = ONE_EACH | {k: v for k, v in more.items() if k not in ("texts",)}
    texts = more.get("texts", [f"message {n}" for n in range(4)])
    work = make_work(product, name, schema, texts=texts, **policy)
    ada = person("Ada")
    let_in(ada, work.project)
    open_queue(ada, work.queue)
    return ada, work


def pressed(page: Page, label: str) -> Any:
    """Whether the button of a label is pressed."""
    return page.get_by_role("button", name=re.compile(label)).first.get_attribute("aria-pressed")


def choose_key(page: Page, action: str, key: str) -> None:
    """In the dialog of keys: change the first key of an action."""
    row = page.get_by_role("group", name=action, exact=True)
    row.get_by_role("button", name=re.compile("Change the key")).first.click()
    expect(row.get_by_role("button", name="press a key")).to_be_focused()
    page.keyboard.press(key)


def test_keys_are_changed_with_a_warning_and_follow_the_account(
    person: MakePerson, product: Product
) -> None:
    ada, work = start(person, product, "Own keys")
    page = ada.page
    page.keyboard.press("?")
    ada.click("Change keys", "button")
    expect(page.get_by_role("heading", name="Change keys")).to_be_visible()
    choose_key(page, "Hide regions", "Space")
    expect(page.get_by_role("alert")).to_contain_text("Space is the key of “Skip”.")
    expect(page.get_by_role("button", name="Take it from there")).to_be_focused()
    ada.look("work-keys")
    ada.click("Choose another key", "button")
    page.keyboard.press("Tab")
    expect(page.get_by_role("alert")).to_contain_text("Tab moves the focus")
    ada.click("Choose another key", "button")
    page.keyboard.press("y")
    choose_key(page, "Submit", "Control+s")
    expect(page.get_by_text("Saved to your account.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    # In another browser, where nothing was ever chosen, the account's keys are there.
    other = person("Ada")
    other.sign_in(product.link(ada.username))
    open_queue(other, work.queue)
    other.page.keyboard.press("1")
    before = title(other.page)
    other.page.keyboard.press("Enter")
    other.page.wait_for_timeout(300)
    assert title(other.page) == before
    other.page.keyboard.press("Control+s")
    assert wait_for_task(other.page, before)
    all_sent(other.page)


def test_with_single_letters_off_only_alt_reaches_them(
    person: MakePerson, product: Product
) -> None:
    ada, _work = start(person, product, "No letters")
    page = ada.page
    page.keyboard.press("?")
    ada.click("Change keys", "button")
    page.get_by_label(re.compile("Single letters off")).check()
    expect(page.get_by_text("Saved to your account.")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    page.keyboard.press("p")
    page.wait_for_timeout(200)
    assert page.locator("dialog[open]").count() == 0
    assert pressed(page, "Wanted") == "false"
    page.keyboard.press("Alt+1")
    assert pressed(page, "Wanted") == "true"
    page.keyboard.press("Alt+Shift+?")
    page.keyboard.press("Alt+?")
    expect(page.get_by_role("heading", name="Keys", exact=True)).to_be_visible()
    expect(page.get_by_text("hold Alt with them")).to_be_visible()
    ada.look("work-keys-letters-off")
