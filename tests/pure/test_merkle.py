"""Hash trees: known roots, and what must and must not change them."""

from __future__ import annotations

import hashlib
import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.pure.merkle import (
    EMPTY_ROOT,
    ContentEntry,
    SealedRow,
    TreeBuilder,
    content_leaf,
    content_root,
    leaf_hash,
    node_hash,
    seal_root,
    seal_row,
    sealed_leaf,
    tree_root,
)

VECTORS = Path(__file__).parent.parent / "vectors"
SALT = b"0123456789abcdef"
# The leaves and roots that the tests of Certificate Transparency logs use.
CT_LEAVES = ["", "00", "10", "2021", "3031", "40414243"]
CT_LEAVES += ["5051525354555657", "606162636465666768696a6b6c6d6e6f"]
CT_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
leaves = st.lists(st.binary(max_size=3).map(leaf_hash), max_size=40)


def recursive_root(parts: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word for word."""
    if not parts:
        return hashlib.sha256(b"").digest()
    if len(parts) == 1:
        return parts[0]
    half = 1 << ((len(parts) - 1).bit_length() - 1)
    return node_hash(recursive_root(parts[:half]), recursive_root(parts[half:]))


def test_the_roots_of_certificate_transparency() -> None:
    hashes = [leaf_hash(bytes.fromhex(leaf)) for leaf in CT_LEAVES]
    assert [tree_root(hashes[: n + 1]) for n in range(8)] == CT_ROOTS
    assert tree_root([]) == EMPTY_ROOT == hashlib.sha256(b"").hexdigest()


@given(leaves)
def test_the_streaming_root_is_that_of_the_definition(parts: list[bytes]) -> None:
    assert tree_root(parts) == recursive_root(parts).hex()


@given(leaves.filter(bool), st.data())
def test_one_flipped_bit_changes_the_root(parts: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(parts) - 1))
    bit = data.draw(st.integers(0, 255))
    flipped = int.from_bytes(parts[index], "big") ^ (1 << bit)
    changed = [*parts[:index], flipped.to_bytes(32, "big"), *parts[index + 1 :]]
    assert tree_root(changed) != tree_root(parts)


def test_an_inner_node_cannot_pass_for_a_leaf() -> None:
    first, second = leaf_hash(b"a"), leaf_hash(b"b")
    assert tree_root([first, second]) != leaf_hash(first + second).hex()


def test_looking_at_the_root_in_between_changes_nothing() -> None:
    builder = TreeBuilder()
    for number in range(9):
        builder.add(leaf_hash(bytes([number])))
        builder.root()
    assert builder.root() == tree_root([leaf_hash(bytes([number])) for number in range(9)])
    assert builder.count == 9


def test_a_leaf_that_is_no_hash_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="32 bytes, not 3"):
        TreeBuilder().add(b"abc")


def test_many_leaves_need_little_memory() -> None:
    tracemalloc.start()
    builder = TreeBuilder()
    for number in range(50_000):
        builder.add(leaf_hash(number.to_bytes(4, "big")))
    builder.root()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000


def test_the_content_root_wants_sorted_keys_each_once() -> None:
    entry = ContentEntry("b", "1" * 64, "2" * 64, "train")
    assert content_root([entry._replace(key="a"), entry]) == content_root(
        iter([entry._replace(key="a"), entry])
    )
    with pytest.raises(ValueError, match="'a' must come after 'b'"):
        content_root([entry, entry._replace(key="a")])
    with pytest.raises(ValueError, match="must come after"):
        content_root([entry, entry])


@given(st.lists(st.text('a\x01,"0', max_size=3), min_size=4, max_size=4))
def test_fields_of_a_leaf_cannot_run_into_each_other(parts: list[str]) -> None:
    shifted = [parts[0] + parts[1], "", *parts[2:]]
    if shifted != parts:
        assert content_leaf(*parts) != content_leaf(*shifted)


def test_the_seal_holds_without_the_salt_and_differs_with_another() -> None:
    entry = ("key", "1" * 64, "2" * 64, "3" * 64, "test")
    row = seal_row(SALT, *entry)
    other = seal_row(SALT[::-1], *entry)
    assert seal_root([SealedRow(*row)]) == seal_root([row])
    assert not set(row[:4]) & set(other[:4])
    assert sealed_leaf(row) != sealed_leaf(row._replace(split="train"))
    with pytest.raises(ValueError, match="at least 16 bytes"):
        seal_row(b"short", *entry)


def test_the_same_value_in_two_fields_shows_no_likeness() -> None:
    row = seal_row(SALT, "x", "x", "x", "x", "x")
    assert len(set(row[:4])) == 4


def test_merkle_vectors_hold() -> None:
    vectors = json.loads((VECTORS / "merkle.json").read_text("utf-8"))
    entries = [ContentEntry(*entry) for entry in vectors["entries"]]
    assert [content_leaf(*entry).hex() for entry in entries] == vectors["content_leaves"]
    assert content_root(entries) == vectors["content_root"]
    salts = [bytes.fromhex(salt) for salt in vectors["salts_hex"]]
    rows = [
        seal_row(salt, entry.key, entry.content_sha, entry.regions_hash, lineage, entry.split)
        for salt, entry, lineage in zip(salts, entries, vectors["lineage_hashes"], strict=True)
    ]
    assert [list(row) for row in rows] == vectors["sealed_rows"]
    assert seal_root(rows) == vectors["seal_root"]
