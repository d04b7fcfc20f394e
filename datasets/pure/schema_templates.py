"""The gallery: label schemas to start from, one for each common kind of work."""

from __future__ import annotations

from datasets.pure.problems import gettext_noop
from datasets.pure.schema_template import SchemaTemplate, choice, labels, template
from datasets.pure.time_and_talk_templates import AUDIO_TEMPLATES, CONVERSATION_TEMPLATES

TEXT_TEMPLATES = (
    template(
        "text-sentiment",
        "text",
        gettext_noop("Sentiment"),
        gettext_noop("Is a text positive, neutral or negative?"),
        choice(
            "sentiment",
            "Sentiment",
            positive="Positive",
            neutral="Neutral",
            negative="Negative",
        ),
    ),
    template(
        "text-intent",
        "text",
        gettext_noop("Intent"),
        gettext_noop("What does the writer want? One of many intents, for chat and support."),
        choice(
            "intent",
            "Intent",
            question="Asks a question",
            complaint="Complains",
            order="Orders something",
            cancel="Cancels something",
            thanks="Says thanks",
            other="Something else",
        )
        | {"help": "Choose what the writer wants first, if it is more than one thing."},
    ),
    template(
        "text-spam",
        "text",
        gettext_noop("Spam"),
        gettext_noop("Unwanted message or not, with a note for doubtful ones."),
        choice("kind", "Kind", ham="Wanted", spam="Spam"),
        {"name": "note", "title": "Note", "type": "text", "max_length": 500},
    ),
    template(
        "text-topics",
        "text",
        gettext_noop("Topics"),
        gettext_noop("All topics that a text is about; any number of them."),
        {
            "name": "topics",
            "title": "Topics",
            "type": "choices",
            "required": True,
            "labels": labels(
                world="World",
                business="Business",
                science="Science and technology",
                sports="Sports",
                culture="Culture",
                health="Health",
            ),
        },
    ),
    template(
        "text-entities",
        "text",
        gettext_noop("Named entities"),
        gettext_noop("Mark people, organisations, places and dates; spans may overlap and nest."),
        {
            "name": "entities",
            "title": "Entities",
            "type": "spans",
            "labels": labels(
                person="Person",
                organisation="Organisation",
                place="Place",
                product="Product",
                date="Date",
            ),
            "help": "Mark the whole name, without titles such as Dr or Mrs.",
        },
    ),
    template(
        "text-pii",
        "text",
        gettext_noop("Personal data"),
        gettext_noop(
            "Mark names, addresses, numbers and other personal data before sharing texts."
        ),
        {
            "name": "personal_data",
            "title": "Personal data",
            "type": "spans",
            "labels": labels(
                name="Name",
                address="Address",
                email="E-mail",
                phone="Phone number",
                id_number="Number of an identity paper",
                account="Bank account or card",
                birth_date="Date of birth",
            ),
            "attributes": [
                {
                    "name": "whose",
                    "title": "Whose",
                    "type": "choice",
                    "options": labels(customer="Customer", staff="Staff", third="Someone else"),
                }
            ],
        },
        choice("left_over", "Is anything personal left unmarked?", no="No", unsure="Not sure"),
    ),
    template(
        "text-toxicity",
        "text",
        gettext_noop("Toxicity with the words that show it"),
        gettext_noop("How hurtful is a text, and which words make it so?"),
        choice("toxicity", "Toxicity", none="Not toxic", mild="Mild", severe="Severe"),
        {
            "name": "evidence",
            "title": "Words that show it",
            "type": "spans",
            "labels": labels(insult="Insult", threat="Threat", slur="Slur", profanity="Profanity"),
        },
    ),
    template(
        "text-answer-rating",
        "text",
        gettext_noop("Rating of an answer"),
        gettext_noop("How helpful is a written answer, from 1 to 5, and why?"),
        {"name": "helpful", "title": "Helpful", "type": "rating", "max": 5, "required": True},
        {"name": "reason", "title": "Reason", "type": "text", "max_length": 1000},
    ),
)

