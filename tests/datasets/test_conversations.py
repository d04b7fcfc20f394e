"""Conversations: turns, preferences by candidate, rankings; in, checked, and out again."""

from typing import Any

import orjson
import pytest

from datasets.models import Dataset, Item, SchemaRevision, Truth
from datasets.services.datasets import create_dataset
from datasets.services.schemas import publish_schema
from datasets.services.versions import start_freeze
from foundation import jobs
from foundation.models import Job, Project, User
from tests.datasets.test_exports import export_of
from tests.datasets.test_uploads import refusals, take_in

TURNS = [
    {"role": "user", "text": "Why is my bread sour?"},
    {"role": "assistant", "text": "Too long in the warm."},
    {"role": "user", "text": "And now?"},
]
CANDIDATES = [
    {"id": "a", "text": "Less time."},
    {"id": "b", "text": "More salt."},
    {"id": "c", "text": "Bake it."},
]
QUESTIONS: list[dict[str, Any]] = [
    {"name": "better", "type": "pairwise"},
    {"name": "order", "type": "ranking"},
    {
        "name": "act",
        "type": "choice",
        "required": False,
        "per": "turn",
        "labels": [{"key": "asks"}, {"key": "answers"}],
    },
    {"name": "helpful", "type": "rating", "per": "turn", "roles": ["assistant"], "required": True},
    {"name": "wrong", "type": "spans", "labels": [{"key": "false"}]},
]


@pytest.fixture
def talks(project: Project, mia: User) -> Dataset:
    """An empty dataset of conversations."""
    return create_dataset(project=project, name="Talks", data_type="conversation", by=mia)


@pytest.fixture
def asked(project: Project) -> SchemaRevision:
    """Everything that can be asked of a conversation."""
    definition = {"format": 1, "data_type": "conversation", "questions": QUESTIONS}
    return publish_schema(project=project, name="Talk", definition=definition, by=None)


def said(question: str, **more: Any) -> dict[str, Any]:
    """A region about the conversation or one of its turns."""
    return {"question": question, "kind": "item"} | more


HELPFUL = said("helpful", value=4, on={"turn": "1"})


def line(*regions: dict[str, Any], candidates: Any = CANDIDATES[:2], key: str = "t") -> bytes:
    """An item of JSONL with a truth."""
    numbered = [{"id": f"r{n}"} | one for n, one in enumerate(regions)]
    truth = {"regions": {"format": 1, "regions": numbered}}
    data = {"turns": TURNS, "candidates": candidates} if candidates else TURNS
    item = {"key": key, "data_type": "conversation", "data": data, "truth": truth}
    return orjson.dumps(item) + b"\n"


def test_a_conversation_goes_out_as_it_came_and_comes_back_to_the_same_root(
    talks: Dataset, asked: SchemaRevision, project: Project, mia: User
) -> None:
    regions = (
        said("better", value="a", attributes={"shown": "b a"}),
        said("act", label="asks", on={"turn": "0"}),
        said("act", label="answers", on={"turn": "1"}),
        HELPFUL,
        {
            "question": "wrong",
            "kind": "span",
            "label": "false",
            "at": {"start": 0, "end": 3},
            "on": {"turn": "1"},
        },
    )
    ranked = (said("order", value="c > a = b", attributes={"shown": "b c a"}), HELPFUL)
    data = line(*regions) + line(*ranked, candidates=CANDIDATES, key="u")
    job = take_in(talks, mia, {"x.jsonl": data}, schema=asked.schema)
    assert (job.state, refusals(job)) == (Job.State.SUCCEEDED, set())
    item = Item.objects.select_related("content").get(dataset=talks, key="t")
    assert item.content.row == {"turns": TURNS, "candidates": CANDIDATES[:2]}
    assert talks.columns == []
    _export, out = export_of(talks, mia)
    other = create_dataset(project=project, name="Back", data_type="conversation", by=mia)
    take_in(other, mia, {"x.jsonl": out}, schema=asked.schema)
    roots = []
    for dataset in (talks, other):
        version, freezing = start_freeze(dataset=dataset, schema=asked.schema, by=mia)
        jobs.run(freezing.pk)
        version.refresh_from_db()
        roots.append(version.content_root)
    assert roots[0] == roots[1]


