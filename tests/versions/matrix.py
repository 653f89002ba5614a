"""What a run of pytest came to, by its last lines, and the table of a document that says so."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

BEGIN, END = "<!-- matrix: begin -->", "<!-- matrix: end -->"
HEADINGS = (
    *("Debian", "QGIS", "Qt", "GDAL", "Python", "NumPy", "onnxruntime", "Run on"),
    *("Passed", "Failed", "Skipped, and why"),
)
NAMED = 5  # failed tests; the log names all
_COUNT = re.compile(r"(\d+) (passed|failed|skipped|errors?|xfailed|xpassed)\b")
_LAST = re.compile(r"^=* ?((?:\d+ \w+(?:, )?)+) in [\d.]+s(?: \([\d:]+\))? ?=*$", re.MULTILINE)
_SKIPPED = re.compile(r"^SKIPPED \[(\d+)\] \S+?\.py(?::\d+)?: (.*)$", re.MULTILINE)
_BROKEN = re.compile(
    r"^(?:FAILED|ERROR) (\S+?\.py(?:::[^\s\[]+(?:\[.*?\](?= - |$))?)?)(?: - .*)?$", re.MULTILINE
)


@dataclass(frozen=True)
class Outcome:
    """Counts of a run, why tests were skipped, and which were not passed."""

    passed: int
    failed: int  # with tests that could not be set up
    skipped: int
    reasons: dict = field(default_factory=dict)  # reason -> number of tests
    broken: tuple = ()  # names of failed tests
    status: int = 0  # pytest's exit status; below 0 a signal

    @property
    def whole(self) -> bool:
        """Whether pytest came to its end, and nothing failed."""
        return self.status == 0 and self.failed == 0 and self.passed > 0


def read_outcome(said: str, status: int) -> Outcome:
    """
    Read the summary that `pytest -ra` ends with.

    Parameters
    ----------
    said : str
        All that pytest printed; without a last line, as after a crash, nothing is counted.
    status : int
        Its exit status.
    """
    lines = _LAST.findall(said)
    counts = Counter()
    if lines:
        for number, word in _COUNT.findall(lines[-1]):
            counts[word.rstrip("s") if word.startswith("error") else word] += int(number)
    reasons = Counter()
    for number, reason in _SKIPPED.findall(said):
        reasons[reason.strip().removeprefix("Skipped: ")] += int(number)
    return Outcome(
        counts["passed"] + counts["xfailed"],
        counts["failed"] + counts["error"] + counts["xpassed"],
        counts["skipped"],
        dict(reasons),
        tuple(_BROKEN.findall(said)),
        status,
    )


def row_of(debian: str, facts: dict, date: str, outcome: Outcome) -> tuple[str, ...]:
    """The cells of a line of the matrix; `facts` has the versions by name."""
    versions = [str(facts.get(name, "?")) for name in HEADINGS[1:7]]
    return (debian, *versions, date, str(outcome.passed), failures(outcome), skips(outcome))


def failures(outcome: Outcome) -> str:
    """The number of failed tests and their names, or how the run ended."""
    if outcome.status not in (0, 1):
        ended = f"signal {-outcome.status}" if outcome.status < 0 else f"status {outcome.status}"
        return f"{outcome.failed}; pytest ended with {ended}"
    named = [name.split("::", 1)[-1] for name in outcome.broken[:NAMED]]
    if len(outcome.broken) > NAMED:
        named.append(f"{len(outcome.broken) - NAMED} more")
    return f"{outcome.failed}: {', '.join(named)}" if named else str(outcome.failed)


def skips(outcome: Outcome) -> str:
    """The number of skipped tests, with the number for each reason."""
    ordered = sorted(outcome.reasons.items(), key=lambda item: (-item[1], item[0]))
    words = "; ".join(f"{number} x {reason}" for reason, number in ordered)
    return f"{outcome.skipped}: {words}" if words else str(outcome.skipped)


def with_rows(document: str, rows: list[tuple[str, ...]]) -> str:
    """
    A document whose matrix has these rows in place of those of the same Debians.

    Raises
    ------
    ValueError
        Where the document has no marks between which the matrix could stand.
    """
    before, begin, rest = document.partition(BEGIN)
    old, end, after = rest.partition(END)
    if not (begin and end):
        message = f"The document has no lines {BEGIN} and {END}, between which the matrix stands."
        raise ValueError(message)
    by_debian = {row[0]: row for row in _rows_in(old)}
    by_debian.update({row[0]: tuple(map(_one_cell, row)) for row in rows})
    ordered = [by_debian[name] for name in sorted(by_debian, key=_age)]
    lines = [HEADINGS, ("---",) * len(HEADINGS), *ordered]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def _rows_in(table: str) -> list[tuple[str, ...]]:
    """Rows below the headings of a table."""
    lines = [line for line in table.splitlines() if line.startswith("|")]
    cells = (re.split(r"(?<!\\)\|", line.strip()[1:-1]) for line in lines[2:])
    return [tuple(cell.strip() for cell in row) for row in cells]


def _one_cell(text: str) -> str:
    """Text that breaks no table."""
    return " ".join(text.split()).replace("|", r"\|")


def _age(debian: str) -> tuple[int, str]:
    """Numbered Debians by number, sid behind them."""
    number = re.match(r"\d+", debian)
    return (int(number[0]) if number else 10_000, debian)
