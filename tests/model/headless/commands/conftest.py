"""Fixtures of the tests that run every verb."""

import pytest


@pytest.fixture(scope="session")
def verbs(tmp_path_factory):
    """Where all verbs of the command line can be run and stopped at a tiny size."""
    from makers.killing import bench

    with bench("ssf_model", tmp_path_factory.mktemp("verbs") / "bench") as made:
        yield made
