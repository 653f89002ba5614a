"""How faults slip, read from attributes."""

import numpy as np
import pytest

from ssf_model.errors import InputError
from ssf_model.faults.slip import DEXTRAL, DIP_SLIP, OBLIQUE, SINISTRAL, STRIKE_SLIP, UNKNOWN
from ssf_model.faults.slip_angles import slip_of_dip, slip_of_rake
from ssf_model.faults.slip_fields import slip_of_features
from ssf_model.faults.slip_words import slip_of_type


@pytest.mark.parametrize(
    ("rake", "kind", "sense"),
    [
        (0, STRIKE_SLIP, SINISTRAL),
        (180, STRIKE_SLIP, DEXTRAL),
        (-180, STRIKE_SLIP, DEXTRAL),
        (90, DIP_SLIP, 0),
        (-90, DIP_SLIP, 0),
        (270, DIP_SLIP, 0),
        (360, STRIKE_SLIP, SINISTRAL),
        (200, STRIKE_SLIP, DEXTRAL),
        ("-170.5", STRIKE_SLIP, DEXTRAL),
    ],
)
def test_rakes_follow_aki_and_richards(rake, kind, sense):
    assert slip_of_rake(rake) == (kind, sense)


@pytest.mark.parametrize(
    ("rake", "expected"),
    [("-170 ± 20", (STRIKE_SLIP, DEXTRAL)), ("350+/-15", (STRIKE_SLIP, SINISTRAL))],
)
def test_what_a_rake_may_differ_by_ends_at_the_last_angle(rake, expected):
    """From -190 and up to 365 degrees: there are none beyond -180 and 360."""
    assert slip_of_rake(rake) == expected


def test_what_a_dip_may_differ_by_ends_at_level_and_upright():
    assert slip_of_dip("2 ± 5") == (OBLIQUE, 0)
    assert slip_of_dip("88 ± 5") == (STRIKE_SLIP, 0)
    with pytest.raises(InputError, match="no angle from 0 to 90"):
        slip_of_dip("92 ± 5")


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("from_horizontal", "kind"),
    [(29, STRIKE_SLIP), (30, STRIKE_SLIP), (31, OBLIQUE), (59, OBLIQUE), (60, DIP_SLIP)],
)
def test_classes_of_rake_are_the_same_in_all_four_quadrants(from_horizontal, kind, sign):
    sinistral, dextral = (slip_of_rake(sign * r) for r in (from_horizontal, 180 - from_horizontal))
    assert (sinistral[0], dextral[0]) == (kind, kind)
    expected = (0, 0) if kind == DIP_SLIP else (SINISTRAL, DEXTRAL)
    assert (sinistral[1], dextral[1]) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("(150,120,180)", (STRIKE_SLIP, DEXTRAL)),
        ("(-10, -45, 0)", (STRIKE_SLIP, SINISTRAL)),
        ("(90.,,)", (DIP_SLIP, 0)),
        ("(,,90)", (DIP_SLIP, 0)),
        ("(,60,90)", (UNKNOWN, 0)),
        ("(,,)", (UNKNOWN, 0)),
    ],
)
def test_triples_give_their_most_likely_value(value, expected):
    """As the GEM database writes them: most likely, least, greatest."""
    assert slip_of_rake(value) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dextral", (STRIKE_SLIP, DEXTRAL)),
        ("right-lateral", (STRIKE_SLIP, DEXTRAL)),
        ("Right Lateral Strike Slip", (STRIKE_SLIP, DEXTRAL)),
        ("RL", (STRIKE_SLIP, DEXTRAL)),
        ("left lateral", (STRIKE_SLIP, SINISTRAL)),
        ("SINISTRAL", (STRIKE_SLIP, SINISTRAL)),
        ("strike_slip (left)", (STRIKE_SLIP, SINISTRAL)),
        ("Strike-Slip", (STRIKE_SLIP, 0)),
        ("Strike-slip thrust", (STRIKE_SLIP, 0)),
        ("Sinistral-Normal", (STRIKE_SLIP, SINISTRAL)),
        ("dextral-reverse", (STRIKE_SLIP, DEXTRAL)),
        ("Normal-Dextral", (OBLIQUE, DEXTRAL)),
        ("Reverse; left lateral", (OBLIQUE, SINISTRAL)),
        ("Reverse-Oblique", (OBLIQUE, 0)),
        ("oblique", (OBLIQUE, 0)),
        ("dextral / sinistral", (STRIKE_SLIP, 0)),
        ("Normal", (DIP_SLIP, 0)),
        ("Blind Thrust", (DIP_SLIP, 0)),
        ("low-angle normal fault", (DIP_SLIP, 0)),
        ("Spreading_Ridge", (DIP_SLIP, 0)),
        ("Anticline", (DIP_SLIP, 0)),
        (" Unspecified ", (UNKNOWN, 0)),
        ("N/A", (UNKNOWN, 0)),
        ("", (UNKNOWN, 0)),
    ],
)
def test_slip_types_are_read_in_many_spellings(text, expected):
    assert slip_of_type(text) == expected


