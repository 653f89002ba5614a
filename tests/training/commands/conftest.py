"""Fixtures of the tests that run every verb of training."""

import pytest


@pytest.fixture(scope="session")
def experiments(tmp_path_factory):
    """Where all verbs of training can be run and stopped at a tiny size."""
    pytest.importorskip("tensorflow")
    from makers.killing import bench

    with bench("training", tmp_path_factory.mktemp("training") / "bench") as made:
        yield made
