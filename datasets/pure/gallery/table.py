"""Schemas to start from, for rows of tables."""

from __future__ import annotations

from datasets.pure.gallery.making import choice, choices, maker, when
from datasets.pure.problems import gettext_noop

entry = maker("table")

ENTRIES = (
    entry(
        "table-class",
        gettext_noop("Row class"),
        gettext_noop("One class for each row of a table."),
        choice("verdict", "Verdict", good="Good", bad="Bad", unsure="Unsure"),
    ),
    entry(
        "table-number",
        gettext_noop("Row value"),
        gettext_noop("A number for each row of a table, such as a price or a measurement."),
        {
            "name": "value",
            "title": "Value",
            "type": "number",
            "required": True,
            "min": 0,
            "step": 1,
        },
        {"name": "note", "title": "Note", "type": "text", "max_length": 500},
    ),
    entry(
        "table-same",
        gettext_noop("Same or different"),
        gettext_noop("Each row holds two records: do they mean the same thing?"),
        choice("match", "Match", same="The same", different="Different", unsure="Cannot be told"),
        choices("differs", "What differs", name="Name", address="Address", date="Date")
        | {"when": when("match", "different")},
    ),
    entry(
        "table-anomaly",
        gettext_noop("Odd rows"),
        gettext_noop("Normal or odd? The cause is asked for odd rows only."),
        choice("state", "State", normal="Normal", odd="Odd", unsure="Cannot be told"),
        choice("cause", "Cause", sensor="Broken sensor", typing="Typing error", real="It is real")
        | {"when": when("state", "odd")},
    ),
    entry(
        "table-decision",
        gettext_noop("Decision with reasons"),
        gettext_noop("Grant or refuse, how sure, and why where it is refused."),
        choice("decision", "Decision", grant="Grant", refuse="Refuse", ask="Ask for more"),
        {"name": "sure", "title": "How sure", "type": "rating", "max": 5, "required": True},
        choices("reasons", "Reasons", income="Income", history="History", papers="Papers missing")
        | {"required": True, "when": when("decision", "refuse")},
    ),
    entry(
        "table-correction",
        gettext_noop("Wrong values and what is right"),
        gettext_noop(
            "Mark doubtful cells; give the right value and the reason beside the original."
        ),
        choice("doubt", "What is wrong", wrong="Wrong", unit="Wrong unit", missing="Missing")
        | {"per": "cell", "required": False},
        {
            "name": "right",
            "title": "Right value",
            "type": "text",
            "per": "cell",
            "max_length": 200,
            "attributes": [
                {"name": "reason", "title": "Reason", "type": "text", "required": True},
            ],
        },
    ),
)
