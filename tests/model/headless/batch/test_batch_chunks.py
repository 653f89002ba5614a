"""Chunks hold all that their strips need, and records give answers back bit for bit."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from makers.drawn_maps import model_that, on_earth, traces_of, turned
from ssf_model.estimate.estimating import estimate_strips
from ssf_model.faults.slip import Slip
from ssf_model.faults.traces import Traces, make_traces
from ssf_model.headless.batch import chunks, one_map
from ssf_model.headless.batch.chunks import StripAnswer, cut_chunks, fingerprint, whole_estimate
from ssf_model.headless.batch.records import read_record, write_record
from ssf_model.options import Options
from ssf_model.scale import ExperimentScale
from ssf_model.zones.planning import plan_strips

pytestmark = pytest.mark.numerical

SCALE = ExperimentScale()


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(chunks, "WINDOWS_A_CHUNK", 4)


@pytest.fixture
def fan():
    """Five faults in other directions, with zones and senses; every other feature has no line."""
    rng = np.random.default_rng(0)
    parts, zones = [], []
    for number in range(5):
        along = np.linspace(-22_000, 22_000, 30)
        line = np.column_stack([along, 90_000.0 * number + rng.normal(0, 100, 30)])
        parts += [[], [on_earth(turned(line, 10 * number))]]
        zones += [None, f"zone {number % 3}"]
    slip = Slip(np.arange(10, dtype=np.int8) % 4, np.arange(10, dtype=np.int8) % 3 - 1)
    return make_traces(parts, zone_names=zones, slip=slip)


@pytest.fixture
def plan(fan):
    return plan_strips(dataclasses.replace(fan, zone_names=None), scale=SCALE)


def test_chunks_hold_the_plan_in_order(fan, plan):
    cut = list(cut_chunks(fan, plan))
    strips = [strip for chunk in cut for strip in chunk.strips]
    assert len(cut) > 2
    for strip, mine in zip(plan, strips):
        for field in dataclasses.fields(strip):
            if field.name not in ("lines", "guide"):
                assert getattr(mine, field.name) == getattr(strip, field.name)
    assert len(strips) == len(plan)
    assert all(chunk.n_windows >= 4 for chunk in cut[:-1])


def test_a_chunk_has_the_lines_of_its_strips_with_all_that_is_known_of_them(fan, plan):
    for chunk in cut_chunks(fan, plan):
        named = np.unique(np.concatenate([strip.lines for strip in chunk.strips]))
        assert len(chunk.traces.lines) == len(named)  # no more than needed
    strips = iter(plan)
    for chunk in cut_chunks(fan, plan):
        for mine in chunk.strips:
            for line, original in zip(mine.lines, next(strips).lines):
                feature, owner = chunk.traces.features[line], fan.features[original]
                np.testing.assert_array_equal(chunk.traces.lines[line], fan.lines[original])
                assert chunk.traces.feature_names[feature] == fan.feature_names[owner]
                assert chunk.traces.zone_names[feature] == fan.zone_names[owner]
                assert chunk.traces.slip.kinds[feature] == fan.slip.kinds[owner]
                assert chunk.traces.slip.senses[feature] == fan.slip.senses[owner]
    known = ["lines", "features", "feature_names", "zone_names", "slip"]
    known.append("zone_labels")  # they tell a plan alone what to call its zones
    assert [field.name for field in dataclasses.fields(Traces)] == known  # else _chunk must know
    assert [field.name for field in dataclasses.fields(Slip)] == ["kinds", "senses"]


def test_a_chunk_of_strips_without_lines_can_be_cut():
    """Guide lines may run on for long where nothing is mapped."""
    traces = traces_of([[-3_000, 0], [3_000, 0]])
    (strip,) = plan_strips(traces, scale=SCALE)
    blank = dataclasses.replace(strip, lines=np.empty(0, dtype=np.int64))
    (chunk,) = cut_chunks(traces, [blank])
    (estimate,) = estimate_strips(chunk.traces, chunk.strips, [model_that(np.mean)])
    assert estimate.windows[0].flags == ("no_trace",)


def answers_of(traces, strips):
    """Answers of a model that counts pixels, at two thicknesses."""
    options = Options(thickness_px=(2, 4), shift_px=0, sense="auto")
    models = [model_that(lambda window: window.mean() ** 0.5)]
    return list(estimate_strips(traces, strips, models, options=options))


def same_bits(one, other):
    """Whether two windows are the same in every field, bit for bit."""
    return repr(one) == repr(other) and one.footprint.tobytes() == other.footprint.tobytes()


def test_chunks_are_estimated_as_the_whole_map(fan, plan):
    expected = answers_of(fan, plan)
    found = [
        one for chunk in cut_chunks(fan, plan) for one in answers_of(chunk.traces, chunk.strips)
    ]
    assert len(found) == len(expected)
    for strip, mine, whole in zip(plan, found, expected):
        again = whole_estimate(
            StripAnswer(mine.windows, mine.raw),
            strip,
            fan,
            members=mine.members,
            options=Options(),
        )
        assert again.raw.tobytes() == whole.raw.tobytes()
        assert all(map(same_bits, again.windows, whole.windows))
        assert [path.tobytes() for path in again.paths] == [path.tobytes() for path in whole.paths]


def test_what_was_drawn_comes_where_it_is_asked_for(fan, plan):
    """Drawn once more here, as the strip was drawn where it was estimated."""
    options = Options(thickness_px=(2, 4), shift_px=0, sense="auto")
    models = [model_that(np.mean)]
    (expected,) = estimate_strips(fan, plan[:1], models, options=options)
    file = SimpleNamespace(traces=fan)
    job = SimpleNamespace(file=file, models=models, options=options, thickness_px=(2, 4))
    answer = StripAnswer(expected.windows, expected.raw)
    np.testing.assert_array_equal(
        one_map.whole(job, plan[0], answer, draw=True).maps, expected.maps
    )
    assert one_map.whole(job, plan[0], answer, draw=False).maps.shape == (0, *plan[0].shape)
    assert expected.maps.shape == (2, *plan[0].shape)


@pytest.fixture
def answers(fan, plan):
    """With windows whose KE is known, and one without a trace."""
    blank = dataclasses.replace(plan[0], lines=plan[0].lines[:0])
    made = [StripAnswer(one.windows, one.raw) for one in answers_of(fan, [*plan[:3], blank])]
    kes = [window.ke for answer in made for window in answer.windows]
    assert None in kes
    assert any(ke is not None for ke in kes)
    return made


def test_a_record_gives_back_every_bit(answers, tmp_path):
    write_record(tmp_path / "a.npz", answers, fingerprint="f")
    found = read_record(tmp_path / "a.npz", fingerprint="f")
    assert len(found) == len(answers)
    for mine, other in zip(found, answers):
        assert mine.raw.dtype == other.raw.dtype
        assert mine.raw.tobytes() == other.raw.tobytes()
        assert all(map(same_bits, mine.windows, other.windows))
        for field in dataclasses.fields(mine.windows[0]):
            kinds = {type(getattr(one.windows[0], field.name)) for one in (mine, other)}
            assert len(kinds) == 1


def test_a_record_of_another_chunk_is_none(answers, tmp_path):
    write_record(tmp_path / "a.npz", answers, fingerprint="f")
    assert read_record(tmp_path / "a.npz", fingerprint="g") is None
    assert read_record(tmp_path / "b.npz", fingerprint="f") is None


def test_a_record_that_is_cut_short_is_none(answers, tmp_path):
    write_record(tmp_path / "a.npz", answers, fingerprint="f")
    content = (tmp_path / "a.npz").read_bytes()
    for length in [0, 1, *range(10, len(content), len(content) // 40)]:
        (tmp_path / "b.npz").write_bytes(content[:length])
        assert read_record(tmp_path / "b.npz", fingerprint="f") is None


def test_the_fingerprint_tells_everything_that_an_answer_depends_on(fan, plan):
    chunk, other = list(cut_chunks(fan, plan))[:2]
    options = Options()
    moved = list(chunk.traces.lines)
    moved[0] = moved[0] + np.array([1e-12, 0])
    slip = Slip(chunk.traces.slip.kinds + np.int8(1), chunk.traces.slip.senses)
    first = chunk.strips[0]
    further = dataclasses.replace(first, along_m=np.nextafter(first.along_m, np.inf))
    elsewhere = dataclasses.replace(chunk.traces, lines=tuple(moved))
    others = [
        (other, options),
        (chunk, Options(shift_px=2.0)),
        (chunk, Options(flips="none")),
        (dataclasses.replace(chunk, strips=chunk.strips[:-1]), options),
        (dataclasses.replace(chunk, traces=dataclasses.replace(chunk.traces, slip=slip)), options),
        (dataclasses.replace(chunk, traces=elsewhere), options),
        (dataclasses.replace(chunk, strips=(further, *chunk.strips[1:])), options),
    ]
    prints = {fingerprint(*values) for values in [(chunk, options), *others]}
    assert len(prints) == 1 + len(others)
    assert fingerprint(*(chunk, options)) == fingerprint(next(cut_chunks(fan, plan)), Options())


def test_chunks_of_a_plan_under_way_come_before_it_is_whole(fan, plan):
    """So that workers need not wait for the last zone of thousands."""
    taken = []

    def as_they_are_laid():
        for strip in plan:
            taken.append(strip)
            yield strip

    cut = cut_chunks(fan, as_they_are_laid())
    next(cut)
    assert 0 < len(taken) < len(plan) / 2
    assert sum(1 for _ in cut) > 1
    assert taken == plan
