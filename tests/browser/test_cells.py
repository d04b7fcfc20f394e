"""Single cells of a row, from the first key to the last: doubted, corrected, with the reason."""

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import MakePerson
from tests.browser.product import Product
from tests.browser.setting import Work, let_in, wait_for_job
from tests.browser.working import all_sent, open_queue, submit

QUESTIONS: dict[str, Any] = {
    "format": 1,
    "data_type": "table",
    "questions": [
        {
            "name": "doubt",
            "title": "Doubt",
            "type": "choice",
            "per": "cell",
            "required": False,
            "labels": [{"key": "wrong", "name": "Wrong"}, {"key": "unit", "name": "Wrong unit"}],
        },
        {
            "name": "right",
            "title": "Right value",
            "type": "number",
            "unit": "kg",
            "per": "cell",
            "attributes": [{"name": "reason", "title": "Reason", "type": "text", "required": True}],
        },
    ],
}


def make_rows(product: Product, row: dict[str, Any]) -> Work:
    """A queue over one row of a table."""
    project = product.post("projects", {"name": "Cells"})["id"]
    body = {"name": "Rows", "data_type": "table"}
    dataset = product.post(f"projects/{project}/datasets", body)["id"]
    product.post(f"datasets/{dataset}/items", [{"key": "row-1", "data": row}])
    asked: dict[str, Any] = {"name": "Cells", "definition": QUESTIONS}
    schema = product.post(f"projects/{project}/schemas", asked)["id"]
    policy = {"overlap": 1, "review_share": 0.0}
    wanted = {"name": "Cells", "dataset": dataset, "schema": schema, "policy": policy}
    queue = product.post(f"projects/{project}/queues", wanted)
    wait_for_job(product, queue["job"])
    return Work(project, dataset, schema, str(queue["id"]))


def test_a_wrong_value_is_corrected_with_its_reason_without_a_mouse(
    person: MakePerson, product: Product
) -> None:
    row = {"name": "Bo", "height": 1.8, "weight": 70000}
    work = make_rows(product, row)
    ada = person("Ada")
    let_in(ada, work.project)
    asked: list[str] = []
    ada.page.on("request", lambda request: asked.append(request.url))
    open_queue(ada, work.queue)
    before = next(n for n, url in enumerate(asked) if url.endswith("/claim"))
    assert before <= 15, "\n".join(asked)  # each is a way there and back
    page = ada.page
    for key in ("ArrowDown", "ArrowDown", "2"):
        page.keyboard.press(key)
    expect(page.locator(".row-list .chosen")).to_contain_text("weight")
    expect(page.locator(".row-list .chosen .said")).to_have_text("Wrong unit")
    page.get_by_role("spinbutton", name="Right value").press_sequentially("70")
    reason = page.get_by_role("textbox", name="Reason")
    page.keyboard.press("Control+Enter")
    ada.sees("needs “Reason”")
    reason.press_sequentially("grams")
    page.keyboard.press("Tab")
    ada.look("work-cells")
    page.locator("[data-stage]").focus()
    assert submit(page) is False
    all_sent(page)
    [item] = product.get(f"datasets/{work.dataset}/items")["results"]
    whole = product.get(f"items/{item['id']}")
    assert whole["data"] == row, "the original is kept"
    [annotation] = whole["annotations"]
    said = {one["question"]: one for one in annotation["regions"]["regions"]}
    assert said["doubt"] | {"id": ""} == {
        "id": "",
        "question": "doubt",
        "kind": "item",
        "label": "unit",
        "on": {"field": "weight"},
    }
    assert (said["right"]["value"], said["right"]["attributes"]) == (70, {"reason": "grams"})
