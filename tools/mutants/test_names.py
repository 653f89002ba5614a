"""A plugin of pytest for `record`: processes learn which test started them, times are kept."""

import json
import os
import signal

import pytest

seen: dict = {}


def pytest_sessionstart():
    """Answer SIGTERM as without coverage, whose answer ends the run where a test sends one."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item):
    """Name the test for coverage in processes that it starts."""
    os.environ["SSF_TEST_NOW"] = item.nodeid


def pytest_runtest_logreport(report):
    """Add up the seconds of a test and keep how it ended."""
    seconds, outcome = seen.get(report.nodeid, (0.0, "passed"))
    outcome = report.outcome if report.outcome != "passed" else outcome
    seen[report.nodeid] = (seconds + report.duration, outcome)


def pytest_sessionfinish():
    """Write both down."""
    with open(os.environ["SSF_TESTS_KEPT"], "w", encoding="utf-8") as file:
        json.dump(seen, file)
