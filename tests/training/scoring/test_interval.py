"""The band of drawings is read as maps in use are, and holds what it says it holds."""

import dataclasses
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from ssf_model.drawing.windows import cut_windows
from ssf_model.errors import InputError
from ssf_model.estimate.ensemble import Member, list_members
from ssf_model.network.model import Model
from ssf_model.network.model_card import ModelCard
from ssf_model.options import Options
from ssf_model.scale import ExperimentScale
from training.experiments.experiment import Experiment
from training.publishing.model_card import spread_in
from training.scoring.conformal import conformal_half_width
from training.scoring.interval import card_spread, measure_spread, spread_text
from training.scoring.readings import Readings, frame_map, read_frame, read_set
from training.windows.dataset import load_windows, write_windows
from training.windows.pen import redraw

pytestmark = pytest.mark.numerical

SCALE = ExperimentScale(pixel_size_m=90.0, window_rows=48, window_cols=24, stride_px=18)


class Counting(Model):
    """A network that answers the share of a window's pixels that are fault, and a little tilt."""

    def __init__(self, **entries):
        card = ModelCard(
            name="counting", version="1", window_rows=48, window_cols=24, stride_px=18,
            pixel_size_m=90.0, **entries,
        )  # fmt: skip
        super().__init__(Path("counting.onnx"), card, "test", self._count)

    @staticmethod
    def _count(maps):
        tilt = np.linspace(0.5, 1.5, maps.shape[2], dtype=np.float32)
        return (maps * tilt).mean(axis=(1, 2)).astype(np.float32)


def lined(name, frames=5, rows=48):
    """A line over 60 columns that wanders about the middle and grows frame by frame."""
    rng = np.random.default_rng(sum(map(ord, name)))
    maps = np.zeros((rows, 60, frames), np.uint8)
    course = np.clip(24 + np.cumsum(rng.integers(-1, 2, 60)), 18, 30)
    for frame in range(frames):
        for col in range(12 * (frame + 1)):
            maps[course[col] - 1 : course[col] + 2, col, frame] = 1
    labels = rng.random((3, frames))
    return Experiment(name, "virtual", maps, labels, np.full((3, frames), 0.1), SCALE)


