"""Fixtures that every room's tests share."""

import os
from pathlib import Path

import pytest

try:
    from hypothesis import HealthCheck, settings
except ImportError:  # QGIS's own Python, whose tests draw no examples
    pass
else:
    # The same examples in every run, and no clock: a busy machine is no failure.
    settings.register_profile(
        "ssf",
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("ssf")

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """Folder with real fault maps and the published weights, which may not be distributed.

    SSF_REFERENCE_DATA names it; without it a folder beside the checkout is tried.
    """
    given = os.environ.get("SSF_REFERENCE_DATA")
    folder = Path(given) if given else REPOSITORY.parent / "shared" / "data"
    if not (folder / "faults").is_dir():
        pytest.skip("the reference data are not here; SSF_REFERENCE_DATA can name their folder")
    return folder


def pytest_configure(config: pytest.Config) -> None:
    """Refuse a run that was promised to skip nothing but cannot keep it."""
    config.addinivalue_line("markers", "numerical: ./check runs it under a second kernel, too")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Turn a skip into a failure where SSF_NO_SKIP=1 promises that all tests can run."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("SSF_NO_SKIP") == "1" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, but SSF_NO_SKIP=1: {reason}"
