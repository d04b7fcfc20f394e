"""Bad days at work: late, twice, gone, signed out, no server. Nothing that was done is lost."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser import belongings
from tests.browser.conftest import MakePerson
from tests.browser.people import Person
from tests.browser.product import Product
from tests.browser.setting import KINDS, Work, let_in, make_work
from tests.browser.working import all_sent, open_queue, submit, title, wait_for_task

NO_ANSWER = r"net::ERR|Failed to load resource"
ONE_EACH: dict[str, Any] = {"overlap": 1, "review_share": 0.0}


def answers(product: Product, work: Work) -> list[dict[str, Any]]:
    """Every annotation of a dataset, as the server has them."""
    items = product.get(f"datasets/{work.dataset}/items")["results"]
    return [a for one in items for a in product.get(f"items/{one['id']}")["annotations"]]


def start(person: MakePerson, name: str, work: Work) -> Person:
    """Somebody joins and has the first task on the stage."""
    who = person(name)
    let_in(who, work.project)
    open_queue(who, work.queue)
    return who


def test_an_answer_after_the_lease_is_kept_as_extra_and_says_so(
    person: MakePerson, product: Product
) -> None:
    policy = ONE_EACH | {"lease_seconds": 10}
    work = make_work(product, "Too late", KINDS, texts=["one message"], **policy)
    ada = start(person, "Ada", work)
    with ada.expecting(NO_ANSWER):
        ada.page.keyboard.press("1")
        # Her line is down for longer than the lease, so Bo gets the task and finishes it.
        ada.context.set_offline(True)
        ada.sees("Offline since")
        ada.look("work-offline")
        bo = person("Bo")
        let_in(bo, work.project)
        open_queue(bo, work.queue)
        while bo.page.locator(".empty h2").count():  # the clock gives leases back now and then
            bo.page.wait_for_timeout(1_000)
            open_queue(bo, work.queue)
        bo.page.keyboard.press("2")
        submit(bo.page)
        all_sent(bo.page)
        expect(ada.page.get_by_text("The lease on this task ended")).to_be_visible()
        ada.look("work-lease-ended")
        ada.page.keyboard.press("Enter")
        expect(ada.page.locator("button.outbox")).to_contain_text("saved on this device")
        ada.context.set_offline(False)
        ada.sees("It is kept as an extra answer that reviewers see.")
    assert len(answers(product, work)) == 2


def test_two_tabs_on_one_task_lose_nothing(person: MakePerson, product: Product) -> None:
    work = make_work(product, "Two tabs", KINDS, texts=["one message"], **ONE_EACH)
    ada = start(person, "Ada", work)
    other = ada.open_tab()
    other.goto(ada.page.url)
    wait_for_task(other, "")
    expect(other.get_by_text("This task is open in another tab.")).to_be_visible()
    ada.page.keyboard.press("1")
    expect(ada.page.get_by_text(re.compile("^Draft saved"))).to_be_visible()
    other.keyboard.press("2")
    expect(other.get_by_text("Draft kept on this device")).to_be_visible()
    ada.look("work-two-tabs", other)
    other.get_by_role("button", name="Take over here").click()
    expect(other.get_by_text(re.compile("^Draft saved"))).to_be_visible()
    expect(other.get_by_text("Another version of this draft, with 1 region")).to_be_visible()
    ada.sees("You went on with this task in another tab.")
    wanted = ada.page.get_by_role("button", name=re.compile("Wanted"))
    expect(wanted).to_have_attribute("aria-pressed", "true")
    submit(other)
    all_sent(other)
    ada.sees("You answered this task in another tab.")
    ada.look("work-answered-elsewhere")
    [kept] = answers(product, work)
    assert kept["regions"]["regions"][0]["label"] == "spam"


def test_a_draft_changed_on_another_device_is_never_overwritten(
    person: MakePerson, product: Product
) -> None:
    work = make_work(product, "Two devices", KINDS, texts=["one message"], **ONE_EACH)
    ada = start(person, "Ada", work)
    phone = person("Ada")
    phone.sign_in(product.link(ada.username))
    open_queue(phone, work.queue)
    phone.page.keyboard.press("2")
    expect(phone.page.get_by_text(re.compile("^Draft saved"))).to_be_visible()
    with ada.expecting("412"):
        ada.page.keyboard.press("1")
        ada.sees("in another tab or on another device.")
        ada.look("work-two-devices")
    spam = ada.page.get_by_role("button", name=re.compile("Spam"))
    ada.click("Take the other one", "button")
    expect(spam).to_have_attribute("aria-pressed", "true")
    # Her own version is one click away, and one undo from there back.
    ada.click("Show it here", "button")
    expect(spam).to_have_attribute("aria-pressed", "false")
    ada.page.keyboard.press("z")
    expect(spam).to_have_attribute("aria-pressed", "true")
    submit(ada.page)
    all_sent(ada.page)
    with phone.expecting("409"):
        phone.page.keyboard.press("1")
        phone.sees("You answered this task in another tab.")
    [kept] = answers(product, work)
    assert kept["regions"]["regions"][0]["label"] == "spam"


def test_a_picture_whose_file_is_gone_can_be_skipped(person: MakePerson, product: Product) -> None:
    schema = KINDS | {"data_type": "image"}
    pictures = {f"shape-{n}.png": belongings.draw(n) for n in range(2)}
    home = Path(product.env["WINNOW_HOME"]) / "files"
    before = set(home.rglob("*"))
    work = make_work(product, "No file", schema, pictures=pictures, **ONE_EACH)
    for file in set(home.rglob("*")) - before:
        if file.is_file():
            file.unlink()
    ada = person("Ada")
    let_in(ada, work.project)
    with ada.expecting("404|500|Failed to load resource"):
        open_queue(ada, work.queue)
        ada.page.wait_for_selector("[data-stage][data-state=failed]")
        ada.look("work-no-picture")
        ada.page.keyboard.press("Space")
        expect(ada.page.locator(".statusbar")).to_contain_text("next 0 tasks ready")
        all_sent(ada.page)


@pytest.mark.extras
def test_an_ended_session_asks_to_sign_in_and_keeps_the_work(
    person: MakePerson, product: Product
) -> None:
    texts = [f"message {n}" for n in range(4)]
    work = make_work(product, "Signed out", KINDS, texts=texts, **ONE_EACH)
    ada = start(person, "Ada", work)
    link = product.link(ada.username)
    # She signs out in another tab.
    other = ada.open_tab()
    other.goto(ada.url + "/account/logout/")
    other.get_by_role("button", name="Sign out").click()
    with ada.expecting("401|403"):
        ada.page.keyboard.press("1")
        before = title(ada.page)
        ada.page.keyboard.press("Enter")
        ada.sees("Your session has ended.")
        ada.sees("1 answer is kept on this device")
        ada.look("work-signed-out")
    assert title(ada.page) != before
    other.goto(link)
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url(lambda url: "/sign-in/" not in url)
    with ada.expecting("401|403"):
        ada.click("Sign in", "button")
        wait_for_task(ada.page, "")
        all_sent(ada.page)
    assert len(answers(product, work)) == 1


@pytest.mark.extras
def test_work_goes_on_while_the_server_is_down(person: MakePerson, product: Product) -> None:
    texts = [f"message {n}" for n in range(6)]
    work = make_work(product, "No server", KINDS, texts=texts, **ONE_EACH)
    ada = start(person, "Ada", work)
    expect(ada.page.locator(".statusbar")).to_contain_text("next 2 tasks ready")
    with ada.expecting(f"{NO_ANSWER}|502|503"):
        product.kill_web()
        for _task in range(2):
            ada.page.keyboard.press("1")
            submit(ada.page)
        expect(ada.page.locator("button.outbox")).to_contain_text("2")
        product.wait_until_back()
        all_sent(ada.page)
    assert len(answers(product, work)) == 2
