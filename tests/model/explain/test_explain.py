"""Rows and outlines of what explains KE, and how far contributions and stretches agree."""

import dataclasses
import re

import numpy as np
import pytest
import shapely
from onnx import numpy_helper

from makers.drawn_maps import HERE, on_earth, traces_of
from makers.onnx_networks import study_like, written
from makers.places import REPOSITORY
from ssf_model.estimate.canvases import draw_windows
from ssf_model.estimate.ensemble import drawn_thickness_px, read_windows
from ssf_model.estimate.estimating import estimate_strips
from ssf_model.explain.attribution import Attribution
from ssf_model.explain.contributions import strip_contributions
from ssf_model.explain.explaining import explain_strips
from ssf_model.explain.removal import Removal
from ssf_model.explain.stretches import cut_stretches
from ssf_model.faults.slip_fields import slip_of_features
from ssf_model.geometry.frames import LocalFrame
from ssf_model.network.model import default_model_path, open_model
from ssf_model.options import STRETCH_M, Options
from ssf_model.scale import ExperimentScale
from ssf_model.tables.explanations import (
    COLUMN_FIELDS,
    CONTRIBUTION_FIELDS,
    LEAST_SHARE,
    STRETCH_FIELDS,
    column_rows,
    contribution_rows,
    stretch_rows,
    window_losses,
)
from ssf_model.zones.planning import plan_strips

pytestmark = pytest.mark.numerical

SCALE = ExperimentScale()
QUICK = {"flips": "none", "thickness_px": (3.0,), "shift_px": 0}
# A fault steps to the left by 1.1 km in the middle of the middle one of three windows.
STEPPING = [[-20_000, -500], [300, -500]], [[-300, 600], [20_000, 600]]
GUIDE = [[-10_000, 0], [10_000, 0]]


@pytest.fixture(scope="module")
def shipped():
    return open_model(default_model_path(), threads=1)


def explained(model, *lines, frame=HERE, guide=GUIDE, members=QUICK, **settings):
    """The only strip of a map, explained; and the map."""
    traces = traces_of(*lines, frame=frame)
    strips = plan_strips(traces, scale=SCALE, guides=[on_earth(guide, frame)])
    options = Options(**members)
    estimates = estimate_strips(traces, strips, [model], options=options)
    (found,) = explain_strips(estimates, [model], scale=SCALE, options=options, **settings)
    return found, traces


def table(fields, told):
    """Rows as columns by name."""
    rows = [row for row, _ in told]
    assert {len(row) for row in rows} == {len(fields)}
    return {field.name: np.array(values) for field, values in zip(fields, zip(*rows))}


def test_cells_lie_on_the_ground_where_they_were_found(shipped):
    """Each ring is 400 m by 400 m; the middle of the weights lies on the two strands."""
    found, _ = explained(shipped, *STEPPING)
    told = list(contribution_rows(found))
    columns = table(CONTRIBUTION_FIELDS, told)
    cells = found.contributions.cells
    for number in range(3):
        mine = columns["window"] == number + 1
        kept = np.abs(cells[number]) >= LEAST_SHARE * np.abs(cells[number]).max()
        assert mine.sum() == kept.sum() < 400
        np.testing.assert_array_equal(columns["contribution"][mine], cells[number][kept])
        left_out = cells[number][~kept]
        assert abs(left_out.sum()) < 0.01
    for row, ring in told:
        metres = HERE.to_metres(ring)
        middle = metres[:4].mean(axis=0)
        # window 1 begins 8.2 km west of the guide's middle, rows are counted from 6.4 km north
        expected = -8200 + (row[2] - 1) * 5000 + (row[4] - 0.5) * 400, 6400 - (row[3] - 0.5) * 400
        np.testing.assert_allclose(middle, expected, atol=1)
        assert shapely.Polygon(metres).area == pytest.approx(400**2, rel=1e-4)


def test_columns_hold_all_that_a_window_contributes_and_show_where_the_step_is(shipped):
    found, _ = explained(shipped, *STEPPING)
    told = list(column_rows(found))
    columns = table(COLUMN_FIELDS, told)
    assert len(told) == 3 * 16
    np.testing.assert_allclose(columns["lost"], columns["straight"] - columns["contribution"])
    constant = found.contributions.constant
    for number, raw in enumerate(found.estimate.raw[:, 0]):
        mine = columns["window"] == number + 1
        assert constant[number] + columns["contribution"][mine].sum() == pytest.approx(
            raw, abs=1e-5
        )
    # The guide is 20 km long, its middle at 10 km; the step is there.
    worst = np.argsort(columns["lost"])[-3:]
    assert np.abs(columns["along_km"][worst] - 10).max() < 2
    for row, ring in told:
        middle = HERE.to_metres(ring)[:4].mean(axis=0)
        assert middle[0] == pytest.approx((row[4] - 10) * 1000, abs=2)


