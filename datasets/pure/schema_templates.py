"""The gallery: label schemas to start from, one for each common kind of work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from datasets.pure.problems import gettext_noop
from datasets.pure.schema_rules import FORMAT, fill_defaults


@dataclass(frozen=True, slots=True)
class SchemaTemplate:
    """One entry of the gallery.

    Attributes
    ----------
    name : str
        Stable name, for links.
    title, description : str
        English, marked for the message catalogue.
    data_type : str
        What items it is for.
    definition : dict
        A complete definition, defaults written out; copy it before changing it.
    """

    name: str
    title: str
    description: str
    data_type: str
    definition: dict[str, Any]


def _labels(**names: str) -> list[dict[str, Any]]:
    return [{"key": key, "name": name} for key, name in names.items()]


def _template(
    name: str, data_type: str, title: str, description: str, *questions: dict[str, Any]
) -> SchemaTemplate:
    definition = {"format": FORMAT, "data_type": data_type, "questions": list(questions)}
    return SchemaTemplate(name, title, description, data_type, fill_defaults(definition))


def _choice(name: str, title: str, **labels: str) -> dict[str, Any]:
    return {"name": name, "title": title, "type": "choice", "labels": _labels(**labels)}


TEXT_TEMPLATES = (
    _template(
        "text-sentiment",
        "text",
        gettext_noop("Sentiment"),
        gettext_noop("Is a text positive, neutral or negative?"),
        _choice(
            "sentiment",
            "Sentiment",
            positive="Positive",
            neutral="Neutral",
            negative="Negative",
        ),
    ),
    _template(
        "text-intent",
        "text",
        gettext_noop("Intent"),
        gettext_noop("What does the writer want? One of many intents, for chat and support."),
        _choice(
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
    _template(
        "text-spam",
        "text",
        gettext_noop("Spam"),
        gettext_noop("Unwanted message or not, with a note for doubtful ones."),
        _choice("kind", "Kind", ham="Wanted", spam="Spam"),
        {"name": "note", "title": "Note", "type": "text", "max_length": 500},
    ),
    _template(
        "text-topics",
        "text",
        gettext_noop("Topics"),
        gettext_noop("All topics that a text is about; any number of them."),
        {
            "name": "topics",
            "title": "Topics",
            "type": "choices",
            "required": True,
            "labels": _labels(
                world="World",
                business="Business",
                science="Science and technology",
                sports="Sports",
                culture="Culture",
                health="Health",
            ),
        },
    ),
    _template(
        "text-entities",
        "text",
        gettext_noop("Named entities"),
        gettext_noop("Mark people, organisations, places and dates; spans may overlap and nest."),
        {
            "name": "entities",
            "title": "Entities",
            "type": "spans",
            "labels": _labels(
                person="Person",
                organisation="Organisation",
                place="Place",
                product="Product",
                date="Date",
            ),
            "help": "Mark the whole name, without titles such as Dr or Mrs.",
        },
    ),
    _template(
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
            "labels": _labels(
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
                    "options": _labels(customer="Customer", staff="Staff", third="Someone else"),
                }
            ],
        },
        _choice("left_over", "Is anything personal left unmarked?", no="No", unsure="Not sure"),
    ),
    _template(
        "text-toxicity",
        "text",
        gettext_noop("Toxicity with the words that show it"),
        gettext_noop("How hurtful is a text, and which words make it so?"),
        _choice("toxicity", "Toxicity", none="Not toxic", mild="Mild", severe="Severe"),
        {
            "name": "evidence",
            "title": "Words that show it",
            "type": "spans",
            "labels": _labels(insult="Insult", threat="Threat", slur="Slur", profanity="Profanity"),
        },
    ),
    _template(
        "text-answer-rating",
        "text",
        gettext_noop("Rating of an answer"),
        gettext_noop("How helpful is a written answer, from 1 to 5, and why?"),
        {"name": "helpful", "title": "Helpful", "type": "rating", "max": 5, "required": True},
        {"name": "reason", "title": "Reason", "type": "text", "max_length": 1000},
    ),
)

IMAGE_TEMPLATES = (
    _template(
        "image-class",
        "image",
        gettext_noop("Image class"),
        gettext_noop("One class for the whole image."),
        _choice("scene", "Scene", indoor="Indoor", outdoor="Outdoor", unclear="Cannot be told"),
    ),
    _template(
        "image-tags",
        "image",
        gettext_noop("Image tags"),
        gettext_noop("Everything that an image shows; any number of tags."),
        {
            "name": "shows",
            "title": "Shows",
            "type": "choices",
            "labels": _labels(
                person="Person",
                animal="Animal",
                vehicle="Vehicle",
                building="Building",
                plant="Plant",
                text="Writing",
            ),
        },
    ),
    _template(
        "image-objects",
        "image",
        gettext_noop("Objects in boxes"),
        gettext_noop("A box around every object, for detectors."),
        {
            "name": "objects",
            "title": "Objects",
            "type": "boxes",
            "labels": _labels(person="Person", car="Car", bicycle="Bicycle", sign="Sign"),
            "help": "Draw tight: the box touches the object on all four sides.",
            "attributes": [
                {"name": "occluded", "title": "Partly hidden", "type": "boolean"},
                {"name": "truncated", "title": "Cut by the edge", "type": "boolean"},
            ],
        },
    ),
    _template(
        "image-damage",
        "image",
        gettext_noop("Damage in boxes"),
        gettext_noop("A box around every damage, with how bad it is and which part it is on."),
        {
            "name": "damage",
            "title": "Damage",
            "type": "boxes",
            "labels": _labels(dent="Dent", scratch="Scratch", crack="Crack", rust="Rust"),
            "attributes": [
                {
                    "name": "severity",
                    "title": "How bad",
                    "type": "choice",
                    "required": True,
                    "options": _labels(light="Light", medium="Medium", heavy="Heavy"),
                },
                {"name": "part", "title": "Part", "type": "text", "max_length": 60},
            ],
        },
        _choice("verdict", "Verdict", keep="Keep", repair="Repair", replace="Replace"),
    ),
    _template(
        "image-cells",
        "image",
        gettext_noop("Cells under the microscope"),
        gettext_noop("A box around every cell, for counting."),
        {
            "name": "cells",
            "title": "Cells",
            "type": "boxes",
            "labels": _labels(rbc="Red blood cell", wbc="White blood cell", platelet="Platelet"),
        },
    ),
    _template(
        "image-quality",
        "image",
        gettext_noop("Image quality"),
        gettext_noop("A rating from 1 to 5, and what is wrong with the picture."),
        {"name": "quality", "title": "Quality", "type": "rating", "max": 5, "required": True},
        {
            "name": "faults",
            "title": "Faults",
            "type": "choices",
            "labels": _labels(
                blurred="Blurred", dark="Too dark", bright="Too bright", noisy="Noisy"
            ),
        },
    ),
    _template(
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
        _choice("legible", "Legible", yes="Yes", partly="Partly", no="No"),
    ),
)

AUDIO_TEMPLATES = (
    _template(
        "audio-class",
        "audio",
        gettext_noop("Sound class"),
        gettext_noop("One class for the whole clip."),
        _choice("sound", "Sound", speech="Speech", music="Music", noise="Noise", silence="Silence"),
    ),
    _template(
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
        _choice("audible", "Audible", yes="Yes", partly="Partly", no="No"),
    ),
    _template(
        "audio-speakers",
        "audio",
        gettext_noop("Who says what, and when"),
        gettext_noop("A segment for each turn of each speaker, with the words in it."),
        {
            "name": "turns",
            "title": "Turns",
            "type": "segments",
            "transcript": True,
            "labels": _labels(
                speaker_1="Speaker 1", speaker_2="Speaker 2", speaker_3="Speaker 3", other="Other"
            ),
            "help": "Speakers may talk at the same time: segments may overlap.",
        },
    ),
    _template(
        "audio-events",
        "audio",
        gettext_noop("Sounds and when they are heard"),
        gettext_noop("A segment for what lasts, an instant for what does not."),
        {
            "name": "sounds",
            "title": "Sounds",
            "type": "segments",
            "labels": _labels(speech="Speech", alarm="Alarm", engine="Engine", animal="Animal"),
        },
        {
            "name": "moments",
            "title": "Moments",
            "type": "instants",
            "labels": _labels(click="Click", bang="Bang"),
        },
    ),
)

CONVERSATION_TEMPLATES = (
    _template(
        "conversation-pair",
        "conversation",
        gettext_noop("The better of two answers"),
        gettext_noop("Which answer is better, why, and how it should have been."),
        {"name": "better", "title": "Which is better?", "type": "pairwise", "required": True},
        {
            "name": "why",
            "title": "Why?",
            "type": "choices",
            "labels": _labels(
                correct="Correct", asked="Answers what was asked", tone="Tone", safe="Harmless"
            ),
        },
        {"name": "corrected", "title": "Corrected answer", "type": "text", "max_length": 20000},
    ),
    _template(
        "conversation-ranking",
        "conversation",
        gettext_noop("Ranking of answers"),
        gettext_noop("All candidates from best to worst; equals are allowed."),
        {"name": "order", "title": "Best first", "type": "ranking", "required": True},
    ),
    _template(
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
            "labels": _labels(asks="Asks", answers="Answers", refuses="Refuses", other="Other"),
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

TABLE_TEMPLATES = (
    _template(
        "table-class",
        "table",
        gettext_noop("Row class"),
        gettext_noop("One class for each row of a table."),
        _choice("verdict", "Verdict", good="Good", bad="Bad", unsure="Unsure"),
    ),
    _template(
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
    for template in SCHEMA_TEMPLATES:
        if template.name == name:
            return template
    names = ", ".join(template.name for template in SCHEMA_TEMPLATES)
    raise LookupError(f"no template named {name!r}; there are {names}")
