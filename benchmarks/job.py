"""Do one job in a process of its own and tell what it cost: `python -m benchmarks.job ID`.

It says "ready" when everything is loaded, and begins when it is told so on standard input.
"""

import importlib
import json
import os
import sys
from typing import Any

import django


def main(pk: int) -> None:
    """Run the job; print its CPU seconds, those of its children included, and how it ended."""
    django.setup()
    jobs = importlib.import_module("foundation.jobs")
    importlib.import_module("winnow.worker").settle_in()  # as each process of a worker does
    print("ready", flush=True)
    sys.stdin.readline()
    before = sum(os.times()[:4])
    job: Any = jobs.run(pk)
    spent = sum(os.times()[:4]) - before
    print(json.dumps({"cpu": spent, "state": job.state, "error": job.error, "report": job.report}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
