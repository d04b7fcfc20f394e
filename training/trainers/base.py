"""What a trainer is to us: a script of its own, and this description of it.

The script runs in a child process, `python -P <script> <hand-over folder>`, with `PYTHONPATH`
cleared and one thread to each numeric library (`OMP_NUM_THREADS=1` and its like), and imports
nothing of ours: our `datasets` must never stand in for somebody else's, and a model library must
never enter the web process. The folder is all that the two sides share.

In the folder
    job.json            format (1), mode ("train" or "predict"), trainer, params (every parameter
                        of the trainer), seed, data_type, question, labels (keys, in order),
                        splits (name -> file), limits (memory_mb, seconds); for tables also
                        columns (name, kind: "number" or "category")
    <split>.jsonl       one example a line: entry (a number), text | image (path in the folder) |
                        row (column -> value or null); label in "train" and "validation" only:
                        the test split's truth is never handed over
    model/              in mode "predict": what `out/model/` held after training

What the script writes, in `out/`
    progress.jsonl      appended and flushed line by line, each with a type: progress (done, total,
                        unit), metric (split, name, step, value), log (text), error (code, text).
                        Splits of a metric: train, validation, and fold (its number the step)
    predictions_<split>.jsonl
                        entry and probabilities (one a label, in the order of the job), for every
                        split that was handed over
    model/              model.skops and model.json; only in mode "train"
    done.json           ok and versions; written last, whole or not at all

How it ends
    exit code 0 with done.json; 3 when the input cannot be used, the last error line says why and
    what to do; 143 after SIGTERM or when the pipe at its standard input closes, which is how it
    notices that its parent is gone; anything else is a crash.

The same job gives the same predictions, bit for bit, on the same libraries and machine.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import Field, asdict, dataclass, field, fields
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from datasets.pure.problems import Problem, ProblemsError, gettext_noop, shorten

Value = bool | int | float | str

JSON_TYPES: dict[type, str] = {bool: "boolean", int: "integer", float: "number", str: "string"}
WANTED: dict[type, str] = {
    bool: gettext_noop("Say true or false; %(value)s is neither."),
    int: gettext_noop("%(value)s is not a whole number."),
    float: gettext_noop("%(value)s is not a number."),
    str: gettext_noop("%(value)s is not a text."),
}


@dataclass(frozen=True)
class TrainerSpec:
    """One trainer on the shelf.

    `data_type` is what it reads ("text", "image", "table"), `tasks` what it answers
    ("classification"), `families` what kind of model it is ("regression", "tree", "net").
    `parameters` is a frozen dataclass whose fields were made by `parameter()`. `lane` is where
    its jobs run. `requires` names the modules it imports beyond what Winnow brings;
    `missing_line` is the command that installs them. Texts are marked for the message
    catalogue and translated by whoever shows them.
    """

    name: str
    title: str
    description: str
    data_type: str
    tasks: tuple[str, ...]
    families: tuple[str, ...]
    parameters: type[Any]
    script: Path
    lane: str = "heavy"
    requires: tuple[str, ...] = ()
    missing_line: str = ""

    def missing(self) -> list[str]:
        """Return the required modules that are not installed. Imports none of them."""
        return [name for name in self.requires if find_spec(name) is None]

    def command(self, handover: Path) -> list[str]:
        """Return the command that trains or predicts, as the job in the folder says."""
        return [sys.executable, "-P", str(self.script), str(handover)]

    def parameter_schema(self, translate: Callable[[str], str] = str) -> dict[str, Any]:
        """Return the parameters as a JSON schema, from which forms are made.

        A choice is `oneOf` with `const` and `title`. `translate` gives the reader's language.
        """
        return {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                part.name: _describe(part, translate) for part in fields(self.parameters)
            },
        }

    def parse_parameters(self, given: Mapping[str, object]) -> dict[str, Value]:
        """Return every parameter of the trainer, what was not given at its default.

        Raises ProblemsError with a place, `parameters/<name>`, for each unknown name and
        each value that does not fit.
        """
        known = {part.name: part for part in fields(self.parameters)}
        problems, values = [], {}
        for name, value in given.items():
            problem = _problem(known[name], value) if name in known else _unknown(name, known)
            if problem is None:
                values[name] = float(value) if _kind(known[name]) is float else value  # type: ignore[arg-type]
            else:
                problems.append(problem)
        if problems:
            raise ProblemsError(problems)
        return dict(asdict(self.parameters(**values)))

    def read_form(self, posted: Mapping[str, str]) -> dict[str, object]:
        """Return what a form posted as values for `parse_parameters`.

        A field left empty keeps its default; a box that is not ticked is not posted and
        means no. Text that is no number is kept as it is, to be refused with its place.
        """
        given: dict[str, object] = {}
        for part in fields(self.parameters):
            kind, text = _kind(part), posted.get(part.name, "").strip()
            if kind is bool:
                given[part.name] = text not in ("", "false")
            elif text:
                given[part.name] = _number(text) if kind in (int, float) else text
        return given


def parameter(
    default: Value,
    title: str,
    help: str = "",
    *,
    min: float | None = None,
    max: float | None = None,
    choices: Mapping[str, str] | None = None,
) -> Any:
    """Return the dataclass field of one parameter; its type is that of the default.

    A number must have both bounds, which belong to the allowed values. `choices` maps each
    allowed text to its title.
    """
    if isinstance(default, int | float) and not isinstance(default, bool) and None in (min, max):
        raise ValueError(f"parameter {title!r}: a number needs min and max")
    about = {"title": title, "help": help, "min": min, "max": max, "choices": choices}
    return field(default=default, metadata=about)


def _kind(part: "Field[Any]") -> type[Any]:
    kind: type[Any] = type(part.default)
    return kind


def _describe(part: "Field[Any]", translate: Callable[[str], str]) -> dict[str, Any]:
    about = part.metadata
    found: dict[str, Any] = {
        "type": JSON_TYPES[_kind(part)],
        "title": translate(about["title"]),
        "description": translate(about["help"]) if about["help"] else "",
        "default": part.default,
    }
    if about["min"] is not None:
        found |= {"minimum": about["min"], "maximum": about["max"]}
    if about["choices"]:
        titles = about["choices"].items()
        found["oneOf"] = [{"const": key, "title": translate(title)} for key, title in titles]
    return found


def _number(text: str) -> object:
    """Return the number that was typed, or the text itself where it is none."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _unknown(name: str, known: Mapping[str, object]) -> Problem:
    return Problem(
        f"parameters/{shorten(name)}",
        "unknown-parameter",
        gettext_noop("This trainer has no such parameter. It has: %(known)s."),
        {"known": ", ".join(known)},
    )


def _problem(part: "Field[Any]", value: object) -> Problem | None:
    """Return what is wrong with one value, if anything."""
    kind, about, at = _kind(part), part.metadata, f"parameters/{part.name}"
    allowed = (int, float) if kind is float else (kind,)
    if not isinstance(value, allowed) or (isinstance(value, bool) and kind is not bool):
        return Problem(at, "wrong-type", WANTED[kind], {"value": shorten(value)})
    if about["choices"] and value not in about["choices"]:
        return Problem(
            at,
            "unknown-choice",
            gettext_noop("%(value)s is not among the choices: %(choices)s."),
            {"value": shorten(value), "choices": ", ".join(about["choices"])},
        )
    if kind in (int, float) and not about["min"] <= value <= about["max"]:  # nan is outside
        return Problem(
            at,
            "out-of-range",
            gettext_noop("%(value)s is outside of %(min)s to %(max)s."),
            {"value": value, "min": about["min"], "max": about["max"]},
        )
    return None
