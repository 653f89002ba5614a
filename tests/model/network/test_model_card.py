import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssf_model.errors import ModelError
from ssf_model.network.interval_entry import stretch_class
from ssf_model.network.model_card import CARD_KEY, ModelCard, card_from_metadata, card_to_json
from ssf_model.scale import ExperimentScale

FULL = ModelCard(
    name="kaolin",
    version="2.1",
    pixel_size_m=88.5,
    window_rows=256,
    window_cols=128,
    stride_px=102,
    thickness_px=(2.0, 3.5),
    material="wet kaolin, über 2 cm",
    sense="dextral",
    training_data="16 experiments",
    training_data_sha256="ab" * 32,
    seed=0,
    scores={"test": {"mae": 0.05, "n_windows": 1532}},
    input_ranges={"trace_px": (60.0, 300.5)},
    interval={
        "level": 0.9,
        "stretch_px": [4, 16.5],
        "widen_by": [0.01, -0.002, 0.1],
        "shift_px": 2.5,
        "held": [0.9, 0.91, 0.88],
        "held_by_ke": {"below 0.5": [0.9]},
    },
    equivariant=True,
    licence="GPL-2.0-or-later",
    citation="doi 10.1029/2021GL096854",
    made_with={"keras": "3.15.1"},
)


def read(text):
    return card_from_metadata({CARD_KEY: text}, source="m.onnx")


def with_entry(name, value):
    return json.dumps({"card_format": 1, "name": "m", "version": "1", name: value})


def with_interval(**entries):
    known = {"level": 0.9, "stretch_px": [4, 16], "widen_by": [0.1, 0.1, 0.2], "shift_px": 2.5}
    entries = {**known, **entries}
    return with_entry("interval", {key: item for key, item in entries.items() if item != "gone"})


def test_a_card_comes_back_as_it_was_written():
    assert read(card_to_json(FULL)) == FULL
    assert card_from_metadata({"author": "someone"}, source="m.onnx") is None


def test_the_json_form_is_plain_for_others_to_read():
    """Keys are the card's own words; text stays readable; the format is numbered."""
    entries = json.loads(card_to_json(FULL))
    assert entries.pop("card_format") == 1
    assert entries["thickness_px"] == [2.0, 3.5]
    assert set(entries) == {field.name for field in dataclasses.fields(ModelCard)}
    assert "über" in card_to_json(FULL)


@given(
    name=st.text(),
    pixel_size_m=st.floats(1e-3, 1e6),
    sides=st.tuples(st.integers(1, 10**6), st.integers(1, 10**6)),
    thickness_px=st.lists(st.floats(1e-3, 16), min_size=1, max_size=32).map(tuple),
    seed=st.none() | st.integers(0, 2**63),
    scores=st.dictionaries(st.text(), st.dictionaries(st.text(), st.floats(-1e9, 1e9))),
    made_with=st.dictionaries(st.text(), st.text()),
)
def test_any_card_comes_back_as_it_was_written(sides, **entries):
    rows, cols = sides
    card = ModelCard(
        version="1", window_rows=rows, window_cols=cols, stride_px=min(cols, 50), **entries
    )
    assert read(card_to_json(card)) == card


