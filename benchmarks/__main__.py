"""Run the benchmarks one after another, or show what they found last.

    python -m benchmarks [--database sqlite|postgresql] [NAME ...]
    python -m benchmarks --markdown

Each benchmark runs in a process of its own, once for each database that it is about, so that none
starts with the memory or the settings of another. Its lines are kept in `.make/benchmarks/`.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from benchmarks.lines import as_table

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / ".make" / "benchmarks"
BOTH = ("sqlite", "postgresql")
BENCHES: dict[str, tuple[str, ...]] = {
    "worth": ("",),
    "choosing": ("sqlite",),
    "run": ("",),
    "buffers": ("postgresql",),
    "claim": BOTH,
    "answers": BOTH,
    "crowd": BOTH,
    "imports": BOTH,
    "browser": ("sqlite",),
    "audio": ("sqlite",),
    "video": ("sqlite",),
    "series": ("sqlite",),
    "text": ("sqlite",),
    "shapes": ("sqlite",),
    "tiles": ("sqlite",),
    "boxes": BOTH,
    "models": ("sqlite",),
    "exports": BOTH,
    "dashboards": ("sqlite",),
    "beside": BOTH,
    "truth": ("",),
    "agreement": ("sqlite",),
}
"""The benchmarks and the databases they run on; none: they start Winnow as a person does."""


def run(name: str, database: str) -> bool:
    """Run one benchmark, passing its lines on and keeping them; returns whether it came through."""
    print(f"[bench] {name} {database}", file=sys.stderr, flush=True)
    command = [sys.executable, "-m", "benchmarks.one", name, database]
    found = []
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            found.append(line)
    if child.returncode != 0:
        return False
    if not found:  # what it is about is not on this machine; it has said so
        return True
    KEPT.mkdir(parents=True, exist_ok=True)
    (KEPT / f"{name}{database and '-' + database}.jsonl").write_text("".join(found))
    return True


def kept_lines() -> list[dict[str, object]]:
    """Return the lines of the last run of each benchmark."""
    found = []
    for name, databases in BENCHES.items():
        for database in databases:
            path = KEPT / f"{name}{database and '-' + database}.jsonl"
            if path.exists():
                found += [json.loads(line) for line in path.read_text().splitlines()]
    return found


def main(argv: list[str]) -> int:
    """Run what was asked for; the exit code is 1 when a benchmark broke."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHES)}")
    parser.add_argument("--database", choices=BOTH, help="only on this one")
    parser.add_argument("--markdown", action="store_true", help="show the last results as a table")
    wanted = parser.parse_args(argv)
    if wanted.markdown:
        print(as_table(kept_lines()))
        return 0
    if unknown := set(wanted.names) - BENCHES.keys():
        parser.error(f"There is no {', '.join(unknown)}; known are {', '.join(BENCHES)}.")
    broken = [
        f"{name} {database}".strip()
        for name in wanted.names or BENCHES
        for database in BENCHES[name]
        if wanted.database in (None, database) and not run(name, database)
    ]
    if broken:
        print(f"[bench] broken: {', '.join(broken)}", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
