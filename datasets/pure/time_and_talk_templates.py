"""Entries of the gallery for sounds and conversations."""

from __future__ import annotations

from datasets.pure.problems import gettext_noop
from datasets.pure.schema_template import choice, labels, template

AUDIO_TEMPLATES = (
    template(
        "audio-class",
        "audio",
        gettext_noop("Sound class"),
        gettext_noop("One class for the whole clip."),
        choice("sound", "Sound", speech="Speech", music="Music", noise="Noise", silence="Silence"),
    ),
    template(
        "audio-transcription",
        "audio",
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
    template(
        "audio-speakers",
        "audio",
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
    ),
    template(
        "audio-events",
        "audio",
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

CONVERSATION_TEMPLATES = (
    template(
        "conversation-pair",
        "conversation",
        gettext_noop("The better of two answers"),
        gettext_noop("Which answer is better, why, and how it should have been."),
        {"name": "better", "title": "Which is better?", "type": "pairwise", "required": True},
        {
            "name": "why",
            "title": "Why?",
            "type": "choices",
            "labels": labels(
                correct="Correct", asked="Answers what was asked", tone="Tone", safe="Harmless"
            ),
        },
        {"name": "corrected", "title": "Corrected answer", "type": "text", "max_length": 20000},
    ),
    template(
        "conversation-ranking",
        "conversation",
        gettext_noop("Ranking of answers"),
        gettext_noop("All candidates from best to worst; equals are allowed."),
        {"name": "order", "title": "Best first", "type": "ranking", "required": True},
    ),
    template(
        "conversation-turns",
        "conversation",
        gettext_noop("Turns of a conversation"),
        gettext_noop("What each turn does, and how helpful each answer is from 1 to 5."),
        {
            "name": "act",
            "title": "What it does",
            "type": "choice",
            "required": False,
            "per": "turn",
            "labels": labels(asks="Asks", answers="Answers", refuses="Refuses", other="Other"),
        },
        {
            "name": "helpful",
            "title": "Helpful",
            "type": "rating",
            "max": 5,
            "per": "turn",
            "roles": ["assistant"],
        },
    ),
)