UNFIT = [
    (said("better", value="left"), "0/value", "unknown-candidate"),
    (said("better", value="a", attributes={"shown": "a"}), "0/attributes/shown", "bad-order"),
    (said("better", label="a"), "0/label", "unexpected-label"),
    (said("order", value="a"), "0/value", "bad-ranking"),
    (said("order", value="b = a"), "0/value", "unordered-equals"),
    (said("act", label="asks"), "0/on/turn", "no-turn"),
    (said("act", label="asks", on={"turn": "3"}), "0/on/turn", "unknown-turn"),
    (said("act", label="asks", on={"turn": "01"}), "0/on/turn", "unknown-turn"),
    (said("helpful", value=3, on={"turn": "0"}), "0/on/turn", "other-role"),
    (said("helpful", value=6, on={"turn": "1"}), "0/value", "out-of-range"),
]


def test_an_answer_that_does_not_fit_the_conversation_is_refused_with_its_place(
    talks: Dataset, asked: SchemaRevision, mia: User
) -> None:
    data = b"".join(
        line(region, *(() if region["question"] == "helpful" else (HELPFUL,)), key=str(number))
        for number, (region, _at, _code) in enumerate(UNFIT)
    )
    job = take_in(talks, mia, {"x.jsonl": data}, schema=asked.schema)
    assert refusals(job) == {
        (f"x.jsonl:{number}/truth/regions/{at}", code)
        for number, (_region, at, code) in enumerate(UNFIT, 1)
    }


def test_what_is_required_of_turns_is_required_of_each(
    talks: Dataset, asked: SchemaRevision, mia: User
) -> None:
    twice = line(HELPFUL, HELPFUL, key="twice")
    job = take_in(talks, mia, {"x.jsonl": line() + twice}, schema=asked.schema)
    assert refusals(job) == {
        ("x.jsonl:1/truth/questions/helpful", "required"),
        ("x.jsonl:2/truth/regions/1", "answered-twice"),
    }


def test_the_same_answer_is_checked_against_each_conversation(
    talks: Dataset, asked: SchemaRevision, mia: User
) -> None:
    chosen = said("better", value="c")
    pair = [{"id": "c", "text": "x"}, {"id": "d", "text": "y"}]
    data = line(chosen, HELPFUL, candidates=pair, key="fits") + line(chosen, HELPFUL)
    job = take_in(talks, mia, {"x.jsonl": data}, schema=asked.schema)
    assert refusals(job) == {("x.jsonl:2/truth/regions/0/value", "unknown-candidate")}


NO_CONVERSATIONS: list[tuple[object, str]] = [
    ("hello", "data"),
    ([], "data/turns"),
    ([{"role": "user"}], "data/turns/0"),
    ([{"role": "", "text": "x"}], "data/turns/0/role"),
    ([{"role": "user", "text": " "}], "data/turns"),
    ({"turns": TURNS, "candidates": [{"id": "tie", "text": "x"}]}, "data/candidates/0/id"),
    (
        {"turns": TURNS, "candidates": [{"id": "a", "text": "x"}, "y", {"id": "a", "text": ""}]},
        "data/candidates/2/id",
    ),
]


def test_what_is_no_conversation_is_refused_with_its_place(talks: Dataset, mia: User) -> None:
    lines = (
        orjson.dumps({"key": str(number), "data_type": "conversation", "data": data})
        for number, (data, _at) in enumerate(NO_CONVERSATIONS)
    )
    job = take_in(talks, mia, {"x.jsonl": b"\n".join(lines)})
    places = {place for place, _code in refusals(job)}
    assert places == {
        f"x.jsonl:{line}/{at}" for line, (_data, at) in enumerate(NO_CONVERSATIONS, 1)
    }


def test_preference_pairs_bring_their_schema(talks: Dataset, mia: User) -> None:
    talk = "\n\nHuman: Hi\n\nAssistant: "
    data = orjson.dumps({"chosen": talk + "Hello", "rejected": talk + "Go"})
    job = take_in(talks, mia, {"x.jsonl": data})
    assert job.report is not None, job.error
    assert (job.report["created"], job.report["truths"]) == (1, 1)
    [region] = Truth.objects.get().regions["regions"]
    assert (region["question"], region["value"] in ("a", "b")) == ("better", True)
