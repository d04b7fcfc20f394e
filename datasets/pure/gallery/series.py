"""Schemas to start from, for time series."""

from __future__ import annotations

from datasets.pure.gallery.making import choice, labels, maker
from datasets.pure.problems import gettext_noop

entry = maker("series")

ENTRIES = (
    entry(
        "series-anomalies",
        gettext_noop("Anomalies of sensors"),
        gettext_noop("Stretches in which a sensor shows what it should not, on its channel."),
        {
            "name": "anomalies",
            "title": "Anomalies",
            "type": "segments",
            "labels": labels(
                spike="Spike", drift="Drift", stuck="Stuck", noise="Noise", level="Level shift"
            ),
            "attributes": [
                {
                    "name": "severity",
                    "title": "Severity",
                    "type": "choice",
                    "options": [
                        {"key": "low", "name": "Low"},
                        {"key": "middle", "name": "Middle"},
                        {"key": "high", "name": "High"},
                    ],
                }
            ],
            "help": "Mark one channel where only that sensor is concerned, else all.",
        },
        choice("usable", "Usable", yes="Yes", partly="Partly", no="No"),
    ),
    entry(
        "series-activities",
        gettext_noop("What somebody does, and when"),
        gettext_noop("A range for each activity; each ends where the next begins."),
        {
            "name": "activities",
            "title": "Activities",
            "type": "segments",
            "channels": "all",
            "labels": labels(
                rest="Resting", walk="Walking", run="Running", stairs="Stairs", fall="Falling"
            ),
        },
    ),
    entry(
        "series-events",
        gettext_noop("Events and when they happen"),
        gettext_noop("A moment for what has no length, a range for what lasts."),
        {
            "name": "events",
            "title": "Events",
            "type": "instants",
            "labels": labels(start="Start", stop="Stop", change="Change", fault="Fault"),
        },
        {
            "name": "phases",
            "title": "Phases",
            "type": "segments",
            "labels": labels(idle="Idle", load="Under load", service="Service"),
        },
    ),
    entry(
        "series-class",
        gettext_noop("One class for the whole series"),
        gettext_noop("What it shows as a whole, and how sure one can be of a value."),
        choice("shows", "It shows", normal="Normal", abnormal="Abnormal", unusable="Unusable"),
        {
            "name": "estimate",
            "title": "Estimated value",
            "type": "number",
            "help": "What the series comes to, in the unit that the guideline names.",
        },
    ),
)
