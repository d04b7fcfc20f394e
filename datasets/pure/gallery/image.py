"""Schemas to start from, for images."""

from __future__ import annotations

from datasets.pure.gallery.making import choice, choices, labels, maker, when
from datasets.pure.problems import gettext_noop

entry = maker("image")

ENTRIES = (
    entry(
        "image-class",
        gettext_noop("Image class"),
        gettext_noop("One class for the whole image."),
        choice("scene", "Scene", indoor="Indoor", outdoor="Outdoor", unclear="Cannot be told"),
    ),
    entry(
        "image-tags",
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
    entry(
        "image-objects",
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
        rules=[
            {"type": "max_overlap", "question": "objects", "share": 0.95},
            {
                "type": "min_size",
                "level": "warning",
                "question": "objects",
                "width": 4,
                "height": 4,
            },
        ],
    ),
    entry(
        "image-damage",
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
    entry(
        "image-cells",
        gettext_noop("Cells under the microscope"),
        gettext_noop("A box around every cell, for counting."),
        {
            "name": "cells",
            "title": "Cells",
            "type": "boxes",
            "labels": labels(rbc="Red blood cell", wbc="White blood cell", platelet="Platelet"),
        },
    ),
    entry(
        "image-quality",
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
    entry(
        "image-transcription",
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
    entry(
        "image-inspection",
        gettext_noop("Inspection of parts"),
        gettext_noop("Good or faulty? Each fault of a faulty part has to be boxed."),
        choice("verdict", "Verdict", good="Good", faulty="Faulty", unclear="Cannot be told"),
        {
            "name": "faults",
            "title": "Faults",
            "type": "boxes",
            "labels": labels(scratch="Scratch", dent="Dent", hole="Hole", stain="Stain"),
            "when": when("verdict", "faulty"),
        },
        rules=[
            {
                "type": "required_region",
                "question": "faults",
                "when": when("verdict", "faulty"),
                "message": "Draw a box around each fault.",
            },
            {"type": "max_overlap", "question": "faults", "share": 0.8, "level": "warning"},
        ],
    ),
    entry(
        "image-layout",
        gettext_noop("Layout of documents"),
        gettext_noop("Boxes around titles, paragraphs, tables and figures of a page."),
        {
            "name": "blocks",
            "title": "Blocks",
            "type": "boxes",
            "labels": labels(
                title="Title",
                text="Paragraph",
                list="List",
                table="Table",
                figure="Figure",
                caption="Caption",
                footer="Header or footer",
            ),
        },
        rules=[{"type": "max_overlap", "question": "blocks", "share": 0.5, "same_label": False}],
    ),
    entry(
        "image-faces",
        gettext_noop("Faces"),
        gettext_noop("A box around every face, and where it looks; for blurring or detectors."),
        {
            "name": "faces",
            "title": "Faces",
            "type": "boxes",
            "labels": labels(face="Face", hidden="Face, mostly hidden"),
            "attributes": [
                {
                    "name": "pose",
                    "title": "Looks",
                    "type": "choice",
                    "options": labels(front="Ahead", side="Sideways", away="Away"),
                }
            ],
        },
        rules=[{"type": "max_overlap", "question": "faces", "share": 0.9}],
    ),
    entry(
        "image-aerial",
        gettext_noop("Objects from above"),
        gettext_noop("Boxes in aerial pictures; what is too small to be sure of is warned of."),
        {
            "name": "objects",
            "title": "Objects",
            "type": "boxes",
            "labels": labels(
                building="Building", car="Car", truck="Lorry", ship="Ship", plane="Aeroplane"
            ),
        },
        rules=[
            {
                "type": "min_size",
                "question": "objects",
                "width": 6,
                "height": 6,
                "level": "warning",
                "message": "This box is tiny. Is it really an object?",
            }
        ],
    ),
    entry(
        "image-species",
        gettext_noop("Species"),
        gettext_noop("The animal of a picture, as exactly as it can be told, from a tree."),
        {
            "name": "species",
            "title": "Species",
            "type": "choice",
            "labels": [
                *labels(bird="Bird", mammal="Mammal", nothing="No animal"),
                *labels("bird", songbird="Songbird", raptor="Bird of prey", waterbird="Water bird"),
                *labels("raptor", buzzard="Buzzard", kestrel="Kestrel"),
                *labels("mammal", deer="Deer", fox="Fox", boar="Wild boar"),
            ],
        },
        {
            "name": "count",
            "title": "How many",
            "type": "number",
            "min": 1,
            "step": 1,
            "when": when("species", "bird", "mammal"),
        },
    ),
    entry(
        "image-moderation",
        gettext_noop("Moderation of pictures"),
        gettext_noop("May it be shown? Why not is asked only where it may not."),
        choice("verdict", "May it be shown", yes="Yes", adults="To adults only", no="No"),
        choices(
            "reasons",
            "Why not",
            violence="Violence",
            nudity="Nudity",
            hate="Hatred",
            drugs="Drugs",
            personal="Personal data",
        )
        | {"required": True, "when": when("verdict", "adults", "no")},
    ),
    entry(
        "image-segmentation",
        gettext_noop("Outlines of objects"),
        gettext_noop("A polygon or a painted mask for each object; either can become the other."),
        {
            "name": "objects",
            "title": "Objects",
            "type": "shapes",
            "kinds": ["polygon", "mask"],
            "labels": labels(person="Person", animal="Animal", vehicle="Vehicle", thing="Thing"),
            "attributes": [{"name": "cut_off", "title": "Cut off", "type": "boolean"}],
        },
    ),
    entry(
        "image-stuff",
        gettext_noop("Masks of a whole scene"),
        gettext_noop("Paint what covers the ground, pixel by pixel, for semantic segmentation."),
        {
            "name": "ground",
            "title": "Ground",
            "type": "masks",
            "labels": labels(
                road="Road", grass="Grass", water="Water", building="Building", sky="Sky"
            ),
        },
    ),
    entry(
        "image-pose",
        gettext_noop("Poses of people"),
        gettext_noop("The joints of each person, covered ones told apart, for pose estimation."),
        {
            "name": "people",
            "title": "People",
            "type": "skeletons",
            "labels": labels(person="Person"),
            "joints": labels(
                head="Head",
                left_shoulder="Left shoulder",
                right_shoulder="Right shoulder",
                left_elbow="Left elbow",
                right_elbow="Right elbow",
                left_hand="Left hand",
                right_hand="Right hand",
                left_hip="Left hip",
                right_hip="Right hip",
                left_knee="Left knee",
                right_knee="Right knee",
                left_foot="Left foot",
                right_foot="Right foot",
            ),
            "edges": [
                ["head", "left_shoulder"],
                ["head", "right_shoulder"],
                ["left_shoulder", "left_elbow"],
                ["left_elbow", "left_hand"],
                ["right_shoulder", "right_elbow"],
                ["right_elbow", "right_hand"],
                ["left_shoulder", "left_hip"],
                ["right_shoulder", "right_hip"],
                ["left_hip", "right_hip"],
                ["left_hip", "left_knee"],
                ["left_knee", "left_foot"],
                ["right_hip", "right_knee"],
                ["right_knee", "right_foot"],
            ],
        },
    ),
    entry(
        "image-turned-boxes",
        gettext_noop("Boxes that are turned"),
        gettext_noop("Ships, vehicles or parcels seen from above, each with its direction."),
        {
            "name": "objects",
            "title": "Objects",
            "type": "rotated_boxes",
            "labels": labels(ship="Ship", vehicle="Vehicle", aircraft="Aircraft"),
        },
    ),
    entry(
        "image-lines",
        gettext_noop("Lines and points"),
        gettext_noop("Lanes, cracks or cables as lines; poles, joints or lights as points."),
        {
            "name": "lines",
            "title": "Lines",
            "type": "polylines",
            "labels": labels(lane="Lane", crack="Crack", cable="Cable"),
        },
        {
            "name": "marks",
            "title": "Points",
            "type": "points",
            "labels": labels(pole="Pole", light="Light"),
        },
    ),
    entry(
        "image-reading",
        gettext_noop("Writing and where it stands"),
        gettext_noop("A box around each line or field, with the words in it, for reading forms."),
        {
            "name": "writing",
            "title": "Writing",
            "type": "boxes",
            "transcript": True,
            "labels": labels(line="Line", title="Title", number="Number", signature="Signature"),
        },
    ),
    entry(
        "image-eggs",
        gettext_noop("Round things"),
        gettext_noop("Eggs, pupils, craters or colonies as ellipses, measured by their radii."),
        {
            "name": "things",
            "title": "Things",
            "type": "ellipses",
            "labels": labels(whole="Whole", broken="Broken"),
        },
    ),
    entry(
        "image-fields",
        gettext_noop("Areas on maps and from above"),
        gettext_noop("Fields, roofs or lakes as polygons with holes and shared borders."),
        {
            "name": "areas",
            "title": "Areas",
            "type": "polygons",
            "labels": labels(field="Field", roof="Roof", water="Water", forest="Forest"),
        },
    ),
)
