"""What a model is least sure of, and what is least like the rest."""

import numpy as np
import pytest

from annotate.pure.choosing import farthest_first, unsureness


def test_unsureness_is_one_minus_the_lead_of_the_first_label() -> None:
    said = [[0.9, 0.1, 0.0], [0.5, 0.5, 0.0], [0.34, 0.33, 0.33], [0.6, 0.2, 0.2], [0.0, 1.0, 0.0]]
    assert unsureness(said).round(9).tolist() == [0.2, 1.0, 0.99, 0.6, 0.0]
    assert unsureness([[1.0], [1.0]]).tolist() == [0.0, 0.0]
    assert unsureness(np.zeros((0, 3))).tolist() == []


@pytest.mark.parametrize("said", [[[1.2, -0.2]], [[np.nan, 0.5]], [0.5, 0.5]])
def test_what_is_no_table_of_probabilities_is_refused(said: object) -> None:
    with pytest.raises(ValueError, match="probabilities"):
        unsureness(said)  # type: ignore[arg-type]


def by_hand(points: np.ndarray, known: np.ndarray, most: int) -> list[int]:
    """The same, by measuring every distance again at every step."""
    chosen: list[int] = []
    while len(chosen) < min(most, len(points)):
        centres = [*known, *points[chosen]]
        free = [at for at in range(len(points)) if at not in chosen]
        if centres:
            least = {
                at: min(float(((points[at] - one) ** 2).sum()) for one in centres) for at in free
            }
            chosen.append(max(free, key=lambda at: least[at]))
        else:
            middle = points.mean(axis=0)
            chosen.append(min(free, key=lambda at: float(((points[at] - middle) ** 2).sum())))
    return chosen


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("answered", [0, 1, 7])
def test_farthest_first_chooses_what_measuring_everything_chooses(seed: int, answered: int) -> None:
    chance = np.random.default_rng(seed)
    points, known = chance.normal(size=(40, 3)), chance.normal(size=(answered, 3))
    assert farthest_first(points, known, 25).tolist() == by_hand(points, known, 25)


def test_of_equally_far_items_the_first_comes_first_and_each_once() -> None:
    same = np.ones((5, 2))
    assert farthest_first(same, same[:1], 9).tolist() == [0, 1, 2, 3, 4]
    assert farthest_first(same, same[:0], 3).tolist() == [0, 1, 2]
    assert farthest_first(np.zeros((0, 2)), same, 3).tolist() == []


def test_features_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="features"):
        farthest_first([[np.inf]], [[0.0]], 1)
