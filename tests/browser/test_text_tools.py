"""The text tool in a real Chromium: spans in parts, relations, every script exact."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import MakePerson
from tests.browser.people import Person
from tests.browser.product import Product
from tests.browser.setting import Work, let_in, make_work
from tests.browser.test_keyboard_only import press, start_by_keys
from tests.browser.working import all_sent, open_queue, stage, submit, title, wait_for_task

LETTER = (
    "On 3 November my card was charged twice for the annual plan of Tidepool Notes. "
    "Please refund the second payment of €118.80 to the same card.\n"
    "I already wrote to Lena from billing about it."
)
SPANS: dict[str, Any] = {
    "name": "parts",
    "title": "Parts",
    "type": "spans",
    "labels": [
        {"key": "problem", "name": "Problem"},
        {"key": "wish", "name": "Wish"},
        {"key": "person", "name": "Person"},
    ],
    "attributes": [
        {
            "name": "tone",
            "type": "choice",
            "options": [{"key": "calm", "name": "Calm"}, {"key": "firm", "name": "Firm"}],
        }
    ],
}
RELATIONS: dict[str, Any] = {
    "name": "joins",
    "title": "Relations",
    "type": "relations",
    "labels": [{"key": "leads_to", "name": "leads to"}, {"key": "asks", "name": "asks"}],
    "attributes": [{"name": "sure", "title": "Sure", "type": "boolean"}],
}
BOTH = {"format": 1, "data_type": "text", "questions": [SPANS, RELATIONS]}
WORDS = {"format": 1, "data_type": "text", "questions": [SPANS]}

Regions = list[dict[str, Any]]


def regions_of(product: Product, work: Work) -> Regions:
    """The regions of the one annotation of the one item, as the server has them."""
    [item] = product.get(f"datasets/{work.dataset}/items")["results"]
    [annotation] = product.get(f"items/{item['id']}")["annotations"]
    regions: Regions = annotation["regions"]["regions"]
    return regions


def one_text(product: Product, name: str, definition: dict[str, Any], text: str) -> Work:
    """A queue with one text that nobody has to review."""
    return make_work(product, name, definition, texts=[text], overlap=1, review_share=0.0)


def at_work(who: Person, work: Work) -> Page:
    """Somebody lets themselves in and has the text on the stage."""
    let_in(who, work.project)
    open_queue(who, work.queue)
    return who.page


def send(page: Page) -> None:
    """Submit the only task and wait until the server has it."""
    stage(page).focus()
    assert submit(page) is False
    all_sent(page)


def words(text: str, region: dict[str, Any]) -> list[str]:
    """The parts of a span as the server would cut them out of the text."""
    at = region["at"]
    edges = [at["start"], *(edge for gap in at.get("gaps", []) for edge in gap), at["end"]]
    return [text[edges[n] : edges[n + 1]] for n in range(0, len(edges), 2)]


def drag_words(page: Page, start: str, end: str, *, keys: str = "") -> None:
    """Select with the mouse from the first letter of one word to the last of another."""
    places = page.evaluate(
        """([start, end]) => {
          const nodes = [...document.querySelectorAll(".doc p")].map((one) => one.firstChild);
          const place = (text, atEnd) => {
            const node = nodes.find((one) => one.data.includes(text));
            const from = node.data.indexOf(text);
            const range = document.createRange();
            range.setStart(node, from);
            range.setEnd(node, from + text.length);
            const box = range.getBoundingClientRect();
            return [atEnd ? box.right - 1 : box.left + 1, (box.top + box.bottom) / 2];
          };
          return [place(start, false), place(end, true)];
        }""",
        [start, end],
    )
    (left, top), (right, bottom) = places
    if keys:
        page.keyboard.down(keys)
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move((left + right) / 2, (top + bottom) / 2)
    page.mouse.move(right, bottom)
    page.mouse.up()
    if keys:
        page.keyboard.up(keys)


@pytest.mark.extras
def test_a_span_gets_a_further_part_with_the_mouse_and_loses_it_again(
    person: MakePerson, product: Product
) -> None:
    work = one_text(product, "Parts", WORDS, LETTER)
    page = at_work(person("Ada"), work)
    drag_words(page, "charged", "charged")
    drag_words(page, "annual", "plan", keys="Shift")
    drag_words(page, "Tidepool", "Notes", keys="Shift")
    option = page.get_by_role("option", name="charged … annual plan … Tidepool Notes")
    expect(option).to_contain_text("Problem, 3 parts")
    expect(page.locator(".doc-over .bridge")).not_to_have_count(0)
    drag_words(page, "annual", "plan", keys="Shift")
    expect(page.get_by_role("option", name="charged … Tidepool Notes")).to_be_attached()
    page.get_by_role("button", name="Take out “charged”").click()
    expect(page.get_by_role("option", name="Tidepool Notes Problem")).to_be_attached()
    page.keyboard.press("z")
    send(page)
    [span] = regions_of(product, work)
    assert words(LETTER, span) == ["charged", "Tidepool Notes"]


def test_a_letter_is_marked_related_and_sent_by_keys_alone(
    person: MakePerson, product: Product
) -> None:
    work = one_text(product, "Keys", BOTH, "Ada met Bo in Oslo and paid him.")
    ada = person("Ada")
    let_in(ada, work.project)
    start_by_keys(ada, work)
    page = ada.page
    press(page, "Control+Shift+ArrowRight", "1")  # Ada
    press(page, *["Control+ArrowRight"] * 2, "Control+ArrowLeft", "Control+Shift+ArrowRight", "3")
    expect(page.get_by_role("option")).to_have_count(2)
    # A further part for the second span: the caret goes on, two words are selected, Enter adds.
    press(page, "e", "Control+ArrowRight", "Control+ArrowRight", "Control+Shift+ArrowLeft", "Enter")
    press(page, "Escape")
    expect(page.get_by_role("option", name="parts")).to_have_count(1)
    press(page, "r", "ArrowRight", "Enter", "2")
    expect(page.get_by_role("option", name="—asks→")).to_have_count(1)
    send(page)
    regions = regions_of(product, work)
    spans = {one["id"]: one for one in regions if one["kind"] == "span"}
    [relation] = [one for one in regions if one["kind"] == "relation"]
    assert relation["label"] == "asks"
    assert spans[relation["at"]["from"]]["label"] == "person"
    assert spans[relation["at"]["to"]]["label"] == "problem"
    assert len(words("Ada met Bo in Oslo and paid him.", spans[relation["at"]["from"]])) == 2


def click_words(page: Page, text: str) -> None:
    """Click into a word."""
    x, y = page.evaluate(
        """(text) => {
          const node = [...document.querySelectorAll(".doc p")].map((one) => one.firstChild)
            .find((one) => one.data.includes(text));
          const range = document.createRange();
          range.setStart(node, node.data.indexOf(text));
          range.setEnd(node, node.data.indexOf(text) + text.length);
          const box = range.getBoundingClientRect();
          return [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
        }""",
        text,
    )
    page.mouse.click(x, y)


@pytest.mark.extras
def test_relations_are_drawn_with_the_mouse_and_go_with_their_span(
    person: MakePerson, product: Product
) -> None:
    work = one_text(product, "Relations", BOTH, LETTER)
    ada = person("Ada")
    page = at_work(ada, work)
    drag_words(page, "charged", "annual plan")
    drag_words(page, "refund", "payment")
    page.keyboard.press("2")
    drag_words(page, "Lena", "Lena")
    page.keyboard.press("3")
    page.get_by_role("button", name="Relation", exact=True).click()
    drag_words(page, "charged", "refund")
    expect(page.get_by_role("option", name="—leads to→ refund")).to_have_count(1)
    click_words(page, "Lena")
    click_words(page, "refund")
    expect(page.get_by_role("option", name="Lena —leads to→ refund")).to_have_count(1)
    expect(page.locator(".doc-arcs .plate")).to_have_count(2)
    page.get_by_role("checkbox", name="Sure", exact=True).check()
    ada.look("text-relations")
    page.get_by_role("option", name="refund the second payment Wish").click()
    stage(page).focus()
    page.keyboard.press("Backspace")
    expect(page.get_by_role("option")).to_have_count(2)
    page.keyboard.press("z")
    expect(page.get_by_role("option")).to_have_count(5)
    send(page)
    kinds = [one["kind"] for one in regions_of(product, work)]
    assert sorted(kinds) == ["relation"] * 2 + ["span"] * 3


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("hebrew", "אמר: שלום עולם טוב", "שלום עולם"),
        ("arabic", "قال مرحبا بالعالم اليوم", "مرحبا بالعالم"),
        ("mixed", "He said שלום to 世界 today", "שלום"),
        ("chinese", "我昨天在北京大学上课。", "北京大学"),
        ("emoji", "Hi 👩‍👩‍👧‍👦 and 🇩🇪 and 👍🏽 ok", "👩‍👩‍👧‍👦 and 🇩🇪 and 👍🏽"),
        ("marks", "cafe\u0301 nai\u0308ve a\u0301\u0302\u0303b", "nai\u0308ve"),
    ],
)
def test_every_script_is_selected_drawn_and_stored_exactly(
    person: MakePerson, product: Product, name: str, text: str, wanted: str
) -> None:
    work = one_text(product, f"Scripts: {name}", WORDS, text)
    page = at_work(person("Ada"), work)
    page.keyboard.press("w")  # sentences
    page.keyboard.press("w")  # paragraphs
    page.keyboard.press("w")  # characters
    move_to(page, text.index(wanted))
    extend_to(page, text.index(wanted) + len(wanted))
    page.keyboard.press("1")
    option = page.get_by_role("option")
    expect(option).to_contain_text(wanted)
    expect(page.locator(".doc-over .under")).not_to_have_count(0)
    send(page)
    [span] = regions_of(product, work)
    assert words(text, span) == [wanted]


def caret(page: Page) -> int:
    """Where the moving end of the selection stands, in code points."""
    place: int = page.evaluate(
        """() => {
          const { focusNode, focusOffset } = getSelection();
          return [...(focusNode?.data ?? "").slice(0, focusOffset)].length;
        }"""
    )
    return place


def move_to(page: Page, place: int, chord: str = "ArrowRight") -> None:
    """Press an arrow until the caret stands there."""
    for _ in range(200):
        if caret(page) == place:
            return
        page.keyboard.press(chord)
    raise AssertionError(f"the caret never stood at {place}")


def extend_to(page: Page, place: int) -> None:
    """Select up to a place by keys."""
    move_to(page, place, "Shift+ArrowRight")


def read_one_page(ada: Person) -> str:
    """Mark words of the page about tea, skip the other one; returns its heading."""
    heading = stage(ada.page).get_by_role("heading")
    expect(heading).to_be_visible()
    words = heading.inner_text()
    if words == "Plan":
        expect(stage(ada.page).locator("em")).to_have_text("it")
        before = title(ada.page)
        ada.page.keyboard.press("Space")
        wait_for_task(ada.page, before)
        return words
    ada.look("text-formatted")
    # From the middle of a plain word over a bold one into the next.
    bold = stage(ada.page).locator("strong").bounding_box()
    assert bold is not None
    y = bold["y"] + bold["height"] / 2
    ada.page.mouse.move(bold["x"] - 16, y)
    ada.page.mouse.down()
    ada.page.mouse.move(bold["x"] + bold["width"] + 14, y, steps=4)
    ada.page.mouse.up()
    ada.page.keyboard.press("1")
    expect(ada.page.get_by_text("is very hot").first).to_be_visible()
    submit(ada.page)
    return words


def test_a_page_of_html_is_read_as_laid_out_and_marked_in_its_words(
    person: MakePerson, product: Product
) -> None:
    page = (
        "<h1>Tea 😀</h1><script>document.title = 'bad'</script><p>It is <b>very</b> hot</p>"
        "<ul><li>green<li onclick=alert(1)>black</ul><pre>a\n  b</pre>"
    )
    files = {"tea.html": page.encode(), "notes.md": b"# Plan\n\nDrink *it*"}
    work = make_work(product, "Formatted", WORDS, pictures=files, overlap=1, review_share=0.0)
    ada = person("Ada")
    let_in(ada, work.project)
    open_queue(ada, work.queue)
    seen = {read_one_page(ada) for _task in range(2)}
    all_sent(ada.page)
    assert seen == {"Tea 😀", "Plan"}
    items = product.get(f"datasets/{work.dataset}/items")["results"]
    [tea] = [one for one in items if one["key"] == "tea.html"]
    assert tea["data"] == "Tea 😀\nIt is very hot\ngreen\nblack\na\n  b"
    assert {one["role"] for one in tea["assets"]} == {"original", "layout"}
    [annotation] = product.get(f"items/{tea['id']}")["annotations"]
    [span] = annotation["regions"]["regions"]
    assert tea["data"][span["at"]["start"] : span["at"]["end"]] == "is very hot"
