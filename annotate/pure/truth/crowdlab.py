"""CROWDLAB: a model's probabilities and people's answers, each weighed by how often they hold."""

from __future__ import annotations

import numpy as np

from annotate.pure.truth.crowd import Codes, Crowd, Estimate, Floats

LEAST = 1e-6


def crowdlab(crowd: Crowd, probabilities: Floats) -> Estimate:
    """The weighted mean of what a model and people say of each item.

    A person weighs by how often others agree with them, the model by how often it agrees with
    most people, both against always saying the commonest label; the model also by the root of
    the mean number of answers, as people who are many need it less.

    Parameters
    ----------
    probabilities : ndarray, shape (n_items, n_labels)
        Of a model that never learned from these items, in the order of the crowd's codes.

    Raises
    ------
    ValueError
        The probabilities have another shape, are not finite, or are not from 0 to 1.

    References
    ----------
    Goh, Tkachenko, Mueller (2022), "CROWDLAB: Supervised learning to infer consensus labels and
    quality scores for data with multiple annotators".
    """
    shape = len(crowd.items), len(crowd.labels)
    told = np.asarray(probabilities, dtype=np.float64)
    if told.shape != shape:
        raise ValueError(f"the probabilities have shape {told.shape}, not {shape}")
    if not (np.isfinite(told).all() and (told >= 0).all() and (told <= 1).all()):
        raise ValueError("probabilities must be numbers from 0 to 1")
    votes = crowd.votes()
    answers = votes.sum(1)
    several = answers > 1
    if not several.any():
        mixed = (told + votes) / (1 + answers)[:, None]
        return Estimate("crowdlab", mixed, mixed.mean(0) if len(mixed) else mixed.sum(0))
    consensus = _consensus(votes, told)
    likely, chance = _likelihoods(votes, consensus, several)
    trust = np.maximum(1 - (1 - _agreement(crowd, votes)) / chance, LEAST)
    wrong = (told.argmax(1) != consensus)[several].mean()
    model = max(1 - wrong / chance, LEAST) * np.sqrt(answers.mean())
    unlikely = (1 - likely) / max(shape[1] - 1, 1)
    weights = trust[crowd.annotator]
    whole = np.bincount(crowd.item, weights, shape[0])
    cell = crowd.item * shape[1] + crowd.label
    hits = np.bincount(cell, weights, shape[0] * shape[1]).reshape(shape)
    total = model * told + likely * hits + unlikely * (whole[:, None] - hits)
    posterior = total / (model + whole)[:, None]
    posterior /= posterior.sum(1, keepdims=True)
    return Estimate("crowdlab", posterior, posterior.mean(0))


def _consensus(votes: Floats, told: Floats) -> Codes:
    """What most said; among leaders the one that the model finds likeliest."""
    leads = votes == votes.max(1, keepdims=True)
    likeliest: Codes = np.where(leads, told, -1.0).argmax(1)
    return likeliest


def _likelihoods(votes: Floats, consensus: Floats, several: Floats) -> tuple[float, float]:
    """How often an answer is the consensus, and how often the commonest label is not."""
    at = np.arange(len(votes))
    agree = votes[at, consensus] / np.maximum(votes.sum(1), 1)
    kept = consensus[several]
    chance = (kept != np.bincount(kept).argmax()).mean()
    return float(agree[several].mean()), max(float(chance), LEAST)


def _agreement(crowd: Crowd, votes: Floats) -> Floats:
    """Of the answers of others to one's items, the share that is one's own; else the mean."""
    n_people = len(crowd.annotators)
    others = votes.sum(1)[crowd.item] - 1
    same = votes[crowd.item, crowd.label] - 1
    total = np.bincount(crowd.annotator, others, n_people)
    equal = np.bincount(crowd.annotator, same, n_people)
    mean = equal.sum() / total.sum()
    agreement: Floats = np.divide(equal, total, out=np.full(n_people, mean), where=total > 0)
    return agreement
