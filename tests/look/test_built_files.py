"""What the build makes arrives small, is what it says, and is asked for once."""

import gzip
import json
import subprocess
from pathlib import Path

import pytest
from django.test import Client

ROOT = Path(__file__).resolve().parent.parent.parent
DIST = ROOT / "static" / "dist"
READ_BROTLI = (
    "process.stdin.on('data', (part) => parts.push(part)).on('end', () => "
    "process.stdout.write(require('node:zlib').brotliDecompressSync(Buffer.concat(parts))))"
)


def built(key: str) -> str:
    manifest = json.loads((DIST / "manifest.json").read_text())
    return str(manifest[key]["file"])


def fetch(file: str, encodings: str, method: str = "get") -> tuple[bytes, dict[str, str]]:
    headers = {"accept-encoding": encodings}
    answer = getattr(Client(), method)(f"/static/dist/{file}", headers=headers)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content), dict(answer.headers)


@pytest.mark.parametrize("key", ["src/main.ts", "styles/workbench.css"])
def test_a_script_or_style_is_sent_as_small_as_the_browser_takes_it(key: str) -> None:
    file = built(key)
    plain, told = fetch(file, "identity")
    assert "Content-Encoding" not in told
    assert plain == (DIST / file).read_bytes()
    packed, told = fetch(file, "gzip, deflate")
    assert (told["Content-Encoding"], told["Vary"]) == ("gzip", "Accept-Encoding")
    assert gzip.decompress(packed) == plain
    smallest, told = fetch(file, "gzip, deflate, br, zstd")
    assert (told["Content-Encoding"], told["Vary"]) == ("br", "Accept-Encoding")
    assert len(smallest) < len(packed) < len(plain) / 2
    command = ["node", "-e", "const parts = []; " + READ_BROTLI]
    assert subprocess.run(command, input=smallest, check=True, capture_output=True).stdout == plain


def test_a_head_tells_of_the_same_file_without_sending_it() -> None:
    body, told = fetch(built("src/main.ts"), "br", method="head")
    assert (body, told["Content-Encoding"]) == (b"", "br")


def test_what_is_packed_already_is_sent_as_it_is() -> None:
    font, told = fetch(built("../fonts/inter-latin.woff2"), "br, gzip")
    assert "Content-Encoding" not in told
    assert font[:4] == b"wOF2"


def test_a_name_with_its_hash_is_kept_for_ever_and_others_are_asked_for_again() -> None:
    _body, told = fetch(built("styles/house.css"), "identity")
    assert "immutable" in told["Cache-Control"]
    _body, told = fetch("manifest.json", "identity")
    assert "immutable" not in told["Cache-Control"]
