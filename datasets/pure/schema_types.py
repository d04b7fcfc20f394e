"""The plain types of a label schema. Import them from `datasets.pure.schema_rules`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from datasets.pure.conversation import ConversationFacts
from datasets.pure.problems import ProblemsError
from datasets.pure.region_kinds import KIND_OF_QUESTION, REGION_KINDS
from datasets.pure.region_kinds.track import TRACKED

FORMAT = 1
DATA_TYPES = ("text", "image", "audio", "video", "series", "conversation", "table")
SHAPES = "shapes"
"""The type of question that may be answered with several kinds of drawn places, in `kinds`."""
SHAPE_KINDS = tuple(
    kind.name
    for kind in REGION_KINDS.values()
    if "image" in kind.data_types and kind.name not in ("skeleton", "relation")
)
TRACKED_KINDS = tuple(TRACKED)
PLACED_TYPES = (*KIND_OF_QUESTION, SHAPES)
# What each type of question is answered with: the kind of its regions; of `shapes`, the first.
KIND_OF_TYPE = {
    "choice": "item",
    "choices": "item",
    **{question_type: kind.name for question_type, kind in KIND_OF_QUESTION.items()},
    SHAPES: SHAPE_KINDS[0],
    "number": "item",
    "rating": "item",
    "text": "item",
    "pairwise": "item",
    "ranking": "item",
}
LABELLED_TYPES = ("choice", "choices", *PLACED_TYPES)
MANY_TYPES = ("choices", *PLACED_TYPES)
# What may also be answered in words: what is written or said in the place.
TRANSCRIBED_TYPES = tuple(one for one in PLACED_TYPES if one != "relations")
ATTRIBUTE_TYPES = ("boolean", "choice", "number", "text")
DEFAULT_MAX_LENGTH = 5000
DEFAULT_RATING_MAX = 5

PALETTE = (
    "#2f74d0",
    "#d4580f",
    "#0b8a83",
    "#d02f86",
    "#9a7200",
    "#77808c",
    "#8b57d9",
    "#4d8a1f",
    "#c2452f",
    "#0f86b8",
    "#a04fa8",
    "#8a6a4a",
)
HOTKEYS = "123456789"
DIGITS = "0123456789"


class SchemaError(ProblemsError):
    """The definition is no label schema; `problems` says where and why."""


@dataclass(frozen=True, slots=True)
class Label:
    """One name an annotator may give. Its key never changes; its shown name may."""

    key: str
    name: str
    color: str
    hotkey: str | None = None
    description: str = ""
    retired: bool = False
    patterns: tuple[str, ...] = ()
    """Phrases and patterns whose hits in a text are offered under this label."""
    parent: str | None = None
    """Key of the label that this one is a kind of."""
    aliases: tuple[str, ...] = ()
    """Other names for it: found in searches, understood in files."""
    examples: tuple[str, ...] = ()
    """Short texts that show what it is for."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to an attribute of type `choice`."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class JointName:
    """One joint of a skeleton."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Condition:
    """What an earlier question must have been answered with; without limits, with anything.

    Attributes
    ----------
    labels : tuple of str
        Any of these, or a label below one of them.
    at_least, at_most : number or None
        For a ``number`` or a ``rating``.
    """

    question: str
    labels: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold between the regions of one answer; see `answer_rules`.

    Attributes
    ----------
    type : str
        A key of `answer_rules.RULES`.
    level : str
        ``error`` refuses the answer, ``warning`` only says so.
    message : str
        The sentence shown instead of our own.
    labels : tuple of (question, label)
        For ``forbidden``: what may not stand together.
    share : number or None
        For ``max_overlap``: the largest intersection over union of two regions.
    between : tuple of str
        For ``max_overlap``: the two labels whose regions may not lie on each other.
    attribute : str
        For ``value_range``: the attribute of the regions; empty for the answer itself.
    at_least, at_most : number or None
        For ``region_count`` and ``value_range``.
    width, height, area, length, duration : number or None
        For ``min_size``: the least; pixels, code points, seconds.
    characters : int or None
        For ``needs_text``: the shortest text.
    """

    type: str
    level: str = "error"
    message: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    question: str = ""
    label: str | None = None
    when: Condition | None = None
    share: float | None = None
    same_label: bool = True
    between: tuple[str, ...] = ()
    attribute: str = ""
    at_least: float | None = None
    at_most: float | None = None
    width: float | None = None
    height: float | None = None
    area: float | None = None
    length: float | None = None
    duration: float | None = None
    characters: int | None = None


@dataclass(frozen=True, slots=True)
class Attribute:
    """A question about one region, such as "occluded?".

    Attributes
    ----------
    type : str
        ``boolean``, ``choice``, ``number`` or ``text``.
    options : tuple of Option
        For ``choice`` only.
    min, max : number or None
        Smallest and largest ``number``; None for no limit.
    max_length : int
        Longest ``text``, in code points.
    """

    name: str
    title: str
    type: str
    required: bool = False
    options: tuple[Option, ...] = ()
    min: float | None = None
    max: float | None = None
    max_length: int = DEFAULT_MAX_LENGTH


