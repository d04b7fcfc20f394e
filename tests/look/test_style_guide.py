"""The style guide in a real browser: nothing overflows, both themes, both widths, pictures kept."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from foundation.models import User
from tests.browser.chromium import open_chromium
from tests.conftest import SignIn

SHOTS = Path(__file__).resolve().parent.parent / "shots" / "look"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.look.urls"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The machine's Chromium, closed after this file."""
    patch = pytest.MonkeyPatch()
    patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright runs a loop here
    with open_chromium() as browser:
        yield browser
    patch.undo()


@pytest.fixture
def open_page(
    chromium: Browser, live_server: LiveServer, sign_in: SignIn, mia: User
) -> Iterator["OpenPage"]:
    """Open an address as Mia, and close what was opened."""
    opener = OpenPage(chromium, live_server.url, sign_in(mia).cookies["sessionid"].value)
    yield opener
    opener.close()


class OpenPage:
    """Opens addresses of the live server with Mia's session."""

    def __init__(self, browser: Browser, base: str, session: str) -> None:
        self.browser, self.base, self.session = browser, base, session
        self.complaints: list[str] = []
        self.pages: list[Page] = []

    def __call__(self, address: str, width: int, theme: str) -> Page:
        """Return the loaded page; the console's errors are in `complaints`."""
        page = self.browser.new_page(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
        )
        self.pages.append(page)
        page.context.add_cookies([{"name": "sessionid", "value": self.session, "url": self.base}])
        page.on(
            "console",
            lambda line: self.complaints.append(line.text) if line.type == "error" else None,
        )
        page.goto(self.base + address)
        page.evaluate("document.fonts.ready")
        return page

    def close(self) -> None:
        """Close every page with its context."""
        for page in self.pages:
            page.context.close()


def _too_wide(page: Page) -> list[str]:
    """Return what sticks out of the page sideways, outside boxes that scroll."""
    found: list[str] = page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          const scrolls = (node) => { for (let up = node.parentElement; up; up = up.parentElement) {
            const style = getComputedStyle(up);
            if (style.overflowX !== 'visible') return true; } return false; };
          return [...document.body.querySelectorAll('*')]
            .filter((node) => node.getBoundingClientRect().right > width + 1 && !scrolls(node))
            .map((node) => node.tagName + '.' + (node.getAttribute('class') || ''));
        }"""
    )
    return found


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_part_fits_in_both_widths_and_themes(
    open_page: OpenPage, width: int, theme: str
) -> None:
    page = open_page("/look", width, theme)
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"guide-{width}-{theme}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert _too_wide(page) == []
    assert open_page.complaints == []


def test_the_theme_of_the_account_wins_over_the_device(open_page: OpenPage, mia: User) -> None:
    mia.theme = User.Theme.DARK
    mia.save()
    page = open_page("/look", 1280, "light")
    surface = page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert surface == "rgb(23, 27, 35)"


def test_a_done_message_can_be_undone_and_an_error_stays_on_the_page(open_page: OpenPage) -> None:
    page = open_page("/look?toast=1", 1280, "light")
    assert page.locator(".toast form").get_attribute("action") == "/items/restore"
    assert page.locator("main .note.error").first.inner_text().startswith("The bucket did not")
    page.screenshot(path=SHOTS / "toast-1280-light.png")


@pytest.mark.parametrize("status", [403, 404, 409, 429, 500])
def test_a_problem_page_names_the_request_and_a_way_back(open_page: OpenPage, status: int) -> None:
    page = open_page(f"/problem/{status}", 1280, "light")
    page.screenshot(path=SHOTS / f"problem-{status}.png")
    assert len(page.locator("main dd").first.inner_text()) == 12
    assert page.locator("main a.btn").first.get_attribute("href") == "/"


def test_the_first_key_press_offers_to_skip_the_navigation(open_page: OpenPage) -> None:
    page = open_page("/look", 1280, "light")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    assert page.locator(".skip").bounding_box()["y"] >= 0  # type: ignore[index]
