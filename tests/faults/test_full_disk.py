"""A full disk: a clear answer, nothing half, and with room again all goes on without a restart."""

import json
import os
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import MakeHouse
from tests.faults.house import House, wait_for
from tests.services import answers_http

DISK_MB = 96
PART = b"x" * (8 << 20)
TEXTS = 12_000


class Disk:
    """A small disk of its own, which can be filled but for some bytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ballast = folder / "ballast"

    def fill(self, leave: int) -> None:
        """Leave only so many bytes."""
        found = os.statvfs(self.folder)
        size = found.f_bavail * found.f_frsize - leave
        with self.ballast.open("ab") as file, suppress(OSError):
            for start in range(0, max(0, size), 4096):
                file.write(b"\0" * min(4096, size - start))
        if leave == 0:
            with self.ballast.open("ab", buffering=0) as file, suppress(OSError):
                while True:
                    file.write(b"\0")

    def free(self) -> None:
        """Make room again."""
        self.ballast.unlink(missing_ok=True)


@pytest.fixture
def disk() -> Iterator[Disk]:
    """A disk in memory. Mounting one needs the right to do so."""
    folder = Path(tempfile.mkdtemp(prefix="winnow-disk-"))
    options = ["-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)]
    outcome = subprocess.run(["mount", *options], check=False, capture_output=True, text=True)
    if outcome.returncode != 0:
        folder.rmdir()
        pytest.skip(f"no small disk can be mounted here: {outcome.stderr.strip()}")
    yield Disk(folder)
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
    shutil.rmtree(folder, ignore_errors=True)


class Rest:
    """A REST client of one house."""

    def __init__(self, port: int, token: str) -> None:
        self.base, self.token = f"http://127.0.0.1:{port}/api/v1/", token

    def send(
        self, method: str, path: str, body: bytes = b"", media: str = "application/json"
    ) -> tuple[int, dict[str, Any]]:
        """Send a request and return status and body."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": media}
        request = urllib.request.Request(self.base + path, body or None, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read()
                return answer.status, json.loads(text) if text else {}
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, json.loads(refusal.read())


def half_files(house: House) -> list[Path]:
    """What is left of files that were being written."""
    return list((house.home / "files").glob(".incoming-*"))


class TestFullDisk:
    """Database, broker and files are on one small disk."""

    @pytest.fixture
    def running(self, make_house: MakeHouse, disk: Disk, port: int) -> House:
        """A house on the small disk with everything started, and texts in it."""
        house = make_house(home=disk.folder / "home", PORT=str(port))
        made = house.ask("make_queue", items=TEXTS, overlap=1, annotators=0)
        house.world = made
        for words in (("web",), ("clock",), ("worker", "quick")):
            house.start(*words)
        wait_for(answers_http(f"http://127.0.0.1:{port}/healthz"))
        return house

    def test_everything_goes_on_once_there_is_room_again(
        self, running: House, disk: Disk, port: int
    ) -> None:
        rest = Rest(port, running.world["push_token"])
        upload = open_upload(rest, running.world["dataset"])
        disk.fill(leave=2 << 20)
        part_is_refused(running, rest, upload)
        export = export_fails(running)
        disk.fill(leave=0)
        writes_are_refused(running, rest)
        disk.free()
        work_goes_on(running, rest, upload, export)
        assert running.ask("integrity") == "ok"
        assert [part.words for part in running.parts if part.leash.poll() is not None] == []


def open_upload(rest: Rest, dataset: str) -> str:
    """Open an upload of one part."""
    files = {"files": [{"name": "big.txt", "size": len(PART)}], "options": {"format": "lines"}}
    body = json.dumps(files).encode()
    status, answer = rest.send("POST", f"datasets/{dataset}/uploads", body)
    assert status == 201, answer
    upload: str = answer["id"]
    return upload


def part_is_refused(house: House, rest: Rest, upload: str) -> None:
    """A part that finds no room is refused clearly, and nothing of it stays."""
    before = house.ask("stored_files")
    status, problem = rest.send("PUT", part_path(upload), PART, "application/octet-stream")
    assert (status, problem["code"]) == (507, "disk-full"), problem
    assert half_files(house) == []
    assert house.ask("stored_files") == before


def part_path(upload: str) -> str:
    """The address of the only part."""
    return f"uploads/{upload}/files/0/parts/1"


def export_fails(house: House) -> int:
    """An export that finds no room fails with the reason and is not offered."""
    dataset = house.ask("dataset_named", name="Messages")
    job: int = house.ask("export", dataset=dataset)
    row = house.wait_for_end(job)
    assert (row["state"], row["error"]["code"]) == ("failed", "disk-full"), row
    assert not house.ask("export_is_offered", job_id=job)
    assert half_files(house) == []
    return job


def writes_are_refused(house: House, rest: Rest) -> None:
    """With no byte left, writes soon say so; what was said to be kept is there, and no more.

    The first few find room in SQLite's log, which keeps the size that it had.
    """
    items, kept = house.ask("items"), 0
    path = f"datasets/{house.world['dataset']}/items"
    while True:
        item = {"key": f"late-{kept}", "data": "Too late. " * 10_000}
        status, told = rest.send("POST", path, json.dumps(item).encode())
        if status != 200:
            break
        kept += 1
        assert kept < 400, "40 MB found room on a full disk"
    assert (status, told["code"]) == (507, "disk-full"), told
    assert house.ask("items") == items + kept


def work_goes_on(house: House, rest: Rest, upload: str, export: int) -> None:
    """The same processes do what they could not do before."""
    path, body = f"datasets/{house.world['dataset']}/items", b'{"key": "late", "data": "Too late"}'
    assert rest.send("POST", path, body)[0] == 200
    assert rest.send("PUT", part_path(upload), PART, "application/octet-stream")[0] == 204
    house.ask("retry", job_id=export)
    row = house.wait_for_end(export)
    assert row["state"] == "succeeded", row
    assert house.ask("exported_lines", job_id=export) == TEXTS
    job = house.ask("enqueue", kind="annotate.overlap", queue=house.ask("any_queue"))
    assert house.wait_for_end(job)["state"] == "succeeded"