@dataclass(frozen=True, slots=True)
class Question:
    """One thing a schema asks about an item.

    Attributes
    ----------
    type : str
        A key of `KIND_OF_TYPE`.
    kind : str
        The kind of the regions that answer it; of ``shapes`` the first of `kinds`.
    kinds : tuple of str
        All kinds of regions that answer it.
    tracked : tuple of str
        The kinds of shapes that ``tracks`` may be of; empty for other types.
    transcript : bool
        Each region may also say what is written or said in it, as text in its `value`.
    per : str
        ``turn`` where it is asked of each turn of a conversation, ``cell`` where it may be said of
        any cell of a row; empty: of the whole item.
    roles, fields : tuple of str
        Whose turns and which cells are meant; empty: all.
    ties, both_bad : bool
        Whether candidates may be called equal, and both of a pair bad.
    channels : str
        ``one`` where each region in time lies on one channel, ``all`` where on none in particular;
        empty: as the annotator says.
    joints, edges
        The joints of ``skeletons``, or of tracked ones, and the pairs of joint keys that are
        joined by a line.
    labels_by_key, attributes_by_name : mapping
        `labels` and `attributes` for looking up.
    min, max : number or None
        Smallest and largest value of a ``number``; `max` is the best ``rating``.
    step : number or None
        How far one key press moves a ``number``; values between are fine.
    prefill : str
        What the field of a ``text`` starts with: ``text``, or a column; empty for nothing.
    match_case : bool
        Patterns of the labels tell capital letters from small ones.
    min_count, max_count : int or None
        How many regions ``boxes`` and ``spans`` must and may have.
    when : Condition or None
        The question is asked, and may be answered, only where this holds.
    labels_from : str
        The field of the item that lists the labels, instead of `labels`; empty for none.
    """

    name: str
    title: str
    type: str
    required: bool
    help: str = ""
    labels: tuple[Label, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    min: float | None = None
    max: float | None = None
    step: float | None = None
    unit: str = ""
    max_length: int = DEFAULT_MAX_LENGTH
    min_count: int | None = None
    max_count: int | None = None
    per: str = ""
    roles: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    ties: bool = True
    both_bad: bool = True
    kinds: tuple[str, ...] = ()
    tracked: tuple[str, ...] = ()
    transcript: bool = False
    channels: str = ""
    joints: tuple[JointName, ...] = ()
    edges: tuple[tuple[str, str], ...] = ()
    prefill: str = ""
    match_case: bool = False
    when: Condition | None = None
    labels_from: str = ""
    kind: str = field(init=False)
    labels_by_key: Mapping[str, Label] = field(init=False, repr=False, compare=False)
    attributes_by_name: Mapping[str, Attribute] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.kinds:
            object.__setattr__(self, "kinds", (KIND_OF_TYPE[self.type],))
        object.__setattr__(self, "kind", self.kinds[0])
        object.__setattr__(self, "labels_by_key", {label.key: label for label in self.labels})
        object.__setattr__(self, "attributes_by_name", {one.name: one for one in self.attributes})

    def is_within(self, label: str | None, wanted: Collection[str]) -> bool:
        """Tell whether a label is one of those wanted, or stands below one of them."""
        while label is not None:
            if label in wanted:
                return True
            known = self.labels_by_key.get(label)
            label = known.parent if known is not None else None
        return False


@dataclass(frozen=True, slots=True)
class Schema:
    """One revision of a label schema: what may be said about an item."""

    data_type: str
    questions: tuple[Question, ...]
    rules: tuple[Rule, ...] = ()
    questions_by_name: Mapping[str, Question] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name = {question.name: question for question in self.questions}
        object.__setattr__(self, "questions_by_name", by_name)

    @property
    def reads_items(self) -> bool:
        """Whether a question takes its labels from the item's own fields, or asks of its cells."""
        return any(question.labels_from or question.per == "cell" for question in self.questions)


class ItemFacts(NamedTuple):
    """What `check_regions` must know about the item.

    Attributes
    ----------
    data_type : str
        One of `DATA_TYPES`.
    width, height : int or None
        Pixels of the upright image; None for other data types.
    text : str or None
        The text as stored; None where there is none.
    duration : float or None
        Seconds of a recording; None for what does not run from 0.
    channels : tuple of str or None
        Names that `on` may say: "1" and "2" of a recording in stereo, the columns of a series;
        None where any may be.
    conversation : ConversationFacts or None
        Turns and candidates of a conversation.
    fields : mapping
        The item's row and metadata, where the schema takes labels from there.
    """

    data_type: str
    width: int | None = None
    height: int | None = None
    text: str | None = None
    duration: float | None = None
    channels: tuple[str, ...] | None = None
    conversation: ConversationFacts | None = None
    fields: Mapping[str, Any] = {}


class Change(NamedTuple):
    """One difference between two revisions of a schema.

    Attributes
    ----------
    code : str
        Such as ``label-renamed``.
    at : str
        Place by name: ``questions/intent/labels/card_lost``.
    breaking : bool
        Answers that were right under the old revision may be wrong under the new one.
    template, values
        The sentence, as in `Problem`.
    """

    code: str
    at: str
    breaking: bool
    template: str
    values: Mapping[str, object]

    @property
    def detail(self) -> str:
        """The sentence in English, values filled in."""
        return self.template % self.values

    def as_json(self) -> dict[str, Any]:
        """The change as the API shows it."""
        return {
            "code": self.code,
            "at": self.at,
            "breaking": self.breaking,
            "detail": self.detail,
        }
