"""Fixtures of the tests of batches."""

import pytest

from makers.batch_maps import QUICK
from ssf_model.__main__ import main


@pytest.fixture
def batch_of(tmp_path, model):
    """A function that runs a batch of some maps, with more options, and its folder."""
    out = tmp_path / "out"

    def run(maps, *more):
        words = ["batch", *map(str, maps), "--out", str(out), "--model", model, *QUICK]
        return main([*words, "--workers", "1", *more])

    return run, out
