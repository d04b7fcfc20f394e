"""Who and what needs somebody: the list on a project's home, most urgent first."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotate.pure.gold import GoldScore
from annotate.queries.pages import QueueRow
from annotate.queries.reviewing import Waiting
from annotate.views import shown
from datasets.models import Version
from foundation.models import Job, Project
from foundation.templatetags.ui import interval_text
from foundation.templatetags.words import number, percent

Json = dict[str, Any]
GOLD_TARGET = 0.9
FEWEST_CHECKS = 10
ENOUGH_FRESH = 20
"""Accepted labels that make a new version worth while."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What may need somebody, before it is put in words."""

    project: Project
    may: dict[str, bool]
    rows: list[QueueRow]
    disputed: int
    jobs: list[Job]
    gold: dict[tuple[int, str], GoldScore]
    version: Version | None
    fresh: int
    accepted: int
    annotators: int
    to_adjudicate: list[Waiting]
    """What waits for the reader to decide between answers that differ."""

    def listed(self, trust: Json) -> list[Json]:
        """Return what needs somebody, most urgent first."""
        return [
            *map(_failed, self.jobs),
            *self._nobody(),
            *map(_adjudication, self.to_adjudicate),
            *self._reviews(),
            *self._paused(),
            *self._people(),
            *_labels(trust),
            *self._set_aside(),
            *self._freeze(),
        ]

    def _nobody(self) -> list[Json]:
        left = sum(row.left for row in self.rows if row.queue.state == "open")
        if self.annotators or not left or not self.may["manage"]:
            return []
        return [
            {
                "title": _("Nobody is invited to annotate"),
                "why": ngettext("%(n)s answer is wanted.", "%(n)s answers are wanted.", left)
                % {"n": number(left)},
                "icon": "user-plus",
                "url": reverse("members", args=[self.project.oid]),
                "go": _("Invite"),
            }
        ]

    def _reviews(self) -> list[Json]:
        found = []
        for row in self.rows:
            if row.in_review:
                title = ngettext(
                    "%(n)s task waits for a reviewer",
                    "%(n)s tasks wait for a reviewer",
                    row.in_review,
                )
                is_open = row.queue.state == "open"
                is_mine = self.may["review"] and row.to_review and is_open
                name = "review-work" if is_mine else "queue-tasks"
                found.append(
                    {
                        "title": title % {"n": number(row.in_review)},
                        "why": row.queue.name,
                        "icon": "eye",
                        "url": reverse(name, args=[row.queue.oid])
                        + ("" if is_mine else "?stage=review"),
                        "go": _("Review") if is_mine else _("See them"),
                    }
                )
        return found

    def _paused(self) -> list[Json]:
        return [
            {
                "title": _("%(name)s is paused") % {"name": row.queue.name},
                "why": _("%(n)s answers are still wanted.") % {"n": number(row.left)},
                "icon": "pause",
                "url": reverse("queue", args=[row.queue.oid]),
                "go": _("Open it") if self.may["manage"] else _("See it"),
            }
            for row in self.rows
            if row.queue.state == "paused" and row.left
        ]

    def _people(self) -> list[Json]:
        """Name only those who are below the target for sure, not by the luck of few checks."""
        low = [
            (name, score)
            for (_pk, name), score in self.gold.items()
            if score.total >= FEWEST_CHECKS and score.high < GOLD_TARGET
        ]
        low.sort(key=lambda pair: pair[1].accuracy or 0.0)
        return [
            {
                "title": _("%(name)s: %(share)s right on gold")
                % {"name": name, "share": percent(score.accuracy)},
                "why": _("%(right)d of %(total)d; the target is 90 %%.")
                % {"right": score.correct, "total": score.total},
                "icon": "user",
                "url": reverse("quality", args=[self.project.oid]),
                "go": _("Quality"),
            }
            for name, score in low[:3]
        ]

    def _set_aside(self) -> list[Json]:
        return [
            {
                "title": ngettext(
                    "%(n)s task is set aside", "%(n)s tasks are set aside", row.set_aside
                )
                % {"n": number(row.set_aside)},
                "why": _("Skipped too often in %(name)s.") % {"name": row.queue.name},
                "icon": "skip-forward",
                "url": reverse("queue-tasks", args=[row.queue.oid]) + "?stage=set-aside",
                "go": _("See them"),
            }
            for row in self.rows
            if row.set_aside
        ]

    def _freeze(self) -> list[Json]:
        if not self.may["manage"]:
            return []
        if self.version is None:
            return self._freeze_first() if self.accepted >= ENOUGH_FRESH else []
        if self.fresh < ENOUGH_FRESH:
            return []
        title = _("%(n)s labels were accepted since v%(v)d")
        return [
            {
                "title": title % {"n": number(self.fresh), "v": self.version.number},
                "why": _("A new version lets models learn from them."),
                "icon": "snowflake",
                "url": reverse("freeze", args=[self.version.dataset.oid]),
                "go": _("Freeze"),
            }
        ]

    def _freeze_first(self) -> list[Json]:
        return [
            {
                "title": _("%(n)s labels are accepted, none is frozen")
                % {"n": number(self.accepted)},
                "why": _("A version lets models learn from them."),
                "icon": "snowflake",
                "url": reverse("versions", args=[self.project.oid]),
                "go": _("Freeze"),
            }
        ]


def _adjudication(one: Waiting) -> Json:
    title = ngettext("%(n)s task to adjudicate", "%(n)s tasks to adjudicate", one.n)
    if one.is_more:
        title = _("%(n)s or more tasks to adjudicate")
    return {
        "title": title % {"n": number(one.n)},
        "why": one.queue.name,
        "icon": "scale",
        "url": reverse("adjudicate-work", args=[one.queue.oid]),
        "go": _("Adjudicate"),
    }


def _failed(job: Job) -> Json:
    error = job.error or {}
    return {
        "title": _("%(title)s failed") % {"title": job.title or job.kind},
        "why": error.get("detail") or error.get("title") or "",
        "icon": "circle-alert",
        "url": reverse("job", args=[job.oid]),
        "go": _("See why"),
    }


def _labels(trust: Json) -> list[Json]:
    """Return the labels on which people agree too little for sure."""
    return [
        {
            "title": _("%(name)s: agreement %(value)s")
            % {"name": row["look"]["name"], "value": number(row["figure"].value, 2)},
            "why": interval_text(row["figure"].value, row["figure"].low, row["figure"].high),
            "icon": "tag",
            "url": trust["url"],
            "go": _("See cases"),
        }
        for row in trust["low"][:2]
        if row["figure"].high is not None and row["figure"].high < shown.TENTATIVE
    ]
