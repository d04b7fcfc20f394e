"""Time series: honest facts from CSV and Parquet, a pyramid without saw-teeth, plain reasons."""

import csv
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from datasets.data_types import series_pyramid, series_reading
from datasets.data_types.base import BadFile, Facts, Made
from datasets.data_types.inside import find_data_type
from datasets.data_types.reading import FileReader, FileToRead, limits_for
from datasets.data_types.series import SeriesType
from datasets.data_types.series_pyramid import Plan, finest_level, pairs_of
from datasets.pure.problems import Problem


def read(path: Path) -> Facts:
    folder = path.parent / "made"
    folder.mkdir(exist_ok=True)
    return SeriesType().read(path, folder, "0001")


def read_text(folder: Path, text: str | bytes, name: str = "a.csv") -> Facts:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path)


def made(facts: Facts, role: str) -> Made:
    return next(file for file in facts["made"] if file["role"] == role)


def codes(facts: Facts) -> dict[str, Any]:
    """The line of each warning, by its code."""
    return {one["code"]: one["values"].get("line") for one in facts["warnings"]}


def refusal(folder: Path, text: str | bytes) -> Problem:
    with pytest.raises(BadFile) as caught:
        read_text(folder, text)
    assert caught.value.problem.detail
    return caught.value.problem


def values_of(facts: Facts) -> Any:
    """Every value as a browser reads it: rows by channels."""
    file = made(facts, "values")
    kind = np.dtype("<f4" if file["facts"]["type"] == "float32" else "<f8")
    flat = np.fromfile(file["path"], dtype=kind)
    count, tile = len(facts["channels"]), file["facts"]["tile"]
    cuts = [flat[at : at + tile * count] for at in range(0, len(flat), tile * count)]
    return np.concatenate([cut.reshape(count, -1).T for cut in cuts])


def level_of(facts: Facts, number: int) -> Any:
    """The pairs of one level as a browser reads them: channels by stretches by two."""
    file = made(facts, "levels")
    about = file["facts"]["levels"][number]
    count, tile = len(facts["channels"]), file["facts"]["tile"]
    flat = np.fromfile(
        file["path"], dtype="<f4", offset=about["at"], count=about["count"] * count * 2
    )
    cuts = [flat[at : at + tile * count * 2] for at in range(0, len(flat), tile * count * 2)]
    pairs = np.concatenate([cut.reshape(count, -1, 2) for cut in cuts], axis=1)
    return pairs + np.array(file["facts"]["bases"])[:, None, None]


@pytest.mark.real
def test_the_facts_of_real_series_equal_an_independent_count(
    tmp_path: Path, real_data: Callable[[str], Path]
) -> None:
    paths = sorted((real_data("nab") / "realKnownCause").glob("*.csv"))
    assert len(paths) == 4
    for path in paths:
        copy = tmp_path / path.name
        copy.write_bytes(path.read_bytes())
        compare(path, read(copy))


def compare(path: Path, facts: Facts) -> None:
    """Hold the facts of a file of NAB against what is counted here."""
    with path.open() as file:
        rows = list(csv.DictReader(file))
    moments = [datetime.fromisoformat(row["timestamp"]) for row in rows]
    values = np.array([float(row["value"]) for row in rows])
    steps = np.diff([(one - moments[0]).total_seconds() for one in sorted(moments)])
    [channel] = facts["channels"]
    assert facts["rows"] == len(rows)
    assert (channel["low"], channel["high"]) == (values.min(), values.max())
    assert (facts["start"], facts["end"]) == (min(moments).isoformat(), max(moments).isoformat())
    assert facts["seconds"] == (max(moments) - min(moments)).total_seconds()
    assert facts["step"] == np.median(steps[steps > 0])
    assert facts["gaps"] == int((steps >= 1.5 * facts["step"]).sum())
    repeated = sum(1 for one in facts["warnings"] if one["code"] == "repeated-stamps")
    assert repeated == int((steps == 0).any())
    order = np.argsort(np.array(moments, dtype="datetime64[us]"), kind="stable")
    assert (values_of(facts)[:, 0] == values[order]).all()


TABLE = "time,temp [°C],load (%)\n2026-01-01T00:00:00Z,1.5,2\n2026-01-01T00:00:10Z,-3,nan\n"


def test_names_units_lowest_and_highest_are_read_from_csv(tmp_path: Path) -> None:
    facts = read_text(tmp_path, TABLE)
    assert facts["channels"] == [
        {"name": "temp", "unit": "°C", "low": -3.0, "high": 1.5, "missing": 0, "gaps": 0},
        {"name": "load", "unit": "%", "low": 2.0, "high": 2.0, "missing": 1, "gaps": 1},
    ]
    assert (facts["start"], facts["end"]) == ("2026-01-01T00:00:00Z", "2026-01-01T00:00:10Z")
    assert (facts["clock"], facts["seconds"], facts["media_type"]) == ("utc", 10.0, "text/csv")
    assert Image.open(made(facts, "thumbnail")["path"]).getbbox() is not None


