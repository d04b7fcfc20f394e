"""Records as JSON values, so that a reader can run in a child and be heard here."""

from pathlib import Path
from typing import Any

from datasets.formats.base import Found, Read, Record, Refused, SourceFile
from datasets.pure.problems import Problem

OPTIONAL = ("text", "row", "metadata", "group", "split", "truths", "suggestions", "annotations")


def to_plain(read: Read) -> dict[str, Any]:
    """Return what a reader gave as one JSON object; what is empty is left out."""
    if isinstance(read, Record):
        value: dict[str, Any] = {"place": read.place, "key": read.key, "data_type": read.data_type}
        for name in OPTIONAL:
            if part := getattr(read, name):
                value[name] = part
        if read.file is not None:
            value["file"] = {"name": read.file.name, "path": str(read.file.path)}
        if read.warnings:
            value["warnings"] = [plain_problem(problem) for problem in read.warnings]
        return {"record": value}
    if isinstance(read, Refused):
        refused = {"place": read.place, "key": read.key, "problem": plain_problem(read.problem)}
        return {"refused": refused}
    found = {name: getattr(read, name) for name in Found.__dataclass_fields__}
    found["warnings"] = [plain_problem(problem) for problem in read.warnings]
    return {"found": found}


def from_plain(value: dict[str, Any]) -> Read:
    """Return what `to_plain` wrote."""
    if "record" in value:
        record = value["record"]
        if "file" in record:
            file = record["file"]
            record["file"] = SourceFile(file["name"], Path(file["path"]))
        if "warnings" in record:
            record["warnings"] = [read_problem(problem) for problem in record["warnings"]]
        return Record(**record)
    if "refused" in value:
        refused = value["refused"]
        return Refused(refused["place"], refused["key"], read_problem(refused["problem"]))
    found = value["found"]
    found["labels"] = [(key, name) for key, name in found["labels"]]
    found["warnings"] = [read_problem(problem) for problem in found["warnings"]]
    return Found(**found)


def plain_problem(problem: Problem) -> list[Any]:
    """Return a problem as a JSON list."""
    return [problem.at, problem.code, problem.template, dict(problem.values)]


def read_problem(value: list[Any]) -> Problem:
    """Return the problem that `plain_problem` wrote."""
    at, code, template, values = value
    return Problem(at, code, template, values)
