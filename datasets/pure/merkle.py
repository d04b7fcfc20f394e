"""Hash trees over the entries of a version: the content root and the seal.

Leaves and inner nodes are hashed with different first bytes, so that no leaf can pass for a node.
An odd node moves up unchanged. This is the tree of RFC 6962, section 2.1, whose vectors it meets.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from typing import NamedTuple

import orjson

CONTENT_DOMAIN = "winnow/content/1"
SEAL_DOMAIN = "winnow/seal/1"
SALT_BYTES = 16
EMPTY_ROOT = hashlib.sha256(b"").hexdigest()

_LEAF = b"\x00"
_NODE = b"\x01"


def leaf_hash(data: bytes) -> bytes:
    """The 32-byte hash of one leaf: SHA-256 of a zero byte and `data`."""
    return hashlib.sha256(_LEAF + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The 32-byte hash of an inner node: SHA-256 of a one byte and both children."""
    return hashlib.sha256(_NODE + left + right).digest()


class TreeBuilder:
    """Takes leaf hashes one by one, in order, and keeps one hash for each level only.

    A million leaves need about 20 hashes of memory.

    Examples
    --------
    >>> builder = TreeBuilder()
    >>> builder.root() == EMPTY_ROOT
    True
    >>> builder.add(leaf_hash(b""))
    >>> builder.root()[:16]
    '6e340b9cffb37a98'
    """

    def __init__(self) -> None:
        self.count = 0
        self._levels: list[bytes | None] = []

    def add(self, leaf: bytes) -> None:
        """Append one leaf hash of 32 bytes.

        Raises
        ------
        ValueError
            `leaf` is not 32 bytes long.
        """
        if len(leaf) != 32:
            raise ValueError(f"a leaf hash has 32 bytes, not {len(leaf)}")
        self.count += 1
        levels, carried = self._levels, leaf
        for height, waiting in enumerate(levels):
            if waiting is None:
                levels[height] = carried
                return
            carried = hashlib.sha256(_NODE + waiting + carried).digest()
            levels[height] = None
        levels.append(carried)

    def root(self) -> str:
        """The root over all leaves so far, 64 hexadecimal digits; more leaves may follow."""
        root = b""
        for waiting in self._levels:
            if waiting is not None:
                root = node_hash(waiting, root) if root else waiting
        return root.hex() if root else EMPTY_ROOT


def tree_root(leaves: Iterable[bytes]) -> str:
    """The root over leaf hashes in the order given.

    Parameters
    ----------
    leaves : iterable of bytes
        32 bytes each; of a version in the order of its keys.

    Returns
    -------
    str
        64 hexadecimal digits; `EMPTY_ROOT` without leaves.

    Examples
    --------
    >>> tree_root([]) == EMPTY_ROOT
    True
    """
    builder = TreeBuilder()
    for leaf in leaves:
        builder.add(leaf)
    return builder.root()


def content_leaf(key: str, content_sha: str, regions_hash: str, split: str) -> bytes:
    """The leaf of one entry in the content tree, without salt.

    Equal wherever the same key, bytes, regions and split were frozen. It is not to be kept or
    shown: the hash of a short text gives the text away.

    Parameters
    ----------
    key : str
        The item's key.
    content_sha, regions_hash : str
        Hexadecimal SHA-256 of the item's content and of its accepted regions; empty for none.
    split : str
        Name of the split; empty for none.

    Returns
    -------
    bytes
        32 bytes.
    """
    return leaf_hash(orjson.dumps([CONTENT_DOMAIN, key, content_sha, regions_hash, split]))


class ContentEntry(NamedTuple):
    """What the content tree covers of one entry; see `content_leaf`."""

    key: str
    content_sha: str
    regions_hash: str
    split: str


def content_root(entries: Iterable[ContentEntry]) -> str:
    """The content root over entries sorted by key.

    Raises
    ------
    ValueError
        A key does not come after the one before it, by code point: the root would depend on the
        database's order, and a key would count twice.

    Examples
    --------
    >>> content_root([ContentEntry("a", "", "", "train"), ContentEntry("b", "", "", "test")])[:16]
    '5b04d9d1d4f980b9'
    """
    builder = TreeBuilder()
    before: str | None = None
    for entry in entries:
        if before is not None and entry.key <= before:
            raise ValueError(f"key {entry.key!r} must come after {before!r}")
        before = entry.key
        builder.add(content_leaf(*entry))
    return builder.root()


class SealedRow(NamedTuple):
    """One row of a version's leaves file. The hashes are salted, so they give nothing away.

    The row stands for itself: `sealed_leaf` needs no salt. With the salt, `seal_row` shows that a
    row belongs to some content; without it, after an erasure, nobody can.
    """

    key_hash: str
    content_hash: str
    regions_hash: str
    lineage_hash: str
    split: str


def salted_hash(salt: bytes, name: str, value: str) -> str:
    """HMAC-SHA-256 of a named value under an item's salt, 64 hexadecimal digits.

    Examples
    --------
    >>> salted_hash(b"0" * 16, "key", "a") == salted_hash(b"0" * 16, "split", "a")
    False
    """
    return hmac.digest(salt, f"{name}\0{value}".encode(), "sha256").hex()


def seal_row(
    salt: bytes, key: str, content_sha: str, regions_hash: str, lineage_hash: str, split: str
) -> SealedRow:
    """The row of the leaves file for one entry.

    Parameters
    ----------
    salt : bytes
        At least `SALT_BYTES` random bytes that belong to the item and die with it.
    lineage_hash : str
        Hexadecimal SHA-256 of where the labels came from.

    Raises
    ------
    ValueError
        The salt is too short to hide anything.
    """
    if len(salt) < SALT_BYTES:
        raise ValueError(f"a salt has at least {SALT_BYTES} bytes, not {len(salt)}")
    return SealedRow(
        salted_hash(salt, "key", key),
        salted_hash(salt, "content", content_sha),
        salted_hash(salt, "regions", regions_hash),
        salted_hash(salt, "lineage", lineage_hash),
        split,
    )


def sealed_leaf(row: SealedRow) -> bytes:
    """The leaf of one row in the seal's tree: 32 bytes, from the row alone."""
    return leaf_hash(orjson.dumps([SEAL_DOMAIN, *row]))


def seal_root(rows: Iterable[SealedRow]) -> str:
    """The seal over the rows of a leaves file, in the file's order."""
    return tree_root(sealed_leaf(row) for row in rows)
