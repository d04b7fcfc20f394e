"""What a correction changed is found region by region."""

from __future__ import annotations

from typing import Any

from annotate.pure.changes import what_changed


def box(name: str, label: str, x: int = 0) -> dict[str, Any]:
    """A box."""
    at = {"x": x, "y": 0, "w": 5, "h": 5}
    return {"id": name, "question": "cells", "kind": "box", "label": label, "at": at}


def tag(name: str, label: str) -> dict[str, Any]:
    """One of several labels of the whole item."""
    return {"id": name, "question": "topics", "kind": "item", "label": label}


def test_boxes_are_added_removed_renamed_and_moved() -> None:
    before = [box("r1", "a"), box("r2", "a"), box("r3", "a"), box("r4", "a")]
    after = [box("r1", "a"), box("r2", "b"), box("r3", "a", 9), box("r5", "c")]
    found = what_changed(before, after)
    assert found.renamed == ((box("r2", "a"), box("r2", "b")),)
    assert found.moved == ((box("r3", "a"), box("r3", "a", 9)),)
    assert found.added == (box("r5", "c"),)
    assert found.removed == (box("r4", "a"),)


def test_of_several_labels_each_finds_its_own_whatever_its_id() -> None:
    found = what_changed([tag("r1", "a"), tag("r2", "b")], [tag("r1", "c"), tag("r9", "a")])
    assert found.renamed == ((tag("r2", "b"), tag("r1", "c")),)
    assert (found.added, found.removed, found.moved) == ((), (), ())


def test_each_change_says_how_the_region_was_and_is() -> None:
    before = [box("r1", "a"), box("r2", "a"), box("r3", "a")]
    after = [box("r1", "b"), box("r3", "a", 9), box("r4", "c")]
    assert what_changed(before, after).as_json() == [
        {"what": "renamed", "before": box("r1", "a"), "after": box("r1", "b")},
        {"what": "added", "before": None, "after": box("r4", "c")},
        {"what": "removed", "before": box("r2", "a"), "after": None},
        {"what": "moved", "before": box("r3", "a"), "after": box("r3", "a", 9)},
    ]
