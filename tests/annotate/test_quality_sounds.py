"""How well people agree about sounds, videos and conversations."""

from typing import Any

import pytest

from annotate.queries.agreement import agreement_of_dataset
from annotate.queries.likeness import likeness
from annotate.queries.marks import reaches_of
from datasets.models import Asset, Item, ItemContent
from datasets.queries.schemas import schema_of
from datasets.services.datasets import create_dataset
from datasets.services.schemas import publish_schema
from foundation.models import Annotator, Project
from tests.annotate.test_quality import document, imported

pytestmark = pytest.mark.django_db

SOUNDS: dict[str, Any] = {
    "format": 1,
    "data_type": "audio",
    "questions": [
        {
            "name": "turns",
            "title": "Turns",
            "type": "segments",
            "labels": [{"key": "rita", "name": "Rita"}, {"key": "sam", "name": "Sam"}],
        },
        {
            "name": "clicks",
            "title": "Clicks",
            "type": "instants",
            "labels": [{"key": "click", "name": "Click"}],
        },
    ],
}


def heard(start: float, end: float, label: str, channel: str = "1") -> dict[str, Any]:
    """A turn of a speaker on a channel."""
    at = {"start": start, "end": end}
    on = {"channel": channel}
    return {"question": "turns", "kind": "segment", "label": label, "at": at, "on": on}


def click(seconds: float) -> dict[str, Any]:
    """A moment."""
    return {"question": "clicks", "kind": "instant", "label": "click", "at": {"t": seconds}}


def test_turns_agree_where_they_share_half_their_time_on_one_channel(
    project: Project, ada_works: Annotator, bo_works: Annotator
) -> None:
    revision = publish_schema(project=project, name="Sounds", definition=SOUNDS, by=None)
    calls = create_dataset(project=project, name="Calls", data_type="audio", by=None)
    item = Item.objects.create(dataset=calls, key="a", data_type="audio", content_hash="0" * 64)
    facts = {"seconds": 10.0, "channels": 2}
    Asset.objects.create(
        item=item, part="original", sha256="", size=1, media_type="audio/wav", facts=facts
    )
    ours = (heard(0, 4, "rita"), heard(5, 9, "sam"), click(1), click(2))
    theirs = (heard(0.5, 4, "rita"), heard(5, 9, "sam", "2"), click(1.05), click(2.5))
    imported(item, revision, ada_works, document(*ours))
    imported(item, revision, bo_works, document(*theirs))
    turns, clicks = agreement_of_dataset(calls, revision.schema).questions
    assert turns.measures["f1"].value == pytest.approx(0.5)  # the other turn is elsewhere
    assert {label: one.value for label, one in turns.by_label.items()} == {"rita": 1.0, "sam": 0.0}
    assert clicks.measures["f1"].value == pytest.approx(0.5)  # half a second is another click
    schema = schema_of(revision)
    assert likeness(schema, document(*ours), document(*theirs)) == pytest.approx(0.5)
    assert likeness(schema, document(*ours), document(*ours)) == 1.0


TALK: dict[str, Any] = {
    "format": 1,
    "data_type": "conversation",
    "questions": [
        {"name": "better", "title": "Better", "type": "pairwise"},
        {
            "name": "act",
            "title": "Act",
            "type": "choice",
            "required": False,
            "per": "turn",
            "labels": [{"key": "asks"}, {"key": "tells"}],
        },
    ],
}


def test_preferences_agree_by_candidate_and_turns_are_compared_one_by_one(
    project: Project, ada_works: Annotator, bo_works: Annotator
) -> None:
    revision = publish_schema(project=project, name="Talk", definition=TALK, by=None)
    talks = create_dataset(project=project, name="Talks", data_type="conversation", by=None)
    row = {
        "turns": [{"role": "user", "text": "Hi"}, {"role": "user", "text": "Yes?"}],
        "candidates": [{"id": "a", "text": "x"}, {"id": "b", "text": "y"}],
    }
    items = []
    for key in "jk":
        item = Item.objects.create(
            dataset=talks, key=key, data_type="conversation", content_hash=key * 64
        )
        ItemContent.objects.create(item=item, row=row)
        items.append(item)

    def better(value: str, shown: str) -> dict[str, Any]:
        attributes = {"shown": shown}
        return {"question": "better", "kind": "item", "value": value, "attributes": attributes}

    def act(label: str, turn: str) -> dict[str, Any]:
        return {"question": "act", "kind": "item", "label": label, "on": {"turn": turn}}

    ours = document(better("a", "a b"), act("tells", "0"), act("asks", "1"))
    theirs = document(better("a", "b a"), act("tells", "0"), act("tells", "1"))
    for item, second in zip(items, (theirs, ours), strict=True):
        imported(item, revision, ada_works, ours)
        imported(item, revision, bo_works, second)
    preferred, acts = agreement_of_dataset(talks, revision.schema).questions
    assert preferred.measures["percent"].value == 1.0  # whoever stood on which side
    assert acts.measures["percent"].value == pytest.approx(3 / 4)
    assert [one.item for one in acts.disputed] == [items[0].pk]
    assert likeness(schema_of(revision), ours, theirs) == pytest.approx(0.75)


FILMS: dict[str, Any] = {
    "format": 1,
    "data_type": "video",
    "questions": [
        {"name": "objects", "title": "Objects", "type": "tracks", "labels": [{"key": "car"}]}
    ],
}


def driving(*keys: tuple[float, float], gone: bool = False) -> dict[str, Any]:
    """A car at these times and places; at the last one it may be gone."""
    listed: list[dict[str, Any]] = [
        {"t": t, "at": {"x": x, "y": 0, "w": 20, "h": 20}} for t, x in keys
    ]
    if gone:
        listed[-1]["outside"] = True
    at = {"of": "box", "keys": listed}
    return {"question": "objects", "kind": "track", "label": "car", "at": at}


def test_tracks_agree_where_objects_are_in_one_place_at_the_same_time(
    project: Project, ada_works: Annotator, bo_works: Annotator
) -> None:
    revision = publish_schema(project=project, name="Films", definition=FILMS, by=None)
    films = create_dataset(project=project, name="Films", data_type="video", by=None)
    item = Item.objects.create(dataset=films, key="a", data_type="video", content_hash="0" * 64)
    facts = {"seconds": 10.0, "width": 640, "height": 480}
    Asset.objects.create(
        item=item, part="original", sha256="", size=1, media_type="video/mp4", facts=facts
    )
    ours = (driving((0, 0), (10, 200)), driving((0, 400)))
    theirs = (driving((0.5, 12), (5, 101), (10, 200)), driving((0, 400), (3, 400), gone=True))
    imported(item, revision, ada_works, document(*ours))
    imported(item, revision, bo_works, document(*theirs))
    (objects,) = agreement_of_dataset(films, revision.schema).questions
    # The second is gone for most of the clip: known only with the length of the clip.
    assert objects.measures["f1"].value == pytest.approx(0.5)
    schema = schema_of(revision)
    reach = reaches_of(schema, [item.pk])[item.pk]
    assert reach.ends == 10.0
    assert likeness(schema, document(*ours), document(*theirs), reach) == pytest.approx(0.5)
    assert likeness(schema, document(*ours), document(*ours), reach) == 1.0
