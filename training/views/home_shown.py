"""The parts of a project's home in words: first steps, the three answers, the loop."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotate.queries.pages import QueueRow
from annotate.queries.subjects import Subject
from annotate.views import shown
from foundation.models import Project
from foundation.templatetags.words import DASH, NONE, number
from training.models import Evaluation, Run
from training.queries.home import Stations
from training.views.home_needs import ENOUGH_FRESH, Needs
from training.views.shown import WEAK, label_looks, look_of

Json = dict[str, Any]


# A new project


def is_new(stations: Stations) -> bool:
    """Tell whether first steps help more than figures."""
    is_labelled = bool(stations.queues or stations.accepted)
    return not (stations.items and stations.schemas and is_labelled)


def steps_of(project: Project, stations: Stations) -> list[Json]:
    """Return the first steps; the first that is not done is the one to take now."""
    dataset = stations.datasets[0] if stations.datasets else None
    steps = [*_first_steps(project, stations), *_later_steps(stations)]
    now = next((step for step in steps if not step["done"]), None)
    for step in steps:
        step["now"] = step is now
        step["kind"] = "primary" if step is now else ""
        if step["done"]:
            step["url"] = ""
    if dataset is None:
        for step in steps[2:3]:
            step["url"] = ""
    return steps


def _first_steps(project: Project, stations: Stations) -> list[Json]:
    dataset = stations.datasets[0] if stations.datasets else None
    return [
        {
            "title": _("Bring items in"),
            "text": _("Texts, images or table rows: drop files, a folder, a ZIP, CSV or JSONL."),
            "url": reverse("upload", args=[dataset.oid])
            if dataset
            else reverse("dataset-new", args=[project.oid]),
            "go": _("Add items") if dataset else _("Make a dataset"),
            "icon": "upload",
            "done": bool(stations.items),
        },
        {
            "title": _("Say what may be labelled"),
            "text": _("Start from a template: one label, several, boxes, spans, numbers."),
            "url": reverse("schemas", args=[project.oid]),
            "go": _("Choose a schema"),
            "icon": "tags",
            "done": bool(stations.schemas),
        },
        {
            "title": _("Open a queue"),
            "text": _("Winnow hands out tasks, keeps drafts and measures how well people agree."),
            "url": reverse("queue-new", args=[dataset.oid])
            if dataset and stations.items and stations.schemas
            else "",
            "go": _("New queue"),
            "icon": "plus",
            "wait": _("needs items and a schema"),
            "done": bool(stations.queues),
        },
        {
            "title": _("Invite people"),
            "text": _("Annotators see only their tasks. Reviewers decide. You see all."),
            "url": reverse("members", args=[project.oid]),
            "go": _("Invite"),
            "icon": "user-plus",
            "done": sum(stations.people.values()) > 1,
        },
    ]


def _later_steps(stations: Stations) -> list[Json]:
    return [
        {
            "title": _("Freeze a version"),
            "text": _("A sealed list of items and labels, split into training and test."),
            "wait": _("needs accepted labels"),
            "done": stations.version is not None,
        },
        {
            "title": _("Train and validate"),
            "text": _("Models learn from a version and are measured on items they never saw."),
            "wait": _("needs a version"),
            "done": stations.run is not None,
        },
    ]


# The answers


def trust_of(project: Project, subject: Subject | None) -> Json:
    """Return how well people agree where most was said, with a dot for each label."""
    address = reverse("quality", args=[project.oid])
    unknown = {"answer": _("Not known yet"), "tag": "", "kind": "", "icon": "", "low": []}
    if subject is None:
        text = _("Let two people answer some items, and Winnow tells how well they agree.")
        return {**unknown, "reason": text}
    report = subject.agreement()
    if not report.questions:
        return {**unknown, "reason": _("The questions ask for free text, which nothing compares.")}
    question = report.questions[0]
    said = shown.headline_of(question)
    figure = said["figure"]
    if figure.value is None:
        return {**unknown, "reason": said["sentence"]}
    looks = shown.label_looks(subject.revision, question.question)
    labels = [row for row in shown.by_label(question, looks) if row["figure"].value is not None]
    low = [row for row in labels if row["is_low"]]
    where = subject.queue.name if subject.queue else subject.dataset.name
    return {
        "answer": said["answer"],
        "small": said["small"],
        "reason": _("In %(where)s. %(sentence)s") % {"where": where, "sentence": said["sentence"]},
        "tag": said["tag"],
        "kind": said["kind"],
        "icon": said["icon"],
        "url": f"{address}?{_query(subject)}",
        "dots": dots_of([(row["look"]["name"], row["figure"].value) for row in labels]),
        "low": low,
    }


def _query(subject: Subject) -> str:
    return "&".join(f"{name}={value}" for name, value in subject.address.items())


def dots_of(values: list[tuple[str, float]]) -> list[Json]:
    """Return a dot a label, lowest first; only the lowest is named, the others would collide."""
    ordered = sorted(values, key=lambda pair: pair[1])
    return [
        {"value": max(value, 0.0), "text": name if place == 0 else ""}
        for place, (name, value) in enumerate(ordered)
    ]


def model_of(stations: Stations, best: Evaluation | None) -> Json:
    """Return what the best model on the newest version scored on unseen items."""
    if best is not None:
        return _score_of(best)
    if stations.version is None:
        return {
            "answer": _("Nothing yet"),
            "reason": _("Freeze a version when enough labels are accepted, then train on it."),
        }
    return {
        "answer": _("Nothing yet"),
        "reason": _("No model has been measured on v%(v)s.") % {"v": stations.version.number},
        "url": reverse("run-new", args=[stations.version.oid]),
        "link": _("Start a run"),
    }


def _score_of(best: Evaluation) -> Json:
    test = best.report["splits"]["test"]
    score = test["macro_f1"]
    looks = label_looks(best.version.schema_revision, best.run.question)
    recalls = [
        (look_of(looks, one["label"])["name"], one["recall"]["value"])
        for one in test["per_class"]
        if one["recall"]["value"] is not None
    ]
    weak = sum(value < WEAK for _name, value in recalls)
    said = ngettext(
        "%(n)d label is found in less than 80 %% of its items.",
        "%(n)d labels are found in less than 80 %% of their items.",
        weak,
    )
    where = _("Run %(run)d on v%(v)d.") % {"run": best.run.number, "v": best.version.number}
    if not weak:
        said = _("Each label is found in at least 80 %% of its items.")
    small = _("macro F1")
    if score["low"] is not None:
        between = f"{number(score['low'], 2)}{DASH}{number(score['high'], 2)}"
        small = _("macro F1, %(between)s") % {"between": between}
    return {
        "answer": number(score["value"], 2),
        "small": small,
        "reason": f"{where} {said % {'n': weak}}",
        "url": reverse("report", args=[best.run.oid]),
        "link": _("Report"),
        "dots": dots_of(recalls),
    }


# The loop


def path_of(
    project: Project,
    stations: Stations,
    rows: list[QueueRow],
    needs: Needs,
    best: Evaluation | None,
) -> list[Json]:
    """Return the loop, station by station, with the one where work is now."""
    left = sum(row.left for row in rows)
    waiting = sum(row.in_review for row in rows)
    queues = reverse("queues", args=[project.oid])
    note = _("nothing differs") if not needs.disputed else ""
    if needs.disputed:
        note = ngettext("%(n)s of them differs", "%(n)s of them differ", needs.disputed)
        note %= {"n": number(needs.disputed)}
    path: list[Json] = [
        {
            "title": _("Collect"),
            "icon": "inbox",
            "n": number(stations.items),
            "note": ngettext("%(n)d dataset", "%(n)d datasets", len(stations.datasets))
            % {"n": len(stations.datasets)},
            "url": reverse("items", args=[project.oid]),
        },
        {
            "title": _("Annotate"),
            "icon": "pencil",
            "n": number(sum(row.answered for row in rows)),
            "note": ngettext("%(n)s answer to go", "%(n)s answers to go", left)
            % {"n": number(left)},
            "url": queues,
            "is_busy": bool(left),
        },
        {
            "title": _("Review"),
            "icon": "eye",
            "n": number(waiting),
            "note": note if waiting else _("nothing waits"),
            "url": queues,
            "is_busy": bool(waiting),
        },
        _version_station(project, stations, needs.fresh),
        _run_station(project, stations.run, best),
    ]
    here = next((one for one in path if one.get("is_busy")), path[-1])
    here["here"] = True
    return path


def _version_station(project: Project, stations: Stations, fresh: int) -> Json:
    version = stations.version
    n = stations.accepted
    note = ngettext("%(n)s label accepted", "%(n)s labels accepted", n)
    if version is not None:
        n = fresh or version.entry_count
        note = ngettext("%(n)s label since", "%(n)s labels since", n)
        if not fresh:
            note = ngettext("%(n)s entry", "%(n)s entries", n)
    return {
        "title": _("Version"),
        "icon": "box",
        "n": f"v{version.number}" if version else NONE,
        "note": note % {"n": number(n)},
        "url": reverse("version", args=[version.oid])
        if version
        else reverse("versions", args=[project.oid]),
        "is_busy": version is None or fresh > ENOUGH_FRESH,
    }


def _run_station(project: Project, run: Run | None, best: Evaluation | None) -> Json:
    if run is None:
        url = reverse("runs", args=[project.oid])
        return {
            "title": _("Train"),
            "icon": "chart-line",
            "n": NONE,
            "note": _("no run yet"),
            "url": url,
        }
    return {
        "title": _("Train"),
        "icon": "chart-line",
        "n": _("Run %(n)d") % {"n": run.number},
        "note": str(run.get_state_display()).lower(),
        "url": reverse("run", args=[run.oid]),
    }
