"""The input benchmark times two roads that carry the same windows."""

import sys

import numpy as np
import pytest

from makers.places import REPOSITORY

pytest.importorskip("tensorflow")
sys.path.insert(0, str(REPOSITORY / "benchmarks"))

import input_pipeline


@pytest.fixture
def windows():
    return (np.random.default_rng(3).random((40, 128, 64)) < 0.05).astype(np.uint8)


def test_both_roads_carry_all_windows_and_augment_them(windows, tmp_path):
    """The study's way interpolates, which ours must not; its zoom and shifts keep the sum about."""
    files = input_pipeline.write_files(windows, tmp_path)
    input_pipeline.check_roads(windows, files)
    study = [m for m, _ in input_pipeline.study_batches(files, **input_pipeline.STUDY_AUGMENTATION)]
    ours = [maps for maps, _ in input_pipeline.our_batches(windows)]
    study, ours = np.concatenate(study), np.concatenate(ours)
    assert study.shape == ours.shape == (40, 128, 64, 1)
    assert np.isin(ours, (0, 1)).all()
    assert not np.isin(study, (0, 1)).all()
    for maps in (study, ours):
        assert 0.8 < maps.mean() / windows.mean() < 1.2
        # Each is moved; a shift of no rows, one of 25, stays as it is.
        assert (maps[..., 0] == windows).all(axis=(1, 2)).mean() < 0.2


def test_a_road_that_changes_windows_stops_the_benchmark(windows, tmp_path):
    files = input_pipeline.write_files(windows, tmp_path)
    np.save(files[7], 1.0 - windows[7])
    with pytest.raises(SystemExit, match="study changes windows"):
        input_pipeline.check_roads(windows, files)


def test_rates_are_told_as_median_range_and_ratio_turn_by_turn(capsys):
    """By hand: 600 / 100, 500 / 90 and 550 / 130."""
    rates = {"slow": [100.0, 90.0, 130.0], "fast": [600.0, 500.0, 550.0]}
    input_pipeline.report(rates, 256, against="slow")
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2].split() == ["slow", "100", "90", "130", "1.00", "1.00", "1.00"]
    assert lines[-1].split() == ["fast", "550", "500", "600", "5.56", "4.23", "6.00"]
    assert "OpenBLAS" in lines[-4]