@pytest.fixture(scope="module")
def windows(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lined") / "windows"
    write_windows([lined("A"), lined("B"), lined("C")], folder, pens=("raw", "drawn"))
    return load_windows(folder)


def test_a_frame_is_put_together_again_from_its_windows(windows):
    """Oracle: the experiment's own map. Early frames leave windows blank, and so left out."""
    shown = lined("B")
    for frame in range(5):
        drawn = np.char.find(windows.source, "drawn") >= 0
        rows = np.flatnonzero((windows.experiment == "B") & (windows.frame == frame) & ~drawn)
        fault_map, scale = frame_map(windows, rows)
        np.testing.assert_array_equal(fault_map, shown.fault_map[:, :, frame])
        assert scale == SCALE


def raw_of(found):
    """Raw KE by all members of every window."""
    return np.stack([window.raw for window in found])


def test_an_unmoved_member_reads_what_the_pen_draws():
    """Oracle: `redraw`, which drew the training's windows, cut and read one by one."""
    fault_map, model = lined("A").fault_map[:, :, 4], Counting()
    raw = raw_of(read_frame(fault_map, model, scale=SCALE, options=Options()))
    members = list_members([model], scale=SCALE, options=Options())
    for number, member in enumerate(members):
        if member.along_px or member.across_px or member.flip != "none":
            continue
        drawn = cut_windows(redraw(fault_map, thickness_px=member.thickness_px), scale=SCALE)
        np.testing.assert_allclose(raw[:, number], model.predict(drawn), rtol=1e-6)
    assert np.ptp(raw[0]) > 0.01  # members differ


def test_windows_that_would_carry_a_flag_are_told_apart():
    """A line near the rim is off centre; one that covers a third of a window is a lone segment."""
    flat = np.zeros((48, 60), np.uint8)
    off, short = flat.copy(), flat.copy()
    off[4:7] = 1
    short[23:26, :8] = 1
    flat[23:26] = 1

    def plain(fault_map):
        found = read_frame(fault_map, Counting(), scale=SCALE, options=Options())
        return [window.as_calibrated for window in found]

    assert not any(plain(off))
    assert not any(plain(short))
    assert not any(plain(flat))  # one straight stretch is longer than 10 px
    assert any(plain(lined("A").fault_map[:, :, 4]))


def test_frames_are_drawn_by_the_seed_and_of_the_set_alone(windows):
    options, model = Options(shift_px=0.0), Counting()
    of_set = np.flatnonzero((windows.experiment != "A") & (windows.window != 1))
    some = read_set(windows, of_set, model, options=options, frames=2, seed=4)
    assert sorted(set(some.experiment.tolist())) == ["B", "C"]
    every = read_set(windows, of_set, model, options=options, frames=99, seed=4)
    measured = np.char.find(windows.source, "drawn") < 0
    expected = np.sort(windows.ke[np.intersect1d(of_set, np.flatnonzero(measured))])
    np.testing.assert_array_equal(np.sort(every.ke), expected)
    alone = read_set(windows, np.flatnonzero((windows.experiment == "C") & (windows.window != 1)),
                     model, options=options, frames=2, seed=4)  # fmt: skip
    np.testing.assert_array_equal(alone.raw, some.raw[some.experiment == "C"])
    other = read_set(windows, of_set, model, options=options, frames=2, seed=5)
    assert not np.array_equal(other.ke, some.ke)


def test_frames_can_be_read_as_mappers_draw_them(windows):
    """The same windows and labels, other lines; by the seed, and of the frame alone."""
    options, model, rows = Options(shift_px=0.0), Counting(), np.arange(len(windows))
    plain, mapped, again = (
        read_set(windows, rows, model, options=options, frames=3, seed=4, mapped=mapped)
        for mapped in (False, True, True)
    )
    np.testing.assert_array_equal(mapped.raw, again.raw)
    np.testing.assert_array_equal(mapped.ke, plain.ke)
    assert not np.array_equal(mapped.raw, plain.raw)
    own = np.flatnonzero(windows.experiment == "C")
    alone = read_set(windows, own, model, options=options, frames=3, seed=4, mapped=True)
    np.testing.assert_array_equal(alone.raw, mapped.raw[mapped.experiment == "C"])


def test_a_frame_is_read_by_the_lines_it_is_given():
    """A straight line instead of a wandering one, as burned by hand; and no line at all."""
    fault_map, model = lined("A").fault_map[:, :, 4], Counting()
    line = np.array([[0.0, 20.0], [60.0, 20.0]])
    found = read_frame(
        fault_map, model, scale=SCALE, options=Options(shift_px=0.0), lines_of=lambda _: [line]
    )
    raw = raw_of(found)
    members = list_members([model], scale=SCALE, options=Options(shift_px=0.0))
    for number, member in enumerate(members):
        if member.flip != "none" or member.thickness_px == 3:
            continue
        half = int(member.thickness_px / 2)  # the line runs between two rows of pixels
        by_hand = np.zeros((48, 60), np.uint8)
        by_hand[28 - half : 28 + half] = 1
        expected = model.predict(cut_windows(by_hand, scale=SCALE))
        np.testing.assert_allclose(raw[:, number], expected, rtol=1e-6)
    found = read_frame(fault_map, model, scale=SCALE, options=Options(), lines_of=lambda _: [])
    assert not any(window.as_calibrated for window in found)


def test_windows_without_measured_maps_are_refused(tmp_path):
    write_windows([lined("A")], tmp_path / "windows", pens=("drawn",))
    windows = load_windows(tmp_path / "windows")
    with pytest.raises(InputError, match="0 windows as measured: there is nothing to draw"):
        read_set(windows, np.arange(3), Counting(), options=Options(), frames=2, seed=1)


MEMBERS = tuple(
    Member("m-1", 100.0, along, 0.0, thickness, "none")
    for along in (0.0, -2.5, 2.5)
    for thickness in (2.0, 3.0)
)


def made_up(n=6000, experiments=12, seed=3, bias=0.0, **changes):
    """Members about a middle that misses the label by a normal error of SD .1."""
    rng = np.random.default_rng(seed)
    ke = rng.uniform(0.35, 0.65, n)
    middle = ke + rng.normal(bias, 0.1, n)
    raw = middle[:, None] + np.array([-0.01, -0.01, 0.0, 0.0, 0.01, 0.01])
    experiment = np.sort(rng.integers(0, experiments, n)).astype(str)
    parts = {"experiment": experiment, "ke": ke, "raw": raw, "plain": np.ones(n, bool)}
    return readings(**parts | changes)


def readings(*, experiment, ke, raw, plain):
    """Readings of a network that tells no interval."""
    nothing = np.full(len(ke), np.nan)
    return Readings(
        experiment, ke, raw, plain, np.stack([nothing] * 2, axis=1), nothing, np.arange(len(ke))
    )


def test_the_band_is_widened_to_hold_its_share_of_other_experiments():
    """Truth: 90 % of normal errors of SD .1 lie within .1645 of the middle; the band has .01."""
    found = measure_spread({"validation": made_up(), "test": made_up(seed=8)}, MEMBERS)
    # Quantile from 6,000 labels: standard error .1 x .0038 / .206.
    assert found["half_width"] == pytest.approx(0.1645 - 0.01, abs=0.006)
    scores = found["sets"]["test"]
    assert scores["held_widened"] == pytest.approx(0.9, abs=0.015)
    assert scores["held_widened_low"] < scores["held_widened"] < scores["held_widened_high"]
    assert scores["held_worst"] == min(scores["held_by_experiment"].values())
    assert scores["width"] == pytest.approx(0.02, abs=1e-5)  # bands end at 0 and 1
    assert scores["width_widened"] == pytest.approx(0.02 + 2 * found["half_width"], rel=0.01)
    assert found["sets"]["validation"]["held_left_out"] == pytest.approx(0.9, abs=0.01)
    assert scores["moved_by"] == pytest.approx({"by_thickness": 0.0, "by_shift": 0.02})
    text = spread_text(found)
    assert f"widened by {found['half_width']:.3f} KE" in text
    json.dumps(found)


def test_an_experiment_unlike_the_others_is_seen():
    """Eleven experiments without a bias, one .3 off: its own share tells, the sum hardly."""
    usual, odd = made_up(n=5500, experiments=11), made_up(n=500, experiments=1, bias=0.3)
    parts = {
        k: np.concatenate([getattr(usual, k), getattr(odd, k)]) for k in ("ke", "raw", "plain")
    }
    both = readings(experiment=np.concatenate([usual.experiment, ["odd"] * 500]), **parts)
    scores = measure_spread({"validation": both}, MEMBERS)["sets"]["validation"]
    assert scores["held_widened"] == pytest.approx(0.9, abs=0.01)
    assert scores["held_by_experiment"]["odd"] < 0.4
    assert scores["held_left_out_worst"] < scores["held_by_experiment"]["odd"]


def test_flagged_windows_count_in_no_share():
    """Absurd labels behind a flag change nothing but the MAE of all windows."""
    clean = made_up()
    flagged = np.arange(6000) % 5 == 0
    absurd = dataclasses.replace(clean, ke=np.where(flagged, 5.0, clean.ke), plain=~flagged)
    kept = Readings(*(getattr(clean, field.name)[~flagged] for field in dataclasses.fields(clean)))
    one, other = (measure_spread({"validation": part}, MEMBERS) for part in (absurd, kept))
    assert one["half_width"] == other["half_width"]
    for key in ("held_widened", "width", "held_by_experiment", "held_left_out", "mae_plain"):
        assert one["sets"]["validation"][key] == other["sets"]["validation"][key]
    assert one["sets"]["validation"]["n_plain"] == 4800
    assert one["sets"]["validation"]["mae"] > other["sets"]["validation"]["mae"]
    with pytest.raises(InputError, match=r"Each of the 6000 windows .* would carry a flag"):
        measure_spread({"validation": made_up(plain=np.zeros(6000, bool))}, MEMBERS)


def test_what_moving_gains_is_the_error_of_unmoved_members_less_that_of_all():
    """By hand: unmoved members are .2 too high, those moved are right, and are the median."""
    clean = made_up(n=50)
    raw = np.repeat(clean.ke[:, None], 6, axis=1) + np.array([0.2, 0.2, 0, 0, 0, 0])
    found = measure_spread({"validation": dataclasses.replace(clean, raw=raw)}, MEMBERS)
    scores = found["sets"]["validation"]
    assert (scores["mae"], scores["mae_unmoved"]) == (pytest.approx(0), pytest.approx(0.2))
    assert scores["moving_gains"] == pytest.approx(0.2)


def test_labels_and_answers_above_1_count_as_1():
    """Twenty labels above 1 and members above 1 agree, as estimates are clipped."""
    part = readings(
        experiment=np.array(["A", "B"] * 10),
        ke=np.full(20, 1.1),
        raw=np.full((20, 6), 1.3),
        plain=np.ones(20, bool),
    )
    found = measure_spread({"validation": part}, MEMBERS)
    assert found["sets"]["validation"]["mae"] == 0
    assert found["half_width"] == pytest.approx(0.3)
    assert found["sets"]["validation"]["held_widened"] == 1
    assert conformal_half_width(np.full(20, 1.0), np.full(20, 1.3), np.full(20, 1.3)) > 0


def test_a_card_says_what_estimates_need_and_what_was_held():
    found = {"shift_px": 2.5, "frames": 7, "seed": 2}
    found |= measure_spread({"validation": made_up(), "test": made_up(seed=8)}, MEMBERS)
    entry = card_spread(found)
    assert (entry["level"], entry["shift_px"], entry["half_width"]) == (
        0.9, 2.5, found["half_width"],
    )  # fmt: skip
    assert entry["held_test"] == found["sets"]["test"]["held_widened"]
    assert entry["held_test_worst"] == found["sets"]["test"]["held_worst"]
    assert (entry["n_windows"], entry["n_experiments_test"]) == (6000, 12)
    found["sets"].pop("test")
    assert not any("test" in key for key in card_spread(found))


def test_figures_of_another_network_or_without_a_half_width_do_not_enter_a_card(windows, tmp_path):
    network, path = tmp_path / "weights", tmp_path / "spread.json"
    network.write_bytes(b"weights")
    for sha256, match in (
        ("0" * 64, "these figures are of another network"),
        (hashlib.sha256(b"weights").hexdigest(), r"not readable as figures \('level'\)"),
    ):
        of = {"data_sha256": windows.sha256, "network_sha256": sha256, "sets": {}}
        path.write_text(json.dumps(of))
        with pytest.raises(InputError, match=match):
            spread_in(path, windows, network)
    path.write_text("{}")
    with pytest.raises(InputError, match=r"not readable as figures.*`spread --out` writes them"):
        spread_in(path, windows, network)
