"""From features to a map: what is skipped, found or unknown, and what is said of it."""

import numpy as np
import pytest

from ssf_model.errors import InputError
from ssf_model.faults.gathering import MapFields, gather_traces
from ssf_model.faults.slip import DEXTRAL, DIP_SLIP, SINISTRAL, STRIKE_SLIP, UNKNOWN

GOOD = np.array([[10.0, 45.0], [10.1, 45.1]])
DOT = np.array([[10.0, 45.0]])
NO_WAY = np.array([[10.0, 45.0], [10.0, 45.0]])


def gather(parts, fields=None, columns=None, **options):
    names = [f"feature {number}" for number in range(1, len(parts) + 1)]
    return gather_traces(parts, names, columns or {}, fields=fields or MapFields(), **options)


def test_features_that_hold_no_trace_are_skipped_and_counted():
    parts = [[GOOD], [], [DOT], [NO_WAY], [GOOD], [GOOD, NO_WAY, DOT], []]
    traces, remarks = gather(parts, kinds={6: "point", 4: "polygon"})
    assert traces.features.tolist() == [0, 5]
    assert traces.n_features == 7
    assert remarks == [
        "5 of 7 features hold no trace and are skipped: 1 without geometry, 1 of one vertex, 1 "
        "without length, 1 polygon, 1 point; the first is feature 2.",
        "2 parts of other features have no length and are skipped.",
    ]


def test_a_map_of_lines_needs_no_remark():
    assert gather([[GOOD], [GOOD, GOOD]])[1] == []


@pytest.mark.parametrize(
    ("parts", "kinds", "match"),
    [
        ([[GOOD], [DOT]], {}, "feature 2 has a broken geometry, a line of one vertex"),
        ([[GOOD], [GOOD, NO_WAY]], {}, "feature 2 has no length"),
        ([[GOOD], []], {}, "feature 2 has no geometry"),
        ([[GOOD], []], {1: "point"}, "feature 2 is a point; fault traces are lines"),
    ],
)
def test_strict_refuses_what_would_be_skipped(parts, kinds, match):
    with pytest.raises(InputError, match=match):
        gather(parts, kinds=kinds, strict=True)
    gather(parts, kinds=kinds)


def test_a_map_without_any_trace_is_refused_with_what_it_holds():
    with pytest.raises(InputError, match=r"The map is empty.*\(1 of one vertex, 1 point\)"):
        gather([[DOT], []], kinds={1: "point"})


def test_features_without_a_zone_name_are_counted():
    traces, remarks = gather(
        [[GOOD]] * 5,
        MapFields(zone_field="fault"),
        {"fault": ["North", None, " ", 7.0, "North"]},
    )
    assert traces.zone_names == ("North", None, None, "7", "North")
    assert remarks == [
        "Field 'fault' names 2 zones of 3 features; 2 of 5 features have no value there, their "
        "zones are found by gap and trend."
    ]


def test_texts_that_say_that_there_is_no_name_are_none():
    """As one zone they would be faults all over the map."""
    names = ["North", "N/A", "<Null>", "Unnamed", "n/a", "Unnamed fault 7"]
    traces, (remark,) = gather([[GOOD]] * 6, MapFields(zone_field="f"), {"f": names})
    assert traces.zone_names == ("North", None, None, None, None, "Unnamed fault 7")
    assert "no value there (or say so: '<Null>' (1), 'N/A' (1), 'Unnamed' (1), 'n/a' (1))" in remark


def test_a_feature_without_geometry_needs_no_zone_name():
    fields, columns = MapFields(zone_field="fault"), {"fault": ["North", None]}
    _, remarks = gather([[GOOD], []], fields, columns)
    assert len(remarks) == 1
    assert "skipped" in remarks[0]


def test_strict_refuses_a_feature_without_a_zone_name():
    with pytest.raises(InputError, match=r"1 of 2 features has no value .* first is feature 2"):
        gather([[GOOD]] * 2, MapFields(zone_field="f"), {"f": ["a", None]}, strict=True)


def test_labels_are_kept_beside_zones():
    traces, _ = gather([[GOOD]] * 2, MapFields(zone_label="name"), {"name": ["North", None]})
    assert traces.zone_names is None
    assert traces.zone_labels == ("North", None)


def test_values_that_are_not_understood_are_unknown_and_listed():
    values = [-999.0, "NULL", "80-90", "(90,80,100)", -999, "steep", None, 30]
    traces, (remark,) = gather([[GOOD]] * 8, MapFields(dip_field="dip"), {"dip": values})
    assert "Field 'dip' of 4 of 8 features is not understood and counts as unknown" in remark
    assert "'-999' (2), 'NULL' (1), 'steep' (1)" in remark
    assert traces.slip.kinds.tolist()[:4] == [UNKNOWN, UNKNOWN, STRIKE_SLIP, STRIKE_SLIP]


def test_slip_types_that_say_unknown_are_counted_and_never_refused():
    columns = {"type": ["N/A", "Unspecified", "N/A", "dextral", None, ""]}
    fields = MapFields(slip_type_field="type")
    _, remarks = gather([[GOOD]] * 6, fields, columns, strict=True)
    assert remarks == [
        "Field 'type' of 3 of 6 features says unknown: 'N/A' (2), 'Unspecified' (1)."
    ]


def test_rake_and_slip_type_that_disagree_are_counted():
    """Three features tell both senses, and two of them disagree; six tell both kinds of slip."""
    fields = MapFields(rake_field="rake", slip_type_field="type")
    columns = {
        "rake": [0, 10, 180, -90, 180, 180, None],
        "type": ["dextral", "right", "dextral", "dextral", "strike-slip", "normal", "dextral"],
    }
    traces, remarks = gather([[GOOD]] * 7, fields, columns)
    assert len(remarks) == 2
    assert "sense of 2 of 3 features that tell both: sinistral by rake and dextral by" in remarks[0]
    assert "slip type in 2. The rake was followed" in remarks[0]
    assert "kind of slip of 2 of 6 features" in remarks[1]
    assert "1 normal or reverse by rake and strike-slip by slip type, 1 the other" in remarks[1]
    assert traces.slip.senses.tolist()[:3] == [SINISTRAL, SINISTRAL, DEXTRAL]
    assert traces.slip.kinds[3] == DIP_SLIP


def test_rake_and_slip_type_that_agree_need_no_remark():
    fields = MapFields(rake_field="rake", slip_type_field="type")
    columns = {"rake": [0, 180, 90], "type": ["left", "dextral", "thrust"]}
    assert gather([[GOOD]] * 3, fields, columns)[1] == []


@pytest.mark.parametrize(("span_deg", "hinted"), [(4.3e-6, True), (1.7e-3, True), (1.9e-3, False)])
def test_a_map_too_small_to_be_one_gets_a_hint_at_its_crs(span_deg, hinted):
    """A degree of latitude at the equator is 110.6 km, so that the limit of 200 m is .00181."""
    line = np.array([[10.0, 0.0], [10.0, span_deg]])
    _, remarks = gather_traces([[line]], ["feature 1"], {}, fields=MapFields())
    assert [("Check the coordinate reference system" in one) for one in remarks] == [True] * hinted
