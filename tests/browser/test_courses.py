"""A course in the browser: from the queue to lesson, exam and real work."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import MakePerson
from tests.browser.product import Product
from tests.browser.setting import KINDS, Work, let_in, make_work
from tests.browser.working import open_queue, submit, wait_for_task


def known_work(product: Product, name: str, count: int) -> Work:
    """A queue with one open task, and items that are known to be spam."""
    work = make_work(product, name, KINDS, texts=["Dinner at eight?"], review_share=0.0)
    known = [
        {"key": f"known-{n}", "data": f"Win a free ship, number {n}", "truth": "spam"}
        for n in range(count)
    ]
    product.post(f"datasets/{work.dataset}/items?schema={work.schema}", known)
    return work


def ask_for_course(product: Product, work: Work) -> None:
    """Make a course of one lesson and an exam of two, and let the queue ask for it."""
    listed = product.get(f"datasets/{work.dataset}/items?limit=50")["results"]
    items = {one["key"]: one["id"] for one in listed}
    why = "Nobody gives ships away: **spam**."
    course = {
        "name": "First steps",
        "dataset": work.dataset,
        "schema": work.schema,
        "lessons": [{"item": items["known-0"], "explanation": why}],
        "exam": [{"item": items[f"known-{n}"]} for n in (1, 2, 3)],
        "exam_size": 2,
        "wait_minutes": 0,
    }
    made = product.post(f"projects/{work.project}/courses", course)
    product.call("PATCH", f"queues/{work.queue}", {"asks_course": made["id"]})


def test_a_person_learns_passes_and_works(product: Product, person: MakePerson) -> None:
    work = known_work(product, "Course", 4)
    ask_for_course(product, work)
    ada = person("Ada")
    let_in(ada, work.project)
    ada.goto(f"/queues/{work.queue}/work")
    ada.sees("First the course")
    ada.click("To the course")
    ada.sees("Ready when you are")
    ada.click("Begin")
    page = ada.page
    wait_for_task(page, "")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    ada.sees("Nearly: look at the difference")
    ada.look("course-lesson")
    page.keyboard.press("g")
    wait_for_task(page, "")
    page.keyboard.press("2")
    assert submit(page)
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    ada.sees("You passed")
    open_queue(ada, work.queue)
    expect(page.locator("h1")).to_contain_text("Task")
    assert ada.complaints == []


@pytest.mark.extras
def test_a_manager_looks_after_a_course(product: Product, person: MakePerson) -> None:
    work = known_work(product, "Care", 6)
    max_ = person("Max")
    let_in(max_, work.project, "manager")
    max_.goto(f"/projects/{work.project}/courses")
    max_.sees("No course yet")
    max_.look("courses-empty")
    max_.goto(f"/datasets/{work.dataset}/courses/new")
    max_.page.get_by_label("Name").fill("First steps")
    max_.page.get_by_label("Lessons").fill("2")
    max_.page.get_by_label("Items kept for exams").fill("4")
    max_.page.get_by_label("Items an exam asks").fill("3")
    max_.look("course-new")
    max_.click("Make the course", "button")
    max_.sees("Say why each answer is right")
    max_.look("course-items")
    for name, tab in (("course-people", "People"), ("course-settings", "Settings")):
        max_.page.get_by_role("navigation", name="Course").get_by_role("link", name=tab).click()
        max_.look(name)
    max_.goto(f"/projects/{work.project}/courses")
    max_.look("courses")
    assert max_.complaints == []


@pytest.mark.extras
def test_a_manager_signs_gold(product: Product, person: MakePerson) -> None:
    work = known_work(product, "Gold", 6)
    max_ = person("Max")
    let_in(max_, work.project, "manager")
    max_.goto(f"/queues/{work.queue}/gold/care")
    max_.look("gold-care-empty")
    max_.page.get_by_label("Select known-1").check()
    max_.page.get_by_label("Select known-2").check()
    max_.click("Sign as gold", "button")
    max_.sees("2 items test the annotators")
    max_.look("gold-care")
    assert max_.complaints == []
