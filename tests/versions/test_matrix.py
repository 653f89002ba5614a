"""What pytest's last lines and the matrix say: written by hand, as pytest writes them."""

import pytest

from versions.matrix import BEGIN, END, HEADINGS, Outcome, read_outcome, row_of, with_rows

SAID = """\
========================= 8 passed in 0.10s =========================
..F..s.E                                                                 [100%]
=========================== short test summary info ============================
SKIPPED [3] tests/end_to_end/test_demo.py:54: the headless environment .venv is not set up
SKIPPED [1] tests/plugin/test_looks.py: Skipped: could not import 'x': No module named 'x'
SKIPPED [2] tests/end_to_end/test_strips.py:9: the headless environment .venv is not set up
FAILED tests/plugin/test_layers.py::test_a_list[a - b] - AssertionError: assert 1 == '1 passed'
ERROR tests/plugin/test_start.py::test_it_starts - RuntimeError
FAILED tests/plugin/test_sinks.py::test_b
====== 2 failed, 301 passed, 6 skipped, 4 warnings, 1 error in 61.07s (0:01:01) ======
"""


def test_counts_names_and_reasons_are_read():
    outcome = read_outcome(SAID, 1)
    assert (outcome.passed, outcome.failed, outcome.skipped) == (301, 3, 6)
    assert outcome.reasons == {
        "the headless environment .venv is not set up": 5,
        "could not import 'x': No module named 'x'": 1,
    }
    assert [name.split("::")[1] for name in outcome.broken] == [
        "test_a_list[a - b]",
        "test_it_starts",
        "test_b",
    ]
    assert not outcome.whole


@pytest.mark.parametrize(
    ("last", "counts"),
    [
        (
            "============================= 5 passed in 0.02s =============================",
            (5, 0, 0),
        ),
        ("5 passed in 0.02s", (5, 0, 0)),
        ("3 passed, 2 errors in 1.20s", (3, 2, 0)),
        ("=== 1 skipped, 2 xfailed, 1 xpassed in 3.00s ===", (2, 1, 1)),
        ("========= no tests ran in 0.01s =========", (0, 0, 0)),
        ("tests say: 7 failed, 1 passed in 3s of work", (0, 0, 0)),
    ],
)
def test_a_last_line_is_counted(last, counts):
    outcome = read_outcome(f"3 passed\n{last}\n", 0)
    assert (outcome.passed, outcome.failed, outcome.skipped) == counts


@pytest.mark.parametrize(
    ("said", "status", "whole"),
    [
        ("9 passed in 1.0s", 0, True),
        ("9 passed in 1.0s", -11, False),  # QGIS crashed while it ended
        ("9 passed, 1 failed in 1.0s", 1, False),
        ("no tests ran in 0.1s", 5, False),
        ("no tests ran in 0.1s", 0, False),
        ("Fatal Python error: Segmentation fault", 139, False),
    ],
)
def test_only_a_run_to_the_end_without_failures_is_whole(said, status, whole):
    assert read_outcome(said, status).whole is whole


def test_a_row_tells_why():
    facts = {"QGIS": "3.40.6", "Qt": "5.15.15", "GDAL": "3.10.3", "NumPy": "2.2.4"}
    assert row_of("13 (trixie)", facts, "2026-01-02", read_outcome(SAID, 1)) == (
        *("13 (trixie)", "3.40.6", "5.15.15", "3.10.3", "?", "2.2.4", "?", "2026-01-02"),
        *("301", "3: test_a_list[a - b], test_it_starts, test_b"),
        "6: 5 x the headless environment .venv is not set up; "
        "1 x could not import 'x': No module named 'x'",
    )


@pytest.mark.parametrize(
    ("status", "cell"),
    [(-11, "0; pytest ended with signal 11"), (139, "0; pytest ended with status 139"), (0, "0")],
)
def test_a_crash_is_told(status, cell):
    row = row_of("sid", {}, "2026-01-02", Outcome(5, 0, 0, status=status))
    assert dict(zip(HEADINGS, row))["Failed"] == cell


def test_many_failures_are_not_all_named():
    broken = tuple(f"tests/a.py::test_{number}" for number in range(489))
    row = row_of("sid", {}, "2026-01-02", Outcome(5, 489, 0, broken=broken, status=1))
    named = "test_0, test_1, test_2, test_3, test_4"
    assert dict(zip(HEADINGS, row))["Failed"] == f"489: {named}, 484 more"


def row(debian, date, why="0"):
    """A row of the matrix."""
    return (debian, "3.22", "5", "3", "3.11", "1", "1", date, "9", "0", why)


def test_a_run_replaces_its_own_row_alone():
    empty = f"Above.\n\n{BEGIN}\n{END}\n\nBelow.\n"
    first = with_rows(empty, [row("sid", "2026-01-01"), row("12 (bookworm)", "2026-01-01")])
    second = with_rows(first, [row("sid", "2026-02-02"), row("13 (trixie)", "2026-02-02")])
    assert second.splitlines() == [
        "Above.",
        "",
        BEGIN,
        f"| {' | '.join(HEADINGS)} |",
        f"| {' | '.join(['---'] * len(HEADINGS))} |",
        *(f"| {' | '.join(row(name, date))} |" for name, date in
          (("12 (bookworm)", "2026-01-01"), ("13 (trixie)", "2026-02-02"), ("sid", "2026-02-02"))),
        END,
        "",
        "Below.",
    ]  # fmt: skip
    assert with_rows(second, []) == second


def test_no_reason_breaks_the_table():
    document = with_rows(f"{BEGIN}\n{END}", [row("sid", "2026-01-01", "1: 1 x a|b\n c")])
    assert r"| 1: 1 x a\|b c |" in document
    assert with_rows(document, []) == document


def test_a_document_without_marks_is_refused():
    with pytest.raises(ValueError, match="no lines <!-- matrix: begin --> and"):
        with_rows(f"{END} {BEGIN}", [])
