"""A label schema made by keyboard alone, in step with its source; nothing typed is lost."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import MakePerson
from tests.browser.people import Person
from tests.browser.product import Product
from tests.browser.setting import make_work

NAME = """() => { const one = document.activeElement;
  return one.getAttribute('aria-label') || one.labels?.[0]?.textContent || one.textContent; }"""


def tab_to(page: Page, name: str, most: int = 120, key: str = "Tab") -> None:
    """Press Tab until something of this name has the focus."""
    passed = []
    for _ in range(most):
        page.keyboard.press(key)
        passed.append(page.evaluate(NAME).strip())
        if passed[-1].startswith(name):
            return
    raise AssertionError(f"{name} was not reached with {most} presses of {key}, only {passed}")


def source_of(page: Page) -> dict[str, Any]:
    """The definition as it stands in the source."""
    read: dict[str, Any] = json.loads(page.locator("textarea[name=source]").input_value())
    return read


def opened(product: Product, person: MakePerson, name: str) -> tuple[Person, str]:
    """An owner at the editor of a new schema."""
    project = product.post("projects", {"name": name})["id"]
    oz = person("Oz")
    oz.sign_in(product.link("owner"))
    oz.goto(f"/projects/{project}/labels/new")
    expect(oz.page.get_by_label("Title")).to_be_visible()
    return oz, project


def test_a_schema_is_made_with_the_keyboard_alone(product: Product, person: MakePerson) -> None:
    oz, _project = opened(product, person, "Keys alone")
    page, keys = oz.page, oz.page.keyboard
    write_over(page, "Name", "Parts")
    write_over(page, "Title", "Kind of part")
    add_labels(page)
    oz.sees("Bolt")
    add_rating(page)
    oz.sees("Asked when “Kind of part” is Nut or Bolt.")
    oz.look("schema-editor")
    tab_to(page, "Publish", key="Shift+Tab")
    keys.press("Enter")
    oz.sees("The label schema is published.")
    oz.look("schema-made")


def write_over(page: Page, name: str, text: str) -> None:
    """Go to a field and write something else into it."""
    tab_to(page, name)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def add_labels(page: Page) -> None:
    """Rename a label, add one after it, move that one up, and add many from lines."""
    keys = page.keyboard
    write_over(page, "Name of label 1", "Screw")
    keys.press("Enter")
    keys.type("Nut")
    keys.press("Alt+ArrowUp")
    labels = source_of(page)["questions"][0]["labels"]
    assert [label["key"] for label in labels] == ["nut", "screw", "second"]
    tab_to(page, "Add many")
    keys.press("Enter")
    tab_to(page, "One label a line")
    keys.insert_text("Washer\nBolt\nNut")
    tab_to(page, "Add these")
    keys.press("Enter")
    labels = source_of(page)["questions"][0]["labels"]
    assert [label["name"] for label in labels][2:] == ["Second", "Washer", "Bolt"]


def add_rating(page: Page) -> None:
    """Add a question that is asked for some labels only."""
    keys = page.keyboard
    tab_to(page, "Add a question")
    keys.press("Enter")
    keys.press("Control+A")
    keys.type("How rusty")
    tab_to(page, "Answered with")
    for _ in range(40):
        keys.press("ArrowDown")
        if page.evaluate("document.activeElement.value") == "rating":
            break
    assert source_of(page)["questions"][1]["type"] == "rating"
    tab_to(page, "Asked only when")
    keys.press("ArrowDown")
    tab_to(page, "is answered with")
    keys.type("nut, bolt")


def test_form_and_source_stay_in_step_and_mistakes_lead_to_their_place(
    product: Product, person: MakePerson
) -> None:
    oz, _project = opened(product, person, "In step")
    page = oz.page
    oz.click("Source", "button")
    wanted = source_of(page)
    wanted["questions"][0]["labels"][1]["key"] = "first"
    source = page.locator("textarea[name=source]")
    source.fill(json.dumps(wanted, indent=2))
    oz.sees("first is already used by an earlier entry of this list.")
    page.locator("[data-problem]").first.click()
    at = source.evaluate("(one) => one.value.slice(one.selectionStart, one.selectionEnd)")
    assert at == '"key": "first",'
    oz.click("Form", "button")
    page.locator("[data-problem]").first.click()
    field = page.get_by_label("Key in files of label 2")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    oz.look("schema-editor-wrong")
    field.fill("other")
    oz.sees("It can be published like this.")
    assert source_of(page)["questions"][0]["labels"][1]["key"] == "other"
    oz.click("Source", "button")
    source.fill("{ not yet")
    oz.click("Form", "button")
    oz.sees("The source cannot be read as JSON")
    oz.click("Undo", "button")
    expect(page.get_by_label("Key in files of label 2")).to_be_visible()


@pytest.mark.extras
def test_what_was_typed_is_there_after_leaving_the_page(
    product: Product, person: MakePerson
) -> None:
    oz, project = opened(product, person, "Kept")
    oz.page.get_by_label("Name of label 1").fill("Only typed")
    oz.goto(f"/projects/{project}/labels")
    oz.goto(f"/projects/{project}/labels/new")
    oz.sees("This is what you had typed before and not published.")
    expect(oz.page.get_by_label("Name of label 1")).to_have_value("Only typed")
    oz.click("Start from what is published", "button")
    expect(oz.page.get_by_label("Name of label 1")).to_have_value("First")


@pytest.mark.extras
def test_labels_in_use_are_merged_and_undone_on_pages(product: Product, person: MakePerson) -> None:
    definition = {
        "format": 1,
        "data_type": "text",
        "questions": [
            {"name": "mood", "type": "choice", "labels": [{"key": "good"}, {"key": "fine"}]}
        ],
    }
    work = make_work(product, "Merging", definition, texts=["One", "Two"])
    oz = person("Oz")
    oz.sign_in(product.link("owner"))
    oz.goto(f"/labels/{work.schema}/change")
    oz.page.get_by_label("Labels to merge").fill("fine")
    oz.page.get_by_label("Into").fill("good")
    oz.click("Add and preview", "button")
    oz.sees("Merge “fine” into “good”.")
    oz.look("labels-change")
    oz.click("Publish and bring answers along", "button")
    oz.sees("Applied")
    oz.page.reload()
    oz.page.get_by_role("button", name="Undo").click()
    oz.sees("Undone")
    oz.look("schema-changes")
