"""Members: what they read, in which order, and how far each choice moves KE."""

import numpy as np
import pytest

from makers.drawn_maps import model_that
from makers.onnx_networks import card_of, weighted_sum, written
from ssf_model.errors import InputError
from ssf_model.estimate.effects import effects
from ssf_model.estimate.ensemble import list_members, member_predictions, open_models
from ssf_model.options import Options
from ssf_model.scale import ExperimentScale

pytestmark = pytest.mark.numerical

SCALE = ExperimentScale()
ALONE = {"thickness_px": (2.0,), "flips": "none", "shift_px": 0}


def dot(col, row):
    """A trace that, drawn 2 px thick, covers the pixel in that column and row and few around."""
    x, y = (col + 0.5) * 100.0, (128 - row - 0.5) * 100.0
    return np.array([[x, y], [x + 1.0, y]])


def members_and_answers(paths, answer, *, n_windows=1, models=None, **options):
    models = models or [model_that(answer)]
    options = Options(**{**ALONE, **options})
    raw = member_predictions(paths, n_windows, models, scale=SCALE, options=options)
    return list_members(models, scale=SCALE, options=options), raw


def test_members_are_the_window_and_its_three_mirror_images():
    """A fault in one corner: each flip puts it into another corner."""

    def corners(w):
        return w[0, 0] + 2 * w[-1, 0] + 4 * w[0, -1] + 8 * w[-1, -1]

    members, raw = members_and_answers([dot(0, 0)], corners, flips="all")
    assert [member.flip for member in members] == ["none", "across", "along", "both"]
    assert raw.tolist() == [[1, 2, 4, 8]]


def column_and_row(window):
    """Place of the fault pixels' middle: 1000 times the row, and the column."""
    rows, cols = np.nonzero(window)
    return 1000 * rows.mean() + cols.mean()


def test_models_of_different_grids_are_not_read_together(tmp_path):
    weights = {"a": (6, 4), "b": (6, 4), "c": (8, 4)}
    paths = [
        written(tmp_path, weighted_sum(np.ones(shape), card=card_of(*shape)), f"{name}.onnx")
        for name, shape in weights.items()
    ]
    models, scale = open_models(paths[:2])
    assert [model.path.name for model in models] == ["a.onnx", "b.onnx"]
    assert (scale.window_rows, scale.window_cols) == (6, 4)
    with pytest.raises(InputError, match=r"^c\.onnx was trained on another grid .* than a\.onnx"):
        open_models(paths)


def test_a_window_is_moved_over_the_fault():
    """Along strike the fault then lies nearer the window's beginning; to the left, lower."""
    members, raw = members_and_answers([dot(30, 60)], column_and_row, shift_px=3)
    found = {(m.along_px, m.across_px): value for m, value in zip(members, raw[0].tolist())}
    assert found == {
        (0, 0): 60_030,
        (3, 0): 60_027,
        (-3, 0): 60_033,
        (0, 3): 63_030,
        (0, -3): 57_030,
    }


def test_a_moved_window_shows_what_lies_beyond_the_strip():
    beyond = dot(-2, 64)
    _, raw = members_and_answers([beyond], lambda window: window.sum() > 0, shift_px=4)
    assert raw[0].tolist() == [0, 1, 0, 0, 0]


def test_another_pixel_size_is_read_around_the_same_middle():
    """A cross through the middle of each of three windows stays there; its size grows."""
    middles = [np.array([[(50 * n + 32) * 100.0, 6400.0]]) for n in range(3)]
    crosses = [
        middle + np.array(arm) * 500.0
        for middle in middles
        for arm in ([[-1, 0], [1, 0]], [[0, -1], [0, 1]])
    ]

    def middle_of(window):
        rows, cols = np.nonzero(window)
        assert rows.mean() == pytest.approx(63.5, abs=0.1)
        near = cols[np.abs(cols - 31.5) < 15]
        return np.ptp(near)

    members, raw = members_and_answers(
        crosses, middle_of, n_windows=3, other_pixel_sizes_m=(50.0, 200.0)
    )
    assert [member.pixel_size_m for member in members] == [100.0, 50.0, 200.0]
    # Arms of 500 m to both sides, and half of 2 px: 12 px, 22 px, 7 px across; ends are round.
    np.testing.assert_allclose(raw, np.tile([11.0, 21.0, 6.0], (3, 1)), atol=1)


def test_a_sinistral_window_is_mirrored_after_it_was_moved():
    """Its members say how far it was moved on the ground."""

    def row(window):
        return np.nonzero(window)[0].mean()

    members, raw = members_and_answers([dot(30, 60)], row, shift_px=3, sense="sinistral")
    to_the_left = [member.across_px for member in members].index(3)
    assert raw[0, 0] == 127 - 60
    assert raw[0, to_the_left] == 127 - 63


def test_a_sense_that_is_still_to_be_found_is_refused():
    with pytest.raises(InputError, match="must be settled strip by strip"):
        members_and_answers([dot(0, 0)], lambda window: 0.5, sense="auto")


def test_effects_are_ranges_of_means_over_all_else():
    """Answers made as a sum of known parts: the effect of each is the range of its part."""
    models = [model_that(lambda w: 0.0, name=name) for name in "ab"]
    options = Options(thickness_px=(2.0, 3.0, 4.0), other_pixel_sizes_m=(88.0,))
    members = list_members(models, scale=SCALE, options=options)
    assert len(members) == 2 * 2 * 5 * 3 * 4
    parts = {
        "by_thickness": lambda m: {2: 0.0, 3: 0.3, 4: 0.1}[m.thickness_px],
        "by_flip": lambda m: 0.05 * (m.flip == "both"),
        "by_shift": lambda m: 0.01 * m.along_px,
        "by_scale": lambda m: 0.2 * (m.pixel_size_m == 88),
        "by_model": lambda m: 0.4 * (m.model == "b-1"),
    }
    raw = np.array([sum(part(member) for part in parts.values()) for member in members])
    found, double = effects(members, np.stack([raw, 2 * raw]))
    expected = {
        "by_thickness": 0.3,
        "by_flip": 0.05,
        "by_shift": 0.05,
        "by_scale": 0.2,
        "by_model": 0.4,
    }
    assert found == pytest.approx(expected)
    assert double == pytest.approx({name: 2 * moved for name, moved in expected.items()})


def test_what_all_members_share_has_no_effect_to_tell():
    models = [model_that(lambda w: 0.0)]
    members = list_members(models, scale=SCALE, options=Options(**ALONE))
    assert set(effects(members, np.array([[0.5]]))[0].values()) == {None}
