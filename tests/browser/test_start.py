"""A workbench whose files or storage do not come says so, and goes on as soon as it can."""

from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import MakePerson
from tests.browser.people import Person
from tests.browser.product import Product
from tests.browser.setting import Work, let_in, make_work
from tests.browser.working import wait_for_task

CHOICE: dict[str, Any] = {
    "format": 1,
    "data_type": "text",
    "questions": [
        {
            "name": "intent",
            "title": "Intent",
            "type": "choice",
            "required": True,
            "labels": [{"key": "a", "name": "A"}, {"key": "b", "name": "B"}],
        }
    ],
}
LATE = "The workbench is still on its way"
SILENT = "IDBFactory.prototype.open = () => new EventTarget()"


@pytest.fixture(scope="module")
def work(product: Product) -> Work:
    """A queue of a few texts."""
    return make_work(product, "Starts", CHOICE, texts=["One.", "Two."], overlap=9, review_share=0.0)


def come(person: MakePerson, work: Work, name: str) -> Person:
    """Somebody who may label."""
    who = person(name)
    let_in(who, work.project)
    return who


class Once:
    """Cuts off the first request for a file, and counts them."""

    def __init__(self) -> None:
        """Nothing was asked for yet."""
        self.asked = 0

    def __call__(self, route: Route) -> None:
        """Let the second one through."""
        self.asked += 1
        if self.asked == 1:
            route.abort()
        else:
            route.continue_()


def test_a_device_that_does_not_answer_is_left_out_and_said(person: MakePerson, work: Work) -> None:
    ada = come(person, work, "Ada")
    ada.page.add_init_script(SILENT)
    ada.goto(f"/queues/{work.queue}/work")
    expect(ada.page.get_by_role("heading", name=LATE)).to_be_hidden()
    assert wait_for_task(ada.page, "")
    expect(ada.page.locator("h1")).to_have_count(1)
    expect(ada.page.get_by_text("This browser keeps nothing on this device.")).to_be_visible()
    expect(ada.page.get_by_text("One.", exact=True)).to_be_visible()


def test_a_file_that_did_not_come_is_fetched_again(person: MakePerson, work: Work) -> None:
    bo = come(person, work, "Bo")
    tool, dialogs = Once(), Once()
    bo.page.route("**/assets/text-*.js*", tool)
    bo.page.route("**/assets/dialogs-*.js*", dialogs)
    with bo.expecting("ERR_FAILED"):
        bo.goto(f"/queues/{work.queue}/work")
        assert wait_for_task(bo.page, "")
        bo.page.keyboard.press("?")
        expect(bo.page.get_by_role("dialog")).to_be_visible()
    assert (tool.asked, dialogs.asked) == (2, 2)


def test_a_workbench_that_does_not_come_offers_to_load_the_page_again(
    person: MakePerson, work: Work
) -> None:
    eve = come(person, work, "Eve")
    eve.page.route("**/dist/**/*.js", lambda route: route.abort())
    with eve.expecting("ERR_FAILED"):
        eve.goto(f"/queues/{work.queue}/work")
        expect(eve.page.get_by_role("heading", name=LATE)).to_be_visible()
    eve.look("workbench-late")
    eve.page.unroute_all()
    eve.page.get_by_role("link", name="Load the page again").click()
    assert wait_for_task(eve.page, "")
