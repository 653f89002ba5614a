"""Many estimates in one process: nothing is left open or lying about, and memory does not grow."""

import gc
import os
import sys
import tempfile
import tracemalloc

import pytest

from makers.batch_maps import QUICK, wavy_map
from ssf_model.__main__ import main

WARM_UP, ESTIMATES = 5, 30  # benchmarks/long_runs.py makes as many as one likes
MOST_BYTES = 1_000_000  # in all the estimates behind the warm-up; a map and its plan take 200,000


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc tells what is open")
def test_estimates_in_a_row_leave_nothing_open_and_take_no_more_memory(
    tmp_path, model, monkeypatch, capsys
):
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    maps = [wavy_map(tmp_path / f"{seed}.gpkg", zones=1, length_km=8, seed=seed) for seed in (0, 1)]
    out = str(tmp_path / "r.gpkg")
    opened, held = [], []
    tracemalloc.start()
    try:
        for number in range(ESTIMATES):
            words = ["estimate", maps[number % 2], "--out", out, "--overwrite", "--model", model]
            assert main([*words, *QUICK]) == 0
            capsys.readouterr()
            gc.collect()
            opened.append(len(os.listdir("/proc/self/fd")))
            held.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert max(opened[WARM_UP:]) <= opened[WARM_UP - 1]
    assert held[-1] - held[WARM_UP - 1] < MOST_BYTES
    assert sorted(os.listdir(tmp_path)) == ["0.gpkg", "1.gpkg", "r.gpkg", "tmp"]
    assert os.listdir(tmp_path / "tmp") == []
