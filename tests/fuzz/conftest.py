"""What came of all cases is told at the end."""

from makers.fuzzing import COUNTS


def pytest_terminal_summary(terminalreporter):
    """A line a kind of case: how many, and what came of them."""
    for kind, outcomes in COUNTS.items():
        told = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
        terminalreporter.write_line(f"fuzz {kind}: {sum(outcomes.values())} tried, {told}")