IMAGE_TEMPLATES = (
    template(
        "image-class",
        "image",
        gettext_noop("Image class"),
        gettext_noop("One class for the whole image."),
        choice("scene", "Scene", indoor="Indoor", outdoor="Outdoor", unclear="Cannot be told"),
    ),
    template(
        "image-tags",
        "image",
        gettext_noop("Image tags"),
        gettext_noop("Everything that an image shows; any number of tags."),
        {
            "name": "shows",
            "title": "Shows",
            "type": "choices",
            "labels": labels(
                person="Person",
                animal="Animal",
                vehicle="Vehicle",
                building="Building",
                plant="Plant",
                text="Writing",
            ),
        },
    ),
    template(
        "image-objects",
        "image",
        gettext_noop("Objects in boxes"),
        gettext_noop("A box around every object, for detectors."),
        {
            "name": "objects",
            "title": "Objects",
            "type": "boxes",
            "labels": labels(person="Person", car="Car", bicycle="Bicycle", sign="Sign"),
            "help": "Draw tight: the box touches the object on all four sides.",
            "attributes": [
                {"name": "occluded", "title": "Partly hidden", "type": "boolean"},
                {"name": "truncated", "title": "Cut by the edge", "type": "boolean"},
            ],
        },
    ),
    template(
        "image-damage",
        "image",
        gettext_noop("Damage in boxes"),
        gettext_noop("A box around every damage, with how bad it is and which part it is on."),
        {
            "name": "damage",
            "title": "Damage",
            "type": "boxes",
            "labels": labels(dent="Dent", scratch="Scratch", crack="Crack", rust="Rust"),
            "attributes": [
                {
                    "name": "severity",
                    "title": "How bad",
                    "type": "choice",
                    "required": True,
                    "options": labels(light="Light", medium="Medium", heavy="Heavy"),
                },
                {"name": "part", "title": "Part", "type": "text", "max_length": 60},
            ],
        },
        choice("verdict", "Verdict", keep="Keep", repair="Repair", replace="Replace"),
    ),
    template(
        "image-cells",
        "image",
        gettext_noop("Cells under the microscope"),
        gettext_noop("A box around every cell, for counting."),
        {
            "name": "cells",
            "title": "Cells",
            "type": "boxes",
            "labels": labels(rbc="Red blood cell", wbc="White blood cell", platelet="Platelet"),
        },
    ),
    template(
        "image-quality",
        "image",
        gettext_noop("Image quality"),
        gettext_noop("A rating from 1 to 5, and what is wrong with the picture."),
        {"name": "quality", "title": "Quality", "type": "rating", "max": 5, "required": True},
        {
            "name": "faults",
            "title": "Faults",
            "type": "choices",
            "labels": labels(
                blurred="Blurred", dark="Too dark", bright="Too bright", noisy="Noisy"
            ),
        },
    ),
    template(
        "image-transcription",
        "image",
        gettext_noop("Transcription or caption"),
        gettext_noop("Type what is written in the image, or describe what it shows."),
        {
            "name": "transcription",
            "title": "Text",
            "type": "text",
            "required": True,
            "max_length": 10000,
        },
        choice("legible", "Legible", yes="Yes", partly="Partly", no="No"),
    ),
)

TABLE_TEMPLATES = (
    template(
        "table-class",
        "table",
        gettext_noop("Row class"),
        gettext_noop("One class for each row of a table."),
        choice("verdict", "Verdict", good="Good", bad="Bad", unsure="Unsure"),
    ),
    template(
        "table-number",
        "table",
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
)

SCHEMA_TEMPLATES: tuple[SchemaTemplate, ...] = (
    TEXT_TEMPLATES + IMAGE_TEMPLATES + AUDIO_TEMPLATES + CONVERSATION_TEMPLATES + TABLE_TEMPLATES
)


def find_template(name: str) -> SchemaTemplate:
    """The template of that name.

    Raises
    ------
    LookupError
        There is none; the text lists those there are.

    Examples
    --------
    >>> find_template("text-spam").title
    'Spam'
    """
    for entry in SCHEMA_TEMPLATES:
        if entry.name == name:
            return entry
    names = ", ".join(entry.name for entry in SCHEMA_TEMPLATES)
    raise LookupError(f"no template named {name!r}; there are {names}")
