"""The shelf of trainers: what a form is made of, and how what it posts is checked."""

import re
from dataclasses import dataclass, fields
from pathlib import Path

import pytest

from datasets.pure.problems import ProblemsError
from training.trainers import trainers
from training.trainers.base import TrainerSpec, parameter

NET = trainers["image_net"]


def test_every_data_type_has_its_families() -> None:
    found = {(spec.data_type, *spec.families) for _, spec in trainers.items()}
    assert found == {
        ("text", "regression"),
        *(
            (kind, family)
            for kind in ("image", "table")
            for family in ("regression", "tree", "net")
        ),
    }


@pytest.mark.parametrize("name", list(trainers))
def test_a_script_asks_for_the_parameters_of_its_spec_and_no_others(name: str) -> None:
    spec = trainers[name]
    shared = spec.script.parent / "_handover"
    source = spec.script.read_text()
    for module in re.findall(r"from _handover\.(\w+) import", source):
        source += (shared / f"{module}.py").read_text()
    asked = set(re.findall(r'params\["(\w+)"\]', source))
    if "cross_validate(lambda" not in source:
        asked.discard("folds")  # in the shared code, for those who fit by folds
    assert asked == {part.name for part in fields(spec.parameters)}


def test_the_defaults_are_valid_themselves() -> None:
    for _, spec in trainers.items():
        defaults = spec.parse_parameters({})
        assert spec.parse_parameters(defaults) == defaults


def test_a_schema_describes_each_parameter_for_a_form() -> None:
    schema = NET.parameter_schema(translate=str.upper)
    assert schema["additionalProperties"] is False
    assert schema["properties"]["epochs"] == {
        "type": "integer",
        "title": "MOST EPOCHS",
        "description": "HOW OFTEN IT GOES THROUGH THE TRAINING SPLIT.",
        "default": 100,
        "minimum": 1,
        "maximum": 10000,
    }
    colours = schema["properties"]["colour"]["oneOf"]
    assert colours[0] == {"const": "auto", "title": "AS THE PICTURES ARE"}


def test_what_is_not_given_gets_its_default() -> None:
    parsed = NET.parse_parameters({"units": 8, "rate": 1})
    assert parsed == {**NET.parse_parameters({}), "units": 8, "rate": 1.0}
    assert isinstance(parsed["rate"], float)


@pytest.mark.parametrize(
    ("name", "value", "code", "text"),
    [
        ("speed", 1, "unknown-parameter", "It has: units, layers,"),
        ("units", "many", "wrong-type", "many is not a whole number"),
        ("units", 2.5, "wrong-type", "2.5 is not a whole number"),
        ("units", True, "wrong-type", "True is not a whole number"),
        ("units", None, "wrong-type", "None is not a whole number"),
        ("units", 0, "out-of-range", "0 is outside of 1 to 2048"),
        ("rate", float("nan"), "out-of-range", "nan is outside"),
        ("rate", 10**400, "out-of-range", "is outside of 1e-06 to 1"),
        ("colour", "pink", "unknown-choice", "pink is not among the choices: auto, grey, colour"),
        ("colour", 3, "wrong-type", "3 is not a text"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_place(
    name: str, value: object, code: str, text: str
) -> None:
    with pytest.raises(ProblemsError) as refused:
        NET.parse_parameters({name: value})
    (problem,) = refused.value.problems
    assert (problem.at, problem.code) == (f"parameters/{name}", code)
    assert text in problem.detail


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(ProblemsError) as refused:
        NET.parse_parameters({"units": -1, "layers": "x", "epochs": 5})
    assert [problem.at for problem in refused.value.problems] == [
        "parameters/units",
        "parameters/layers",
    ]


def test_a_form_is_read_as_values_of_the_right_type() -> None:
    spec = trainers["text_logreg"]
    given = spec.read_form({"strength": "2", "balanced": "on", "folds": " ", "csrf": "x"})
    assert given == {"strength": 2, "balanced": True, "pairs": False}
    with pytest.raises(ProblemsError):
        spec.parse_parameters(spec.read_form({"folds": "three"}))


def test_a_trainer_whose_extra_is_absent_says_so() -> None:
    @dataclass(frozen=True)
    class Nothing:
        pass

    spec = TrainerSpec(
        name="far",
        title="Far",
        description="",
        data_type="text",
        tasks=("classification",),
        families=("net",),
        parameters=Nothing,
        script=Path("far.py"),
        requires=("json", "a_library_nobody_has"),
        missing_line="pip install far",
    )
    assert spec.missing() == ["a_library_nobody_has"]


def test_a_number_without_bounds_is_a_mistake_of_its_author() -> None:
    with pytest.raises(ValueError, match="needs min and max"):
        parameter(3, "Folds")
