"""Two maps compared window by window, with models whose answers a person can count."""

import itertools

import numpy as np
import pytest

from makers.drawn_maps import crowded, model_that, on_earth, traces_of
from ssf_model.compare.comparing import compare_strips
from ssf_model.compare.counterpart import counterpart_strips
from ssf_model.errors import InputError
from ssf_model.estimate.estimating import estimate_strips
from ssf_model.network.model import default_model_path, open_model
from ssf_model.options import Options
from ssf_model.scale import ExperimentScale
from ssf_model.zones.planning import plan_strips

pytestmark = pytest.mark.numerical

SCALE = ExperimentScale()
GUIDE = on_earth([[-16_000, 0], [16_000, 0]])
FAULT = [[-16_000, 30], [16_000, 30]]  # 30 m off the guide: no pixel centre lies on a line's rim
STRAND = [[-9_000, 730], [-4_500, 730]]  # a strand beside the fault's western half


def columns(window):
    """How many hundreds of pixels are fault."""
    return window.sum() / 1000


def compare(traces_a, traces_b, models=None, guides=None, **options):
    """All windows of two maps."""
    strips_a = plan_strips(traces_a, scale=SCALE, guides=guides)
    strips_b = counterpart_strips(strips_a, traces_a, traces_b, guides=guides)
    found = compare_strips(
        traces_a,
        strips_a,
        traces_b,
        strips_b,
        models or [model_that(columns)],
        options=Options(**options),
    )
    return [window for strip in found for window in strip.windows]


def shipped():
    """The shipped network."""
    return open_model(default_model_path())


def test_a_map_compared_with_itself_changes_nowhere():
    """By the shipped network, in crowded maps with several zones: exactly 0."""
    count = 0
    for traces in (crowded(1, zone_names=False), crowded(1, zone_names=True)):
        for window in compare(traces, traces, [shipped()], shift_px=0.0, thickness_px=(3.0,)):
            assert window.changed_px == 0
            assert window.a.flags == window.b.flags
            assert window.a.trace_px == window.b.trace_px
            changes = (window.ke_change, window.change_p05, window.change_p95)
            if window.a.ke is None:
                assert (*changes, window.sign_agrees) == (None,) * 4
            else:
                assert (*changes, window.sign_agrees) == (0.0, 0.0, 0.0, 1.0)
                count += 1
    assert count > 20


def test_what_was_added_changes_its_windows_alone():
    """By hand: a strand of 4.5 km, 3 px thick, is 45 x 3 pixels; each member sees it its way.

    The windows, 6.4 km long, begin every 5 km from -15.7 km on: the second one, from -10.7 to
    -4.3 km, holds the whole strand, the third one its last 1.2 km, which have one round end.
    """
    maps = traces_of(FAULT), traces_of(FAULT, STRAND)
    windows = compare(*maps, guides=[GUIDE], shift_px=0.0)
    assert [window.changed_px > 0 for window in windows] == [False, True, True, False, False, False]
    for window, length_px, ends in zip(windows[1:3], (45, 12), (2, 1)):
        pixels = {px: px * length_px + ends * np.pi * px**2 / 8 for px in (2, 3, 4)}
        assert window.changed_px == pytest.approx(pixels[3], abs=3)
        assert window.ke_change == pytest.approx(pixels[3] / 1000, abs=0.003)
        assert window.change_p05 == pytest.approx(pixels[2] / 1000, abs=0.003)
        assert window.change_p95 == pytest.approx(pixels[4] / 1000, abs=0.003)
        assert window.sign_agrees == 1.0
        assert window.b.trace_px - window.a.trace_px == window.changed_px
    for window in (windows[0], *windows[3:]):
        assert (window.ke_change, window.change_p05, window.change_p95) == (0.0, 0.0, 0.0)


def test_swapping_the_maps_turns_the_sign():
    """Both maps have the same frames, since a line on the frame's middle row does not move it."""
    a, b = traces_of(FAULT, STRAND), traces_of(FAULT, STRAND, np.array(STRAND) - [0, 1_400])
    strips = plan_strips(a, scale=SCALE)
    other = counterpart_strips(strips, a, b)
    models = [model_that(columns)]
    there = compare_strips(a, strips, b, other, models)
    back = compare_strips(b, other, a, strips, models)
    pairs = [pair for one, two in zip(there, back) for pair in zip(one.windows, two.windows)]
    assert max(one.ke_change for one, _ in pairs) > 0.05
    for one, two in pairs:
        assert one.ke_change == -two.ke_change
        assert one.change_p05 == pytest.approx(-two.change_p95)
        assert one.sign_agrees == two.sign_agrees


