"""Schemas to start from, for texts."""

from __future__ import annotations

from datasets.pure.gallery.making import choice, choices, labels, maker, when
from datasets.pure.problems import gettext_noop

entry = maker("text")

ENTRIES = (
    entry(
        "text-sentiment",
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
    entry(
        "text-intent",
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
    entry(
        "text-spam",
        gettext_noop("Spam"),
        gettext_noop("Unwanted message or not, with a note for doubtful ones."),
        choice("kind", "Kind", ham="Wanted", spam="Spam"),
        {"name": "note", "title": "Note", "type": "text", "max_length": 500},
    ),
    entry(
        "text-topics",
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
    entry(
        "text-entities",
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
    entry(
        "text-pii",
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
    entry(
        "text-toxicity",
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
    entry(
        "text-answer-rating",
        gettext_noop("Rating of an answer"),
        gettext_noop("How helpful is a written answer, from 1 to 5, and why?"),
        {"name": "helpful", "title": "Helpful", "type": "rating", "max": 5, "required": True},
        {"name": "reason", "title": "Reason", "type": "text", "max_length": 1000},
    ),
    entry(
        "text-triage",
        gettext_noop("Triage of requests"),
        gettext_noop("How urgent is a request? Who should act is asked for urgent ones only."),
        choice("urgency", "Urgency", now="At once", today="Today", later="Can wait"),
        choices("teams", "Who should act", billing="Billing", repair="Repairs", legal="Legal")
        | {"required": True, "when": when("urgency", "now", "today")},
    ),
    entry(
        "text-topic-tree",
        gettext_noop("Topic tree"),
        gettext_noop("One topic from a tree; a branch may be chosen where no leaf fits."),
        {
            "name": "topic",
            "title": "Topic",
            "type": "choice",
            "labels": [
                *labels(home="Home and garden", electronics="Electronics", clothes="Clothes"),
                *labels("home", kitchen="Kitchen", furniture="Furniture", garden="Garden"),
                *labels("electronics", phones="Phones", audio="Audio", computers="Computers"),
                *labels("clothes", shoes="Shoes", outdoor="Outdoor"),
                *labels("computers", laptops="Laptops", parts="Parts"),
            ],
        },
    ),
    entry(
        "text-aspects",
        gettext_noop("What is liked and disliked"),
        gettext_noop("Mark what a review speaks of, and say of each whether it is praised."),
        {
            "name": "aspects",
            "title": "Aspects",
            "type": "spans",
            "labels": labels(
                price="Price", quality="Quality", delivery="Delivery", service="Service"
            ),
            "attributes": [
                {
                    "name": "polarity",
                    "title": "Said of it",
                    "type": "choice",
                    "required": True,
                    "options": labels(good="Good", mixed="Mixed", bad="Bad"),
                }
            ],
        },
    ),
    entry(
        "text-answer-check",
        gettext_noop("Check of an answer"),
        gettext_noop("Is an answer right? What is wrong has to be marked."),
        choice("verdict", "Verdict", right="Right", partly="Partly right", wrong="Wrong"),
        {
            "name": "mistakes",
            "title": "Mistakes",
            "type": "spans",
            "labels": labels(
                false="Not true", unfounded="Not in the source", missing="Leaves something out"
            ),
            "when": when("verdict", "partly", "wrong"),
        },
        {
            "name": "better",
            "title": "A better answer",
            "type": "text",
            "when": when("verdict", "wrong"),
        },
        rules=[
            {
                "type": "required_region",
                "question": "mistakes",
                "when": when("verdict", "partly", "wrong"),
                "message": "Mark what is wrong in the answer.",
            }
        ],
    ),
    entry(
        "text-two-answers",
        gettext_noop("The better of two texts"),
        gettext_noop("Two answers stand in one text; which is better, and by how much?"),
        choice("better", "Better answer", a="Answer A", b="Answer B", tie="Equally good"),
        {
            "name": "margin",
            "title": "By how much",
            "type": "rating",
            "max": 3,
            "required": True,
            "when": when("better", "a", "b"),
        },
        {"name": "reason", "title": "Reason", "type": "text", "max_length": 1000},
    ),
    entry(
        "text-best-candidate",
        gettext_noop("Best of the item's own candidates"),
        gettext_noop("The labels come from each item: a list in its field “candidates”."),
        {
            "name": "best",
            "title": "Best candidate",
            "type": "choice",
            "labels_from": "candidates",
        },
    ),
    entry(
        "text-summary",
        gettext_noop("Summary"),
        gettext_noop("Write a short summary, and say how well the text can be summed up."),
        {
            "name": "summary",
            "title": "Summary",
            "type": "text",
            "required": True,
            "max_length": 600,
            "help": "Two or three sentences in your own words.",
        },
        {"name": "confidence", "title": "How sure are you", "type": "rating", "max": 5},
    ),
    entry(
        "text-clinical",
        gettext_noop("Findings in clinical notes"),
        gettext_noop("Mark findings, drugs and doses; negated and uncertain ones are told apart."),
        {
            "name": "findings",
            "title": "Findings",
            "type": "spans",
            "labels": labels(
                finding="Finding", drug="Drug", dose="Dose", procedure="Procedure", body="Body part"
            ),
            "attributes": [
                {"name": "negated", "title": "Negated", "type": "boolean"},
                {"name": "uncertain", "title": "Uncertain", "type": "boolean"},
            ],
        },
        rules=[{"type": "min_size", "question": "findings", "length": 2, "level": "warning"}],
    ),
    entry(
        "text-relations",
        gettext_noop("Entities and how they relate"),
        gettext_noop("Mark people, places and organisations, then who works where and owns what."),
        {
            "name": "entities",
            "title": "Entities",
            "type": "spans",
            "labels": labels(person="Person", organisation="Organisation", place="Place"),
        },
        {
            "name": "relations",
            "title": "Relations",
            "type": "relations",
            "labels": labels(works_for="works for", lives_in="lives in", owns="owns"),
        },
    ),
)
