"""Truth from several people's answers: published figures, reference results, bad input."""

from __future__ import annotations

import numpy as np
import pytest

from annotate.pure.truth import fit
from annotate.pure.truth.crowd import Crowd, Estimate, collect_crowd
from annotate.pure.truth.crowdlab import crowdlab
from annotate.pure.truth.dawid_skene import dawid_skene
from annotate.pure.truth.mace import competence, mace
from annotate.pure.truth.majority import majority
from annotate.pure.truth.one_coin import one_coin
from tests.pure.crowds import FindData, accuracy, bluebirds, entailment, made, patients

METHODS = [majority, dawid_skene, one_coin, mace]


def codes_of(cautions: list[fit.Caution]) -> set[str]:
    return {one.code for one in cautions}


def test_dawid_and_skenes_own_table_is_reproduced(real_data: FindData) -> None:
    told = dawid_skene(patients(real_data), tolerance=1e-12, iterations=500)
    # Table 2 and 4 of the paper: priors and the first observer's error rates
    assert told.priors.round(2).tolist() == [0.40, 0.42, 0.11, 0.07]
    assert told.confusion is not None
    assert told.converged
    assert told.confusion[0].round(2).tolist() == [
        [0.89, 0.11, 0.0, 0.0],
        [0.07, 0.88, 0.05, 0.0],
        [0.0, 0.34, 0.66, 0.0],
        [0.0, 0.0, 0.56, 0.44],
    ]


def test_published_accuracies_on_textual_entailment(real_data: FindData) -> None:
    crowd, gold = entailment(real_data)
    found = {method.__name__: round(accuracy(method(crowd), gold), 4) for method in METHODS}
    assert found["majority"] == 0.8969  # Snow et al. (2008): 89.7 %
    assert found["dawid_skene"] == 0.9275
    assert found["one_coin"] == 0.925
    assert found["mace"] == pytest.approx(0.9275, abs=0.002)


def test_on_bluebirds_one_coin_fails_and_says_so(real_data: FindData) -> None:
    crowd, gold = bluebirds(real_data)
    free, coin = dawid_skene(crowd), one_coin(crowd)
    assert round(accuracy(majority(crowd), gold), 3) == 0.759
    assert 0.88 <= accuracy(free, gold) <= 0.90
    hard = np.eye(2)[majority(crowd).posterior.argmax(1)]
    assert 0.875 <= accuracy(dawid_skene(crowd, start=hard), gold) <= 0.90
    assert round(accuracy(coin, gold), 2) == 0.58
    assert fit.ONE_SIDED in codes_of(fit.cautions_about(coin, crowd, free))
    assert fit.ONE_SIDED not in codes_of(fit.cautions_about(free, crowd, free))


def test_one_coin_spreads_errors_over_all_other_labels() -> None:
    """With known accuracies the likelihood of an item is that of the model, by hand."""
    crowd = made([0.9, 0.8, 0.6], items=300, labels=4)
    told = one_coin(crowd)
    confusion, _support = told.matrices()
    assert np.allclose(confusion.sum(2), 1)
    assert np.allclose(confusion[:, 0, 0], [0.9, 0.8, 0.6], atol=0.06)
    said = crowd.label.reshape(300, 3)
    joint = np.stack(
        [np.prod([confusion[who, k, said[:, who]] for who in range(3)], 0) for k in range(4)], 1
    )
    joint *= told.priors
    assert np.allclose(told.posterior, joint / joint.sum(1, keepdims=True), atol=1e-3)


def test_one_coin_is_not_accused_where_it_fits(real_data: FindData) -> None:
    crowd, _gold = entailment(real_data)
    assert codes_of(fit.cautions_about(one_coin(crowd), crowd, dawid_skene(crowd))) == set()


@pytest.mark.parametrize("method", [dawid_skene, one_coin])
def test_the_likelihood_never_falls(method: type, real_data: FindData) -> None:
    told = method(patients(real_data), tolerance=0.0, iterations=40)
    assert len(told.log_likelihood) == 40
    assert np.diff(told.log_likelihood).min() > -1e-9


def test_dawid_skene_equals_a_plain_loop_over_answers() -> None:
    crowd = made([0.9, 0.7, 0.5, 0.8], items=30)
    told = dawid_skene(crowd, iterations=5, tolerance=-1.0)
    assert np.allclose(told.posterior, plain_dawid_skene(crowd, 5), atol=1e-9)


def plain_dawid_skene(crowd: Crowd, rounds: int) -> np.ndarray:
    n_items, n_labels = crowd.votes().shape
    belief = crowd.votes() / crowd.votes().sum(1, keepdims=True)
    answers = list(zip(crowd.item, crowd.annotator, crowd.label, strict=True))
    for _ in range(rounds):
        rates = np.zeros((len(crowd.annotators), n_labels, n_labels))
        for item, who, label in answers:
            rates[who, :, label] += belief[item]
        rates /= rates.sum(2, keepdims=True)
        priors, joint = belief.mean(0), np.ones((n_items, n_labels))
        for item, who, label in answers:
            joint[item] *= np.maximum(rates[who, :, label], 1e-12)
        belief = joint * priors
        belief /= belief.sum(1, keepdims=True)
    return belief