@pytest.mark.parametrize(
    ("text", "start", "seconds"),
    [
        ("t,a\n5,1\n7.5,2\n", 5.0, 2.5),
        ("t [ms],a\n0,1\n250,2\n", 0.0, 0.25),
        ("ts,a\n1767225600,1\n1767225601,2\n", "2026-01-01T00:00:00Z", 1.0),
        ("ts,a\n1767225600000,1\n1767225600004,2\n", "2026-01-01T00:00:00Z", 0.004),
        ("a,date\n1,2026-01-01\n2,2026-01-03\n", "2026-01-01T00:00:00", 172800.0),
        ("Date,a\n1949-01,1\n1949-02,2\n", "1949-01-01T00:00:00", 31 * 86400.0),
        ("x;a\n0,5;1,5\n1,5;2,5\n", 0.5, 1.0),
        ("# made by a logger\n\nt\ta\n1\t1\n2\t2\n", 1.0, 1.0),
        (
            "t,a\n2026-01-01T00:00:00+02:00,1\n2026-01-01T00:00:01+02:00,2\n",
            *("2025-12-31T22:00:00Z", 1.0),
        ),
        (
            "t,a\n2026-01-01 00:00:00.1234567,1\n2026-01-01 00:00:00.2234567,2\n",
            *("2026-01-01T00:00:00.123456", 0.1),
        ),
    ],
)
def test_stamps_are_read_as_they_are_written(
    tmp_path: Path, text: str, start: Any, seconds: float
) -> None:
    facts = read_text(tmp_path, text)
    assert (facts["start"], facts["seconds"], facts["rows"]) == (start, seconds, 2)


def test_parquet_says_the_same_as_csv(tmp_path: Path) -> None:
    stamps = pa.array([0, 10_000_000], pa.timestamp("us", "UTC"))
    table = pa.table({"when": stamps, "a [V]": [1.5, None], "b": pa.array([1, 2], pa.int8())})
    pq.write_table(table, tmp_path / "a.parquet")
    facts = read(tmp_path / "a.parquet")
    assert facts["media_type"] == "application/vnd.apache.parquet"
    assert [one["name"] for one in facts["channels"]] == ["a", "b"]
    assert (facts["start"], facts["seconds"]) == ("1970-01-01T00:00:00Z", 10.0)
    assert codes(facts) == {"missing-values": 2}


def test_what_is_odd_is_said_with_its_line(tmp_path: Path) -> None:
    lines = ["t,a,b,c,word"]
    lines += [f"{row},{np.sin(row):.3f},{min(row, 200)},,x" for row in range(1000)]
    lines[11] = "10,inf,10,,x"
    lines[21] = "20,,20,,x"
    lines[31] = "29,0,error,,x"  # a time that was there
    lines[601] = "599,0,200,,x,too much"
    lines[701] = ""
    lines[801] = "790,0,200,,x"  # out of order
    del lines[900:950]
    facts = read_text(tmp_path, "\n".join(lines))
    assert codes(facts) == {
        "column-left-out": None,
        "ragged-rows": 602,
        "unsorted-stamps": 802,
        "repeated-stamps": 32,
        "gaps": 900,
        "not-a-number": 32,
        "infinite": 12,
        "missing-values": 32,  # the last of three: of “b”
        "stuck": 202,
        "empty-channel": None,
    }
    a, b, c = facts["channels"]
    assert (a["missing"], b["missing"], c["low"]) == (2, 1, None)
    assert (np.diff(np.fromfile(made(facts, "stamps")["path"])) >= 0).all()


def test_text_in_the_code_page_of_windows_is_understood(tmp_path: Path) -> None:
    facts = read_text(tmp_path, TABLE.encode("cp1252"))
    assert facts["channels"][0]["unit"] == "°C"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("", "empty-file", None),
        ("t,a\n", "no-rows", None),
        ("1,2\n3,4\n", "no-header", None),
        ("t,name\n1,x\n2,y\n", "no-channel", None),
        ("t\n1\n2\n", "no-channel", None),
        ("t,a\n1,nan\n2,\n", "no-number", None),
        ("t,a\n1,1\n\n2,1\nlater,1\n", "bad-stamp", 5),
        ("t,a\n2026-01-01,1\n,2\n", "bad-stamp", 3),
        ("t,a\n2026-01-01,1\n2026-02-30,2\n", "bad-stamp", 3),
        ("time,a,a\n1,2,3\n", "column-twice", None),
        ("t,a\n" + "1,2,3\n" * 30, "ragged-rows", 2),
        ("t,a\n" + "1,1\n" * 20 + '2,"2\n3,3\n4,4\n', "stray-quote", 22),
        (b"t,a\n1,2\x00\n", "not-a-table", None),
        (b"PAR1 but not really", "not-a-table", None),
        (
            "t," + ",".join(f"c{n}" for n in range(65)) + "\n" + ",".join(["1"] * 66),
            *("too-many-channels", None),
        ),
    ],
)
def test_what_is_no_series_is_refused_with_the_line(
    tmp_path: Path, text: str | bytes, code: str, line: int | None
) -> None:
    problem = refusal(tmp_path, text)
    assert (problem.code, problem.values.get("line")) == (code, line)


