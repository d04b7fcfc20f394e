"""A person at a browser. Wherever they stop to look, the page is checked and its picture kept."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, expect

from tests.browser.product import ROOT, Product

SHOTS = ROOT / "tests" / "shots"
AXE = ROOT / "static" / "workbench" / "node_modules" / "axe-core" / "axe.min.js"
WIDE, NARROW = 1280, 390
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
LOOK = """(only) => axe.run(document, {
  runOnly: only ? {type: "rule", values: only} : {type: "tag", values: %s},
  resultTypes: ["violations"],
}).then(({violations}) => violations.map(({id, nodes}) =>
  id + ": " + nodes.slice(0, 4).map((node) =>
    `${node.html.slice(0, 160)} [${node.failureSummary.replace(/\\s+/g, " ")}]`).join(" | ")))"""
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  const scrolls = (node) => { for (let up = node.parentElement; up; up = up.parentElement) {
    if (getComputedStyle(up).overflowX !== "visible") return true; } return false; };
  return [...document.body.querySelectorAll("*")]
    .filter((node) => node.getBoundingClientRect().right > width + 1 && !scrolls(node))
    .map((node) => node.tagName + "." + (node.getAttribute("class") || ""));
}"""


EVERYBODY: list["Person"] = []


def open_pages() -> list[Page]:
    """The pages that people look at right now."""
    return [page for one in EVERYBODY for page in one.context.pages]


class Person:
    """Somebody with a browser of their own. Errors of the console end up in `complaints`."""

    def __init__(self, name: str, browser: Browser, product: Product, url: str = "") -> None:
        self.name, self.product, self.url = name, product, url or product.url
        self.context = browser.new_context(
            viewport={"width": WIDE, "height": 800}, reduced_motion="reduce", base_url=self.url
        )
        self.context.set_default_timeout(15_000)
        self.context.add_init_script(
            "addEventListener('securitypolicyviolation', (event) => console.error("
            "`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));"
        )
        self.username = name.lower()
        self.complaints: list[str] = []
        self._expected: list[re.Pattern[str]] = []
        self.page = self.open_tab()
        EVERYBODY.append(self)

    def open_tab(self) -> Page:
        """Open another tab of this person."""
        page = self.context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        return page

    def _heard(self, message: ConsoleMessage) -> None:
        text = f"{message.text} {message.location.get('url', '')}"
        if message.type == "error" and not any(one.search(text) for one in self._expected):
            self.complaints.append(text)

    @contextlib.contextmanager
    def expecting(self, pattern: str) -> Iterator[None]:
        """Errors of the console that match belong to what is being tried."""
        self._expected.append(re.compile(pattern))
        try:
            yield
            # What the console says arrives a moment after what caused it.
            with contextlib.suppress(Error):
                self.page.wait_for_timeout(100)
        finally:
            self._expected.pop()

    def sign_in(self, link: str) -> None:
        """Follow a sign-in link to its end."""
        self.page.goto(link)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(lambda url: "/sign-in/" not in url)

    def goto(self, path: str) -> None:
        """Open a page of the product."""
        self.page.goto(self.url + path)

    def click(self, name: str, role: Any = "link", *, exact: bool = True) -> None:
        """Click what has this name."""
        self.page.get_by_role(role, name=name, exact=exact).click()

    def nav(self, title: str) -> None:
        """Go to a place of the project by its top bar."""
        bar = self.page.get_by_role("navigation", name="Project")
        bar.get_by_role("link", name=title, exact=True).click()

    def sees(self, text: str) -> None:
        """Wait until a text is on the page."""
        expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible()

    def look(self, name: str, page: Page | None = None) -> None:
        """Look for barriers and for what sticks out; keep pictures in both widths and themes."""
        page = page or self.page
        page.evaluate("document.fonts.ready")
        for theme in ("light", "dark"):
            self._show(page, WIDE, theme)
            self._picture(page, f"{name}-{WIDE}-{theme}")
            self._has_no_barriers(page, name, None if theme == "light" else ["color-contrast"])
        for theme in ("light", "dark"):
            self._show(page, NARROW, theme)
            self._picture(page, f"{name}-{NARROW}-{theme}")
        self._has_no_barriers(page, name, None)
        sticks_out: list[str] = page.evaluate(TOO_WIDE)
        self.complaints += [f"{name} is wider than {NARROW} pixels: {one}" for one in sticks_out]
        self._show(page, WIDE, "light")

    def _show(self, page: Page, width: int, theme: Any) -> None:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme)

    def _picture(self, page: Page, name: str) -> None:
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png", full_page=True, animations="disabled")

    def _has_no_barriers(self, page: Page, name: str, only: list[str] | None) -> None:
        if not page.evaluate("'axe' in window"):
            page.evaluate(Path(AXE).read_text())
        found: list[str] = page.evaluate(LOOK % TAGS, only)
        self.complaints += [f"barrier on {name}: {one}" for one in found]

    def leave(self) -> None:
        """Close the browser; what the console complained about is a failure."""
        EVERYBODY.remove(self)
        self.context.close()
        assert self.complaints == [], f"{self.name}: {self.complaints}"
