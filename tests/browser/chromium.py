"""The machine's Chromium, as the tests and the benchmarks start it."""

import contextlib
import shutil
from collections.abc import Iterator

from playwright.sync_api import Browser, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextlib.contextmanager
def open_chromium() -> Iterator[Browser]:
    """Start it without a window, and close it in the end.

    Raises
    ------
    FileNotFoundError
        There is none on this machine.
    """
    path = shutil.which("chromium")
    if path is None:
        raise FileNotFoundError("Chromium is missing. On Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
