"""How people work in the workbench: they look, press keys, draw, and go on."""

import io
from collections.abc import Callable, Sequence

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.people import Person

LIGHT = 225


def stage(page: Page) -> Locator:
    """Where the item is shown."""
    return page.locator("[data-stage]")


def title(page: Page) -> str:
    """The heading: the task, or the queue when there is no task."""
    return page.locator("h1").inner_text()


def open_queue(who: Person, queue_id: str, door: str = "work") -> None:
    """Open the workbench, and wait for a task or for the reason why there is none."""
    who.goto(f"/queues/{queue_id}/{door}")
    wait_for_task(who.page, "")


def wait_for_task(page: Page, before: str) -> bool:
    """Wait until another task than `before` is on the stage; returns False when none is left."""
    page.wait_for_function(
        """(before) => {
          const title = document.querySelector("h1")?.textContent ?? "";
          return (/^Task /.test(title) && title !== before) || document.querySelector(".empty h2");
        }""",
        arg=before,
    )
    return page.locator(".empty h2").count() == 0


def submit(page: Page) -> bool:
    """Press Enter and wait for the next task; returns whether there is one."""
    before = title(page)
    assert before.startswith("Task "), "there is nothing to submit"
    page.keyboard.press("Enter")
    return wait_for_task(page, before)


def work_through(who: Person, keys_for: Callable[[Page], Sequence[str]], most: int = 40) -> int:
    """Answer by keys until nothing is left; returns how many tasks there were."""
    for done in range(most):
        if who.page.locator(".empty h2").count():
            return done
        for key in keys_for(who.page):
            who.page.keyboard.press(key)
        submit(who.page)
    raise AssertionError(f"{who.name} still had tasks after {most}")


def all_sent(page: Page) -> None:
    """Wait until the server has acknowledged everything."""
    expect(page.locator("button.outbox")).to_contain_text("All sent")


def shape_on_stage(page: Page) -> tuple[str, tuple[int, int, int, int]]:
    """Look at the picture: which shape is on it, and where on the screen its edges are."""
    page.wait_for_selector("[data-stage]:not([data-state])")
    place = stage(page).bounding_box()
    assert place is not None
    picture = Image.open(io.BytesIO(stage(page).screenshot())).convert("L")
    paper = picture.point(lambda v: 255 if v > LIGHT else 0).getbbox()
    assert paper is not None
    left, top, right, bottom = paper[0] + 4, paper[1] + 4, paper[2] - 4, paper[3] - 4
    ink = picture.crop((left, top, right, bottom)).point(lambda v: 255 if v <= LIGHT else 0)
    box = ink.getbbox()
    assert box is not None, "nothing is on the picture"
    filled = sum(ink.crop(box).histogram()[128:]) / ((box[2] - box[0]) * (box[3] - box[1]))
    x, y = int(place["x"]) + left, int(place["y"]) + top
    edges = (box[0] + x, box[1] + y, box[2] + x, box[3] + y)
    return ("square" if filled > 0.9 else "circle"), edges


def drag(page: Page, box: tuple[int, int, int, int]) -> None:
    """Draw from one corner to the other with the mouse."""
    page.mouse.move(box[0], box[1])
    page.mouse.down()
    page.mouse.move((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    page.mouse.move(box[2], box[3])
    page.mouse.up()
