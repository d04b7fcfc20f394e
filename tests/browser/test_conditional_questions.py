"""Questions that wait for an answer, rules, and labels of the item itself, at work."""

from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import MakePerson
from tests.browser.product import Product
from tests.browser.setting import let_in, make_work
from tests.browser.working import all_sent, open_queue, submit

DEFINITION: dict[str, Any] = {
    "format": 1,
    "data_type": "text",
    "questions": [
        {
            "name": "verdict",
            "title": "Verdict",
            "type": "choice",
            "labels": [{"key": "good", "name": "Good"}, {"key": "wrong", "name": "Wrong"}],
        },
        {
            "name": "gravity",
            "title": "Gravity",
            "type": "rating",
            "required": True,
            "max": 3,
            "when": {"question": "verdict", "label": "wrong"},
        },
        {"name": "words", "title": "Words", "type": "spans", "labels": [{"key": "bad"}]},
    ],
    "rules": [
        {
            "type": "required_region",
            "question": "words",
            "level": "warning",
            "message": "Mark what is wrong, if you can.",
            "when": {"question": "gravity", "at_least": 2},
        }
    ],
}


def test_a_question_comes_and_goes_and_a_warning_is_told_once(
    product: Product, person: MakePerson
) -> None:
    work = make_work(
        product, "Waiting", DEFINITION, texts=["Two and two is five."], overlap=1, review_share=0.0
    )
    ada = person("Ada")
    let_in(ada, work.project)
    open_queue(ada, work.queue)
    page, gravity = ada.page, ada.page.get_by_role("region", name="Gravity")
    expect(gravity).to_have_count(0)
    page.keyboard.press("2")
    expect(gravity).to_be_visible()
    page.keyboard.press("k")
    page.keyboard.press("1")
    expect(gravity).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(gravity).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    ada.sees("Mark what is wrong, if you can.")
    ada.sees("Only warnings: submit again to send it as it is.")
    ada.look("workbench-conditions")
    assert submit(page) is False
    all_sent(page)
    [item] = product.get(f"datasets/{work.dataset}/items")["results"]
    [annotation] = product.get(f"items/{item['id']}")["annotations"]
    said = {
        one["question"]: one.get("label", one.get("value"))
        for one in annotation["regions"]["regions"]
    }
    assert said == {"verdict": "wrong", "gravity": 3}
    [warning] = annotation["warnings"]
    assert (warning["at"], warning["detail"]) == (
        "questions/words",
        "Mark what is wrong, if you can.",
    )


def test_labels_come_from_the_item(product: Product, person: MakePerson) -> None:
    question = {"name": "best", "title": "Best", "type": "choice", "labels_from": "candidates"}
    definition = {"format": 1, "data_type": "text", "questions": [question]}
    work = make_work(product, "Own labels", definition, overlap=1, review_share=0.0)
    item = {
        "key": "a",
        "data": "Capital of Norway?",
        "metadata": {"candidates": ["Oslo", "New York"]},
    }
    product.post(f"datasets/{work.dataset}/items", [item])
    ada = person("Ada")
    let_in(ada, work.project)
    ada.page.wait_for_timeout(6000)  # the queue follows its dataset every five seconds
    open_queue(ada, work.queue)
    expect(ada.page.get_by_role("button", name="New York")).to_be_visible()
    ada.page.keyboard.press("2")
    assert submit(ada.page) is False
    all_sent(ada.page)
    [item] = product.get(f"datasets/{work.dataset}/items")["results"]
    [annotation] = product.get(f"items/{item['id']}")["annotations"]
    assert annotation["regions"]["regions"][0]["label"] == "New_York"
