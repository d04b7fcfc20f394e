"""The documents say what the code says."""

import os
import re
from pathlib import Path

from config.environment import TABLE

ROOT = Path(__file__).resolve().parent.parent.parent
OPERATIONS = ROOT / "docs" / "operations.md"
MARKED = re.compile(r"(<!-- settings: begin .*?-->\n)(.*?)(<!-- settings: end -->)", re.DOTALL)


def settings_table() -> str:
    """The table of settings, made from `config/environment.py`."""
    rows = "".join(
        f"| `{each.name}` | {f'`{each.default}`' if each.default else ''} | {each.meaning} |\n"
        for each in TABLE
    )
    return f"\n| variable | without it | meaning |\n|---|---|---|\n{rows}\n"


def test_the_table_of_settings_lists_every_variable() -> None:
    text = OPERATIONS.read_text()
    if os.environ.get("WINNOW_WRITE_DOCS"):
        text = MARKED.sub(lambda match: match[1] + settings_table() + match[3], text)
        OPERATIONS.write_text(text)
    found = MARKED.search(text)
    assert found is not None
    assert found[2] == settings_table(), (
        "WINNOW_WRITE_DOCS=1 pytest tests/ops/test_docs.py mends it"
    )


def test_no_variable_is_read_that_the_table_does_not_name() -> None:
    settings = (ROOT / "config" / "settings.py").read_text()
    named = {each.name for each in TABLE}
    assert set(re.findall(r'read(?:_list)?\("([A-Z0-9_]+)"\)', settings)) <= named


def test_readme_names_commands_that_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for document in ("README.md", "CONTRIBUTING.md"):
        for target in re.findall(r"`make ([a-z-]+)`", (ROOT / document).read_text()):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
