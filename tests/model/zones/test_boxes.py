import numpy as np
import pytest

from ssf_model.geometry.curves import places_along
from ssf_model.scale import ExperimentScale
from ssf_model.zones.boxes import MAX_BOW_PX, MAX_SWING_DEG, share_windows

pytestmark = pytest.mark.numerical

SCALE = ExperimentScale()


def winding(seed):
    """A guide of 100 km that bends now more and now less, vertices every 2 km."""
    rng = np.random.default_rng(seed)
    heading = np.cumsum(np.convolve(rng.normal(0, 0.12, 60), np.ones(5) / 5, "valid"))
    steps = 2_000 * np.column_stack([np.cos(heading), np.sin(heading)])
    return np.concatenate([[[0, 0]], np.cumsum(steps, axis=0)])


@pytest.mark.parametrize("seed", range(10))
def test_windows_are_shared_out_alike_from_either_end(seed):
    path = winding(seed)
    length = 2_000 * (len(path) - 1)
    total = 20
    begin = (length - 6_400 - (total - 1) * 5_000) / 2
    forth = share_windows(path, begin, total, scale=SCALE)
    back = share_windows(path[::-1], begin, total, scale=SCALE)[::-1]
    assert [box.n_windows for box in forth] == [box.n_windows for box in back]
    assert len(forth) > 4
    for one, other in zip(forth, back):
        np.testing.assert_allclose(one.middle, other.middle, atol=1e-6)
        np.testing.assert_allclose(one.direction, -other.direction, atol=1e-9)


@pytest.mark.parametrize("seed", range(10))
def test_boxes_hold_every_window_once_and_stay_near_the_guide(seed):
    path = winding(seed)
    boxes = share_windows(path, 300.0, 20, scale=SCALE)
    held = [box.first + k for box in boxes for k in range(box.n_windows)]
    assert held == list(range(20))
    for box in boxes:
        if box.n_windows == 1:
            continue
        begin = 300 + box.first * 5_000
        end = begin + SCALE.strip_cols(box.n_windows) * 100
        places = places_along(path, np.linspace(begin, end, 200)) - box.middle
        across = places @ np.array([-box.direction[1], box.direction[0]])
        # Looked at in 200 places instead of some 10, the guide may stick out between by little.
        assert np.abs(across).max() <= 1.1 * MAX_BOW_PX * 100
        turn = np.degrees(np.arctan2(np.diff(across), np.diff(places @ box.direction)))
        assert np.abs(turn).max() <= 1.5 * MAX_SWING_DEG


@pytest.mark.parametrize("radius_m", [60_000.0, 120_000.0])
def test_no_fewer_boxes_would_do_on_an_arc(radius_m):
    """Slow twin: all ways to share out eight windows, by the same rule for a single box."""
    angle = np.arange(0, 60_000 / radius_m, 1_000 / radius_m)
    arc = radius_m * np.column_stack([np.sin(angle), np.cos(angle)])
    boxes = share_windows(arc, 0.0, 8, scale=SCALE)

    def least(left):
        if not left:
            return 0
        fits = [n for n in range(1, min(5, left) + 1) if _alone(arc, 8 - left, n)]
        return 1 + min(least(left - n) for n in fits)

    assert len(boxes) == least(8)


def _alone(path, first, n_windows):
    """Whether these windows fit one box."""
    (box, *_) = share_windows(path, 5_000.0 * first, n_windows, scale=SCALE)
    return box.n_windows == n_windows
