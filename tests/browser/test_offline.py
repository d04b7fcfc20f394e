"""Thirty tasks on a line that keeps failing: thirty answers on the server, once each."""

import random
import time
from collections import Counter
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MakePerson
from tests.browser.people import Person
from tests.browser.product import Product, Wire
from tests.browser.setting import KINDS, Work, let_in, make_work
from tests.browser.working import open_queue, wait_for_task

TASKS = 30
LEASE = 12
LONG_CUT = 15.0
SEED = 7
LOST = r"net::ERR|Failed to load resource|Failed to fetch|NetworkError"


def answers_by_item(product: Product, work: Work) -> Counter[str]:
    """How many annotations the server has of each item."""
    listed = product.get(f"datasets/{work.dataset}/items?limit=100")["results"]
    return Counter({one["key"]: len(answers_of(product, one["id"])) for one in listed})


def answers_of(product: Product, item: str) -> list[object]:
    return list(product.get(f"items/{item}")["annotations"])


def has_task(who: Person) -> bool:
    """Whether a task is on the stage."""
    return (who.page.locator("h1").text_content() or "").startswith("Task ")


def answer_one(who: Person, chance: random.Random) -> bool:
    """Answer what is on the stage, if there is something."""
    if not has_task(who):
        return False
    who.page.keyboard.press(chance.choice("12"))
    who.page.keyboard.press("Enter")
    who.page.wait_for_timeout(chance.choice((60, 120, 400)))
    return True


def fail_now_and_then(ada: Person, wire: Wire, chance: random.Random) -> None:
    """Cut the line on her side or the server's, lose its answers, or let everything through."""
    drawn = chance.random()
    if drawn < 0.15:
        ada.context.set_offline(True)
        ada.page.wait_for_timeout(chance.choice((200, 900)))
        ada.context.set_offline(False)
    if drawn < 0.25:
        wire.cut()
    elif drawn < 0.4:
        wire.swallow()
    elif drawn < 0.8:
        wire.mend()


@pytest.mark.extras
def test_thirty_tasks_on_a_failing_line_are_answered_once_each(
    person: MakePerson, product: Product
) -> None:
    texts = [f"message number {number}" for number in range(TASKS)]
    policy: dict[str, Any] = {
        "overlap": 1,
        "lease_seconds": LEASE,
        "hold_limit": 5,
        "review_share": 0.0,
    }
    work = make_work(product, "A line that fails", KINDS, texts=texts, **policy)
    wire = Wire(product.port)
    ada = person("Ada", wire.url)
    chance = random.Random(SEED)
    try:
        let_in(ada, work.project)
        with ada.expecting(LOST):
            open_queue(ada, work.queue)
            finish_prefetched_work_in_a_long_cut(ada, wire, chance)
            lose_the_session_and_sign_in_again(ada, product, chance)
            work_until_all_is_there(ada, wire, chance, product, work)
    finally:
        wire.mend()
        wire.close()
    assert answers_by_item(product, work) == Counter(
        {f"item-{number:03}": 1 for number in range(TASKS)}
    )


def finish_prefetched_work_in_a_long_cut(ada: Person, wire: Wire, chance: random.Random) -> None:
    """Answer what is there while nothing gets through for longer than a lease; then reload."""
    wire.cut()
    began = time.monotonic()
    done = 0
    while answer_one(ada, chance) and done < TASKS:
        done += 1
    assert done >= 2, "nothing had been fetched ahead"
    expect(ada.page.locator("button.outbox")).to_contain_text(str(done))
    ada.page.wait_for_timeout(max(0, LONG_CUT - (time.monotonic() - began)) * 1000)
    wire.mend()
    ada.page.wait_for_timeout(1000)
    ada.page.reload()
    wait_for_task(ada.page, "")


def lose_the_session_and_sign_in_again(
    ada: Person, product: Product, chance: random.Random
) -> None:
    """Her session ends in mid-work: what she finishes waits until she has signed in again."""
    ada.context.clear_cookies()
    assert answer_one(ada, chance)
    expect(ada.page.get_by_text("Your session has ended.")).to_be_visible()
    other = ada.open_tab()
    other.goto(ada.url + product.link(ada.username).removeprefix(product.url))
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url(lambda url: "/sign-in/" not in url)
    other.close()
    ada.page.get_by_role("button", name="Sign in").click()
    wait_for_task(ada.page, "")


def work_until_all_is_there(
    ada: Person, wire: Wire, chance: random.Random, product: Product, work: Work
) -> None:
    """Go on, with the line failing now and then, until the server has every answer."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        fail_now_and_then(ada, wire, chance)
        if answer_one(ada, chance):
            continue
        wire.mend()
        ada.page.wait_for_timeout(1000)
        if sum(answers_by_item(product, work).values()) >= TASKS:
            break
    wire.mend()
    expect(ada.page.locator("button.outbox")).to_contain_text("All sent", timeout=30_000)
