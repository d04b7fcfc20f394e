"""What reports and runs look like on a page: names, grades and sentences instead of raw numbers."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from datasets.models import SchemaRevision
from datasets.queries.versions import split_name
from foundation.pure.charts import confusion_grades
from training.models import Evaluation
from training.queries.comparison import Change, change_between, compare, earlier_evaluation
from training.queries.runs import Curve, leaderboard
from training.trainers import trainers

Json = dict[str, Any]
SPLITS = ("test", "validation", "train")
WEAK = 0.8


def trainer_name(name: str) -> str:
    """Return how a trainer is called on pages; one that is gone keeps its short name."""
    return _(trainers[name].title) if name in trainers else name


def label_looks(revision: SchemaRevision, question: str) -> dict[str, Json]:
    """Return name and colour of each label of a question, by key."""
    for asked in revision.definition["questions"]:
        if asked["name"] == question:
            return {
                label["key"]: {"name": label.get("name") or label["key"], "color": label["color"]}
                for label in asked["labels"]
            }
    return {}


def look_of(looks: dict[str, Json], key: str) -> Json:
    """Return name and colour of a label, also of one that the schema no longer has."""
    return looks.get(key, {"name": key, "color": "#77808c"})


def heat_of(evaluation: Evaluation, split: str, looks: dict[str, Json], opened: Json) -> Json:
    """Return the confusion matrix of a split for the heat map; every filled cell opens."""
    confusion = evaluation.report["splits"][split]["confusion"]
    labels, counts = confusion["labels"], confusion["counts"]
    grades = confusion_grades(counts)
    rows = []
    for truth, row, graded in zip(labels, counts, grades, strict=True):
        cells = [
            _cell(evaluation, split, (truth, predicted), n, grade, looks, opened)
            for predicted, n, grade in zip(labels, row, graded, strict=True)
        ]
        rows.append({"label": look_of(looks, truth), "cells": cells, "sum": sum(row)})
    return {
        "corner": _("Truth"),
        "columns": [look_of(looks, label) for label in labels],
        "rows": rows,
        "sum_head": _("Sum"),
    }


def _cell(
    evaluation: Evaluation,
    split: str,
    pair: tuple[str, str],
    n: int,
    grade: str,
    looks: dict[str, Json],
    opened: Json,
) -> Json:
    truth, predicted = pair
    address = reverse("report", args=[evaluation.run.oid])
    query = f"?version={evaluation.version.oid}&split={split}&truth={truth}&predicted={predicted}"
    names = look_of(looks, truth)["name"], look_of(looks, predicted)["name"]
    said = _("%(truth)s, predicted %(predicted)s") % {"truth": names[0], "predicted": names[1]}
    return {
        "text": str(n),
        "grade": grade,
        "title": said,
        "url": f"{address}{query}#cell",
        "open": opened.get("truth") == truth and opened.get("predicted") == predicted,
    }


def answers_of(report: Json, looks: dict[str, Json]) -> Json:
    """Return what the three answer cards of a report say."""
    headline = report["headline"]
    best = report["splits"][headline]
    weakest = _weakest(best["per_class"])
    majority = report["baselines"]["majority"]
    gap = report["gap"]
    return {
        "split": split_name(headline),
        "score": best["macro_f1"],
        "accuracy": best["accuracy"],
        "n": best["n"],
        "majority": majority,
        "beats": bool(majority) and (best["macro_f1"]["value"] or 0) > majority["macro_f1"],
        "gap": gap,
        "gap_text": _gap_text(gap),
        "weakest": weakest and {**weakest, **look_of(looks, weakest["label"])},
        "weak": [
            one
            for one in best["per_class"]
            if one["recall"]["value"] is not None and one["recall"]["value"] < WEAK
        ],
        "is_weak": weakest is not None and weakest["recall"]["value"] < WEAK,
    }


def _weakest(per_class: list[Json]) -> Json | None:
    known = [one for one in per_class if one["recall"]["value"] is not None]
    return min(known, key=lambda one: float(one["recall"]["value"])) if known else None


def _gap_text(gap: Json | None) -> str:
    texts = {
        "overfitting": _("It knows its training items much better than unseen ones."),
        "too-few": _("The gap is wide, but so few items may show it by chance."),
        "none": _("It does about as well on unseen items as on those it learnt from."),
        "unknown": _("A split is empty, so nobody can tell."),
    }
    return texts.get(gap["verdict"], "") if gap else _("There is no training split to compare.")


def by_label(report: Json, split: str, looks: dict[str, Json]) -> list[Json]:
    """Return the rows of the table by label."""
    rows = report["splits"][split]["per_class"]
    return [{**row, "look": look_of(looks, row["label"])} for row in rows]


def calibration_of(report: Json) -> list[Json]:
    """Return the calibration curve as series of a line chart."""
    calibration = report["calibration"]
    if not calibration:
        return []
    points = [(part["confidence"], part["accuracy"]) for part in calibration["bins"] if part["n"]]
    even = {"name": _("even"), "points": [(0.0, 0.0), (1.0, 1.0)], "kind": "q", "dash": True}
    return [even | {"text": ""}, {"name": _("right"), "points": points, "text": ""}]


def comparisons_of(evaluation: Evaluation) -> list[Json]:
    """Return the other runs on the same test split, and how this one differs from each."""
    rows = []
    for other in leaderboard(evaluation.version):
        found: Json = {"evaluation": other, "is_this": other.pk == evaluation.pk}
        found["trainer"] = trainer_name(other.run.trainer)
        found["test"] = other.report["splits"].get("test")
        if other.pk != evaluation.pk and found["test"]:
            found["difference"] = compare(other, evaluation)
        rows.append(found)
    return rows


def change_of(evaluation: Evaluation) -> tuple[Evaluation, Change] | None:
    """Return the run before on an earlier version, and where the change of score comes from."""
    before = earlier_evaluation(evaluation)
    if before is None or "test" not in evaluation.report["splits"]:
        return None
    if "test" not in before.report["splits"]:
        return None
    change = change_between(before, evaluation)
    return before, change


def metric_name(name: str) -> str:
    """Return the words for a metric; trainers may report others, which keep their own name."""
    names = {"accuracy": _("Accuracy"), "loss": _("Loss"), "macro_f1": _("Macro F1")}
    return names.get(name, name)


def charts_of(curves: list[Curve]) -> list[Json]:
    """Return one chart a metric, with a line for each split."""
    kinds = {"train": "q", "validation": "", "test": "w"}
    charts: dict[str, Json] = {}
    for curve in curves:
        if curve.split == "fold":
            continue
        name = metric_name(curve.name)
        chart = charts.setdefault(curve.name, {"name": name, "series": [], "steps": 0})
        chart["series"].append(
            {
                "name": split_name(curve.split),
                "points": curve.points,
                "kind": kinds.get(curve.split, ""),
            }
        )
        chart["steps"] = max(chart["steps"], len(curve.points))
    return list(charts.values())


def measured_once(charts: list[Json]) -> Json | None:
    """Return what was measured at the end only, as a table: a row a metric, a column a split."""
    rows = [chart for chart in charts if chart["steps"] == 1]
    if not rows:
        return None
    splits = list(dict.fromkeys(one["name"] for chart in rows for one in chart["series"]))
    found = []
    for chart in rows:
        values = {one["name"]: one["points"][0][1] for one in chart["series"]}
        found.append({"name": chart["name"], "values": [values.get(split) for split in splits]})
    return {"splits": splits, "rows": found}
