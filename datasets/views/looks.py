"""Name and colour of labels on pages."""

from datasets.models import SchemaRevision

Looks = dict[tuple[int, str], dict[str, str]]
"""Name and colour by schema revision and label key; one for a page, filled as labels are met."""

GREY = "#77808c"


def look_of(revision: SchemaRevision, key: str, looks: Looks) -> dict[str, str]:
    """Return name and colour of a label, also of one that the schema no longer has."""
    if (revision.pk, key) not in looks:
        for question in revision.definition["questions"]:
            for label in question.get("labels", []):
                name = label.get("name") or label["key"]
                looks[revision.pk, label["key"]] = {"name": name, "color": label["color"]}
    return looks.setdefault((revision.pk, key), {"name": key, "color": GREY})