def test_a_strip_is_explained_in_the_sense_in_which_it_was_read(tmp_path):
    """The sense is found from the rake, strip by strip.

    It matters with one member of a network that does not answer mirror images alike.
    """
    proto = study_like(seed=1)
    lower = numpy_helper.from_array(np.full(1, -1, np.float32), proto.graph.initializer[-1].name)
    proto.graph.initializer[-1].CopyFrom(lower)  # its answers would be above 1, all KE alike
    handed = open_model(written(tmp_path, proto), threads=1)
    assert not handed.card.equivariant
    drawn = traces_of(*STEPPING)
    slip, _ = slip_of_features(["a", "b"], {"rake": [0.0, 0.0]}, rake_field="rake")
    traces = dataclasses.replace(drawn, slip=slip)
    strips = plan_strips(traces, scale=SCALE, guides=[on_earth(GUIDE)])
    found = {}
    for sense in ("auto", "sinistral", "dextral"):
        options = Options(**QUICK, sense=sense)
        estimates = estimate_strips(traces, strips, [handed], options=options)
        (found[sense],) = explain_strips(estimates, [handed], scale=SCALE, options=options)
    cells = {sense: each.contributions.cells for sense, each in found.items()}
    np.testing.assert_array_equal(cells["auto"], cells["sinistral"])
    assert np.abs(cells["auto"] - cells["dextral"]).max() > 0.001
    without = {
        sense: [ke for removal in each.removals for ke in removal.ke_without]
        for sense, each in found.items()
    }
    np.testing.assert_array_equal(without["auto"], without["sinistral"])
    assert without["auto"] != without["dextral"]


def test_a_window_s_loss_is_the_sum_over_its_columns(shipped):
    found, _ = explained(shipped, *STEPPING)
    losses = list(window_losses(found))
    columns = table(COLUMN_FIELDS, column_rows(found))
    assert [loss.window for loss in losses] == [1, 2, 3]
    for loss in losses:
        mine = columns["window"] == loss.window
        assert loss.lost == pytest.approx(columns["lost"][mine].sum())
        assert loss.ke == found.estimate.windows[loss.window - 1].ke
    assert max(losses, key=lambda loss: loss.lost).window == 2


def test_stretches_come_with_their_feature_and_lie_on_it(shipped):
    found, traces = explained(shipped, *STEPPING)
    told = list(stretch_rows(found, traces))
    columns = table(STRETCH_FIELDS, told)
    assert set(columns["feature"]) == {1, 2}
    # Both strands within the strip: 8.2 km on either side and 300 m of overlap each.
    assert columns["length_m"].sum() == pytest.approx(2 * 8500, abs=5)
    assert (columns["n_windows"] >= 1).all()
    np.testing.assert_allclose(columns["ke_change"], columns["ke_without"] - columns["ke"])
    for row, lines in told:
        metres = HERE.to_metres(np.concatenate(lines))
        np.testing.assert_allclose(metres[:, 1], [0, -500, 600][row[3]], atol=1)
    # What is left of a strand that only doubles the other in the overlap matters least.
    least = np.abs(columns["ke_change"]).argmin()
    middle = HERE.to_metres(np.concatenate(told[least][1]))[:, 0].mean()
    assert abs(middle) < 1500


def test_windows_whose_ke_is_unknown_are_not_explained(shipped):
    found, traces = explained(shipped, [[-500, 3_000], [500, 3_000]])
    assert list(contribution_rows(found)) == list(column_rows(found)) == []
    assert list(window_losses(found)) == []
    ((row, _),) = stretch_rows(found, traces)
    assert row[6:] == (0, None, None, None, None, None)


def test_ke_without_the_only_trace_is_null(shipped):
    found, traces = explained(shipped, [[-3_000, 30], [3_000, 30]], stretch_m=6000)
    ((row, _),) = stretch_rows(found, traces)
    assert row[6] == 2 or row[6] == 1
    assert 0 < row[7] < 1
    assert row[8:] == (None, None, None, None)


@pytest.mark.parametrize(
    ("changes", "most", "window"),
    [
        ([0.1, -0.4, 0.05], -0.4, 3),  # the largest loss outweighs a gain
        ([0.4, -0.1, 0.05], 0.4, 2),  # and the other way round
        ([-0.1, -0.2, -0.3], -0.3, 5),
        ([np.nan, 0.1, -0.2], -0.2, 5),
        ([0.1, np.nan, -0.05], 0.1, 2),
    ],
)
def test_the_largest_change_is_told_with_its_sign_and_its_window(shipped, changes, most, window):
    """By hand: as if the second, third and fifth window of a strip held the stretch."""
    found, traces = explained(shipped, *STEPPING, stretch_m=6000, contributions=False)
    ke = np.array([0.5, 0.6, 0.45])
    removal = Removal(found.removals[0].stretch, (1, 2, 4), ke, ke + changes)
    told = stretch_rows(dataclasses.replace(found, removals=(removal,)), traces)
    columns = table(STRETCH_FIELDS, told)
    assert columns["ke_change_most"][0] == pytest.approx(most)
    assert columns["window_most"][0] == window
    assert columns["n_windows"][0] == 3
    assert columns["ke"][0] == pytest.approx(1.55 / 3)


