"""A remark on one region: it outlives the region, reaches who reviews, and comes back settled."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import MakePerson
from tests.browser.people import Person
from tests.browser.product import Product
from tests.browser.setting import Work, let_in, make_work
from tests.browser.test_image_tools import asking, on_stage, picture
from tests.browser.test_keyboard_only import press, start_by_keys
from tests.browser.working import all_sent, drag, open_queue, submit


def draw(page: Page, x: int, y: int) -> None:
    """A box of a leaf."""
    left, top = on_stage(page, x, y)
    right, bottom = on_stage(page, x + 60, y + 50)
    drag(page, (round(left), round(top), round(right), round(bottom)))


def begin(person: MakePerson, product: Product) -> tuple[Person, Person, Work]:
    """Ada with two leaves on her picture; Rui, who reviews."""
    pictures = {"said.png": picture()}
    work = make_work(
        product, "Said", asking("boxes"), pictures=pictures, overlap=1, review_share=1.0
    )
    ada, rui = person("Ada"), person("Rui")
    let_in(ada, work.project)
    let_in(rui, work.project, "reviewer")
    start_by_keys(ada, work)
    ada.page.wait_for_selector("[data-stage]:not([data-state])")
    ada.page.keyboard.press("1")
    draw(ada.page, 20, 20)
    draw(ada.page, 200, 150)
    return ada, rui, work


def test_what_is_said_about_a_region_outlives_it_and_is_settled_in_review(
    person: MakePerson, product: Product
) -> None:
    ada, rui, work = begin(person, product)
    page = ada.page
    # By keys: Shift E goes to the field, Ctrl Enter sends, Escape goes back.
    page.keyboard.press("Shift+E")
    field, said = page.locator("[data-comment]"), page.locator(".comments li")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("placeholder", "Comment on Leaf 02")
    page.keyboard.type("Is this one leaf or two?")
    page.keyboard.press("Control+Enter")
    expect(said).to_contain_text("Leaf 02")
    expect(page.locator(".regions li").nth(1).locator(".said")).to_contain_text("1")
    press(page, "Escape", "Delete")
    expect(said).to_contain_text("region removed")
    draw(page, 200, 150)  # another region never takes the place of the one that is gone
    expect(said).to_contain_text("region removed")
    page.reload()
    expect(said).to_contain_text("Is this one leaf or two?")
    submit(page)
    all_sent(page)
    open_queue(rui, work.queue, "review")
    told = rui.page.locator(".comments li")
    expect(told).to_contain_text("Is this one leaf or two?")
    told.get_by_role("button", name="Settle").click()
    expect(rui.page.locator(".comments .settled")).to_contain_text("Settled: 1")