@pytest.mark.parametrize("text", ["N", "R", "no", "fault", "45", "right side down", "dextral?", 1])
def test_slip_types_are_never_guessed(text):
    with pytest.raises(InputError, match="no slip type that is known"):
        slip_of_type(text)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("170-190", (STRIKE_SLIP, DEXTRAL)),
        ("-10 to 10", (STRIKE_SLIP, SINISTRAL)),
        ("\u2212170\u00b0", (STRIKE_SLIP, DEXTRAL)),  # a minus sign and a degree sign
        ("80\u2013100", (DIP_SLIP, 0)),  # an en dash
        ("ca. 175 deg", (STRIKE_SLIP, DEXTRAL)),
        ("- 90", (DIP_SLIP, 0)),
        ("90 \u00b1 10", (DIP_SLIP, 0)),
        ("170+/-20", (STRIKE_SLIP, DEXTRAL)),
        ("\uff11\uff18\uff10", (STRIKE_SLIP, DEXTRAL)),  # wide digits
        ("174,5", (STRIKE_SLIP, DEXTRAL)),
    ],
)
def test_rakes_are_read_in_many_spellings(value, expected):
    assert slip_of_rake(value) == expected


@pytest.mark.parametrize(
    "value", ["-180 - 180", "0-360", "20-40", "0\u00b180", "10,170", "dextral", "N/A"]
)
def test_a_rake_that_is_not_plain_is_none(value):
    with pytest.raises(InputError):
        slip_of_rake(value)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("80-90", STRIKE_SLIP),
        ("80 \u2013 90 NE", STRIKE_SLIP),
        ("85 NE", STRIKE_SLIP),
        ("60N", OBLIQUE),
        ("(90,80,100)", STRIKE_SLIP),
        ("~85\u00b0", STRIKE_SLIP),
        ("80~90", STRIKE_SLIP),
        (">80", STRIKE_SLIP),
        ("<= 45", OBLIQUE),
        ("90\u00b110", STRIKE_SLIP),
        ("Vertical", STRIKE_SLIP),
        ("sub-vertical", STRIKE_SLIP),
        ("70", UNKNOWN),
    ],
)
def test_dips_are_read_in_many_spellings(value, kind):
    assert slip_of_dip(value) == (kind, 0)


@pytest.mark.parametrize(
    "value", ["60-90", "85\u00b110", "75 to 85", "N", "NE", "-1", 95, ">", "8090", "45 30"]
)
def test_a_dip_that_is_not_plain_is_none(value):
    with pytest.raises(InputError):
        slip_of_dip(value)


def test_dips_speak_for_strike_slip_only_where_they_are_steep():
    assert [slip_of_dip(dip)[0] for dip in (90, 80, 79, 65, 64, 15)] == [
        STRIKE_SLIP, STRIKE_SLIP, UNKNOWN, UNKNOWN, OBLIQUE, OBLIQUE,
    ]  # fmt: skip
    assert {slip_of_dip(dip)[1] for dip in (90, 60)} == {0}


def told_by(columns, **options):
    """Slip of features whose fields are called as their meaning, and remarks."""
    names = [f"feature {number}" for number in range(1, len(next(iter(columns.values()))) + 1)]
    fields = {f"{meaning}_field": meaning for meaning in columns}
    return slip_of_features(names, columns, **fields, **options)


def slip_of(**columns):
    """Slip of features whose fields are called as their meaning, all understood."""
    slip, remarks = told_by(columns, strict=True)
    assert remarks == []
    return slip


