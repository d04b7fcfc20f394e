"""The insider of a house: does by name, over a pipe, what the tests ask.

Each line on standard input is `[function, arguments]`; each answer is one line of JSON. The
functions stand in `acts.py`, `looks.py` and `harm.py`.
"""

import importlib
import json
import sys
import traceback
from typing import Any

import django
from django.db import close_old_connections

MODULES = ("acts", "looks", "harm")


def main() -> None:
    """Answer calls until the pipe closes."""
    django.setup()
    known: dict[str, Any] = {}
    for name in MODULES:
        known |= vars(importlib.import_module(f"tests.faults.{name}"))
    for line in sys.stdin:
        function, args = json.loads(line)
        try:
            answer = {"value": known[function](**args)}
        except Exception:  # noqa: BLE001 (the test on the other side is told)
            answer = {"error": traceback.format_exc()}
        finally:
            close_old_connections()
        sys.stdout.write(json.dumps(answer, default=str) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
