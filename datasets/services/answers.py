"""Reading an answer: one way for annotations, suggestions, truths and imports.

An answer is read, checked against one schema revision and one item, written in its normal form
and hashed, all before any row is touched.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from datasets.errors import RegionsInvalid, places_of
from datasets.pure.problems import Problem
from datasets.pure.regions import (
    RegionsDocument,
    RegionsError,
    parse_regions,
    regions_hash,
    to_json,
)
from datasets.pure.schema_rules import ItemFacts, Schema, answer_label, check_regions
from datasets.queries.schemas import first_choice

INCOMPLETE = ("required", "too-few", "region-missing")
"""What a suggestion may leave open: the person who takes it up will answer the rest."""


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """A document that may be stored for this item under this schema."""

    regions: dict[str, Any]
    """The document as JSON values, in normal form."""
    regions_hash: str
    label: str
    """The answer to the first choice question, or empty."""
    labels: Mapping[tuple[str, str], int]
    """How often each label of each question is said."""
    warnings: tuple[Problem, ...] = ()


def read_answer(
    schema: Schema, value: object, facts: ItemFacts, *, at: str = "", may_be_partial: bool = False
) -> ReadAnswer:
    """Return a regions document, read and checked.

    `at` stands before the places of what is wrong. Raises RegionsInvalid.
    """
    problems, answer = try_answer(schema, value, facts, may_be_partial=may_be_partial)
    if answer is None:
        places = places_of(problems, at)
        raise RegionsInvalid(places[0].detail, places)
    return answer


def try_answer(
    schema: Schema, value: object, facts: ItemFacts, *, may_be_partial: bool = False
) -> tuple[list[Problem], ReadAnswer | None]:
    """Return the problems of a document, or the answer where there are none."""
    try:
        document = parse_regions(value)
    except RegionsError as error:
        return error.problems, None
    verdict = check_regions(schema, document, facts)
    problems = [
        problem
        for problem in verdict.problems
        if not (may_be_partial and problem.code in INCOMPLETE)
    ]
    if problems:
        return problems, None
    return [], answer_of(schema, document, verdict.warnings)


def answer_of(
    schema: Schema, document: RegionsDocument, warnings: Iterable[Problem] = ()
) -> ReadAnswer:
    """Return a document that needs no check as it is stored."""
    question = first_choice(schema)
    label = answer_label(schema, document, question) if question is not None else None
    return ReadAnswer(
        regions=to_json(document),
        regions_hash=regions_hash(document),
        label=label or "",
        labels=Counter(
            (region.question, region.label)
            for region in document.regions
            if region.label is not None
        ),
        warnings=tuple(warnings),
    )


def expand_shorthand(value: object, schema: Schema) -> object:
    """Return the full document that a client's shorthand stands for; all else as it came.

    A text, or an object with nothing but `label`, is the answer to the schema's only choice
    question. In a document, `format`, and a region's `id` and `kind`, may be left out.
    """
    if isinstance(value, dict) and value.keys() == {"label"}:
        value = value["label"]
    if isinstance(value, str):
        choices = [question for question in schema.questions if question.type == "choice"]
        if len(choices) != 1:
            return value
        region = {"id": "r1", "question": choices[0].name, "kind": "item", "label": value}
        return {"format": 1, "regions": [region]}
    if not isinstance(value, dict) or not isinstance(value.get("regions"), list):
        return value
    regions = [
        _expand_region(region, number, schema)
        for number, region in enumerate(value["regions"], start=1)
    ]
    return {"format": 1} | value | {"regions": regions}


def _expand_region(region: object, number: int, schema: Schema) -> object:
    if not isinstance(region, dict) or ("id" in region and "kind" in region):
        return region
    full = {"id": f"r{number}"} | region
    question = schema.questions_by_name.get(str(full.get("question")))
    if question is not None:
        full.setdefault("kind", question.kind)
    return full
