"""Comfort at the keyboard: one's own keys, the palette, other layouts, two tabs, a dead tab."""

import contextlib
import re
from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.conftest import MakePerson
from tests.browser.people import SHOTS
from tests.browser.product import Product
from tests.browser.setting import KINDS, Work, let_in, make_work
from tests.browser.working import all_sent, open_queue, stage, submit, title, wait_for_task

ONE_EACH: dict[str, Any] = {"overlap": 1, "review_share": 0.0}


def start(person: MakePerson, product: Product, name: str, schema: Any = KINDS, **more: Any) -> Any:
    """Ada joins and has the first of some tasks on the stage."""
    policy = ONE_EACH | {k: v for k, v in more.items() if k not in ("texts",)}
    texts = more.get("texts", [f"message {n}" for n in range(4)])
    work = make_work(product, name, schema, texts=texts, **policy)
    ada = person("Ada")
    let_in(ada, work.project)
    open_queue(ada, work.queue)
    return ada, work


def pressed(page: Page, label: str) -> Any:
    """Whether the button of a label is pressed."""
    return page.get_by_role("button", name=re.compile(label)).first.get_attribute("aria-pressed")


def choose_key(page: Page, action: str, key: str) -> None:
    """In the dialog of keys: change the first key of an action."""
    row = page.get_by_role("group", name=action, exact=True)
    row.get_by_role("button", name=re.compile("Change the key")).first.click()
    expect(row.get_by_role("button", name="press a key")).to_be_focused()
    page.keyboard.press(key)


@pytest.mark.extras
def test_keys_are_changed_with_a_warning_and_follow_the_account(
    person: MakePerson, product: Product
) -> None:
    ada, work = start(person, product, "Own keys")
    page = ada.page
    page.keyboard.press("?")
    ada.click("Change keys", "button")
    expect(page.get_by_role("heading", name="Change keys")).to_be_visible()
    choose_key(page, "Hide regions", "Space")
    expect(page.get_by_role("alert")).to_contain_text("Space is the key of “Skip”.")
    expect(page.get_by_role("button", name="Take it from there")).to_be_focused()
    ada.look("work-keys")
    ada.click("Choose another key", "button")
    page.keyboard.press("Tab")
    expect(page.get_by_role("alert")).to_contain_text("Tab moves the focus")
    ada.click("Choose another key", "button")
    page.keyboard.press("y")
    choose_key(page, "Submit", "Control+s")
    expect(page.get_by_text("Saved to your account.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    # In another browser, where nothing was ever chosen, the account's keys are there.
    other = person("Ada")
    other.sign_in(product.link(ada.username))
    open_queue(other, work.queue)
    other.page.keyboard.press("1")
    before = title(other.page)
    other.page.keyboard.press("Enter")
    other.page.wait_for_timeout(300)
    assert title(other.page) == before
    other.page.keyboard.press("Control+s")
    assert wait_for_task(other.page, before)
    all_sent(other.page)


def test_with_single_letters_off_only_alt_reaches_them(
    person: MakePerson, product: Product
) -> None:
    ada, _work = start(person, product, "No letters")
    page = ada.page
    page.keyboard.press("?")
    ada.click("Change keys", "button")
    page.get_by_label(re.compile("Single letters off")).check()
    expect(page.get_by_text("Saved to your account.")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    page.keyboard.press("p")
    page.wait_for_timeout(200)
    assert page.locator("dialog[open]").count() == 0
    assert pressed(page, "Wanted") == "false"
    page.keyboard.press("Alt+1")
    assert pressed(page, "Wanted") == "true"
    page.keyboard.press("Alt+Shift+?")
    page.keyboard.press("Alt+?")
    expect(page.get_by_role("heading", name="Keys", exact=True)).to_be_visible()
    expect(page.get_by_text("hold Alt with them")).to_be_visible()
    expect(page.locator(".labels kbd").first).to_have_text("Alt 1")
    ada.look("work-keys-letters-off")


def test_the_palette_finds_actions_and_labels(person: MakePerson, product: Product) -> None:
    names = [{"key": f"k{n}", "name": f"Species {n}"} for n in range(300)]
    schema = KINDS | {"questions": [KINDS["questions"][0] | {"labels": names}]}  # type: ignore[index]
    ada, _work = start(person, product, "Palette", schema)
    page = ada.page
    page.keyboard.press("Control+k")
    field = page.get_by_role("dialog").get_by_role("combobox")
    expect(field).to_be_focused()
    ada.look("work-palette")
    page.keyboard.type("spec 217")
    chosen = page.get_by_role("option", selected=True)
    expect(chosen).to_contain_text("Species 217")
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.locator(".panel").get_by_text("Species 217")).to_be_visible()
    # What was used lately is on top; arrows go round, Escape leaves everything as it is.
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option").first).to_contain_text("Species 217")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("option").last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("Control+k")
    page.keyboard.type("search the labels")
    page.keyboard.press("Enter")
    expect(page.locator("[data-label-search]")).to_be_focused()


class Board:
    """A keyboard of another country: each key says what it writes and where it lies."""

    def __init__(self, page: Page) -> None:
        self.page, self.cdp = page, page.context.new_cdp_session(page)

    def press(self, key: str, code: str, *, shift: bool = False, ctrl: bool = False) -> None:
        """Press one key as the browser hears it."""
        modifiers = 8 * shift + 2 * ctrl
        about = {"key": key, "code": code, "modifiers": modifiers}
        self.cdp.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **about})
        self.cdp.send("Input.dispatchKeyEvent", {"type": "keyUp", **about})

    def alt_gr(self, key: str, code: str) -> None:
        """Press a key with AltGr, as Windows tells it: with Ctrl and Alt."""
        self.page.evaluate(
            """([key, code]) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
              {key, code, ctrlKey: true, altKey: true, modifierAltGraph: true, bubbles: true,
               cancelable: true}))""",
            [key, code],
        )

    def compose(self, text: str) -> None:
        """Let an input method write, without being done with it."""
        about = {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        self.cdp.send("Input.imeSetComposition", about)

    def press_composing(self, key: str, *, ctrl: bool = False) -> None:
        """Press a key that the input method takes."""
        about = {"key": key, "code": key, "windowsVirtualKeyCode": 229, "modifiers": 2 * ctrl}
        self.cdp.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **about})
        self.cdp.send("Input.dispatchKeyEvent", {"type": "keyUp", **about})


