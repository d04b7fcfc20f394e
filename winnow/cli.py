"""The `winnow` command: finds the house, then hands over to the part that was asked for.

Our packages have everyday names (`datasets` is also Hugging Face's). So the wheel installs one
package only, and the house joins the head of `sys.path` in this process and no other.
"""

import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

PACKAGE = Path(__file__).resolve().parent


class Door(NamedTuple):
    """One sub-command: what it does, and where it leads."""

    summary: str
    module: str = "winnow.manage"
    command: str = ""
    needs_django: bool = True


DOORS: dict[tuple[str, ...], Door] = {
    ("up",): Door(
        "start everything on this machine and print a sign-in link", "winnow.up", needs_django=False
    ),
    ("token", "create"): Door("make a key for a REST client", command="token_create"),
    ("user", "create"): Door("make an account", command="user_create"),
    ("user", "link"): Door("print a link that signs a person in once", command="user_link"),
    ("import",): Door("bring items and labels from a file into a dataset", command="import_data"),
    ("export",): Door("write a dataset or a version to a file", command="export_data"),
    ("freeze",): Door("freeze a dataset into an immutable version", command="freeze_version"),
    ("verify",): Door("check that a frozen version is unchanged", command="verify_version"),
    ("train",): Door("train a model on a version and print its report", command="train"),
    ("doctor",): Door("look at everything Winnow stands on", "winnow.doctor"),
    ("prepare",): Door("bring the database up to date", "winnow.prepare"),
    ("web",): Door("run the web server only", "winnow.web", needs_django=False),
    ("worker",): Door("run the worker of one lane only: quick or heavy", "winnow.worker"),
    ("clock",): Door("run the clock only", command="run_clock"),
    ("health",): Door("ask one part whether it is well", "winnow.health"),
}


def find_house() -> Path:
    """Return the folder of the house: inside the wheel, else the repository around us."""
    packed = PACKAGE / "house"
    return packed if packed.is_dir() else PACKAGE.parent


def usage() -> str:
    """Return the help of the command as a whole."""
    lines = [
        "usage: winnow COMMAND [OPTION ...]",
        "",
        "From raw data to a validated model, with every label accounted for.",
        "",
    ]
    lines += [f"  {' '.join(words):14} {door.summary}" for words, door in DOORS.items()]
    lines += [
        "",
        "winnow COMMAND --help tells more about one of them. Data lives in $WINNOW_HOME (./var).",
    ]
    return "\n".join(lines)


def choose(argv: list[str]) -> tuple[tuple[str, ...], list[str]] | None:
    """Return the words that name a door and the arguments left for it, or None."""
    for length in (2, 1):
        words = tuple(argv[:length])
        if words in DOORS:
            return words, argv[length:]
    return None


def main(argv: list[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    given = sys.argv[1:] if argv is None else argv
    if not given or given[0] in {"-h", "--help", "help"}:
        print(usage())
        return 0
    chosen = choose(given)
    if chosen is None:
        told = " ".join(word for word in given[:2] if not word.startswith("-"))
        print(f"winnow: there is no command '{told}'.\n\n{usage()}", file=sys.stderr)
        return 2
    words, rest = chosen
    sys.path.insert(0, str(find_house()))
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    door = DOORS[words]
    if door.needs_django:
        importlib.import_module("django").setup()
    label = " ".join(words)
    run: Callable[[str, str, list[str]], int] = importlib.import_module(door.module).run
    return run(label, door.command, rest)
