"""Labels of drawn regions of several kinds, and the schema that they would need."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from datasets.formats.base import Found, ReadOptions, Record
from datasets.formats.items import BadItem
from datasets.formats.labels import Labeller
from datasets.pure.problems import gettext_noop
from datasets.pure.schema_types import KIND_OF_TYPE, SHAPE_KINDS, SHAPES

Region = dict[str, Any]
CROWD = "iscrowd"
_TYPE_OF_KIND = {kind: question_type for question_type, kind in KIND_OF_TYPE.items()} | {
    "box": "boxes"
}


def kinds_taken(question: Mapping[str, Any]) -> tuple[str, ...]:
    """The kinds of regions that answer a question of a definition."""
    if question["type"] == SHAPES:
        return tuple(question.get("kinds") or SHAPE_KINDS)
    return (KIND_OF_TYPE[question["type"]],)


@dataclass(slots=True)
class _Seen:
    """What came without a schema: labels by kind, joints and edges in their order, crowds."""

    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    joints: dict[str, str] = field(default_factory=dict)
    edges: dict[tuple[str, str], None] = field(default_factory=dict)
    crowds: bool = False


class DrawnLabeller:
    """Makes regions of the kinds that a format draws, each under the question that takes it.

    With a schema, that is the first question of the kind's own type, or of type `shapes`; the
    option `question` picks one. Without, `found` proposes the fewest questions that keep all.
    Raises BadItem where a schema has no question for any of the kinds.
    """

    def __init__(self, options: ReadOptions, kinds: Sequence[str]) -> None:
        self._options = options
        self._kinds = tuple(kinds)
        self._seen = _Seen()
        self._proposed = Labeller(replace(options, schema=None), types=("boxes",), default="")
        self._questions: dict[str, Mapping[str, Any]] = {}
        self._labellers: dict[str, Labeller] = {}
        if options.schema is not None:
            self._choose(options.schema, kinds)

    def _choose(self, schema: Mapping[str, Any], kinds: Sequence[str]) -> None:
        asked = [
            question
            for question in schema.get("questions", [])
            if self._options.question in ("", question["name"])
        ]
        asked.sort(
            key=lambda question: question["type"] == SHAPES
        )  # a stable sort: own types first
        for question in asked:
            for kind in kinds_taken(question) if question["type"] in KIND_OF_TYPE else ():
                if kind in kinds:
                    self._questions.setdefault(kind, question)
        for question in self._questions.values():
            name, kind = question["name"], question["type"]
            options = replace(self._options, question=name)
            self._labellers[name] = Labeller(options, types=(kind,), default=name)
        if not self._questions:
            raise BadItem(
                "options/question",
                "no-such-question",
                gettext_noop(
                    "The schema has no question of the type %(types)s to put these labels under."
                ),
                types=" / ".join([_TYPE_OF_KIND[kind] for kind in kinds] + [SHAPES]),
            )

    def takes(self, kind: str) -> bool:
        """Tell whether a kind has a question; without a schema all kinds of the format have."""
        return kind in (self._kinds if self._options.schema is None else self._questions)

    def region(
        self, kind: str, at: Mapping[str, Any], name: str, shown: str, given: Mapping[str, Any]
    ) -> Region:
        """Return a region of a kind that `takes` accepts, with the attributes it asks for."""
        if self._options.schema is None:
            question = self._options.question or _TYPE_OF_KIND[kind]
            label = self._proposed.key_of(name, shown)
            self._seen.labels.setdefault(kind, {}).setdefault(label, shown or name)
            self._seen.crowds |= CROWD in given
            return {"question": question, "kind": kind, "label": label, "at": dict(at)}
        labeller = self._labellers[self._questions[kind]["name"]]
        label = labeller.key_of(name, shown)
        region: Region = {"question": labeller.question, "kind": kind, "label": label}
        region["at"] = dict(at)
        if kept := labeller.attributes(given):
            region["attributes"] = kept
        return region

    def asks_for(self, kind: str, attribute: str) -> bool:
        """Tell whether the question of a kind has an attribute; without a schema it is proposed."""
        question = self._questions.get(kind, {})
        names = {one["name"] for one in question.get("attributes", [])}
        return self._options.schema is None or attribute in names

    def takes_text(self, kind: str) -> bool:
        """Tell whether regions of a kind may also say what is written in them."""
        return bool(self._questions.get(kind, {}).get("transcript"))

    def joint(self, name: str, key: str) -> str:
        """Return the key of a joint by its foreign name. Raises BadItem for an unknown one."""
        if self._options.schema is None:
            self._seen.joints.setdefault(key, name)
            return key
        for joint in self._questions["skeleton"].get("joints", []):
            spellings = {joint["key"].casefold(), str(joint.get("name", "")).casefold()}
            if {name.casefold(), key.casefold()} & spellings:
                return str(joint["key"])
        raise BadItem(
            "keypoints",
            "unknown-joint",
            gettext_noop("%(question)s has no joint %(name)s."),
            question=self._questions["skeleton"]["name"],
            name=name,
        )

    def edge(self, first: str, second: str) -> None:
        """Note two joints that a line joins, for the proposal."""
        self._seen.edges.setdefault((first, second))

    def attach(self, record: Record, regions: dict[str, Any], *, incomplete: bool) -> None:
        """Put a regions document where the options want it; see `Labeller.attach`."""
        self._proposed.attach(record, regions, incomplete=incomplete)

    def found(self) -> Found:
        """Return what was seen, for a schema proposal: plain where one question is enough."""
        seen = self._seen
        drawn = [kind for kind in seen.labels if kind != "skeleton"]
        kind = SHAPES if len(drawn) > 1 else _TYPE_OF_KIND[drawn[0]] if drawn else "boxes"
        labels = {key: shown for one in drawn for key, shown in seen.labels[one].items()}
        question = self._options.question or kind
        if "skeleton" not in seen.labels and kind != SHAPES and not seen.crowds:
            return Found("image", question, kind, list(labels.items()))
        questions = []
        if drawn:
            kinds = {"kinds": drawn} if kind == SHAPES else {}
            questions.append(_question(question, kind, labels) | kinds)
            if seen.crowds:
                crowd = {"name": CROWD, "title": "Crowd", "type": "boolean"}
                questions[0]["attributes"] = [crowd]
        if "skeleton" in seen.labels:
            name = "skeletons" if drawn or not self._options.question else question
            joints = [{"key": key, "name": name} for key, name in seen.joints.items()]
            more = {"joints": joints, "edges": [list(edge) for edge in seen.edges]}
            questions.append(_question(name, "skeletons", seen.labels["skeleton"]) | more)
        schema = {"format": 1, "data_type": "image", "questions": questions}
        first = questions[0]
        listed = [(one["key"], one["name"]) for one in first["labels"]]
        return Found("image", first["name"], first["type"], listed, schema)


def _question(name: str, kind: str, labels: Mapping[str, str]) -> dict[str, Any]:
    listed = [{"key": key, "name": shown} for key, shown in labels.items()]
    return {"name": name, "type": kind, "labels": listed}
