"""A network's own interval is calibrated as it is used, and holds what it says it holds."""

import dataclasses
import json

import numpy as np
import pytest

from makers.drawn_maps import model_told
from makers.wandering import SCALE, wandering
from ssf_model.errors import InputError, ModelError
from ssf_model.estimate.interval import calibrated_interval
from ssf_model.network.interval_entry import interval_entry, stretch_class
from ssf_model.network.model_card import ModelCard
from ssf_model.options import Options
from ssf_model.scale import ExperimentScale
from training.publishing.verification import interval_differences
from training.scoring.own_interval import card_interval, interval_text, own_interval, widened
from training.scoring.readings import read_frame, read_set
from training.windows.dataset import load_windows, write_windows
from training.windows.mapper import draw_style, mapped_lines
from training.windows.pen import centre_lines

pytestmark = pytest.mark.numerical

EDGES, WIDEN_BY = [3.0, 8.0], [0.02, -0.01, 0.3]


def narrow(window, stretch_px):
    """Bounds much too near to KE, which is the share of rows with a fault."""
    ke = float(window.any(axis=1).mean()) * (1 + 0.001 * stretch_px)
    return ke, ke - 0.01, ke + 0.02


def model_of(answer=narrow, **entries):
    grid = {"window_rows": 48, "window_cols": 24, "stride_px": 18, "pixel_size_m": 90.0}
    return model_told(answer, equivariant=True, **grid, **entries)


@pytest.fixture(scope="module")
def windows(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wandering") / "windows"
    write_windows([wandering(name) for name in "ABCDE"], folder)
    return load_windows(folder)


@pytest.fixture(scope="module")
def sets(windows):
    rows = np.arange(len(windows))
    return {
        "train": rows[windows.experiment == "E"],
        "calibration": rows[np.isin(windows.experiment, ["A", "B", "C"])],
        "test": rows[windows.experiment == "D"],
    }


@pytest.fixture(scope="module")
def found(windows, sets):
    return own_interval(windows, sets, model_of(), shift_px=1.0, level=0.8, frames=8, seed=3)


def test_intervals_are_widened_as_they_are_in_use(windows):
    """Truth: `calibrated_interval`, which estimates go by, one window after the other."""
    entry = {"level": 0.8, "shift_px": 1.0, "stretch_px": EDGES, "widen_by": WIDEN_BY}
    model = model_of(interval=entry)
    rows = np.flatnonzero(windows.experiment == "A")
    options = Options(shift_px=1.0)
    part = read_set(windows, rows, model, options=options, frames=8, seed=3, mapped=True)
    expected = []
    for frame in range(8):
        style_rng = np.random.default_rng([3, 3554254475, frame])  # CRC-32 of "A"
        lines = mapped_lines(
            centre_lines(wandering("A").fault_map[:, :, frame]),
            draw_style(style_rng),
            rng=style_rng,
        )
        read = read_frame(
            wandering("A").fault_map[:, :, frame],
            model,
            scale=SCALE,
            options=options,
            lines_of=lambda _, lines=lines: lines,
        )
        expected += [calibrated_interval(window, model.card) for window in read]
    np.testing.assert_allclose(widened(part, EDGES, WIDEN_BY).T, expected, rtol=0, atol=1e-12)
    assert len(set(stretch_class(part.stretch_px, EDGES).tolist())) > 1


def test_the_calibrating_set_holds_its_share_of_every_class(found):
    """Truth: of m labels at least ceil(.8 (m + 1)) lie within, by the conformal quantile."""
    held = found["sets"]["calibration"]["held"]
    for name, of in held["stretch_px"].items():
        m = of["n_windows"]
        assert of["held"] * m >= np.ceil(0.8 * (m + 1)) - 1e-9, name
    assert max(found["widen_by"]) > 0.05  # the bounds that the network tells are much too near
    assert held["all"]["all"]["n_experiments"] == 3


def test_shares_are_counted_by_family_and_checked_on_other_sets(found, sets):
    assert set(found["sets"]) == {"calibration", "test"}  # nothing is never_seen here
    assert set(found["sets"]["test"]["held"]["family"]) == {"bend+frictional"}
    assert set(found["sets"]["calibration"]["held"]["family"]) == {"step+viscous"}
    assert found["sets"]["test"]["n_read"] == len(sets["test"])
    assert "Set `test`" in interval_text(found)


def test_the_cards_entry_is_one_that_a_card_takes(found):
    entry = card_interval(found)
    assert interval_entry("interval", entry) == entry
    card = dataclasses.replace(ModelCard(name="m", version="1"), interval=entry)
    assert card.interval["held"]["test"]["all"] == found["sets"]["test"]["held"]["all"]["all"]


@pytest.fixture(scope="module")
def stated(found):
    """The entry as a card gives it back."""
    return json.loads(json.dumps(card_interval(found)))


def test_what_a_card_states_is_found_again(stated, windows, sets):
    differences = interval_differences(stated, model_of(), windows, sets)
    assert set(differences.values()) == {0.0}
    classes = len(stated["stretch_px"]) + 1
    assert {f"widen_by {number}" for number in range(classes)} <= set(differences)
    assert {"held, test, all", "held, calibration, all"} <= set(differences)


@pytest.mark.parametrize("off", [0.02, -0.03])
def test_a_stated_number_that_was_touched_up_is_told_by_how_much(stated, windows, sets, off):
    touched = json.loads(json.dumps(stated))
    touched["widen_by"][-1] += off
    touched["held"]["test"]["all"]["held"] -= 2 * off
    differences = interval_differences(touched, model_of(), windows, sets)
    expected = {
        f"widen_by {len(stated['widen_by']) - 1}": abs(off),
        "held, test, all": 2 * abs(off),
    }
    assert {name: by for name, by in differences.items() if by} == pytest.approx(expected)


@pytest.mark.parametrize("change", ["edges", "a class more"])
def test_classes_that_are_not_found_again_are_refused(stated, windows, sets, change):
    touched = json.loads(json.dumps(stated))
    if change == "edges":
        touched["stretch_px"].append(900.0)
    else:
        touched["held"]["test"]["900 px and above"] = touched["held"]["test"]["all"]
    with pytest.raises(ModelError, match="classes of its interval that are not found again"):
        interval_differences(touched, model_of(), windows, sets)


def test_without_families_to_calibrate_by_it_is_refused(windows, sets):
    with pytest.raises(InputError, match=r"no set 'calibration'; `split --calibrate FAMILY`"):
        own_interval(
            windows, {"test": sets["test"]}, model_of(),
            shift_px=1.0, level=0.8, frames=2, seed=1,
        )  # fmt: skip


def test_a_frame_is_read_as_generalized_where_that_is_asked():
    """Two lines 2 px apart are one to a camera, and the flag says so."""
    scale = ExperimentScale()
    beside = np.zeros((scale.window_rows, scale.window_cols), np.uint8)
    lines = [np.array([[-9.0, y], [scale.window_cols + 9.0, y]]) for y in (62.5, 64.5)]
    told = []

    def answer(window, stretch_px):
        rows = window.any(axis=1)
        told.append(int((rows[1:] > rows[:-1]).sum()))
        return 0.5, 0.4, 0.6

    for generalize in (False, True):
        (reading,) = read_frame(
            beside,
            model_told(answer, equivariant=True),
            scale=scale,
            options=Options(shift_px=0.0, thickness_px=(1.0,)),
            lines_of=lambda _: lines,
            generalize=generalize,
        )
        assert ("generalized" in reading.flags) == generalize
    assert told == [2, 1], "bands of rows with a fault"
