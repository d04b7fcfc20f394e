"""Schemas to start from, for videos."""

from __future__ import annotations

from datasets.pure.gallery.making import choice, choices, labels, maker
from datasets.pure.problems import gettext_noop

entry = maker("video")

ENTRIES = (
    entry(
        "video-class",
        gettext_noop("Clip class"),
        gettext_noop("One class for the whole clip, and what else is seen in it."),
        choice("scene", "Scene", indoor="Indoor", outdoor="Outdoor", drawn="Drawn"),
        choices("shows", "Shows", person="Person", animal="Animal", vehicle="Vehicle"),
    ),
    entry(
        "video-objects",
        gettext_noop("Objects followed through a clip"),
        gettext_noop("A box around every object at some moments; between them it moves evenly."),
        {
            "name": "objects",
            "title": "Objects",
            "type": "tracks",
            "kinds": ["box"],
            "labels": labels(person="Person", car="Car", bicycle="Bicycle", animal="Animal"),
            "help": "One track for each object, from when it is first seen to when it is gone.",
            "attributes": [{"name": "parked", "title": "Stands still", "type": "boolean"}],
        },
    ),
    entry(
        "video-actions",
        gettext_noop("Actions and when they happen"),
        gettext_noop("A segment for what lasts, a moment for what does not."),
        {
            "name": "actions",
            "title": "Actions",
            "type": "segments",
            "labels": labels(walk="Walking", run="Running", sit="Sitting", talk="Talking"),
        },
        {
            "name": "moments",
            "title": "Moments",
            "type": "instants",
            "labels": labels(start="Start", fall="Fall", cut="Cut"),
        },
    ),
    entry(
        "video-captions",
        gettext_noop("What is said in a clip"),
        gettext_noop("A segment for each sentence, with the words in it."),
        {
            "name": "lines",
            "title": "Lines",
            "type": "segments",
            "transcript": True,
            "labels": labels(speech="Speech", song="Song", writing="Writing on screen"),
        },
    ),
)