def test_more_values_than_allowed_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(series_reading, "MAX_VALUES", 3)
    assert refusal(tmp_path, TABLE).code == "too-many-values"


def test_one_sample_is_a_series(tmp_path: Path) -> None:
    facts = read_text(tmp_path, "t,a\n2026-01-01,7\n")
    assert (facts["rows"], facts["seconds"], facts["step"]) == (1, 0.0, 0.0)
    assert level_of(facts, 0).tolist() == [[[7, 7]]]


def brute(stamps: Any, values: Any, width: float, count: int) -> list[list[float]]:
    """Lowest and highest of each stretch in the order of occurrence, the slow way."""
    found = []
    for stretch in range(count):
        inside = [
            value
            for stamp, value in zip(stamps, values, strict=True)
            if min(int(stamp / width + 1e-9), count - 1) == stretch and not np.isnan(value)
        ]
        if not inside:
            found.append([np.nan, np.nan])
            continue
        low, high = min(inside), max(inside)
        found.append([low, high] if inside.index(low) <= inside.index(high) else [high, low])
    return found


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 3), st.integers(-5, 5) | st.just(np.nan)), min_size=1, max_size=90
    ),
    st.sampled_from([4, 16, 64]),
)
def test_the_pyramid_equals_brute_force(rows: list[tuple[float, float]], tile: int) -> None:
    stamps = np.cumsum([step for step, _value in rows]) - rows[0][0]
    values = np.array([[value] for _step, value in rows], dtype=np.float64)

    class Small(Plan):
        @property
        def tile(self) -> int:
            return tile

    plan = Small(len(rows), 1, float(stamps[-1]))
    level = finest_level(plan, stamps, lambda start, end: values[start:end])
    wanted = brute(stamps, values[:, 0], plan.width, plan.count)
    np.testing.assert_array_equal(level[0], wanted)
    next_level = series_pyramid.coarser(level)
    merged = [
        pairs_of(np.array(wanted[at : at + 4]).reshape(-1), np.zeros(1, dtype=np.int64))[0]
        for at in range(0, len(wanted), 4)
    ]
    np.testing.assert_array_equal(next_level[0], merged)


def test_levels_on_disk_hold_the_extremes_of_every_stretch(tmp_path: Path) -> None:
    stamps = np.arange(40_000) / 100
    values = 1e6 + np.sin(stamps) * np.random.default_rng(1).random(len(stamps))
    table = pa.table({"t": stamps, "a": values, "b": -values})
    pq.write_table(table, tmp_path / "a.parquet")
    facts = read(tmp_path / "a.parquet")
    levels = made(facts, "levels")["facts"]["levels"]
    assert [one["count"] for one in levels] == [5000, 1250, 313]
    assert not any(file["role"] == "stamps" for file in facts["made"])  # evenly apart
    for number, one in enumerate(levels):
        pairs = level_of(facts, number)[0]
        numbers = np.minimum((stamps / one["seconds"] + 1e-9).astype(int), one["count"] - 1)
        for stretch in (0, 7, one["count"] - 1):
            inside = values[numbers == stretch]
            assert sorted(pairs[stretch]) == pytest.approx([inside.min(), inside.max()], abs=1e-6)
            rises = inside.argmin() < inside.argmax()
            assert (pairs[stretch][0] < pairs[stretch][1]) == rises


def test_values_are_kept_exactly(tmp_path: Path) -> None:
    rows = ["t,a,b"] + [f"{row},{row * 0.1:.17g},{row}" for row in range(300)]
    facts = read_text(tmp_path, "\n".join(rows))
    assert made(facts, "values")["facts"]["type"] == "float64"
    assert values_of(facts)[:, 0].tolist() == [row * 0.1 for row in range(300)]
    coarse = read_text(tmp_path, "t,a\n" + "\n".join(f"{row},{row / 4}" for row in range(9)))
    assert made(coarse, "values")["facts"]["type"] == "float32"


def test_a_series_is_read_in_a_capped_child(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(TABLE)
    (tmp_path / "b.csv").write_text("no table at all")
    with FileReader(tmp_path, limits=limits_for("series")) as reader:
        files = [FileToRead(tmp_path / name, name, "series") for name in ("a.csv", "b.csv")]
        [(_a, good), (_b, bad)] = list(reader.read(files))
    assert isinstance(good, dict)
    assert good["rows"] == 2
    assert isinstance(bad, Problem)
    assert bad.code == "no-rows"


def test_parquet_is_known_by_its_bytes_and_csv_by_the_dataset_alone() -> None:
    assert find_data_type(b"PAR1\x15\x04", "x.bin") == "series"
    assert SeriesType().sniff(TABLE.encode(), "a.csv") is None
