"""A reviewer draws a correction, and its author sees what changed beside their own answer."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MakePerson
from tests.browser.people import Person
from tests.browser.product import Product
from tests.browser.setting import let_in, make_work
from tests.browser.test_image_tools import asking, on_stage, picture
from tests.browser.working import all_sent, drag, open_queue, stage, submit, wait_for_task


def draw(one: Person, start: tuple[int, int], end: tuple[int, int]) -> None:
    """Draw a box on the picture."""
    one.page.wait_for_selector("main#main:not(.review):not([data-state])")
    (x, y), (far_x, far_y) = on_stage(one.page, *start), on_stage(one.page, *end)
    drag(one.page, (int(x), int(y), int(far_x), int(far_y)))


def correct(rui: Person) -> None:
    """Draw what is missing in the answer that waits, and say why."""
    rui.page.reload()
    wait_for_task(rui.page, "")
    stage(rui.page).focus()
    rui.page.keyboard.press("e")
    rui.page.get_by_role("textbox", name="Tell the annotator").fill("The disc is a leaf, too.")
    draw(rui, (135, 85), (265, 215))
    rui.look("correcting-boxes")
    stage(rui.page).focus()
    submit(rui.page)
    all_sent(rui.page)


def read_in_the_bar(ada: Person) -> None:
    """Open the list behind the mark, and close it by a key."""
    ada.page.reload()
    mark = ada.page.get_by_label("1 unread notification about your answers")
    mark.click()
    told = ada.page.get_by_role("button", name="The disc is a leaf, too.")
    expect(told).to_be_visible()
    ada.look("told-in-the-bar")
    ada.page.keyboard.press("Escape")
    expect(told).to_be_hidden()
    expect(mark).to_be_focused()


@pytest.mark.extras
def test_a_drawn_correction_reaches_its_author(person: MakePerson, product: Product) -> None:
    pictures = {"0.png": picture()}
    work = make_work(product, "Corrected", asking("boxes"), pictures=pictures, review_share=1.0)
    ada, rui = person("Ada"), person("Rui")
    for one, role, door in ((ada, "annotator", "work"), (rui, "reviewer", "review")):
        let_in(one, work.project, role)
        open_queue(one, work.queue, door)
    draw(ada, (15, 15), (90, 80))
    submit(ada.page)
    all_sent(ada.page)
    correct(rui)
    read_in_the_bar(ada)
    ada.goto(f"/queues/{work.queue}/mine")
    ada.look("mine-corrected")
    ada.page.get_by_role("link", name="See both beside each other").click()
    expect(ada.page.get_by_text("The disc is a leaf, too.")).to_be_visible()
    expect(ada.page.locator(".answer-column")).to_have_count(2)
    expect(ada.page.locator(".diff tbody tr")).to_have_count(1)
    ada.look("correction-boxes")