def test_across_the_antimeridian_shapes_hang_together(shipped):
    frame = LocalFrame(180.0, 50.0)
    found, traces = explained(shipped, *STEPPING, frame=frame)
    rings = [ring for _, ring in contribution_rows(found)]
    rings += [line for _, lines in stretch_rows(found, traces) for line in lines]
    assert max(np.ptp(ring[:, 0]) for ring in rings) < 1
    longitudes = np.concatenate(rings)[:, 0]
    assert longitudes.max() > 180 or longitudes.min() < -180


def test_contributions_and_stretches_agree_by_rank_on_a_stepping_fault(shipped):
    """What the cells that hear of a stretch contribute, and what KE loses without the stretch."""
    beyond = 4  # cells of 4 px: the network's reach of 16 px
    found, _ = explained(shipped, *STEPPING, members={})
    adds, costs = [], []
    for removal in found.removals:
        (piece,) = removal.stretch.pieces
        points = piece[:1] + np.linspace(0, 1, 20)[:, None] * (piece[-1:] - piece[:1])
        for window, change in zip(removal.windows, removal.ke_change):
            near = np.zeros((32 + 2 * beyond, 16 + 2 * beyond), dtype=bool)  # with a frame
            for x, y in points:
                col, row = int((x - 5000 * window) // 400), int((12_800 - y) // 400)
                if 0 <= col < 16:
                    near[row : row + 2 * beyond + 1, col : col + 2 * beyond + 1] = True
            inside = near[beyond:-beyond, beyond:-beyond]
            adds.append(found.contributions.cells[window][inside].sum())
            costs.append(-change)
    assert len(adds) >= 20
    ranks = np.argsort(np.argsort([adds, costs], axis=1), axis=1)
    assert np.corrcoef(ranks)[0, 1] > 0.7  # measured: .91


def test_without_a_stretch_only_cells_near_it_change_and_by_the_change_of_the_answer(shipped):
    """Over the whole ensemble: the network's reach and 2.5 px of the windows' moves.

    The map without the stretch is said to be drawn as finely as the whole one.
    """
    found, _ = explained(shipped, *STEPPING, members={})
    pens_px = drawn_thickness_px([shipped], Options())
    options, attribution = Options(), Attribution(shipped)
    for number in (3, 8, 9, 14):
        gone = found.removals[number]
        paths = cut_without(found.estimate, gone)
        without = strip_contributions(
            dataclasses.replace(found.estimate, drawn=paths), [attribution], options=options
        )
        drawn = draw_windows(paths, 3, scale=SCALE, options=options, thickness_px=pens_px)
        told = found.estimate.stretch_px
        raw = read_windows(drawn, [shipped], told, scale=SCALE, options=options).raw
        assert raw.min() > 0  # the last ReLU does nothing
        change = without.cells - found.contributions.cells
        expected = raw.mean(axis=1, dtype=float) - found.estimate.raw.mean(axis=1, dtype=float)
        np.testing.assert_allclose(change.sum(axis=(1, 2)), expected, rtol=0, atol=1e-5)
        low, high = np.concatenate(gone.stretch.pieces)[[0, -1], 0] / 100
        for window in range(3):
            # a line's end, and a cell over which a moved one is shared
            reach = attribution.cols.reach_px + 2.5 + 2 + 4
            cells = 50 * window + 4 * np.arange(16)
            far = (cells > high + reach) | (cells + 4 < low - reach)
            # but for rounding: the last bits hang on what else is read in the same call
            np.testing.assert_allclose(change[window][:, far], 0, atol=1e-6)
        assert np.abs(change).max() > 0.005


def cut_without(estimate, removal):
    """The traces of a strip without one stretch, and with what leaves the strip."""
    cut = {"scale": SCALE, "stretch_m": STRETCH_M, "thickness_px": 3.0}
    stretches, outside = cut_stretches(estimate.paths, estimate.strip.shape, **cut)
    same = [np.array_equal(each.pieces[0], removal.stretch.pieces[0]) for each in stretches]
    assert sum(same) == 1
    kept = [each for each, gone in zip(stretches, same) if not gone]
    return [*(piece for each in kept for piece in each.pieces), *outside]


def test_the_method_names_every_column():
    text = (REPOSITORY / "docs" / "method.md").read_text(encoding="utf-8")
    section = text.split("## 9. Why")[1].split("| layer |")[1].split("## ")[0]
    named = {name for row in section.splitlines() for name in re.findall(r"\w+", row)}
    for field in (*CONTRIBUTION_FIELDS, *COLUMN_FIELDS, *STRETCH_FIELDS):
        assert field.name in named | {"zone", "strip", "window", "stretch"}
