"""Texts come in code point by code point, and a guess at their encoding is named."""

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.data_types.base import BadFile, Facts
from datasets.data_types.text import MAX_BYTES, TextType, decode


def read(path: Path, data: bytes) -> Facts:
    path.write_bytes(data)
    return TextType().read(path, path.parent, "0001")


def test_a_text_keeps_every_code_point(tmp_path: Path) -> None:
    text = "Caf\u0065\u0301 \u212b \U0001f600\r\nsecond\rthird\n  end \t"
    facts = read(tmp_path / "x.txt", text.encode())
    assert facts["text"] == text
    assert facts["characters"] == len(text)
    assert facts["encoding"] == "utf-8"
    assert facts["warnings"] == []


def test_a_byte_order_mark_is_not_part_of_the_text(tmp_path: Path) -> None:
    assert read(tmp_path / "x.txt", "\ufeffGrüße".encode())["text"] == "Grüße"
    assert read(tmp_path / "x.txt", "Grüße".encode("utf-16"))["text"] == "Grüße"


def test_what_is_not_utf_8_is_read_as_latin_1_with_a_warning(tmp_path: Path) -> None:
    facts = read(tmp_path / "x.txt", "Grüße".encode("latin-1"))
    assert facts["text"] == "Grüße"
    assert facts["encoding"] == "latin-1"
    assert [warning["code"] for warning in facts["warnings"]] == ["read-as-latin-1"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-text"),
        (b"\xef\xbb\xbf", "empty-text"),
        (b"ab\x00c", "nul"),
        (b"\xff\xfea\x00b", "broken-encoding"),
        (b"x" * (MAX_BYTES + 1), "text-too-long"),
    ],
)
def test_a_text_that_cannot_be_kept_is_refused(tmp_path: Path, data: bytes, code: str) -> None:
    with pytest.raises(BadFile) as caught:
        read(tmp_path / "x.txt", data)
    assert caught.value.problem.code == code


def test_a_text_of_exactly_the_largest_size_is_taken(tmp_path: Path) -> None:
    assert read(tmp_path / "x.txt", b"x" * MAX_BYTES)["characters"] == MAX_BYTES


def test_the_place_of_a_nul_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="Character 2 "):
        read(tmp_path / "x.txt", "é€\x00".encode())


def test_only_files_named_as_text_without_binary_bytes_are_text() -> None:
    sniff = TextType().sniff
    assert sniff(b"hello", "Note.TXT") == "text/plain"
    assert sniff(b"hello", "page.html") == "text/html"
    assert sniff(b"hello", "notes.md") == "text/markdown"
    assert sniff(b"hello", "page.php") is None
    assert sniff(b"\x89PNG\x00", "x.txt") is None


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_any_text_survives_its_own_encoding(text: str) -> None:
    if text.startswith("\ufeff"):
        return
    assert decode(text.encode(), []) == (text, "utf-8")


@given(st.binary())
def test_any_bytes_without_a_utf_16_mark_give_a_text(data: bytes) -> None:
    if data[:2] not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        text, _ = decode(data, [])
        text.encode()