def test_the_rake_decides_then_the_type_then_the_dip():
    columns = {
        "rake": [90, None, np.nan, "", 45],
        "slip_type": ["dextral", "sinistral", None, None, "dextral"],
        "dip": [90, 30, 30, None, 90],
    }
    slip, _ = told_by(columns)
    assert slip.kinds.tolist() == [DIP_SLIP, STRIKE_SLIP, OBLIQUE, UNKNOWN, OBLIQUE]
    assert slip.senses.tolist() == [DEXTRAL, SINISTRAL, 0, 0, SINISTRAL]


def test_without_a_field_nothing_is_known():
    assert slip_of_features(["feature 1"], {"rake": [90]}) == (None, [])


def test_columns_of_numpy_are_read_as_lists_are():
    slip = slip_of(rake=np.array([0, 180], dtype=np.int32))
    assert slip.senses.tolist() == [SINISTRAL, DEXTRAL]


@pytest.mark.parametrize(
    ("meaning", "value", "rule"),
    [
        ("rake", "steep", "A rake is a number from -180 to 360"),
        ("rake", 400, "A rake is a number"),
        ("rake", -999.0, "A rake is a number"),
        ("rake", np.inf, "A rake is a number"),
        ("rake", True, "A rake is a number"),
        ("rake", "1_0", "A rake is a number"),
        ("rake", "(10,20)", "A rake is a number"),
        ("rake", "(10,x,20)", "A rake is a number"),
        ("dip", "(900.0,,)", "A dip is a number from 0 to 90"),
        ("dip", -1, "A dip is a number"),
        ("slip_type", "sideways", "A slip type is dextral"),
        ("slip_type", np.array([1, 2]), "A slip type is dextral"),
    ],
)
def test_strict_refuses_values_that_cannot_be_understood_by_field_value_and_feature(
    meaning, value, rule
):
    with pytest.raises(InputError, match=rule) as caught:
        slip_of(**{meaning: [None, value]})
    message = str(caught.value)
    assert f"'{meaning}'" in message
    assert "feature 2" in message
    assert "1 of 2 features" in message
    assert "NULL" in message


def test_a_message_names_the_first_few_distinct_values_at_once():
    words = [f"kind{letter}" for letter in "abcdefgh"]
    with pytest.raises(InputError, match="and 3 other values") as caught:
        slip_of(slip_type=["dextral", *words, *words])
    message = str(caught.value)
    assert "16 of 17 features" in message
    assert all(f"'{word}'" in message for word in words[:5])
    assert "'kindf'" not in message
    assert message.count("'kinda'") == 1


def test_the_hazard_model_of_the_usa_has_its_218_strike_slip_sections(reference_data):
    """Oracle: the file's own column, made by who prepared it, and the counts by rake."""
    import pyogrio

    path = reference_data / "faults" / "nshm23_fault_sections_v3.geojson"
    meta, _, geometry, values = pyogrio.raw.read(path)
    columns = dict(zip(meta["fields"].tolist(), values))
    slip, _ = slip_of_features([""] * len(geometry), columns, rake_field="Rake")
    expected = columns["ssf_is_strike_slip"] == 1
    np.testing.assert_array_equal(slip.kinds == STRIKE_SLIP, expected)
    assert expected.sum() == 218


def test_the_world_file_of_strike_slip_faults_is_strike_slip(reference_data):
    import pyogrio

    path = reference_data / "faults" / "gem_gaf_2017_strikeslip.geojson"
    meta, _, geometry, values = pyogrio.raw.read(path, columns=["slip_type", "average_rake"])
    columns = dict(zip(meta["fields"].tolist(), values))
    names = [""] * len(geometry)
    by_type, _ = slip_of_features(names, columns, slip_type_field="slip_type")
    assert (by_type.kinds == STRIKE_SLIP).all()
    by_rake, _ = slip_of_features(names, columns, rake_field="average_rake")
    both = (by_rake.senses != 0) & (by_type.senses != 0)
    assert both.sum() > 400
    np.testing.assert_array_equal(by_rake.senses[both], by_type.senses[both])


def test_styles_of_the_rupture_database_are_understood(reference_data):
    import pyogrio

    path = reference_data / "faults" / "fdhi_ecs_lines_66_events.geojson"
    meta, _, geometry, values = pyogrio.raw.read(path)
    columns = dict(zip(meta["fields"].tolist(), values))
    slip, _ = slip_of_features([""] * len(geometry), columns, slip_type_field="style")
    assert np.bincount(slip.kinds, minlength=4).tolist() == [0, 31, 9, 26]
    np.testing.assert_array_equal(slip.kinds == STRIKE_SLIP, columns["ssf_is_strike_slip"] == 1)
