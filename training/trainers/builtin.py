"""The trainers that Winnow brings: their parameters and descriptions, in the order of the page."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datasets.pure.problems import gettext_noop as _
from training.trainers.base import TrainerSpec, parameter

HERE = Path(__file__).resolve().parent


def _balanced() -> Any:
    return parameter(
        False,
        _("Give rare labels more weight"),
        _("Each label counts as much as any other, however few examples it has."),
    )


def _folds() -> Any:
    return parameter(
        3,
        _("Folds of cross-validation"),
        _("Measures on this many parts of the training split in turn. Under 2: none, faster."),
        min=0,
        max=10,
    )


def _strength(default: float) -> Any:
    return parameter(
        default,
        _("Freedom (C)"),
        _("Higher follows the training examples more closely; lower generalises more."),
        min=0.0001,
        max=10000,
    )


def _iterations() -> Any:
    return parameter(
        1000,
        _("Most iterations"),
        _("The search for the best weights ends here, even if it is not finished."),
        min=10,
        max=100000,
    )


def _size() -> Any:
    return parameter(
        16,
        _("Size in pixels"),
        _("Pictures are shrunk to this width and height, unless all are smaller and alike."),
        min=4,
        max=128,
    )


def _colour() -> Any:
    return parameter(
        "auto",
        _("Colour"),
        choices={
            "auto": _("As the pictures are"),
            "grey": _("Grey"),
            "colour": _("Red, green and blue"),
        },
    )


def _categories() -> Any:
    return parameter(
        50,
        _("Most categories a column"),
        _("The rarest values of a column are put together, so that names do not become columns."),
        min=2,
        max=1000,
    )


def _depth() -> Any:
    return parameter(
        0,
        _("Greatest depth"),
        _("Questions asked one after the other. 0: as many as it takes, which overfits."),
        min=0,
        max=100,
    )


def _leaf() -> Any:
    return parameter(
        1,
        _("Fewest examples a leaf"),
        _("An answer must rest on at least this many training examples."),
        min=1,
        max=1000,
    )


@dataclass(frozen=True)
class TextRegression:
    """What text_logreg.py can be told."""

    strength: float = _strength(10.0)
    pairs: bool = parameter(
        False, _("Count pairs of words too"), _("Slower; helps where word order matters.")
    )
    balanced: bool = _balanced()
    folds: int = _folds()
    iterations: int = _iterations()


@dataclass(frozen=True)
class ImageRegression:
    """What image_logreg.py can be told."""

    size: int = _size()
    colour: str = _colour()
    strength: float = _strength(0.3)
    balanced: bool = _balanced()
    folds: int = _folds()
    iterations: int = _iterations()


@dataclass(frozen=True)
class ImageTree:
    """What image_tree.py can be told."""

    size: int = _size()
    colour: str = _colour()
    depth: int = _depth()
    leaf: int = _leaf()
    balanced: bool = _balanced()
    folds: int = _folds()


@dataclass(frozen=True)
class TableRegression:
    """What table_logreg.py can be told."""

    strength: float = _strength(1.0)
    categories: int = _categories()
    balanced: bool = _balanced()
    folds: int = _folds()
    iterations: int = _iterations()


@dataclass(frozen=True)
class TableTree:
    """What table_tree.py can be told."""

    depth: int = _depth()
    leaf: int = _leaf()
    categories: int = _categories()
    balanced: bool = _balanced()
    folds: int = _folds()


@dataclass(frozen=True)
class Net:
    """What both net trainers can be told."""

    units: int = parameter(64, _("Units a layer"), min=1, max=2048)
    layers: int = parameter(1, _("Hidden layers"), min=1, max=4)
    epochs: int = parameter(
        100, _("Most epochs"), _("How often it goes through the training split."), min=1, max=10000
    )
    patience: int = parameter(
        10,
        _("Patience"),
        _("Stops after this many epochs without a lower validation loss, and keeps the best."),
        min=1,
        max=1000,
    )
    rate: float = parameter(
        0.003, _("Step size"), _("Lower is slower and steadier."), min=0.000001, max=1
    )
    batch: int = parameter(32, _("Examples a step"), min=1, max=4096)
    decay: float = parameter(
        0.0001, _("Weight decay"), _("Higher keeps the weights smaller."), min=0, max=10
    )


@dataclass(frozen=True)
class ImageNet(Net):
    """What image_net.py can be told."""

    size: int = _size()
    colour: str = _colour()


@dataclass(frozen=True)
class TableNet(Net):
    """What table_net.py can be told."""

    categories: int = _categories()


def _spec(
    name: str, title: str, description: str, family: str, parameters: type[Any]
) -> TrainerSpec:
    return TrainerSpec(
        name=name,
        title=title,
        description=description,
        data_type=name.partition("_")[0],
        tasks=("classification",),
        families=(family,),
        parameters=parameters,
        script=HERE / f"{name}.py",
    )


BUILTIN = [
    _spec(
        "text_logreg",
        _("Logistic regression on words"),
        _("Weighs words by how rare they are (TF-IDF). Fast, and hard to beat on short texts."),
        "regression",
        TextRegression,
    ),
    _spec(
        "image_logreg",
        _("Logistic regression on pixels"),
        _("Shrinks each picture and weighs its pixels. The baseline for whole-image classes."),
        "regression",
        ImageRegression,
    ),
    _spec(
        "image_tree",
        _("Decision tree on pixels"),
        _("Asks one pixel after the other. Quick to overfit: watch the gap to validation."),
        "tree",
        ImageTree,
    ),
    _spec(
        "image_net",
        _("Small neural net on pixels"),
        _("Learns epoch by epoch and stops when the validation split no longer improves."),
        "net",
        ImageNet,
    ),
    _spec(
        "table_logreg",
        _("Logistic regression on columns"),
        _("Fills gaps, scales numbers, makes one column a category. The baseline for tables."),
        "regression",
        TableRegression,
    ),
    _spec(
        "table_tree",
        _("Decision tree on columns"),
        _("Asks one column after the other. Quick to overfit: watch the gap to validation."),
        "tree",
        TableTree,
    ),
    _spec(
        "table_net",
        _("Small neural net on columns"),
        _("Fills gaps and scales, then learns epoch by epoch until validation stops improving."),
        "net",
        TableNet,
    ),
]