def of_members(per_thickness_a, per_thickness_b):
    """The first window of two maps that differ, whose members answer as told by thickness.

    The maps are a fault of 2, 3 and 4 px, and the same with a strand beside it.
    """

    def answer(window):
        n_lines = (np.diff(window[:, 0].astype(int)) == 1).sum()
        thickness = int(window[:, 0].sum() / n_lines)
        return (per_thickness_a, per_thickness_b)[n_lines - 1][thickness - 2]

    strand = [[-16_000, 1_030], [16_000, 1_030]]
    maps = traces_of(FAULT), traces_of(FAULT, strand)
    return compare(*maps, [model_that(answer)], guides=[GUIDE], shift_px=0.0, flips="none")[0]


def test_the_change_is_the_median_of_paired_differences():
    """Differences .1, .1 and -.2: most members see KE rise, though the median falls from .5."""
    window = of_members((0.0, 0.5, 0.6), (0.1, 0.6, 0.4))
    assert window.b.ke - window.a.ke == pytest.approx(-0.1, abs=1e-6)
    assert window.ke_change == pytest.approx(0.1, abs=1e-6)
    assert window.sign_agrees == pytest.approx(2 / 3)
    assert window.change_p05 == pytest.approx(-0.17, abs=1e-6)  # a tenth of the way from -.2 to .1
    assert window.change_p95 == pytest.approx(0.1, abs=1e-6)


def test_what_all_members_share_falls_out():
    """Members .3 apart from each other see the same small change."""
    window = of_members((0.1, 0.4, 0.7), (0.12, 0.42, 0.72))
    assert window.a.ke_p95 - window.a.ke_p05 > 0.5
    for change in (window.ke_change, window.change_p05, window.change_p95):
        assert change == pytest.approx(0.02, abs=1e-6)
    assert window.sign_agrees == 1.0


def test_what_is_rounded_otherwise_has_not_changed():
    """Last bits of an answer may differ by what else is read at once; 2e-5 is told as it is."""
    window = of_members((0.5, 0.5, 0.5), (0.5, 0.5 + 3e-7, 0.5 - 2e-7))
    changes = (window.ke_change, window.change_p05, window.change_p95)
    assert (*changes, window.sign_agrees) == (0, 0, 0, 1)
    assert of_members((0.5,) * 3, (0.50002,) * 3).ke_change == pytest.approx(2e-5, rel=0.01)


@pytest.mark.parametrize(
    ("a", "b"),
    [((1.02, 1.02, 1.02), (1.4, 1.04, 1.0)), ((-0.3, 0.0, -0.1), (-0.5, -0.2, 0.0))],
)
def test_beyond_a_fraction_nothing_changes(a, b):
    """KE is 0 to 1; that the network's answer rises from 1.02 to 1.04 is no change."""
    window = of_members(a, b)
    assert (window.ke_change, window.change_p05, window.change_p95) == (0.0, 0.0, 0.0)
    assert window.sign_agrees == 1.0


def test_members_that_see_no_change_agree_with_none():
    window = of_members((0.2, 0.4, 0.5), (0.3, 0.4, 0.5))
    assert (window.ke_change, window.sign_agrees) == (0.0, pytest.approx(2 / 3))


@pytest.mark.parametrize("missing", ["a", "b"])
def test_there_is_no_change_where_one_map_has_no_ke(missing):
    """The western half of the fault is on one map alone."""
    whole, half = FAULT, [[1_000, 30], [16_000, 30]]
    far = [[-16_000, 30], [-15_000, 30]]  # keeps the zone as long as the fault
    maps = [traces_of(whole, zone_names=["z"]), traces_of(half, far, zone_names=["z", "z"])]
    windows = compare(*(maps[::-1] if missing == "a" else maps))
    blank = [window for window in windows if getattr(window, missing).flags == ("no_trace",)]
    assert len(blank) >= 2
    for window in blank:
        assert getattr(window, "ab".replace(missing, "")).ke is not None
        changes = (window.ke_change, window.change_p05, window.change_p95, window.sign_agrees)
        assert changes == (None,) * 4
        assert window.changed_px > 0
    assert windows[-1].ke_change is not None


