"""Schemas to start from, for conversations."""

from __future__ import annotations

from datasets.pure.gallery.making import labels, maker
from datasets.pure.problems import gettext_noop

entry = maker("conversation")

ENTRIES = (
    entry(
        "conversation-pair",
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
    entry(
        "conversation-ranking",
        gettext_noop("Ranking of answers"),
        gettext_noop("All candidates from best to worst; equals are allowed."),
        {"name": "order", "title": "Best first", "type": "ranking", "required": True},
    ),
    entry(
        "conversation-turns",
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
