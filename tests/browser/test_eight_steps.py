"""From raw data to a better model: an owner, two annotators and a reviewer walk all eight steps.

The tests of this file are one story on one server, told in order. Pictures of every page are kept
in tests/shots/, in both widths and both themes; `docs/tutorial.md` shows them.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import belongings, working
from tests.browser.people import Person
from tests.browser.product import Product

PROJECT = "Messages and shapes"
SHAPES = {
    "format": 1,
    "data_type": "image",
    "questions": [
        {
            "name": "shape",
            "title": "Shape",
            "type": "choice",
            "labels": [{"key": "circle", "name": "Circle"}, {"key": "square", "name": "Square"}],
        },
        {
            "name": "place",
            "title": "Where it is",
            "type": "boxes",
            "labels": [{"key": "here", "name": "Here"}],
            "attributes": [{"name": "cut", "title": "Cut by the edge", "type": "boolean"}],
        },
    ],
}


class Cast:
    """Everybody of the story, each with a browser that stays open from step to step."""

    def __init__(self, browser: Browser, product: Product, folder: Path) -> None:
        self.oz = Person("Oz", browser, product)
        self.ada = Person("Ada", browser, product)
        self.bo = Person("Bo", browser, product)
        self.rui = Person("Rui", browser, product)
        self.folder = folder
        self.product = product

    def file(self, name: str) -> Path:
        """A file among the belongings."""
        return self.folder / name


@pytest.fixture(scope="module")
def cast(
    chromium: Browser, product: Product, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cast]:
    """The people of the story and the files they bring."""
    folder = tmp_path_factory.mktemp("belongings")
    belongings.write_blank_messages(folder / "new.csv", range(200, 208))
    belongings.write_labelled_messages(folder / "labelled.csv", range(160), wrong=24)
    belongings.write_pictures(folder / "new.zip", range(60, 66), in_folders=False)
    belongings.write_pictures(folder / "labelled.zip", range(60), in_folders=True)
    made = Cast(chromium, product, folder)
    yield made
    for one in (made.oz, made.ada, made.bo, made.rui):
        one.leave()


@pytest.fixture(autouse=True)
def _nobody_complains(cast: Cast) -> Iterator[None]:
    yield
    for one in (cast.oz, cast.ada, cast.bo, cast.rui):
        heard, one.complaints = one.complaints, []
        assert heard == [], one.name


# 1. Collect


def test_the_owner_signs_in_with_the_printed_link(cast: Cast) -> None:
    oz = cast.oz
    oz.page.goto(cast.product.first_link())
    oz.look("sign-in-link")
    oz.click("Sign in", "button")
    oz.look("projects-empty")
    oz.goto("/account/settings")
    oz.page.get_by_label("Name").fill("Oz")
    oz.click("Save settings", "button")
    oz.sees("Your settings are saved.")
    oz.look("settings")


def test_the_owner_makes_a_project_and_drops_messages_on_a_dataset(cast: Cast) -> None:
    oz = cast.oz
    oz.goto("/")
    oz.click("New project")
    oz.look("project-new")
    oz.page.get_by_label("Name").fill(PROJECT)
    oz.click("Make project", "button")
    oz.look("home-new")
    oz.nav("Items")
    oz.look("items-empty")
    oz.click("New dataset")
    oz.page.get_by_label("Name").fill("Messages")
    oz.look("dataset-new")
    oz.click("Make dataset", "button")
    drop(oz, cast.file("new.csv"))
    oz.sees("8 new items, 1 refused.")
    oz.sees("The row has 5 cells, the header has 2.")
    oz.sees("8 items are in it.")
    oz.look("upload")


def test_a_zip_brings_pictures_and_says_which_one_is_broken(cast: Cast) -> None:
    oz = cast.oz
    oz.nav("Items")
    oz.click("New dataset")
    oz.page.get_by_label("Name", exact=True).fill("Shapes")
    oz.page.get_by_label("Images").check()
    oz.click("Make dataset", "button")
    oz.page.locator("#files").set_input_files(cast.file("new.zip"))
    oz.sees("6 new items, 1 refused.")
    oz.sees("The image is cut short or broken")
    oz.click("Details")
    oz.sees("torn.png")
    oz.look("job")


def drop(who: Person, file: Path) -> None:
    """Drop a file on the page, as a hand does."""
    data = who.page.evaluate_handle(
        """([name, text]) => { const data = new DataTransfer();
           data.items.add(new File([text], name)); return data; }""",
        [file.name, file.read_text()],
    )
    for event in ("dragenter", "dragover", "drop"):
        who.page.dispatch_event(".drop", event, {"dataTransfer": data})


# 2. Define labels


def test_a_schema_comes_from_the_gallery_and_mistakes_are_told_by_line(cast: Cast) -> None:
    oz = cast.oz
    oz.nav("Labels")
    oz.look("labels-gallery")
    oz.click("Spam")
    oz.look("schema-new")
    oz.click("Publish", "button")
    oz.sees("The label schema is published.")
    oz.nav("Labels")
    oz.click("Image class")
    oz.click("Source", "button")
    definition = oz.page.get_by_label("Definition")
    definition.fill(json.dumps(SHAPES, indent=1).replace('"key": "square"', '"key": "circle"'))
    oz.page.get_by_label("Name", exact=True).fill("Shapes")
    with oz.expecting("422"):
        oz.click("Publish", "button")
        oz.sees("line")
        oz.look("schema-refused")
    oz.click("Source", "button")
    definition.fill(json.dumps(SHAPES, indent=1))
    oz.click("Publish", "button")
    oz.sees("The label schema is published.")
    oz.look("schema")


def test_accepted_labels_come_along_with_files(cast: Cast) -> None:
    oz = cast.oz
    oz.nav("Items")
    oz.click("Add items")
    oz.page.locator("#files").set_input_files(cast.file("labelled.csv"))
    oz.sees("161 new items")
    oz.nav("Items")
    oz.click("Shapes")
    oz.click("Add items")
    oz.page.get_by_text("How to read them").click()
    oz.page.get_by_label("Folders are labels").check()
    oz.page.locator("#files").set_input_files(cast.file("labelled.zip"))
    oz.sees("60 new items")
    oz.look("upload-pictures")
    oz.click("To the items")
    oz.look("items-pictures")


# 3. Annotate


def test_people_join_by_invitation_links(cast: Cast) -> None:
    oz = cast.oz
    for who, role in ((cast.ada, "Annotator"), (cast.bo, "Annotator"), (cast.rui, "Reviewer")):
        oz.nav("People")
        oz.page.get_by_label("Role", exact=True).select_option(label=role)
        oz.page.get_by_label("For whom").fill(who.name)
        oz.click("Make invitation link", "button")
        link = oz.page.get_by_label("Invitation link").input_value()
        who.page.goto(link)
        who.page.get_by_label("Your name").fill(who.name)
        who.page.get_by_label("User name").fill(who.name.lower())
        who.page.get_by_label("Password").fill("weighing-anchor-7-moths")
        if who is cast.ada:
            who.look("join")
        who.click("Make account and join", "button")
        who.sees(PROJECT)
    oz.look("people")
    cast.ada.look("home-annotator")


def test_a_queue_asks_two_people_and_mixes_in_gold(cast: Cast) -> None:
    oz = cast.oz
    make_queue(oz, "Messages", "Is it spam?", "Spam")
    oz.look("queue-new")
    oz.click("Make queue", "button")
    oz.sees("The queue is made")
    oz.click("Settings")
    oz.page.get_by_label("How many").fill("4")
    oz.click("Plant gold", "button")
    oz.sees("4 items test the annotators from now on.")
    oz.look("queue-settings")
    make_queue(oz, "Shapes", "Which shape?", "Shapes")
    oz.click("Make queue", "button")
    oz.sees("The queue is made")
    oz.nav("Queues")
    oz.look("queues")


def make_queue(oz: Person, dataset: str, name: str, schema: str) -> None:
    """Fill in a queue over what has no label yet: two people a task, a quarter gold."""
    oz.nav("Queues")
    oz.click("New queue")
    if oz.page.get_by_role("navigation", name="Dataset").get_by_text(dataset).count():
        oz.page.get_by_role("navigation", name="Dataset").get_by_text(dataset).click()
    oz.page.get_by_label("Name").fill(name)
    oz.page.get_by_label("Label schema").select_option(label=schema)
    oz.page.get_by_label("Which items").fill("-has:truth")
    oz.page.get_by_label("People a task").fill("2")
    oz.page.get_by_label("Reviewed in any case").fill("0")
    oz.page.get_by_label("Gold among the tasks").fill("25")
    oz.page.get_by_label("What people should know").fill(
        "# Spam\n\nWhat wants **money or a call** is spam.\n\n- Loans are.\n- Parcels are not."
    )


def test_messages_are_answered_by_keyboard(cast: Cast) -> None:
    ada, bo = cast.ada, cast.bo
    ada.nav("Queues")
    ada.look("queues-annotator")
    ada.page.get_by_role("listitem").filter(has_text="Is it spam?").get_by_text("Start").click()
    working.wait_for_task(ada.page, "")
    ada.look("work-text")
    ada.page.keyboard.press("?")
    ada.sees("Number keys pick the label")
    ada.look("work-help")
    close_dialog(ada)
    ada.page.keyboard.press("g")
    ada.sees("Loans are.")
    close_dialog(ada)
    read = 0

    def as_ada(page: Page) -> list[str]:
        nonlocal read
        read += 1
        return ["2" if belongings.is_spam(text_of(page)) else "1"]

    working.work_through(ada, as_ada)
    ada.look("work-nothing-left")
    # Bo takes three wanted messages for unwanted ones.
    working.open_queue(bo, queue_of(ada))
    mistakes = {"#200", "#202", "#204"}
    working.work_through(
        bo,
        lambda page: [
            "2"
            if belongings.is_spam(text_of(page)) or any(m in text_of(page) for m in mistakes)
            else "1"
        ],
    )
    working.all_sent(bo.page)
    assert read >= 8


def close_dialog(who: Person) -> None:
    """Press Escape and see the dialog gone: while it is there, it keeps the keys."""
    who.page.keyboard.press("Escape")
    expect(who.page.get_by_role("dialog")).to_have_count(0)


def text_of(page: Page) -> str:
    """The message on the stage."""
    return str(working.stage(page).inner_text()).strip()


def queue_of(who: Person) -> str:
    """The queue whose page is open."""
    found = re.search("/queues/([^/]+)", who.page.url)
    assert found is not None
    return found[1]


def test_shapes_are_answered_by_mouse_and_keyboard(cast: Cast) -> None:
    oz, ada, bo = cast.oz, cast.ada, cast.bo
    oz.nav("Queues")
    oz.click("Which shape?")
    queue = queue_of(oz)
    working.open_queue(ada, queue)
    for number in range(6):
        shape, edges = working.shape_on_stage(ada.page)
        name = {"circle": "Circle", "square": "Square"}[shape]
        ada.page.get_by_role("button", name=re.compile(name)).click()
        ada.page.get_by_role("button", name=re.compile("Here")).click()
        working.drag(ada.page, edges)
        expect(ada.page.get_by_role("option", name=re.compile("Here"))).to_be_visible()
        if number == 0:
            ada.look("work-image")
        ada.page.get_by_role("button", name=re.compile("^Submit")).click()
        working.wait_for_task(ada.page, f"Task {number + 1}")
    working.all_sent(ada.page)
    working.open_queue(bo, queue)

    def as_bo(page: Page) -> list[str]:
        shape, _edges = working.shape_on_stage(page)
        return ["1" if shape == "circle" else "2"]

    assert working.work_through(bo, as_bo) == 6
    working.all_sent(bo.page)


def test_an_older_answer_is_found_and_mended(cast: Cast) -> None:
    bo = cast.bo
    bo.page.keyboard.press("p")
    bo.sees("My last tasks")
    bo.look("work-last-tasks")
    bo.page.get_by_role("dialog").get_by_role("button", name="Fix").first.click()
    bo.page.get_by_role("button", name=re.compile("Here")).click()
    _shape, edges = working.shape_on_stage(bo.page)
    working.drag(bo.page, edges)
    save = bo.page.get_by_role("button", name=re.compile("Save fix"))
    save.click()
    expect(save).to_have_count(0)
    working.all_sent(bo.page)


# 4. Review and know the quality


def test_a_reviewer_accepts_corrects_and_sends_back(cast: Cast) -> None:
    rui = cast.rui
    rui.goto("/")
    rui.click(PROJECT)
    rui.look("home-reviewer")
    rui.nav("Queues")
    row = rui.page.get_by_role("listitem").filter(has_text="Is it spam?")
    row.get_by_role("link", name=re.compile("Review")).click()
    working.wait_for_task(rui.page, "")
    rui.look("review-text")
    rui.page.get_by_role("button", name=re.compile("Accept Ada")).click()
    working.wait_for_task(rui.page, "Task 1")
    rui.page.get_by_role("button", name=re.compile("^Correct it")).click()
    rui.page.keyboard.press("1")
    rui.page.get_by_role("button", name=re.compile("^Submit correction")).click()
    working.wait_for_task(rui.page, "Task 2")
    rui.page.get_by_role("button", name=re.compile("Bo")).first.click()
    rui.page.get_by_role("textbox", name="Tell the annotator").fill(
        "A parcel is wanted. Read it once more."
    )
    rui.page.get_by_role("button", name=re.compile("^Send back")).last.click()
    working.wait_for_task(rui.page, "Task 3")
    working.all_sent(rui.page)


def test_a_reviewer_sees_boxes_beside_each_other(cast: Cast) -> None:
    rui = cast.rui
    rui.goto("/")
    rui.click(PROJECT)
    rui.nav("Queues")
    row = rui.page.get_by_role("listitem").filter(has_text="Which shape?")
    row.get_by_role("link", name=re.compile("Review")).click()
    working.wait_for_task(rui.page, "")
    rui.look("review-image")
    while rui.page.locator(".empty h2").count() == 0:
        before = working.title(rui.page)
        rui.page.get_by_role("button", name=re.compile("Accept Ada")).click()
        working.wait_for_task(rui.page, before)
    working.all_sent(rui.page)


def test_the_annotator_reads_what_came_back(cast: Cast) -> None:
    oz, bo = cast.oz, cast.bo
    bo.goto("/")
    bo.click(PROJECT)
    bo.nav("Queues")
    row = bo.page.get_by_role("listitem").filter(has_text="Is it spam?")
    row.get_by_role("link", name=re.compile("My answers")).click()
    bo.sees("A parcel is wanted. Read it once more.")
    bo.look("my-answers")
    oz.nav("Queues")
    oz.click("Is it spam?")
    oz.look("queue")
    oz.click("Tasks")
    oz.look("queue-tasks")
    oz.click("Guideline")
    oz.look("queue-guideline")


def test_the_owner_sees_who_agrees_and_who_is_right(cast: Cast) -> None:
    oz = cast.oz
    oz.nav("Quality")
    oz.sees("Can I trust the labels?")
    oz.look("quality")
    oz.page.locator(".heat a").first.click()
    oz.look("disagreements")


# 5. Curate and freeze


def test_items_are_filtered_archived_and_brought_back(cast: Cast) -> None:
    oz = cast.oz
    oz.nav("Items")
    oz.look("items")
    oz.click("Archive 1 duplicate", "button")
    oz.sees("1 item is archived.")
    oz.page.get_by_role("textbox", name="Filter items").fill('has:truth "station"')
    oz.page.keyboard.press("Enter")
    oz.page.get_by_role("checkbox").first.check()
    oz.sees("1 chosen")
    oz.look("items-chosen")
    oz.click("Archive", "button")
    oz.sees("1 item is archived.")
    oz.click("Undo", "button")
    oz.sees("1 item is back.")
    oz.page.locator(".tile a").first.click()
    oz.look("item")


def test_a_version_is_frozen_and_verified(cast: Cast) -> None:
    oz = cast.oz
    oz.nav("Versions")
    oz.look("versions-empty")
    freeze(oz, "Messages")
    oz.look("version")
    oz.page.get_by_text("Check it").wait_for()
    command = oz.page.locator("code", has_text="winnow verify").inner_text()
    assert "sealed" in cast.product.run(*command.split()[1:])


def freeze(who: Person, dataset: str) -> None:
    """Freeze a dataset as it is, and wait for the version."""
    who.nav("Items")
    tabs = who.page.get_by_role("navigation", name="Datasets")
    tabs.get_by_role("link", name=dataset).click()
    who.click("Freeze")
    who.look("freeze")
    who.click("Freeze", "button")
    who.sees("Content root")


# 6. Train and validate


def test_a_run_is_watched_and_another_one_cancelled(cast: Cast) -> None:
    oz = cast.oz
    oz.click("Train")
    oz.look("run-new")
    oz.click("Start run", "button")
    oz.look("run-going")
    expect(oz.page.get_by_role("link", name="Open the report")).to_be_visible(timeout=60_000)
    oz.look("run")


def test_pictures_are_learned_too(cast: Cast) -> None:
    oz = cast.oz
    freeze(oz, "Shapes")
    oz.click("Train")
    oz.page.get_by_role("link", name=re.compile("neural")).click()
    # So wide and long that it cannot be done before it is cancelled.
    oz.page.get_by_label("Units a layer").fill("1024")
    oz.page.get_by_label("Hidden layers").fill("4")
    oz.page.get_by_label("Most epochs").fill("10000")
    oz.page.get_by_label("Patience").fill("1000")
    oz.click("Start run", "button")
    # A slow finger: the page renews itself twice while the button is held down.
    oz.page.get_by_role("button", name="Cancel", exact=True).click(delay=2500)
    expect(oz.page.get_by_text("Cancelled").first).to_be_visible(timeout=60_000)
    oz.look("run-cancelled")
    oz.nav("Runs")
    oz.look("runs")


# 7. Go back


def test_a_cell_of_the_report_opens_the_items_and_sends_them_back(cast: Cast) -> None:
    oz, ada = cast.oz, cast.ada
    oz.nav("Runs")
    oz.click("Run 1")
    oz.click("Open the report")
    oz.look("report")
    # Off the diagonal: said to be wanted, predicted spam.
    oz.page.locator(".heat tbody tr").nth(0).locator("td").nth(1).get_by_role("link").click()
    oz.sees("labelled again blind")
    oz.look("report-cell")
    oz.page.get_by_role("button", name=re.compile("back to people")).click()
    oz.sees("are on top of the queue")
    oz.look("report-sent")
    # Ada looks at them without knowing what the model said.
    ada.goto("/")
    ada.click(PROJECT)
    ada.nav("Queues")
    row = ada.page.get_by_role("listitem").filter(has_text="Blind check")
    row.get_by_role("link", name=re.compile("labelling")).click()
    working.wait_for_task(ada.page, "")
    assert ada.page.get_by_text("suggest").count() == 0
    working.work_through(ada, read_and_say)
    working.all_sent(ada.page)


def read_and_say(page: Page) -> list[str]:
    """The key of what an attentive person says."""
    return ["2" if belongings.is_spam(text_of(page)) else "1"]


def test_the_next_version_tells_what_the_corrections_changed(cast: Cast) -> None:
    oz = cast.oz
    freeze(oz, "Messages")
    oz.click("Train")
    oz.click("Start run", "button")
    oz.page.get_by_role("link", name="Open the report").click(timeout=60_000)
    oz.sees("What has changed since")
    oz.sees("From corrected truths")
    oz.look("report-changed")


# 8. Export


def test_everything_leaves_as_files(cast: Cast) -> None:
    oz = cast.oz
    oz.nav("Items")
    oz.click("Messages")
    oz.click("Export")
    oz.click("Start export", "button")
    lines = downloaded(oz, "jsonl").read_text().splitlines()
    assert len(lines) == 168  # the archived duplicate stays behind
    assert any("annotations" in json.loads(line) for line in lines)
    oz.page.get_by_label("What", exact=True).select_option(label="Version 2")
    oz.page.get_by_label("Format").select_option("csv")
    oz.click("Start export", "button")
    assert downloaded(oz, "csv").read_text().count("\n") > 100
    oz.look("exports")
    oz.nav("Items")
    oz.click("Shapes")
    oz.click("Export")
    oz.page.get_by_label("Format").select_option("coco")
    oz.click("Start export", "button")
    assert json.loads(downloaded(oz, "json").read_text())["annotations"]


def downloaded(who: Person, ending: str) -> Path:
    """Take the newest file of an ending when it is ready."""
    link = who.page.locator(f"a[href$='/file']:has-text('.{ending}')").first
    with who.page.expect_download() as waiting:
        link.click()
    return Path(waiting.value.path())


def test_the_home_page_says_how_everything_stands(cast: Cast) -> None:
    oz, ada = cast.oz, cast.ada
    oz.nav("Home")
    oz.look("home")
    oz.nav("Jobs")
    oz.look("jobs")
    oz.goto("/account/tokens")
    oz.look("tokens")
    oz.goto("/")
    oz.look("projects")
    ada.goto("/")
    ada.click(PROJECT)
    ada.look("home-annotator-later")
    with oz.expecting("404"):
        oz.goto("/datasets/dataset_nothing/items")
        oz.look("not-found")
    oz.goto("/account/logout/")
    oz.look("sign-out")
    oz.page.get_by_role("button", name="Sign out").click()
    oz.goto("/account/login/")
    oz.look("sign-in")
