"""Models made of known answers: what an outside model would say, with errors of its own."""

import random
from collections.abc import Callable, Mapping
from typing import Any

from datasets.models import Dataset, Item, SchemaRevision
from datasets.services.suggestions import Offer, suggest_many
from foundation import jobs
from training.models import DoubtList
from training.services.answer_doubts import start_doubting

Region = dict[str, Any]
Regions = list[Region]


def document(regions: Regions) -> dict[str, Any]:
    """Regions as a document, with ids of their own."""
    return {"format": 1, "regions": [one | {"id": f"r{n}"} for n, one in enumerate(regions)]}


def push(
    dataset: Dataset,
    revision: SchemaRevision,
    said: Mapping[str, tuple[Regions, list[float] | None]],
    source: str = "detector",
) -> None:
    """Suggest regions by key of the item, with their confidences."""
    items = {one.key: one for one in Item.objects.filter(dataset=dataset)}
    offers = [Offer(items[key], document(one), sure) for key, (one, sure) in said.items()]
    suggest_many(offers=offers, schema_revision=revision, source=source)


def ranked(
    dataset: Dataset, revision: SchemaRevision, question: str, source: str = "detector"
) -> DoubtList:
    """A list whose job has run."""
    doubts = start_doubting(
        dataset=dataset, schema=revision.schema, question=question, source=source, by=None
    )
    assert doubts.job is not None
    done = jobs.run(doubts.job.pk)
    assert done is not None
    assert done.state == "succeeded", done.error
    doubts.refresh_from_db()
    return doubts


def detector(
    chance: random.Random, truth: Regions, size: tuple[int, int]
) -> tuple[Regions, list[float]]:
    """What a fair detector says: one box in twenty missed, others a few pixels beside."""
    said, sure = [], []
    for one in truth:
        if chance.random() < 0.05:
            continue
        at = one["at"]
        x = max(0.0, at["x"] + chance.gauss(0, 0.03) * at["w"])
        y = max(0.0, at["y"] + chance.gauss(0, 0.03) * at["h"])
        w, h = min(at["w"], size[0] - x), min(at["h"], size[1] - y)
        said.append(one | {"at": {"x": x, "y": y, "w": w, "h": h}})
        sure.append(round(1 - min(0.5, chance.expovariate(30)), 4))
    return said, sure


def tagger(chance: random.Random, truth: Regions, labels: list[str]) -> tuple[Regions, list[float]]:
    """What a fair tagger says: one span in five missed, one in twenty under another label."""
    said, sure = [], []
    for one in truth:
        if chance.random() < 0.2:
            continue
        is_wrong = chance.random() < 0.05
        said.append(one | {"label": chance.choice(labels)} if is_wrong else one)
        sure.append(round(chance.uniform(0.4, 0.8) if is_wrong else chance.uniform(0.6, 1.0), 4))
    return said, sure


Plant = Callable[[random.Random, Regions], Regions]


def shift(chance: random.Random, regions: Regions) -> Regions:
    """One box is moved by half its size, to where it still lies in the picture."""
    at, found = max(enumerate(regions), key=lambda one: one[1]["at"]["w"])
    place = found["at"]
    moved = {"x": max(0, place["x"] - place["w"] / 2), "y": max(0, place["y"] - place["h"] / 2)}
    if moved["x"] == 0 and moved["y"] == 0:
        moved = {"x": place["x"], "y": place["y"]}
        moved |= {"w": place["w"] / 2, "h": place["h"] / 2}
    return [*regions[:at], found | {"at": place | moved}, *regions[at + 1 :]]


def swap(chance: random.Random, regions: Regions, labels: list[str]) -> Regions:
    """One region has another label."""
    at = chance.randrange(len(regions))
    other = chance.choice([one for one in labels if one != regions[at]["label"]])
    return [*regions[:at], regions[at] | {"label": other}, *regions[at + 1 :]]


def drop(chance: random.Random, regions: Regions) -> Regions:
    """One region is not there."""
    at = chance.randrange(len(regions))
    return regions[:at] + regions[at + 1 :]
