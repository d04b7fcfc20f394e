"""Who is called in a comment."""

import pytest

from annotate.pure.mentions import MOST_MENTIONS, find_mentions

NAMES = ["Ana", "Ana Duarte", "rui", "Straße", "José M."]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@Ana look", ["Ana"]),
        ("@Ana Duarte look, @rui", ["Ana Duarte", "rui"]),
        ("@ana DUARTE: and @RUI!", ["Ana Duarte", "rui"]),
        ("@rui @rui @Ana", ["rui", "Ana"]),
        ("(@José M.)", ["José M."]),
        ("ask rui@ana.example", []),
        ("@Anabel and @rui_2", []),
        ("@ Ana, @@", []),
        ("@Straße", ["Straße"]),
        ("@nobody", []),
        ("", []),
    ],
)
def test_names_after_an_at_are_found_once_and_the_longer_wins(text: str, found: list[str]) -> None:
    assert find_mentions(text, [*NAMES, ""]) == found


def test_a_text_that_calls_everybody_calls_only_so_many() -> None:
    names = [f"n{number:03}" for number in range(50)]
    assert len(find_mentions(" ".join(f"@{name}" for name in names), names)) == MOST_MENTIONS
