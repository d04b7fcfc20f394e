"""Run named parts of the test suite one after another and add up what they found.

    python -m tests.suite all | quick | check | faults | extras

Every part runs even when an earlier one failed. The last line says how many passed and failed;
the exit code is 1 when anything failed or when nothing was run.
"""

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REPORTS = ROOT / ".make" / "reports"
WORKBENCH = ROOT / "static" / "workbench"
PACKAGES = ("config", "foundation", "datasets", "annotate", "training", "winnow", "tests")
WORKERS = os.environ.get("WINNOW_TEST_WORKERS", "2")
SPECIAL = ("browser", "faults", "real", "extras")


@dataclass
class Count:
    """How many cases of a part passed, failed and were skipped."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped
        )


@dataclass(frozen=True)
class Part:
    """One command of the suite. With a JUnit report its cases count, else it counts as one."""

    name: str
    command: tuple[str, ...]
    folder: Path = ROOT
    env: dict[str, str] = field(default_factory=dict)
    has_report: bool = False
    more_tries: int = 0
    """Its cases depend on moments: files with a failure are run so often again, alone."""
    is_aside: bool = False
    """It runs on one core while the next parts use the other; its output comes when it ends."""

    @property
    def report(self) -> Path:
        """Where the JUnit report is written."""
        return REPORTS / f"{self.name}.xml"


def pytest_part(
    name: str,
    marks: str,
    *more: str,
    database: str = "sqlite",
    more_tries: int = 0,
    workers: str = WORKERS,
) -> Part:
    """A run of pytest over the tests that `marks` selects, on one database."""
    command = (
        *(sys.executable, "-m", "pytest", "-q", "-n", workers),
        # In the order of tests/conftest.py: the longest modules first, or one worker ends alone.
        *("--dist", "loadscope", "--no-loadscope-reorder"),
        *("-m", marks, "--junitxml", str(REPORTS / f"{name}.xml"), *more),
    )
    env = {"WINNOW_TEST_DATABASE": database}
    return Part(name, command, env=env, has_report=True, more_tries=more_tries)


def check_parts() -> list[Part]:
    """Style, types, arrows, templates, migrations: quickest first."""
    tool = str(Path(sys.executable).parent) + "/"
    packages = tuple(p for p in (*PACKAGES, "benchmarks") if (ROOT / p).is_dir())
    parts = [
        Part("ruff", (tool + "ruff", "check", "--quiet", ".")),
        Part("format", (tool + "ruff", "format", "--check", "--quiet", ".")),
        Part("arrows", (tool + "lint-imports", "--no-logo")),
        Part("types", (tool + "mypy", *packages)),
        Part("migrations", (sys.executable, "manage.py", "makemigrations", "--check", "--dry-run")),
    ]
    if (ROOT / "templates").is_dir():
        parts.append(Part("templates", (tool + "djlint", "templates", "--lint", "--quiet")))
    return parts


def workbench_parts() -> list[Part]:
    """TypeScript: types, unit tests, the build that the pages need, and what it weighs."""
    npm = ("npm", "run", "--silent")
    report = ("--reporter=default", "--reporter=junit")
    output = f"--outputFile.junit={REPORTS / 'vitest.xml'}"
    return [
        Part("typescript", (*npm, "types"), WORKBENCH),
        Part("build", (*npm, "build", "--", "--logLevel", "warn"), WORKBENCH),
        Part("size", (*npm, "size"), WORKBENCH),
        Part("vitest", (*npm, "test", "--", *report, output), WORKBENCH, has_report=True),
    ]


def all_parts() -> list[Part]:
    """The whole suite, in the order that finds mistakes soonest."""
    plain = " and ".join(f"not {mark}" for mark in SPECIAL)
    no_database = [
        f"--ignore-glob={p}"
        for p in (
            *("*/pure/*", "tests/ops/*", "tests/trainers/*", "*/test_house.py", "tests/look/*"),
            *("tests/formats/*", "tests/data_types/*", "tests/security/test_checks.py"),
            "tests/storage/test_contract.py",
            *(f"tests/datasets/test_{name}.py" for name in ("audio", "video", "series")),
            # What is shared with SQLite by nothing but the rows it reads.
            *("tests/security/test_matrix.py", "tests/storage/test_loop.py"),
            *("tests/training/test_runs.py", "tests/annotate/test_quality_kinds.py"),
            "tests/annotate/test_fused_truth.py",
            *("tests/datasets/test_uploads.py", "tests/datasets/test_conversations.py"),
            *("tests/datasets/test_every_kind.py", "tests/training/test_feedback.py"),
        )
    ]
    return [
        *(replace(part, is_aside=True) for part in check_parts()),
        *workbench_parts(),
        # The long parts use both cores; what waits half of its time for leases to end, processes to
        # start again or a server to answer runs beside them, one after the other.
        pytest_part("sqlite", plain),
        pytest_part("browser", "browser and not extras", more_tries=1),
        *(
            replace(part, is_aside=True)
            for part in (
                pytest_part("faults", "faults", more_tries=1),
                pytest_part("postgres", plain, *no_database, database="postgres", workers="1"),
                pytest_part("real", "real", workers="1"),
            )
        ),
    ]


def quick_parts() -> list[Part]:
    """What answers within two minutes."""
    left_out = (*SPECIAL, "slow", "threads")
    marks = " and ".join(f"not {mark}" for mark in left_out)
    return [*workbench_parts(), *check_parts()[:3], pytest_part("sqlite", marks)]


SUITES: dict[str, Callable[[], list[Part]]] = {
    "all": all_parts,
    "quick": quick_parts,
    "check": lambda: [*check_parts(), workbench_parts()[0]],
    "faults": lambda: [
        pytest_part("faults", "faults"),
        pytest_part("faults-postgres", "faults", database="postgres"),
        pytest_part("random-kills", "browser", "tests/browser/test_random_kills.py"),
    ],
    "extras": lambda: [pytest_part("extras", "extras")],
}


def read_report(path: Path) -> Count:
    """Add up the cases of a JUnit report."""
    count = Count()
    for suite in ElementTree.parse(path).getroot().iter("testsuite"):  # noqa: S314 (our own file)
        cases = int(suite.get("tests", "0"))
        failed = int(suite.get("failures", "0")) + int(suite.get("errors", "0"))
        skipped = int(suite.get("skipped", "0"))
        count += Count(cases - failed - skipped, failed, skipped)
    return count


def failed_files(path: Path) -> dict[str, Count]:
    """Return the test files with a failure in a JUnit report, each with all its cases."""
    counts: dict[str, Count] = {}
    for case in ElementTree.parse(path).getroot().iter("testcase"):  # noqa: S314 (our own file)
        words = case.get("classname", "").split(".")
        while words and not (ROOT / ("/".join(words) + ".py")).is_file():
            words.pop()
        is_bad = case.find("failure") is not None or case.find("error") is not None
        is_skipped = case.find("skipped") is not None
        found = Count(not is_bad and not is_skipped, is_bad, is_skipped)
        file = "/".join(words) + ".py"
        counts[file] = counts.get(file, Count()) + found
    return {file: count for file, count in counts.items() if count.failed}


def try_again(part: Part, count: Count) -> Count:
    """Run the files that failed once more; returns what the part counts then."""
    files = failed_files(part.report)
    if not files or "" in files or ".py" in files:
        return count
    print(f"   {part.name}: {count.failed} failed; once more: {' '.join(files)}")
    again = run_part(replace(part, command=(*part.command, *files), more_tries=part.more_tries - 1))
    before = sum(files.values(), Count())
    return Count(
        count.passed - before.passed + again.passed,
        count.failed - before.failed + again.failed,
        count.skipped - before.skipped + again.skipped,
    )


def run_part(part: Part) -> Count:
    """Run one part, showing its output, and return what it counted."""
    title = f"\n── {part.name}: {' '.join(Path(part.command[0]).parts[-1:] + part.command[1:])}\n"
    if not part.is_aside:
        print(title, end="", flush=True)
    part.report.unlink(missing_ok=True)
    begun = time.monotonic()
    done = subprocess.run(
        part.command,
        cwd=part.folder,
        env={**os.environ, **part.env},
        check=False,
        text=True,
        stdout=subprocess.PIPE if part.is_aside else None,
        stderr=subprocess.STDOUT if part.is_aside else None,
    )
    code, seconds = done.returncode, time.monotonic() - begun
    if part.is_aside:
        print(title + done.stdout, end="", flush=True)
    if part.has_report and part.report.exists():
        count = read_report(part.report)
        if code not in (0, 5) and count.failed == 0:  # 5: nothing was selected
            count += Count(failed=1)
    else:
        count = Count(passed=1) if code == 0 else Count(failed=1)
    if part.more_tries and part.has_report and part.report.exists() and count.failed:
        count = try_again(part, count)
    print(f"   {part.name}: {'ok' if count.failed == 0 else 'FAILED'} in {seconds:.0f} s")
    return count


def run_parts(parts: list[Part]) -> list[tuple[str, Count]]:
    """Run parts in their order, those that stand aside one by one beside the others."""
    with ThreadPoolExecutor(1) as aside:
        waiting = {part.name: aside.submit(run_part, part) for part in parts if part.is_aside}
        counts = {part.name: run_part(part) for part in parts if not part.is_aside}
        counts |= {name: count.result() for name, count in waiting.items()}
    return [(part.name, counts[part.name]) for part in parts]


def main(argv: list[str]) -> int:
    """Run a suite by name; returns the exit code."""
    if len(argv) != 1 or argv[0] not in SUITES:
        print(f"usage: python -m tests.suite {' | '.join(SUITES)}", file=sys.stderr)
        return 2
    REPORTS.mkdir(parents=True, exist_ok=True)
    results = run_parts(SUITES[argv[0]]())
    print("\n── summary")
    for name, count in results:
        mark = "ok    " if count.failed == 0 else "FAILED"
        print(f"   {mark} {name}: {count.passed} passed, {count.failed} failed", end="")
        print(f", {count.skipped} skipped" if count.skipped else "")
    total = sum((count for _, count in results), Count())
    skipped = f", {total.skipped} skipped" if total.skipped else ""
    print(f"{total.passed} passed, {total.failed} failed{skipped}")
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
