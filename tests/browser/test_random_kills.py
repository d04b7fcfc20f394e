"""Tab, network, server and session die at random moments: no operation is lost, none is doubled.

Eight times here, a thousand times in the long form (`make chaos`). An operation counts from the
moment the page shows it. `WINNOW_SEED` and `WINNOW_KILLS` repeat a run.
"""

import contextlib
import os
import random
import re
from collections import Counter
from dataclasses import dataclass, field

from playwright.sync_api import Error, Locator, Page, expect

from tests.browser.conftest import MakePerson
from tests.browser.people import Person
from tests.browser.product import Product, Wire
from tests.browser.setting import KINDS, Work, let_in, make_work
from tests.browser.working import open_queue, stage, title
from tests.faults.house import rounds

KILLS = int(os.environ.get("WINNOW_KILLS", rounds(8, 1000)))
SEED = int(os.environ.get("WINNOW_SEED", "11"))
LABELS = {"ham": "Wanted", "spam": "Spam"}
LOST = r"net::ERR|Failed to load resource|Failed to fetch|NetworkError|40[139]|50[023]"


@dataclass
class Ledger:
    """What was done, beside what the product says."""

    steps: list[str | None] = field(default_factory=lambda: [None])
    sent: dict[str, str] = field(default_factory=dict)
    operations: int = 0
    deaths: list[str] = field(default_factory=list)
    """Shown when the test fails."""

    @property
    def label(self) -> str | None:
        """The label that the task on the stage has now."""
        return self.steps[-1]


@dataclass
class Story:
    """Ada at work on a line that can be cut, with dice."""

    ada: Person
    wire: Wire
    product: Product
    work: Work
    dice: random.Random
    ledger: Ledger = field(default_factory=Ledger)

    @property
    def page(self) -> Page:
        return self.ada.page

    def item(self) -> str:
        """The key of the item on the stage."""
        return re.findall(r"message (\d+)", stage(self.page).inner_text())[0]

    def button(self, label: str) -> Locator:
        return self.page.get_by_role("button", name=re.compile(LABELS[label]))

    def check(self) -> None:
        """The page shows what was done, and nothing else."""
        for label in LABELS:
            pressed = "true" if label == self.ledger.label else "false"
            expect(self.button(label)).to_have_attribute("aria-pressed", pressed)

    def act(self) -> None:
        """Choose the other label, or take the last step back; see it done."""
        ledger = self.ledger
        if len(ledger.steps) > 1 and self.dice.random() < 0.3:
            self.page.keyboard.press("z")
            ledger.steps.pop()
        else:
            label = "spam" if ledger.label == "ham" else "ham"
            self.page.keyboard.press("12"[list(LABELS).index(label)])
            ledger.steps.append(label)
        ledger.operations += 1
        self.check()
        self.page.wait_for_timeout(self.dice.choice((0, 20, 150, 700)))

    def submit(self) -> str:
        """Send the answer; returns the name of the task."""
        if self.ledger.label is None:
            self.act()
        before = title(self.page)
        self.ledger.sent[self.item()] = str(self.ledger.label)
        self.page.keyboard.press("Enter")
        expect(self.page.locator("h1")).not_to_have_text(before)
        self.ledger.steps = [None]
        return before

    def go_on(self, before: str) -> None:
        """Wait for another task; what was fetched ahead may be used up, and the line just back."""
        other = re.compile(rf"^(?!{re.escape(before)}$)Task " if before else "^Task ")
        expect(self.page.locator("h1")).to_have_text(other, timeout=60_000)

    def kill_tab(self) -> None:
        """The tab crashes; another one is opened."""
        crashed = self.page
        with crashed.expect_event("crash"), contextlib.suppress(Error):
            crashed.goto("chrome://crash")
        self.ada.page = self.ada.open_tab()
        crashed.close()
        open_queue(self.ada, self.work.queue)

    def kill_network(self) -> None:
        """The line is cut, or loses the answers; she works on meanwhile."""
        self.dice.choice((self.wire.cut, self.wire.swallow))()
        self.act()
        before = self.submit()
        self.wire.mend()
        self.go_on(before)

    def kill_server(self) -> None:
        """The server is killed; she works on until it is back."""
        self.product.kill_web()
        self.act()
        self.product.wait_until_back()

    def kill_session(self) -> None:
        """Her session ends; she signs in again in another tab."""
        self.ada.context.clear_cookies()
        self.act()
        self.submit()
        expect(self.page.get_by_text("Your session has ended.")).to_be_visible()
        other = self.ada.open_tab()
        link = self.product.link(self.ada.username).removeprefix(self.product.url)
        other.goto(self.ada.url + link)
        other.get_by_role("button", name="Sign in").click()
        other.wait_for_url(lambda url: "/sign-in/" not in url)
        other.close()
        with self.page.expect_navigation():  # tasks are counted anew from here
            self.page.get_by_role("button", name="Sign in").click()
        self.go_on("")

    def live(self) -> None:
        """Work with a death in it, and look at what is left."""
        for _ in range(self.dice.randint(1, 3)):
            self.act()
        item = self.item()
        before = set(self.ledger.sent)
        kills = (self.kill_tab, self.kill_network, self.kill_server, self.kill_session)
        kill = self.dice.choice(kills)
        self.ledger.deaths.append(kill.__name__)
        kill()
        if before == set(self.ledger.sent):
            assert self.item() == item, "another task came back"
        self.check()
        if self.dice.random() < 0.6:
            self.go_on(self.submit())


def test_no_operation_is_lost_or_doubled_whatever_dies(
    person: MakePerson, product: Product
) -> None:
    texts = [f"message {number}" for number in range(2 * KILLS + 6)]
    work = make_work(product, "Deaths", KINDS, texts=texts, overlap=1, review_share=0.0)
    wire = Wire(product.port)
    ada = person("Ada", wire.url)
    story = Story(ada, wire, product, work, random.Random(SEED))
    try:
        let_in(ada, work.project)
        with ada.expecting(LOST):
            open_queue(ada, work.queue)
            for _ in range(KILLS):
                story.live()
            story.submit()
            expect(ada.page.locator("button.outbox")).to_contain_text("All sent", timeout=60_000)
            ada.page.close()  # it would go on asking on a line that ends
    finally:
        wire.mend()
        wire.close()
    assert story.ledger.operations >= KILLS
    assert kept(product, work) == Counter(story.ledger.sent.items())


def kept(product: Product, work: Work) -> Counter[tuple[str, str]]:
    """Every annotation that the server has: item and label."""
    found: Counter[tuple[str, str]] = Counter()
    path = f"datasets/{work.dataset}/items?limit=100"
    while path:
        page = product.get(path)
        for one in page["results"]:
            for annotation in product.get(f"items/{one['id']}")["annotations"]:
                [region] = annotation["regions"]["regions"]
                found[str(int(one["key"].removeprefix("item-"))), region["label"]] += 1
        path = (page["next"] or "").partition("/api/v1/")[2]
    return found
