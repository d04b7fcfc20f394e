"""A manager sees who differs on what and whom to look at, and has a queue put into order."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import MakePerson
from tests.browser.people import Person
from tests.browser.product import Product
from tests.browser.setting import KINDS, let_in, make_work

DEMO, CROWD = "Winnow demo", "Read by several"
SELDOM_READS, COPIES = "Emil", "Finn"
WAITS = re.compile("Being computed|Waiting for a worker")


@pytest.fixture(scope="module")
def quality(product: Product) -> str:
    """The address of the quality page of the demo's crowd; the demo is loaded as `up` does it."""
    product.run("prepare", "--demo")
    projects = product.get("projects")["results"]
    project = next(one["id"] for one in projects if one["name"] == DEMO)
    queues = product.get(f"projects/{project}/queues")["results"]
    queue = next(one["id"] for one in queues if one["name"] == CROWD)
    return f"/projects/{project}/quality?queue={queue}"


def owner_at(product: Product, person: MakePerson, address: str) -> Person:
    """The owner, at a page."""
    oz = person("Oz")
    oz.sign_in(product.link("owner"))
    oz.goto(address)
    return oz


def test_a_cell_of_two_people_opens_just_the_items_on_which_they_differ(
    product: Product, person: MakePerson, quality: str
) -> None:
    oz = owner_at(product, person, quality)
    names = sorted([SELDOM_READS, COPIES])
    cell = oz.page.get_by_role("link", name=re.compile(f"^{names[0]} and {names[1]}: ")).first
    said = re.search(r"(\d+) items in common, (\d+)\D+the same", cell.inner_text())
    assert said is not None, cell.inner_text()
    common, same = int(said[1]), int(said[2])
    cell.click()
    expect(oz.page.get_by_role("heading", level=1)).to_have_text(" and ".join(names))
    rows = oz.page.locator(".answers-list > li")
    expect(rows).to_have_count(common - round(common * same / 100))
    assert 0 < rows.count() < common
    for row in rows.all():
        for name in names:
            expect(row).to_contain_text(name)


def test_the_demo_marks_its_two_hasty_people_and_nobody_else(
    product: Product, person: MakePerson, quality: str
) -> None:
    oz = owner_at(product, person, quality)
    oz.click("Estimated truth")
    oz.click("Estimate the truth", "button")
    rows = oz.page.get_by_role("row").filter(has=oz.page.locator(".avatar"))
    expect(rows).to_have_count(6)
    marked = rows.filter(has_text="Differs from the others")
    expect(marked).to_have_count(2)
    for name in (SELDOM_READS, COPIES):
        expect(marked.filter(has_text=name)).to_contain_text("Faster than others on the same items")
    expect(rows.filter(has_text="nothing beyond chance")).to_have_count(4)


def test_a_manager_chooses_what_comes_first_and_sees_that_it_is_computed(
    product: Product, person: MakePerson
) -> None:
    texts = ["Where is my parcel?", "My parcel is late.", "Win a prize now.", "Cheap watches."]
    work = make_work(product, "In order", KINDS, texts=texts, overlap=1, review_share=0.0)
    mia = person("Mia")
    let_in(mia, work.project, "manager")
    card = choose_order(mia, work.queue, "What is least like the answered items first")
    expect(card).to_contain_text("Of 4 tasks, 4 were chosen.")
    expect(card).to_contain_text("Last computed")
    mia.look("queue-order")
    card = choose_order(mia, work.queue, "What the newest model is least sure of first")
    expect(card).to_contain_text("No run has learned from this dataset and schema yet.")
    expect(card.get_by_role("link", name="To the dataset")).to_be_visible()


def choose_order(who: Person, queue: str, order: str) -> Locator:
    """Choose an order in the settings; returns the card of the queue's page once it is computed."""
    who.goto(f"/queues/{queue}/settings")
    who.page.get_by_label("Order", exact=True).select_option(label=order)
    with who.page.expect_navigation():
        who.click("Save settings", "button")
    who.click("Overview")
    card = who.page.locator(".card").filter(has_text="What comes first")
    while card.get_by_text(WAITS).count():
        who.page.wait_for_timeout(200)
        who.page.reload()
    return card
