"""Object keypoint similarity: how near the joints of two skeletons are, as COCO measures it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from annotate.pure.agreement.answers import Floats
from datasets.pure.region_kinds.skeleton import Skeleton
from datasets.pure.region_likeness import Gathered, Reach

COCO_SIGMAS = {
    "nose": 0.026,
    "eye": 0.025,
    "ear": 0.035,
    "shoulder": 0.079,
    "elbow": 0.072,
    "wrist": 0.062,
    "hip": 0.107,
    "knee": 0.087,
    "ankle": 0.089,
}
"""How far people are apart at each joint, of the size of the object (COCO, 5,000 images)."""
DEFAULT_SIGMA = 0.067
"""The mean of the constants of COCO's 17 joints, for joints that COCO does not know."""
NARROWEST = 0.25
LEAST_PIXELS = 2.0
_SIDES = frozenset(("left", "right", "l", "r"))


def sigma_of(joint: str) -> float:
    """The constant of a joint by its name, whichever side of the body it is on.

    Examples
    --------
    >>> sigma_of("left_wrist"), sigma_of("wrist-r"), sigma_of("tail")
    (0.062, 0.062, 0.067)
    """
    words = joint.lower().replace("-", "_").split("_")
    name = "_".join(word for word in words if word not in _SIDES)
    return COCO_SIGMAS.get(name, DEFAULT_SIGMA)


def joint_nearness(
    reference: Skeleton,
    other: Skeleton,
    area: float | None = None,
    sigmas: Mapping[str, float] | None = None,
) -> dict[str, float]:
    """How near each joint of the reference is in another skeleton: exp(-d² / (2 s² k²)).

    Parameters
    ----------
    area : float, optional
        s² in square pixels. Without it, as no outline is drawn around a skeleton, that of the box
        around the joints of the reference, no side taken as less than a quarter of the other.
    sigmas : mapping, optional
        Half of k by name of the joint; for those that are not there `sigma_of` knows one.

    Returns
    -------
    dict
        By joint, 0 to 1; a joint that the other skeleton does not have is 0.

    Examples
    --------
    >>> from datasets.pure.region_kinds.skeleton import Joint
    >>> one, two = (Skeleton((Joint("tail", x, 0, False),)) for x in (0, 2.68))
    >>> round(joint_nearness(one, two, area=400.0)["tail"], 4)  # exp(-1/2): a distance of s * k
    0.6065
    """
    given = sigmas or {}
    there = {joint.name: (joint.x, joint.y) for joint in other.joints}
    shared = [joint for joint in reference.joints if joint.name in there]
    found = dict.fromkeys((joint.name for joint in reference.joints), 0.0)
    if not shared:
        return found
    scale = _box_area(reference) if area is None else area
    here = np.array([(joint.x, joint.y) for joint in shared], dtype=float)
    apart = here - np.array([there[joint.name] for joint in shared], dtype=float)
    k = 2 * np.array([given.get(joint.name, sigma_of(joint.name)) for joint in shared])
    near = np.exp(-(apart**2).sum(axis=1) / (2 * (scale + np.spacing(1)) * k**2))
    found |= {joint.name: float(value) for joint, value in zip(shared, near, strict=True)}
    return found


def oks(
    reference: Skeleton,
    other: Skeleton,
    area: float | None = None,
    sigmas: Mapping[str, float] | None = None,
) -> float:
    """Object keypoint similarity: the mean nearness of the joints that the reference has.

    Hidden joints count like seen ones, as in COCO (v > 0); joints that the reference leaves out
    do not count.

    Returns
    -------
    float
        0 to 1; 0 for a reference without joints.

    References
    ----------
    Lin et al. (2014), "Microsoft COCO"; https://cocodataset.org/#keypoints-eval.
    """
    near = joint_nearness(reference, other, area, sigmas)
    return sum(near.values()) / len(near) if near else 0.0


def mutual_oks(first: Skeleton, second: Skeleton) -> float:
    """The mean of both ways round, since neither of two people is the true one."""
    return (oks(first, second) + oks(second, first)) / 2


def oks_likeness(first: Gathered, second: Gathered, _reach: Reach) -> Floats:
    """`mutual_oks` of every skeleton with every other, in the place of `likeness`."""
    mine, theirs = _skeletons(first), _skeletons(second)
    found = np.zeros((first.size, second.size))
    for row, one in mine:
        for column, other in theirs:
            found[row, column] = mutual_oks(one, other)
    return found


def _skeletons(side: Gathered) -> list[tuple[int, Skeleton]]:
    return [
        (number, place)
        for numbers, places in side.by_measure.values()
        for number, place in zip(numbers, places, strict=True)
        if isinstance(place, Skeleton)
    ]


def _box_area(skeleton: Skeleton) -> float:
    around: Sequence[tuple[float, float]] = [(joint.x, joint.y) for joint in skeleton.joints]
    corners = np.array(around, dtype=float)
    sides = corners.max(axis=0) - corners.min(axis=0)
    return float(np.maximum(sides, max(NARROWEST * sides.max(), LEAST_PIXELS)).prod())