def test_what_is_said_of_each_map_is_what_its_estimate_says():
    a, b = traces_of(FAULT), traces_of(FAULT, STRAND)
    strips = plan_strips(a, scale=SCALE)
    other = counterpart_strips(strips, a, b)
    windows = compare(a, b)
    for side, traces, laid in (("a", a, strips), ("b", b, other)):
        expected = estimate_strips(traces, laid, [model_that(columns)])
        for window, one in zip(windows, (w for strip in expected for w in strip.windows)):
            found = getattr(window, side)
            assert (found.ke, found.flags, found.along_km) == (one.ke, one.flags, one.along_km)


def test_cancelling_ends_the_iteration():
    traces = traces_of([[0, 0], [60_000, 0]])
    strips = plan_strips(traces, scale=SCALE)
    assert len(strips) == 3
    asked = itertools.count()
    found = compare_strips(
        traces, strips, traces, strips, [model_that(columns)], cancelled=lambda: next(asked) >= 2
    )
    assert len(list(found)) == 1


def test_strips_of_other_frames_are_refused():
    a, b = traces_of(FAULT), traces_of(np.array(FAULT) + [0, 500])
    strips = [plan_strips(traces, scale=SCALE) for traces in (a, b)]
    with pytest.raises(InputError, match="make those of B with counterpart_strips"):
        next(compare_strips(a, strips[0], b, strips[1], [model_that(columns)]))


def wiggly(first, last, seed, *, rise=60.0):
    """A trace along x with a vertex every 400 m, off a straight line by a random walk."""
    rng = np.random.default_rng(seed)
    x = np.append(np.arange(first[0], last[0], 400.0), last[0])
    walk = np.cumsum(rng.normal(0, rise / 3, len(x)))
    y = np.interp(x, [first[0], last[0]], [first[1], last[1]])
    return np.column_stack([x, y + walk - np.linspace(walk[0], walk[-1], len(x))])


STEPPING = [wiggly((-30_000, -400), (-800, -400), 1), wiggly((800, 400), (30_000, 400), 2)]
AT_STEP_KM = 30.0


def test_linking_a_step_raises_ke_there_and_nowhere_else():
    """A step of 800 m, closed by a straight link at 27 degrees, as told in docs/method.md."""
    link = [STEPPING[0][-1], [0, 20], STEPPING[1][0]]
    windows = compare(traces_of(*STEPPING), traces_of(*STEPPING, link), [shipped()])
    (at_step,) = (window for window in windows if abs(window.a.along_km - AT_STEP_KM) < 1)
    assert at_step.ke_change > 0.1
    assert at_step.change_p05 > 0
    assert at_step.sign_agrees == 1
    away = [window for window in windows if abs(window.a.along_km - AT_STEP_KM) > 4.5]
    assert len(away) == 10
    for window in away:
        assert (window.changed_px, window.ke_change, window.sign_agrees) == (0, 0.0, 1.0)


def redrawn(lines, how):
    """The same traces, drawn in another way."""
    if how == "reversed":
        return traces_of(*(line[::-1] for line in lines[::-1]))
    if how == "split":
        return traces_of(*(part for line in lines for part in (line[:20], line[19:][::-1])))
    share = np.linspace(0, 1, 6)[:-1, None]
    steps = [[a + share * (b - a) for a, b in zip(line, line[1:])] for line in lines]
    return traces_of(*(np.concatenate([*step, line[-1:]]) for step, line in zip(steps, lines)))


@pytest.mark.parametrize("how", ["reversed", "split", "densified"])
def test_a_fault_drawn_otherwise_is_no_change(how):
    """Frames stay those of map A, so that only rounding could move a pixel; one pixel is .02."""
    for window in compare(traces_of(*STEPPING), redrawn(STEPPING, how), [shipped()], shift_px=0.0):
        assert abs(window.ke_change) <= 0.02
        assert window.changed_px <= 1


def test_vertices_moved_by_a_quarter_of_a_pixel_change_little():
    """25 m at random: .05 at most over 84 windows, measured (docs/method.md)."""
    rng = np.random.default_rng(0)
    moved = [line + rng.normal(0, 25, line.shape) for line in STEPPING]
    windows = compare(traces_of(*STEPPING), traces_of(*moved), [shipped()])
    assert max(abs(window.ke_change) for window in windows) <= 0.08
    assert max(window.changed_px for window in windows) > 10
