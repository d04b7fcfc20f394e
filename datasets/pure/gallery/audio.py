"""Schemas to start from, for sounds."""

from __future__ import annotations

from datasets.pure.gallery.making import choice, labels, maker
from datasets.pure.problems import gettext_noop

entry = maker("audio")

ENTRIES = (
    entry(
        "audio-class",
        gettext_noop("Sound class"),
        gettext_noop("One class for the whole clip."),
        choice("sound", "Sound", speech="Speech", music="Music", noise="Noise", silence="Silence"),
    ),
    entry(
        "audio-transcription",
        gettext_noop("Transcript of a clip"),
        gettext_noop("What is said, word for word, and how well it can be heard."),
        {
            "name": "transcript",
            "title": "What is said",
            "type": "text",
            "required": True,
            "max_length": 20000,
        },
        choice("audible", "Audible", yes="Yes", partly="Partly", no="No"),
    ),
    entry(
        "audio-speakers",
        gettext_noop("Who says what, and when"),
        gettext_noop("A segment for each turn of each speaker, with the words in it."),
        {
            "name": "turns",
            "title": "Turns",
            "type": "segments",
            "transcript": True,
            "labels": labels(
                speaker_1="Speaker 1", speaker_2="Speaker 2", speaker_3="Speaker 3", other="Other"
            ),
            "help": "Speakers may talk at the same time: segments may overlap.",
        },
        rules=[
            {"type": "needs_text", "level": "warning", "question": "turns"},
            {"type": "min_size", "level": "warning", "question": "turns", "duration": 0.1},
        ],
    ),
    entry(
        "audio-events",
        gettext_noop("Sounds and when they are heard"),
        gettext_noop("A segment for what lasts, an instant for what does not."),
        {
            "name": "sounds",
            "title": "Sounds",
            "type": "segments",
            "labels": labels(speech="Speech", alarm="Alarm", engine="Engine", animal="Animal"),
        },
        {
            "name": "moments",
            "title": "Moments",
            "type": "instants",
            "labels": labels(click="Click", bang="Bang"),
        },
    ),
)
