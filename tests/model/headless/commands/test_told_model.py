"""A model that is told how finely a map is drawn, through every verb, as a user runs them."""

import json

import numpy as np
import pytest
import shapely

from makers.batch_maps import tables
from makers.map_files import ORIGIN, read, write
from makers.onnx_networks import told_of_detail, written
from ssf_model.__main__ import main

CALIBRATED = {"level": 0.9, "stretch_px": [10], "widen_by": [0.01, 0.3], "shift_px": 2.5}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Random weights, equivariant, with a calibrated interval; its KE lies about 0.3."""
    folder = tmp_path_factory.mktemp("told")
    return str(written(folder, told_of_detail(128, 64, seed=2, interval=CALIBRATED)))


@pytest.fixture
def drawn(tmp_path):
    """A fault of 40 km that is finely drawn in its western half, coarsely in the eastern."""
    fine = np.arange(-20_000, 0, 400.0)
    fine = np.column_stack([fine, 100 * np.sin(fine / 500)])
    coarse = [[0, 0], [4_000, 250], [8_000, -50], [12_000, 200], [16_000, -100], [20_000, 0]]
    line = np.concatenate([fine, coarse]) + ORIGIN
    return write(tmp_path / "drawn.gpkg", [shapely.linestrings(line)])


def estimated(drawn, told, out, *options):
    assert main(["estimate", drawn, "--out", str(out), "--model", told, *options]) == 0
    return read(out, "windows")[0]


def test_windows_carry_the_interval_and_coarse_lines_make_it_wide(drawn, told, tmp_path):
    windows = estimated(drawn, told, tmp_path / "out.gpkg")
    coarse = windows["flags"] == "coarse_trace"
    assert set(windows["flags"]) == {"", "coarse_trace"}
    assert set(windows["n_members"]) == {15}
    assert np.isnan(windows["by_flip"]).all()
    assert (windows["by_shift"] > 0).all()
    assert (windows["ke_low"] <= windows["ke"]).all()
    assert (windows["ke"] <= windows["ke_high"]).all()
    width = windows["ke_high"] - windows["ke_low"]
    assert width[coarse].min() > width[~coarse].max() + 0.1
    assert coarse.sum() == (~coarse).sum() == 3


def test_mirror_images_change_nothing_and_are_not_asked_for(drawn, told, tmp_path):
    """Symmetry: all four give the same; the sense makes no difference either."""
    expected = estimated(drawn, told, tmp_path / "auto.gpkg")
    mirrored = estimated(drawn, told, tmp_path / "all.gpkg", "--flips", "all")
    sinistral = estimated(drawn, told, tmp_path / "left.gpkg", "--sense", "sinistral")
    assert set(mirrored["n_members"]) == {60}
    assert mirrored["by_flip"].max() < 1e-5
    for name in ("ke", "ke_low", "ke_high", "ke_p05", "ke_p95"):
        np.testing.assert_allclose(sinistral[name], expected[name], rtol=0, atol=1e-5)
    for name in ("ke", "ke_low", "ke_high"):
        np.testing.assert_allclose(mirrored[name], expected[name], rtol=0, atol=1e-5)


def test_both_engines_and_a_batch_give_the_same(drawn, told, tmp_path):
    words = ["--model", told, "--engine", "numpy"]
    by_numpy = estimated(drawn, told, tmp_path / "numpy.gpkg", "--engine", "numpy")
    expected = estimated(drawn, told, tmp_path / "expected.gpkg")
    for name in ("ke", "ke_low", "ke_high", "by_thickness"):
        np.testing.assert_allclose(by_numpy[name], expected[name], rtol=0, atol=1e-5)
    out = tmp_path / "batch"
    assert main(["batch", drawn, "--out", str(out), "--workers", "2", *words]) == 0
    assert tables(out / "drawn.gpkg") == tables(tmp_path / "numpy.gpkg")
    settings = json.loads((out / "batch" / "settings.json").read_text())
    assert settings["flips"] == "none"
    assert main(["batch", drawn, "--out", str(out), *words, "--flips", "none"]) == 0
    assert main(["batch", drawn, "--out", str(out), *words, "--flips", "all"]) == 1


def test_its_map_is_explained_and_compared_with_itself(drawn, told, tmp_path):
    out = tmp_path / "why.gpkg"
    assert main(["explain", drawn, "--out", str(out), "--model", told]) == 0
    columns = read(out, "columns")[0]
    assert len(columns["lost"]) == 6 * 16
    assert np.isfinite(columns["lost"]).all()
    assert np.abs(columns["contribution"]).max() > 1e-4
    assert len(read(out, "stretches")[0]["ke_change"]) > 30  # about one a kilometre of 31
    out = tmp_path / "difference.gpkg"
    assert main(["compare", drawn, drawn, "--out", str(out), "--model", told]) == 0
    windows = read(out, "windows")[0]
    assert set(windows["n_members"]) == {15}
    np.testing.assert_allclose(windows["ke_change"], 0, rtol=0, atol=1e-6)


def test_the_card_and_the_report_tell_of_it(drawn, told, tmp_path, capsys):
    assert main(["model", told]) == 0
    card = json.loads(capsys.readouterr().out)
    assert (card["equivariant"], card["interval"]) == (True, CALIBRATED)
    report = tmp_path / "report.html"
    estimated(drawn, told, tmp_path / "out.gpkg", "--report", str(report))
    text = report.read_text(encoding="utf-8")
    assert "<td>Answers mirror images alike</td><td>yes</td>" in text
    assert "<td>Mirror images</td><td>none</td>" in text
    assert "Calibration of the interval" in text