def test_a_german_keyboard_does_what_its_keys_say(person: MakePerson, product: Product) -> None:
    ada, _work = start(person, product, "German")
    page, board = ada.page, Board(ada.page)
    status = page.locator(".statusbar")
    expect(status).to_contain_text("Text 17 px")
    board.press("+", "BracketRight")
    expect(status).to_contain_text("Text 18 px")
    board.press("-", "Slash")
    expect(status).to_contain_text("Text 17 px")
    page.keyboard.press("1")
    assert pressed(page, "Wanted") == "true"
    board.press("z", "KeyY")  # Z lies where Y lies elsewhere
    assert pressed(page, "Wanted") == "false"
    board.press("Z", "KeyY", shift=True)
    assert pressed(page, "Wanted") == "true"
    board.press("z", "KeyY", ctrl=True)
    assert pressed(page, "Wanted") == "false"
    board.press("y", "KeyZ", ctrl=True)
    assert pressed(page, "Wanted") == "true"
    board.press("?", "Minus", shift=True)
    expect(page.get_by_role("heading", name="Keys", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    # AltGr writes: what it writes is a sign of its own, never the letter below it.
    expect(stage(page)).to_contain_text("message 0")
    board.alt_gr("@", "KeyQ")
    board.alt_gr("µ", "KeyM")
    board.press("€", "KeyE")
    assert page.locator("dialog[open]").count() == 0
    board.alt_gr("]", "Digit9")  # sets this task aside
    expect(stage(page)).to_contain_text("message 1")


def test_a_slash_by_shift_and_seven_searches_the_labels(
    person: MakePerson, product: Product
) -> None:
    names = [{"key": f"k{n}", "name": f"Species {n}"} for n in range(30)]
    schema = KINDS | {"questions": [KINDS["questions"][0] | {"labels": names}]}  # type: ignore[index]
    ada, _work = start(person, product, "Slash", schema)
    page, board = ada.page, Board(ada.page)
    board.press("/", "Digit7", shift=True)
    field = page.locator("[data-label-search]")
    expect(field).to_be_focused()
    # Enter that ends a composition gives no label; the next one does.
    board.compose("species 2")
    board.press_composing("Enter")
    expect(page.locator(".labels button[aria-pressed=true]")).to_have_count(0)
    expect(field).to_be_focused()
    board.cdp.send("Input.insertText", {"text": "species 2"})
    page.keyboard.press("Enter")
    expect(page.locator(".labels button[aria-pressed=true]")).to_contain_text("Species 2")


def test_an_input_method_in_a_text_field_triggers_nothing(
    person: MakePerson, product: Product
) -> None:
    note = {"name": "note", "title": "Note", "type": "text"}
    ada, _work = start(person, product, "Composing", KINDS | {"questions": [note]})
    page, board = ada.page, Board(ada.page)
    field = page.get_by_role("textbox", name="Note")
    field.focus()
    before = title(page)
    page.evaluate(
        """() => { window.heard = []; addEventListener("keydown", (event) =>
          heard.push([event.key, event.isComposing, event.defaultPrevented])); }"""
    )
    board.compose("にほん")
    for key in ("Enter", " ", "p", "F6"):
        board.press_composing(key)
    board.press_composing("Enter", ctrl=True)
    board.press_composing("k", ctrl=True)
    assert page.evaluate("heard.length") == 6
    assert page.evaluate("heard.every(([, composing, prevented]) => composing && !prevented)")
    page.wait_for_timeout(200)
    assert title(page) == before
    assert page.locator("dialog[open]").count() == 0
    expect(field).to_be_focused()
    board.cdp.send("Input.insertText", {"text": "日本"})
    expect(field).to_have_value("日本")
    page.keyboard.press("Control+Enter")
    assert wait_for_task(page, before)
    all_sent(page)


def test_a_tab_that_crashed_comes_back_with_its_undo(person: MakePerson, product: Product) -> None:
    ada, work = start(person, product, "Crash")
    page = ada.page
    for key in ("1", "2", "1", "z"):
        page.keyboard.press(key)
    assert pressed(page, "Spam") == "true"
    page.wait_for_timeout(1_200)  # what is written behind the keys is written
    page.keyboard.press("Shift+z")
    page.wait_for_timeout(700)
    # The renderer dies at once: no page is told that it is leaving.
    crash(page)
    again = ada.open_tab()
    again.goto(f"/queues/{work.queue}/work")
    wait_for_task(again, "")
    assert pressed(again, "Wanted") == "true"
    again.keyboard.press("z")
    assert pressed(again, "Spam") == "true"
    again.keyboard.press("z")
    assert pressed(again, "Wanted") == "true"
    again.keyboard.press("z")
    assert pressed(again, "Wanted") == "false"
    assert pressed(again, "Spam") == "false"
    for _ in range(3):
        again.keyboard.press("Shift+z")
    assert pressed(again, "Wanted") == "true"


def crash(page: Page) -> None:
    """Kill the page as the system does when memory runs out."""
    with contextlib.suppress(Error):
        page.goto("chrome://crash", timeout=3_000)


@pytest.mark.extras
def test_who_is_not_sure_says_so_and_who_skips_says_why(
    person: MakePerson, product: Product
) -> None:
    policy = {
        "review_share": 1.0,
        "asks_confidence": True,
        "skip_reasons": ["Too dark to see", "Not a message"],
    }
    ada, work = start(person, product, "Sureness", texts=["one", "two"], **policy)
    page = ada.page
    page.keyboard.press("1")
    page.keyboard.press("u")
    expect(page.get_by_role("checkbox", name=re.compile("Not sure"))).to_be_checked()
    page.get_by_role("button", name="40 %").click()
    ada.look("work-not-sure")
    # A page that is loaded again still knows it.
    page.wait_for_timeout(700)
    page.reload()
    wait_for_task(page, "")
    expect(page.get_by_role("button", name="40 %")).to_have_attribute("aria-pressed", "true")
    assert submit(page)
    page.keyboard.press("Shift+Space")
    expect(page.get_by_role("radio", name="No reason")).to_be_focused()
    page.keyboard.press("2")
    expect(page.get_by_role("radio", name=re.compile("Not a message"))).to_be_checked()
    ada.look("work-skip")
    page.get_by_label("In your own words, if you like").fill("a test 2")
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_have_count(0)
    all_sent(page)
    reviewer_sees(person, work, "not sure", "40 % sure")


def reviewer_sees(person: MakePerson, work: Work, *words: str) -> None:
    """Rui reads how sure Ada was beside her answer, and why she skipped in the list of tasks."""
    rui = person("Rui")
    let_in(rui, work.project, "reviewer")
    open_queue(rui, work.queue, "review")
    answers = rui.page.get_by_role("group", name="Answers")
    for text in words:
        expect(answers).to_contain_text(text)
    rui.look("review-not-sure")
    rui.goto(f"/queues/{work.queue}/tasks")
    rui.sees("Skipped: Not a message: a test 2")


def test_who_asks_for_contrast_or_for_the_systems_colours_sees_what_is_chosen(
    person: MakePerson, product: Product
) -> None:
    ada, _work = start(person, product, "Contrast")
    page = ada.page
    page.keyboard.press("2")
    chosen = page.locator(".labels button[aria-pressed=true]")
    page.emulate_media(contrast="more")
    muted, text = page.evaluate(
        """() => [".statusbar", "body"].map((name) =>
          getComputedStyle(document.querySelector(name)).color)"""
    )
    assert muted == text
    page.screenshot(path=SHOTS / "work-contrast.png")
    page.emulate_media(contrast="no-preference", forced_colors="active")
    style = chosen.evaluate("(one) => getComputedStyle(one).outlineStyle")
    assert style == "solid"
    swatch = "(one) => getComputedStyle(one.querySelector('.sw')).backgroundColor"
    colours = [one.evaluate(swatch) for one in page.locator(".labels button").all()]
    assert len(set(colours)) == 2, "the colours of labels are data"
    page.screenshot(path=SHOTS / "work-forced-colours.png")
    page.emulate_media(forced_colors="none", reduced_motion="reduce")
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((one) => {
          const style = getComputedStyle(one);
          return style.animationName !== "none" || parseFloat(style.transitionDuration) > 0;
        }).length"""
    )
    assert moving == 0


def test_a_dialog_that_cannot_be_fetched_gives_the_keys_back(
    person: MakePerson, product: Product
) -> None:
    ada, _work = start(person, product, "No dialog")
    page = ada.page
    page.route("**/assets/dialogs-*.js*", lambda route: route.abort())
    page.reload()
    wait_for_task(page, "")
    with ada.expecting("net::ERR|Failed to load"):
        page.keyboard.press("?")
        ada.sees("A part of this page did not come.")
        page.keyboard.press("1")
        assert pressed(page, "Wanted") == "true"
