"""The `winnow` command finds what it promises."""

import pytest
from django.core.management import get_commands, load_command_class

from winnow.cli import DOORS, choose, main, usage


@pytest.mark.parametrize("command", sorted(door.command for door in DOORS.values() if door.command))
def test_every_management_command_behind_a_door_exists_and_explains_itself(command: str) -> None:
    loaded = load_command_class(get_commands()[command], command)
    parser = loaded.create_parser("winnow", command)
    assert loaded.help
    undocumented = [
        action.dest for action in parser._actions if not action.help and action.dest != "help"
    ]
    assert undocumented == []


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    said = capsys.readouterr().out
    for words, door in DOORS.items():
        assert f"{' '.join(words):14} {door.summary}" in said


def test_an_unknown_command_is_named_and_the_known_ones_are_listed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["tokne", "create"]) == 2
    said = capsys.readouterr().err
    assert "no command 'tokne create'" in said
    assert usage() in said


def test_two_words_are_tried_before_one() -> None:
    assert choose(["token", "create", "ada"]) == (("token", "create"), ["ada"])
    assert choose(["worker", "quick"]) == (("worker",), ["quick"])
    assert choose(["token"]) is None