def test_ties_are_shared_and_nobody_wins_them() -> None:
    crowd = collect_crowd([(1, "Ada", "a"), (1, "Bo", "b"), (2, "Ada", "a")])
    told = majority(crowd)
    assert told.posterior.tolist() == [[0.5, 0.5], [1.0, 0.0]]
    assert told.winner.tolist() == [-1, 0]
    assert accuracy(told, {0: 1, 1: 0}) == 0.75


def test_who_does_not_look_is_seen_through() -> None:
    told = mace(made([0.95, 0.95, 0.9, 1 / 3]))
    assert competence(told)[3] < 0.15 < 0.8 < competence(told)[0]


def test_crowdlab_equals_its_authors_program() -> None:
    """Labels and qualities are cleanlab 2.9.0's for the same table."""
    given = ["001.", "11.2", "2.22", "011.", ".202", "1.1.", "0...", "2220"]
    rows = [
        (item, who, int(label))
        for item, line in enumerate(given)
        for who, label in enumerate(line)
        if label != "."
    ]
    table = "721 163 226 541 118 343 253"
    told = np.array([[int(one) for one in row] for row in table.split()] + [[2.5, 2.5, 5]]) / 10
    found = crowdlab(collect_crowd(rows, [0, 1, 2]), told)
    labels = [0, 1, 2, 1, 2, 1, 0, 2]
    quality = [0.679244, 0.648062, 0.641962, 0.424664, 0.742019, 0.490247, 0.302608, 0.589143]
    assert found.posterior[np.arange(8), labels].round(6).tolist() == quality


def test_crowdlab_refuses_probabilities_that_are_none() -> None:
    crowd = collect_crowd([(1, "Ada", "a"), (1, "Bo", "b")])
    with pytest.raises(ValueError, match="shape"):
        crowdlab(crowd, np.ones((2, 2)))
    with pytest.raises(ValueError, match="0 to 1"):
        crowdlab(crowd, np.array([[np.nan, 1.0]]))


ODD: dict[str, tuple[list[tuple[int, str, str]], str]] = {
    "nobody": ([], fit.NO_ANSWERS),
    "one person": ([(n, "Ada", "ab"[n % 2]) for n in range(4)], fit.ONE_ANNOTATOR),
    "no overlap": ([(n, f"p{n}", "a") for n in range(4)], fit.NO_OVERLAP),
    "one label": ([(n, who, "a") for n in range(4) for who in ("Ada", "Bo")], fit.ONE_LABEL),
    "all agree": ([(n, w, "ab"[n % 2]) for n in range(4) for w in ("A", "B")], fit.ALL_AGREE),
    "one person 2,900 times": ([(0, "Ada", "a")] * 2900, fit.ONE_ANNOTATOR),
    "2,900 times and once": (
        [(0, "Ada", "a")] * 2900 + [(0, "Bo", "b"), (1, "Bo", "b"), (1, "Ada", "a")],
        fit.FEW_ANSWERS,
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_crowds_give_numbers_and_a_reason(name: str) -> None:
    rows, reason = ODD[name]
    crowd = collect_crowd(rows)
    told = [method(crowd) for method in METHODS]
    for one in told:
        assert one.posterior.shape == (len(crowd.items), len(crowd.labels))
        assert np.isfinite(one.posterior).all()
        assert np.isfinite(one.log_likelihood).all()
        assert np.allclose(one.posterior.sum(1), 1)
        if one.confusion is not None:
            assert np.isfinite(one.confusion).all()
    cautions = codes_of(fit.cautions_about_crowd(crowd))
    if name.startswith("2,900"):
        few = collect_crowd(rows[2899:])
        cautions = codes_of(fit.cautions_about(dawid_skene(few), few))
    assert reason in cautions


def test_labels_that_change_places_are_noticed() -> None:
    posterior = np.array([[1.0, 0.0]] * 4)
    confusion = np.array([[[0.2, 0.8], [0.8, 0.2]]] * 2)
    support = np.full((2, 2), 10.0)
    swapped = Estimate("dawid_skene", posterior, np.array([0.5, 0.5]), confusion, support)
    crowd = made([0.9, 0.9], labels=2)
    assert fit.SWAPPED in codes_of(fit.cautions_about(swapped, crowd))
    assert fit.SWAPPED not in codes_of(fit.cautions_about(dawid_skene(crowd), crowd))


def test_gold_speaks_only_where_there_is_enough_of_it() -> None:
    worse = fit.caution_on_gold(30, 35, 40)
    assert worse is not None
    assert worse.numbers == {"right": 30, "majority": 35, "total": 40}
    assert fit.caution_on_gold(3, 5, 8) is None
    assert fit.caution_on_gold(36, 35, 40) is None
