"""The product, a browser, and people who use both."""

from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import open_chromium
from tests.browser.people import AXE, SHOTS, Person, open_pages
from tests.browser.product import Product, start_product

expect.set_options(timeout=15_000)

MakePerson = Callable[..., Person]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep a picture of every open page when a test of this folder fails."""
    report = yield
    if report.failed and call.when == "call":
        for number, page in enumerate(open_pages()):
            page.screenshot(path=SHOTS / f"failed-{item.name[:60]}-{number}.png")
    return report


@pytest.fixture(scope="session")
def product() -> Iterator[Product]:
    """A Winnow of this worker, started as people start it."""
    assert AXE.exists(), "axe-core is missing: run make dev"
    made = start_product()
    yield made
    made.service.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The machine's Chromium, closed after each file."""
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def person(chromium: Browser, product: Product) -> Iterator[MakePerson]:
    """Give somebody a browser: `person("Ada")`. At the end nobody's console may have complained."""
    people: list[Person] = []

    def make(name: str, url: str = "") -> Person:
        people.append(Person(name, chromium, product, url))
        return people[-1]

    yield make
    for one in people:
        one.leave()
