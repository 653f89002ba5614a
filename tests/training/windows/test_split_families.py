"""Families of virtual experiments that a split holds out or calibrates by."""

import pytest

from makers.dealt_windows import windows_of
from ssf_model.errors import InputError
from training.virtual.runs import LABORATORY_FRAMES
from training.windows.split import make_split

FAMILIES = {"EB_025_1": ["step", "viscous"], "EB_050_2": ["bend", "frictional"]}


@pytest.mark.parametrize("by", ["experiment", "k-fold"])
@pytest.mark.parametrize(
    ("hold_out", "held"),
    [
        (["step"], {"EB_025_1"}),
        (["frictional"], {"EB_050_2"}),
        (["viscous", "bend"], {"EB_025_1", "EB_050_2"}),
    ],
)
def test_held_out_families_are_never_seen_and_the_others_are_dealt(by, hold_out, held):
    windows = windows_of(dict.fromkeys(LABORATORY_FRAMES, 15), families=FAMILIES)
    options = {"fold": 1} if by == "k-fold" else {}
    made = make_split(windows, by=by, seed=1, hold_out=hold_out, **options)
    assert set(made["sets"]["never_seen"]) == held | {"PP_150_1"}
    assert made["sets"]["never_seen"][min(held)] == [0, 1, 2, 3, 4]
    others = [set(made["sets"][name]) for name in ("train", "validation", "test")]
    assert set.union(*others) == set(LABORATORY_FRAMES) - held - {"PP_150_1"}
    assert made["held_out"] == hold_out
    assert "held_out" not in make_split(windows, by=by, seed=1, **options)


def test_a_family_that_no_experiment_belongs_to_is_refused():
    windows = windows_of(dict.fromkeys(LABORATORY_FRAMES, 15), families=FAMILIES)
    with pytest.raises(InputError, match="a family 'steps'; there is bend, frictional, step, visc"):
        make_split(windows, by="experiment", seed=1, hold_out=["steps"])
    bare = windows_of(dict.fromkeys(LABORATORY_FRAMES, 15))
    with pytest.raises(InputError, match="there is none, only virtual experiments have families"):
        make_split(bare, by="experiment", seed=1, hold_out=["step"])


def test_families_calibrate_apart_from_all_other_sets():
    windows = windows_of(dict.fromkeys(LABORATORY_FRAMES, 15), families=FAMILIES)
    made = make_split(
        windows, by="experiment", seed=1, hold_out=["bend+frictional"], calibrate=["step"]
    )
    assert made["sets"]["calibration"] == {"EB_025_1": [0, 1, 2, 3, 4]}
    assert set(made["sets"]["never_seen"]) == {"EB_050_2", "PP_150_1"}
    assert made["calibrating"] == ["step"]
    others = [set(made["sets"][name]) for name in ("train", "validation", "test")]
    assert set.union(*others) == set(LABORATORY_FRAMES) - {"EB_025_1", "EB_050_2", "PP_150_1"}


@pytest.mark.parametrize(
    ("calibrate", "message"),
    [
        (["step"], "EB_025_1 is of families both to be held out and to calibrate by"),
        (["step+frictional"], "No experiment belongs to a family 'step.frictional'"),
    ],
)
def test_families_that_cannot_calibrate_are_refused(calibrate, message):
    windows = windows_of(dict.fromkeys(LABORATORY_FRAMES, 15), families=FAMILIES)
    with pytest.raises(InputError, match=message):
        make_split(windows, by="experiment", seed=1, hold_out=["viscous"], calibrate=calibrate)
