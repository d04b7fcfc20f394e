"""Conversations: turns of people and programs, with answers that might come next."""

from pathlib import Path

from datasets.data_types.base import ALLOWED, Allowed, BadFile, Facts
from datasets.pure.problems import gettext_noop
from datasets.pure.region_kinds import kinds_on


class ConversationType:
    """Turns as JSON; they come through a format, never as files of their own."""

    name = "conversation"
    region_kinds = kinds_on("conversation")
    media_types: dict[str, str] = {}
    cpu_seconds = 20.0

    def sniff(self, head: bytes, filename: str) -> str | None:
        """Return None: a file of conversations holds many items, and formats read it."""
        return None

    def read(
        self, path: Path, folder: Path, stem: str, allowed: Allowed = ALLOWED, filename: str = ""
    ) -> Facts:
        """Refuse the file."""
        raise BadFile(
            "conversation-file",
            gettext_noop("Conversations are imported as JSONL, one item a line, not as a file."),
        )
