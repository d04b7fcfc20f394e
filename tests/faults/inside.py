"""The insider of a house: does by name, over a pipe, what the tests ask.

Each line on standard input is `[function of acts.py, arguments]`; each answer is one line of JSON.
"""

import importlib
import json
import sys
import traceback

import django


def main() -> None:
    """Answer calls until the pipe closes."""
    django.setup()
    acts = importlib.import_module("tests.faults.acts")
    for line in sys.stdin:
        function, args = json.loads(line)
        try:
            answer = {"value": getattr(acts, function)(**args)}
        except Exception:  # noqa: BLE001 (the test on the other side is told)
            answer = {"error": traceback.format_exc()}
        finally:
            acts.close_old_connections()
        sys.stdout.write(json.dumps(answer, default=str) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
