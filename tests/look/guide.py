"""The example data of the style guide (templates/look.html)."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from foundation.pure.charts import agreement_grade, confusion_grades
from foundation.pure.palette import PALETTE

NAMES = ("RBC", "Reticulocyte", "WBC", "Blast", "Platelet", "Artefact")
LABELS = [{"name": name, "color": color} for name, color in zip(NAMES, PALETTE, strict=False)]
PEOPLE = ("Ana Duarte", "Ben Lind", "Dalia Haddad", "Chidi Eze", "Fumi Sato", "Emil Novak")
COUNTS = [
    [7012, 58, 4, 0, 21, 17, 201],
    [71, 214, 1, 0, 2, 3, 18],
    [2, 0, 671, 19, 1, 2, 9],
    [0, 0, 16, 72, 0, 0, 3],
    [6, 1, 1, 0, 669, 24, 53],
    [5, 2, 3, 0, 12, 119, 18],
]
ACCURACY: list[list[float | None]] = [
    [0.97, 0.84, 0.96, 0.88, 0.93, 0.86],
    [0.96, 0.81, 0.96, 0.86, 0.92, 0.83],
    [0.96, 0.78, 0.95, 0.84, 0.91, None],
    [0.95, 0.70, 0.94, 0.80, 0.90, 0.78],
    [0.94, 0.66, 0.93, 0.71, 0.89, 0.77],
    [0.93, 0.46, 0.90, 0.74, 0.82, 0.68],
]


class QueueForm(forms.Form):
    """A form with each kind of field, bound to values that are wrong in two places."""

    name = forms.CharField(label="Name", help_text="Annotators see it above their tasks.")
    stages = forms.ChoiceField(
        label="Stages", choices=[("one", "Annotate"), ("two", "Annotate, then review")]
    )
    overlap = forms.IntegerField(label="Answers a task", min_value=1, max_value=9)
    order = forms.ChoiceField(
        label="Order",
        choices=[("key", "By key"), ("hash", "Shuffled, the same for everybody")],
        widget=forms.RadioSelect,
        help_text="What annotators get first.",
    )
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    blind = forms.BooleanField(label="Annotators do not see each other's answers", required=False)


def confusion() -> dict[str, Any]:
    """A confusion matrix whose cells open."""
    grades = confusion_grades(COUNTS)
    rows = []
    for label, counts, row_grades in zip(LABELS, COUNTS, grades, strict=True):
        cells = [
            {
                "text": f"{count:,}",
                "grade": grade,
                "url": "#open",
                "title": f"{label['name']} answered {column}",
                "open": count == 71,
            }
            for count, grade, column in zip(counts, row_grades, [*NAMES, "missed"], strict=True)
        ]
        rows.append({"label": label, "cells": cells, "sum": f"{sum(counts):,}"})
    columns = ["RBC", "Retic.", "WBC", "Blast", "Platelet", "Artefact", "missed"]
    return {"corner": "Truth", "columns": columns, "rows": rows, "sum_head": "Sum"}


def many_labels() -> dict[str, Any]:
    """A confusion matrix of thirty labels."""
    counts = [
        [40 - row if row == column else (row * 7 + column * 3) % 11 == 0 for column in range(30)]
        for row in range(30)
    ]
    names = [f"{NAMES[number % 6].lower()}_reported_{number}" for number in range(30)]
    rows = []
    for name, values, grades in zip(names, counts, confusion_grades(counts), strict=True):
        cells = [
            {
                "text": int(value),
                "grade": grade,
                "url": "#open",
                "title": f"{name} answered {other}",
            }
            for value, grade, other in zip(values, grades, names, strict=True)
        ]
        rows.append({"name": name, "cells": cells})
    return {"corner": "Truth", "columns": names, "rows": rows}


def people_heat() -> dict[str, Any]:
    """Accuracy by person and label."""
    rows = []
    for person, values in zip(PEOPLE, ACCURACY, strict=True):
        cells = [
            {
                "text": "" if value is None else f"{value:.2f}",
                "grade": agreement_grade(value, 0.8),
                "url": "#answers",
                "title": "no answers" if value is None else f"{person}, {name}",
            }
            for value, name in zip(values, NAMES, strict=True)
        ]
        rows.append({"person": person, "cells": cells})
    columns = ["RBC", "Retic.", "WBC", "Blast", "Platelet", "Artefact"]
    return {"corner": "Annotator", "columns": columns, "rows": rows}


def _truth() -> list[dict[str, Any]]:
    days = [(day, 4122 * (day / 31) ** 0.95) for day in range(32)]
    ahead = [(31, 4122.0), (45, 6000.0)]
    band = [(31, 4122, 4122), (43, 5200, 6000), (50, 5800, 6000)]
    return [
        {"name": "Items", "points": days, "text": "4,122 today"},
        {"name": "Forecast", "points": ahead, "band": band, "dash": True, "text": "10 Dec"},
    ]


def _curve(start: float, end: float, speed: float) -> list[tuple[float, float]]:
    return [(step, end + (start - end) * speed**step) for step in range(1, 24)]


def context() -> dict[str, Any]:
    """Everything the style guide shows."""
    now = timezone.now()
    return (
        _frame()
        | _charts()
        | _lists()
        | {
            "now": now - timedelta(minutes=3),
            "earlier": now - timedelta(hours=5),
            "root": "7c1e94b0d53fa2e8406b91cd2e7fa81590c3d6f41ab857e2c94d03f658e1b72a",
            "form": QueueForm({"name": "", "overlap": "12", "stages": "one", "order": "key"}),
            "facts": [("Made for", "Counting cell kinds"), ("Entries", "3,900"), ("Licence", None)],
        }
    )


def _frame() -> dict[str, Any]:
    titles = ("Home", "Items", "Labels", "Queues", "Quality", "Versions", "Runs", "Jobs")
    return {
        "title": "Style guide",
        "project": {"name": "Blood smear screening"},
        "project_menu": [
            {"name": "Blood smear screening", "url": "#", "note": "6,240 images", "current": True},
            {"name": "Support triage", "url": "#", "note": "12,480 messages"},
        ],
        "nav": [{"title": title, "url": "#", "current": title == "Quality"} for title in titles],
        "crumbs": [
            {"title": "Blood smear screening", "url": "#"},
            {"title": "Blood cells", "url": "#"},
        ],
        "tabs": [
            {"title": "Items", "url": "#", "n": "6,240", "current": True},
            {"title": "Label schema", "url": "#", "n": "rev 5"},
            {"title": "Uploads", "url": "#", "n": 18},
        ],
    }


def _charts() -> dict[str, Any]:
    values = [(0.93, 0.92, 0.94, 872), (0.58, 0.52, 0.64, 344), (0.9, 0.88, 0.92, 601)]
    values += [(0.66, 0.57, 0.74, 117), (0.84, 0.81, 0.87, 548), (0.71, 0.64, 0.77, 203)]
    rows = [
        {"label": label, "value": value, "low": low, "high": high, "n": n}
        for label, (value, low, high, n) in zip(LABELS, values, strict=True)
    ]
    rows[5]["label"] = {"name": "A colour of my own", "color": "#7a4bff"}
    shares = (72.3, 12.3, 5.6, 1.2, 5.9, 2.6)
    gold = [(0.95, 0.94, 0.96), (0.93, 0.9, 0.95), (0.88, 0.84, 0.92), (0.83, 0.79, 0.87)]
    return {
        "labels": rows,
        "forecast": [{"value": 10, "low": 8, "high": 15, "kind": "", "text": ""}],
        "agreement": [
            {"value": value, "text": text}
            for value, text in ((0.93, "RBC"), (0.9, ""), (0.84, ""), (0.71, ""), (0.58, "Retic."))
        ],
        "truth": _truth(),
        "days": [(0, "26 Oct"), (14, "9 Nov"), (28, "23 Nov"), (42, "7 Dec")],
        "zero_to_6000": (0, 6000),
        "confusion": confusion(),
        "people_heat": people_heat(),
        "many": many_labels(),
        "who": [
            {"name": name, "value": n, "url": "#", "kind": "w" if n > 30 else "q"}
            for name, n in zip(PEOPLE[::-1], (31, 14, 11, 6, 5, 4), strict=True)
        ],
        "balance": [
            {"name": label["name"], "n": share * 10, "color": label["color"]}
            for label, share in zip(LABELS, shares, strict=True)
        ],
        "splits": [
            {"name": "train", "n": 2730},
            {"name": "validation", "n": 585, "kind": "soft"},
            {"name": "test", "n": 585, "kind": "q"},
        ],
        "loss": [
            {"name": "train", "points": _curve(1.8, 0.4, 0.84)},
            {"name": "validation", "points": _curve(1.82, 0.48, 0.85), "kind": "w"},
        ],
        "epochs": (1, 40),
        "gold": [
            {"name": "Ana", "points": [(day, 0.94) for day in (0, 4, 8, 12)], "kind": "q"},
            {
                "name": "Emil",
                "points": [(day * 4, value) for day, (value, _l, _h) in enumerate(gold)],
                "band": [(day * 4, low, high) for day, (_v, low, high) in enumerate(gold)],
                "kind": "w",
            },
        ],
        "pace": [3, 5, 6, 4, 9, 11, 10, 13],
    }


def _lists() -> dict[str, Any]:
    stations = (
        ("Collect", "inbox", "6,240", "upload 18 at 62 %"),
        ("Curate", "funnel", "6,000", "240 set aside"),
        ("Annotate", "pencil", "4,380", "1,620 to go"),
        ("Review", "eye", "258", "46 of them differ"),
        ("Version", "box", "v6", "3,900 entries"),
        ("Train", "chart-line", "Run 41", "57 %, about 36 min"),
        ("Validate", "target", "0.874", "+0.016 on v5"),
    )
    tile = {"url": "#", "state": "review", "meta": "agreement 0.31"}
    return {
        "path": [
            {"title": t, "icon": i, "n": n, "note": note, "url": "#", "here": t == "Annotate"}
            for t, i, n, note in stations
        ],
        "figures": [
            {"name": "Agreement", "value": "0.81", "note": "Krippendorff’s alpha, 0.79–0.83"},
            {"name": "Gold accuracy", "value": "0.92", "note": "2,104 gold regions"},
            {"name": "Reviews", "value": "1,318", "note": "9.6 % corrected", "url": "#"},
            {"name": "Overlap", "value": "20 %", "note": "876 items with 3 annotations"},
        ],
        "needs": [
            {
                "title": "46 tasks wait for adjudication",
                "why": "The oldest for 3 days; 31 are about reticulocytes",
                "icon": "scale",
                "url": "#",
                "go": "Adjudicate",
            },
            {
                "title": "Reticulocyte: agreement 0.58",
                "why": "0.52–0.64, target 0.75. Half fell under guideline revision 3",
                "icon": "tag",
                "url": "#",
                "go": "See cases",
            },
            {
                "title": "26 files refused in upload 18",
                "why": "11 are PDFs, 8 are cut short",
                "icon": "inbox",
                "url": "#",
                "go": "See reasons",
            },
        ],
        "tokens": [
            {"key": "label", "value": "RBC", "remove_url": "#"},
            {"key": "agreement", "op": "<", "value": "0.6", "remove_url": "#"},
        ],
        "views": [
            {"title": "Grid", "url": "#", "icon": "grid-2x2", "current": True},
            {"title": "Table", "url": "#", "icon": "rows-3"},
        ],
        "bulk": [
            {"text": "Send to review", "value": "review", "kind": "primary", "key": "R"},
            {"text": "Ask one more annotator", "value": "more", "key": "O"},
            {"text": "Set aside", "value": "archive"},
        ],
        "facets": [
            {
                "title": "Label",
                "note": "items",
                "rows": [
                    {
                        "title": label["name"],
                        "n": n,
                        "url": "#",
                        "color": label["color"],
                        "width": n,
                        "current": n == 84,
                    }
                    for label, n in zip(LABELS, (84, 61, 47, 44, 27, 12), strict=True)
                ],
            },
            {
                "title": "Stage",
                "rows": [
                    {"title": "review", "n": 31, "url": "#", "width": 37},
                    {"title": "done", "n": 1240, "url": "#", "width": 100},
                ],
            },
        ],
        "tiles": [
            {"id": n, "title": f"smear-{n}-f1", "checked": n < 3, **tile} for n in range(1, 6)
        ],
        "texts": [
            {
                "id": "t1",
                "title": "mail-0017",
                "text": "My card was swallowed by the machine at the station, and I need cash now. "
                "What can I do now that the branch is closed until Monday?",
                "label": LABELS[0],
                **tile,
            },
            {"id": "t2", "title": "mail-0018", "text": "متى تصل البطاقة الجديدة؟", **tile},
            {"id": "t3", "title": "mail-0019", "text": "Short.", **tile},
        ],
        "steps": [
            {"title": "Bring items in", "text": "1,797 images are here.", "done": True},
            {
                "title": "Say what may be labelled",
                "text": "Write a label schema, or start from one.",
                "url": "#",
                "go": "Choose a schema",
                "kind": "primary",
                "now": True,
            },
            {
                "title": "Open a queue",
                "text": "Winnow hands out tasks.",
                "wait": "needs items and a schema",
            },
        ],
    }
