"""What changed between two revisions of a text."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.pure.text_diff import NEW, OLD, SAME, changes_between

TEXTS = st.lists(st.sampled_from(["a", "b c", "b d", "", "- wren", "# Rules"]), max_size=12)


def test_a_changed_word_stands_out_and_far_lines_are_left_out() -> None:
    old = "\n".join(["# Birds", *(f"line {n}" for n in range(10)), "A wren is brown."])
    [change] = changes_between(old, old.replace("brown", "small"))
    assert change.left_out == 9
    assert [line.kind for line in change.lines] == [SAME, SAME, OLD, NEW]
    assert change.lines[2].words == ((False, "A wren is "), (True, "brown"), (False, "."))
    assert change.lines[3].words == ((False, "A wren is "), (True, "small"), (False, "."))


def test_another_sentence_is_not_compared_word_by_word() -> None:
    [change] = changes_between("Draw tightly.", "No boxes around shadows at all, please!")
    assert [line.words for line in change.lines] == [
        ((True, "Draw tightly."),),
        ((True, "No boxes around shadows at all, please!"),),
    ]


@settings(max_examples=60, deadline=None)
@given(TEXTS, TEXTS)
def test_every_line_that_goes_or_comes_is_told(old: list[str], new: list[str]) -> None:
    before, after = "\n".join(old), "\n".join(new)
    lines = [one for change in changes_between(before, after) for one in change.lines]
    left = Counter(before.splitlines()) - Counter(one.text for one in lines if one.kind == OLD)
    kept = Counter(after.splitlines()) - Counter(one.text for one in lines if one.kind == NEW)
    assert left == kept
    assert (before.splitlines() == after.splitlines()) == (not lines)
