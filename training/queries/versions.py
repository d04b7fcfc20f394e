"""What a version can be trained for: its choice questions and the labels that occur."""

from collections.abc import Iterable

from datasets.models import Version
from datasets.queries.versions import Entry, iter_entries
from training.trainers import trainers
from training.trainers.base import TrainerSpec


def questions_of(version: Version) -> list[str]:
    """Return the names of the questions that have exactly one label an item."""
    questions: Iterable[dict[str, str]] = version.schema_revision.definition["questions"]
    return [question["name"] for question in questions if question["type"] == "choice"]


def trainers_for(version: Version) -> list[TrainerSpec]:
    """Return the trainers that fit the version's data type, installed or not."""
    if not questions_of(version):
        return []
    return [spec for _name, spec in trainers.items() if spec.data_type == version.dataset.data_type]


def label_of(entry: Entry, question: str) -> str:
    """Return the label an entry has under a choice question; empty where it has none."""
    for region in entry.regions["regions"]:
        if region.get("question") == question and region.get("kind") == "item":
            return str(region.get("label", ""))
    return ""


def labels_in(version: Version, question: str) -> list[str]:
    """Return the keys of the labels that occur, in the order of the schema."""
    columns = ["regions", "split", "key", "salt"]
    found = {label_of(entry, question) for entry in iter_entries(version, columns=columns)}
    order = [
        label["key"]
        for asked in version.schema_revision.definition["questions"]
        if asked["name"] == question
        for label in asked["labels"]
    ]
    return [key for key in order if key in found] + sorted(found - {*order, ""})