def test_scale_and_label_are_those_of_the_card():
    assert FULL.scale == ExperimentScale(88.5, 256, 128, 102)
    assert FULL.label == "kaolin-2.1"


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "m.onnx: its model card is not JSON"),
        ("{", "m.onnx: its model card is not JSON"),
        ("[" * 100_000, "m.onnx: its model card is not JSON"),
        ('{"name": "a", "name": "b"}', "m.onnx: its model card is not JSON .two entries 'name'"),
        ('{"spread": {"level": 1, "level": 2}}', "two entries 'level'"),
        ("9" * 10_000, "m.onnx: its model card is not"),
        ("[]", "not a table of entries"),
        ("null", "not a table of entries"),
        ('{"name": "m", "version": "1"}', "has format None"),
        ('{"card_format": 2, "name": "m", "version": "1"}', "has format 2; .* reads format 1"),
        ('{"card_format": 1, "name": "m"}', "does not hold together.*version"),
        (with_entry("pixel_size", 100), "unknown entries: .'pixel_size'"),
        (with_entry("name", 3), "'name' of its model card is 3, not str"),
        (with_entry("window_rows", 128.0), r"'window_rows' of its model card is 128.0, not int"),
        (with_entry("window_rows", True), "'window_rows' of its model card is True"),
        (with_entry("window_rows", 0), "does not hold together: window_rows"),
        (with_entry("stride_px", 65), "does not hold together: A stride of 65 px leaves gaps"),
        (with_entry("thickness_px", [1e50]), "cannot be drawn.*up to 16 px"),
        (with_entry("thickness_px", [3] * 33), "cannot be drawn.*up to 32 numbers"),
        (with_entry("pixel_size_m", 0), "does not hold together: Pixel size"),
        (with_entry("pixel_size_m", "100"), "'pixel_size_m' of its model card is '100'"),
        (with_entry("pixel_size_m", float("nan")), "'pixel_size_m' of its model card is nan"),
        (with_entry("pixel_size_m", float("inf")), "'pixel_size_m' of its model card is inf"),
        (with_entry("pixel_size_m", 10**400), "'pixel_size_m' of its model card is 1000"),
        (with_entry("thickness_px", 3), "'thickness_px' of its model card is 3"),
        (with_entry("thickness_px", []), "line thicknesses .*; all must be above 0"),
        (with_entry("thickness_px", [2, 0]), "all must be above 0"),
        (with_entry("thickness_px", [True]), "all must be above 0"),
        (with_entry("thickness_px", [float("nan")]), "all must be above 0"),
        (with_entry("seed", "x"), "'seed' of its model card is 'x'"),
        (with_entry("fault_value", 255), "fault pixels are 255; ssf draws them as 1"),
        (with_entry("scores", [1]), "'scores' of its model card"),
        (with_entry("scores", {"test": 0.1}), "scores of set 'test' .* 0.1, not a table"),
        (with_entry("scores", {"test": {"mae": "low"}}), "scores of set 'test'"),
        (with_entry("input_ranges", {"trace_px": 3}), "input range 'trace_px' .* is 3"),
        (with_entry("input_ranges", {"trace_px": [3]}), "a low and a high number"),
        (with_entry("input_ranges", {"trace_px": [3, 2]}), "a low and a high number"),
        (with_entry("input_ranges", {"trace_px": [float("nan"), 2]}), "a low and a high number"),
        (with_entry("spread", {"level": "high"}), "the spread's 'level' .* 'high', not a finite"),
        (with_entry("spread", 0.9), r"'spread' .* is 0.9, not Mapping\[str, float\]"),
        (with_entry("made_with", {"keras": 3}), "version of 'keras' .* is 3, not text"),
        (with_entry("equivariant", 1), "'equivariant' of its model card is 1"),
        (with_entry("equivariant", "yes"), "'equivariant' of its model card is 'yes'"),
        (with_entry("interval", [0.9]), r"'interval' of its model card is \[0.9\]"),
        (with_entry("interval", {"level": 0.9}), "'interval' of its model card .* it needs"),
        (with_interval(level="gone"), "it needs a level, shift_px, rising edges"),
        (with_interval(level=1), "it needs a level"),
        (with_interval(level=[0.9]), "it needs a level"),
        (with_interval(shift_px="gone"), "it needs a level"),
        (with_interval(shift_px=-1), "it needs a level"),
        (with_interval(stretch_px=[16, 4]), "rising edges of stretch_px"),
        (with_interval(stretch_px=[0, 4]), "rising edges of stretch_px"),
        (with_interval(stretch_px=4), "rising edges of stretch_px"),
        (with_interval(stretch_px=[[4], 16]), "rising edges of stretch_px"),
        (with_interval(widen_by=[0.1, 0.1]), "one more widen_by than edges"),
        (with_interval(widen_by=[0.1, True, 0.1]), "has .*True.* as 'widen_by', not finite"),
        (with_interval(widen_by=[0.1, float("nan"), 0.1]), "not finite numbers"),
        (with_interval(held={"all": "most"}), "as 'held', not finite numbers"),
        (with_interval(held=float("inf")), "has inf as 'held'"),
        (with_interval(deep=[[[[[[1]]]]]]), "as 'deep', not finite numbers"),
    ],
)
def test_a_card_that_cannot_be_trusted_is_refused_in_one_line(text, match):
    with pytest.raises(ModelError, match=match) as refusal:
        read(text)
    assert str(refusal.value).startswith("m.onnx")
    assert "\n" not in str(refusal.value)
    assert len(str(refusal.value)) < 400


def test_a_card_of_before_there_were_these_entries_says_neither():
    card = read(with_entry("seed", 1))
    assert card.equivariant is False
    assert card.interval == {}
    assert read(with_entry("interval", {})).interval == {}
    assert read(with_interval(stretch_px=[], widen_by=[0.1])).interval["widen_by"] == [0.1]


@pytest.mark.parametrize(
    ("stretch_px", "number"),
    [(0.5, 0), (3.99, 0), (4, 1), (16.4, 1), (16.5, 2), (1000, 2), (float("nan"), 0)],
)
def test_a_class_of_detail_goes_from_its_lower_edge_up(stretch_px, number):
    """No line has no detail; the network is told 1 px then, and so is this."""
    assert stretch_class(stretch_px, [4, 16.5]) == number
    assert stretch_class([stretch_px], []) == [0]
    assert stretch_class(float("nan"), [0.5, 1.5]) == 1


def test_a_card_that_json_cannot_hold_is_not_written():
    card = dataclasses.replace(FULL, scores={"test": {"mae": float("nan")}})
    with pytest.raises(ValueError, match="JSON"):
        card_to_json(card)


def test_a_card_without_a_grid_has_that_of_the_experiments():
    assert ModelCard(name="m", version="1").scale == ExperimentScale()
