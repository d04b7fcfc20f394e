"""Run the benchmarks one after another: `python -m benchmarks [NAME ...]`.

A benchmark is a module `bench_NAME.py` here that prints its figures with `benchmarks.lines`. Each
runs in a process of its own, so that none starts with the memory or the settings of another.
"""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def main(wanted: list[str]) -> int:
    """Run the benchmarks with these names, or all; the exit code is 1 when one broke."""
    names = sorted(path.stem for path in FOLDER.glob("bench_*.py"))
    chosen = [name for name in names if not wanted or name.removeprefix("bench_") in wanted]
    if not chosen:
        known = ", ".join(name.removeprefix("bench_") for name in names)
        print(f"There is no such benchmark; known are: {known}.", file=sys.stderr)
        return 2
    broken = []
    for name in chosen:
        print(f"[bench] {name}", file=sys.stderr, flush=True)
        command = [sys.executable, "-m", f"benchmarks.{name}"]
        if subprocess.run(command, cwd=FOLDER.parent, check=False).returncode != 0:
            broken.append(name)
    if broken:
        print(f"[bench] broken: {', '.join(broken)}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
