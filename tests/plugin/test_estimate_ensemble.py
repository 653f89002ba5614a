"""ssf:estimateke: which models and engine run, and the ensemble that a window is asked with."""

import statistics
import sys
import types

import pytest

from makers.hand_made_layers import SHIPPED_MEMBERS, kes, make_layer, rows, straight
from ssf_model.network.numpy_products import by_loops, by_numpy


@pytest.mark.parametrize(
    ("settings", "members"),
    [
        ({}, 15),
        ({"THICKNESS": "3"}, 5),
        ({"FLIPS": "all"}, 60),
        ({"FLIPS": "none"}, 15),
        ({"FLIPS": "all", "THICKNESS": "3"}, 20),
        ({"FLIPS": "auto", "THICKNESS": "3"}, 5),  # the shipped model needs none
        ({"THICKNESS": "2, 4", "FLIPS": "none", "SHIFT": 0}, 2),
        ({"OTHER_PIXEL_SIZES": "88; 120", "FLIPS": "none", "SHIFT": 0}, 9),
    ],
)
def test_the_ensemble_is_what_was_asked_for(estimate, settings, members):
    windows = rows(estimate(make_layer([straight()]), **settings)["WINDOWS"])
    assert {row["n_members"] for row in windows} == {members}


def test_the_table_of_members_holds_what_the_windows_are_the_median_of(estimate):
    results = estimate(make_layer([straight()]), MEMBERS="TEMPORARY_OUTPUT", FLIPS="none", SHIFT=0)
    answers = {}
    for row in rows(results["MEMBERS"]):
        answers.setdefault(row["window"], {})[row["thickness_px"]] = row["ke_raw"]
    assert [set(found) for found in answers.values()] == [{2.0, 3.0, 4.0}] * 3
    for window in rows(results["WINDOWS"]):
        found = answers[window["window"]].values()
        assert window["ke_raw"] == pytest.approx(statistics.median(found))
        assert window["by_thickness"] == pytest.approx(max(found) - min(found))


@pytest.mark.parametrize(("product", "engine"), [(by_numpy, "numpy"), (by_loops, "onnxruntime")])
def test_it_says_which_model_and_engine_run(estimate, monkeypatch, product, engine):
    """A QGIS whose NumPy has no quick matrix product, as Debian 13's, had onnxruntime run it."""
    monkeypatch.setattr("ssf_model.network.engines.product", lambda: product)
    said = estimate(make_layer([straight()]))["said"]
    assert f"runs on {engine}" in said
    assert "screening estimate" in said


def test_the_engine_can_be_chosen(estimate):
    """The estimates are the same to float32's rounding, see the engines' own tests."""
    by_engine = {
        engine: estimate(make_layer([straight()]), ENGINE=engine)
        for engine in ("onnxruntime", "numpy")
    }
    assert "runs on numpy" in by_engine["numpy"]["said"]
    assert kes(by_engine["numpy"]) == pytest.approx(kes(by_engine["onnxruntime"]), abs=1e-4)


def test_a_broken_onnxruntime_is_told_of_and_numpy_runs(estimate, monkeypatch):
    monkeypatch.setattr("ssf_model.network.engines.product", lambda: by_loops)  # else not needed
    monkeypatch.setitem(sys.modules, "onnxruntime", types.ModuleType("onnxruntime"))
    said = estimate(make_layer([straight()]))["said"]
    assert "onnxruntime is installed but broken" in said
    assert "runs on numpy" in said


def test_two_models_double_the_ensemble(estimate, qgis):
    from ssf_model.network.model import default_model_path

    path = str(default_model_path())
    windows = rows(estimate(make_layer([straight()]), MODEL=[path, path])["WINDOWS"])
    assert {row["n_members"] for row in windows} == {2 * SHIPPED_MEMBERS}
