"""How faults slip, from a layer's fields to flags and sense, in QGIS."""

import pytest
from qgis.core import (
    NULL,
    QgsCoordinateTransformContext,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingUtils,
)

from makers.hand_made_layers import NORTHING, make_layer, rows, straight
from makers.report_settings import keys_among, settings_of

CONTEXT = QgsCoordinateTransformContext()


@pytest.fixture
def layers(qgis):
    from qgis_ssf_plugin import reading

    return reading


def source_of(layer):
    """The layer as algorithms get it; the caller keeps the layer alive."""
    return QgsProcessingUtils.variantToSource(layer, QgsProcessingContext())


def read_slip(layers, layer, **fields):
    return layers.read_traces(
        source_of(layer), CONTEXT, zone_field=None, cancelled=lambda: False, **fields
    ).slip


def test_fields_tell_how_features_slip(layers):
    layer = make_layer(
        [straight()] * 4,
        fields=["rake:double", "kind:string", "dip:integer"],
        attributes=[[0, NULL, 90], [NULL, "Right-lateral", NULL], [NULL, "", 20], [NULL] * 3],
    )
    slip = read_slip(layers, layer, rake_field="rake", slip_type_field="kind", dip_field="dip")
    assert slip.kinds.tolist() == [1, 1, 2, 0]  # strike-slip twice, doubtful, unknown
    assert slip.senses.tolist() == [-1, 1, 0, 0]
    assert read_slip(layers, layer) is None


def test_one_field_may_serve_twice(layers):
    layer = make_layer([straight()], fields=["kind:string"], attributes=[["dextral"]])
    traces = layers.read_traces(
        source_of(layer), CONTEXT, zone_field="kind", slip_type_field="kind",
        cancelled=lambda: False,
    )  # fmt: skip
    assert traces.zone_names == ("dextral",)
    assert traces.slip.senses.tolist() == [1]


@pytest.mark.parametrize(
    ("field", "purpose"),
    [("rake_field", "rake"), ("dip_field", "dip"), ("slip_type_field", "slip")],
)
def test_a_slip_field_that_is_not_there_is_refused(layers, field, purpose):
    with pytest.raises(layers.InputError, match=f"no field 'nix' to tell their {purpose}"):
        read_slip(layers, make_layer([straight()]), **{field: "nix"})


def test_a_rake_that_is_none_is_refused_by_its_feature(layers):
    layer = make_layer([straight(), straight()], fields=["rake:double"], attributes=[[0], [400.0]])
    with pytest.raises(layers.InputError, match=r"'rake' .*'400' \(Feature 2\)"):
        read_slip(layers, layer, rake_field="rake", strict=True)


APART = [straight(), straight(north=NORTHING + 40_000), straight(north=NORTHING + 80_000)]
QUICK = {"THICKNESS": "3", "SHIFT": 0}


def faults(field, *values):
    """Three faults 40 km apart, each a zone of three windows."""
    attributes = [[name, value] for name, value in zip("abc", values)]
    return make_layer(APART, fields=["zone:string", field], attributes=attributes)


def by_zone(results, column):
    found = {}
    for row in rows(results["WINDOWS"]):
        found.setdefault(row["zone"], []).append(row[column])
    return [found[zone] for zone in "abc"]


def test_what_is_not_strike_slip_is_flagged_and_dip_slip_has_no_ke(estimate):
    layer = faults("rake:double", 180, -130, -90)
    results = estimate(layer, ZONE_FIELD="zone", RAKE_FIELD="rake", **QUICK)
    flagged = [{"not_strike_slip" in flags for flags in of} for of in by_zone(results, "flags")]
    assert flagged == [{False}, {True}, {True}]
    assert [None in kes for kes in by_zone(results, "ke")] == [False, False, True]
    assert set(by_zone(results, "ke")[2]) == {None}


def test_each_strip_takes_its_own_sense(estimate):
    layer = faults("kind:string", "left-lateral", "Dextral", NULL)
    results = estimate(layer, ZONE_FIELD="zone", SLIP_TYPE_FIELD="kind", SENSE="auto", **QUICK)
    senses = [set(of) for of in by_zone(results, "sense")]
    assert senses == [{"sinistral"}, {"dextral"}, {"dextral"}]
    unknown = ["sense_unknown" in flags for flags, *_ in by_zone(results, "flags")]
    assert unknown == [False, False, True]


def test_gentle_dips_are_flagged(estimate):
    layer = faults("dip:integer", 90, 25, NULL)
    results = estimate(layer, ZONE_FIELD="zone", DIP_FIELD="dip", **QUICK)
    flagged = ["not_strike_slip" in flags for flags, *_ in by_zone(results, "flags")]
    assert flagged == [False, True, False]


def test_auto_needs_a_field_that_can_tell(estimate):
    layer = faults("dip:integer", 90, 25, 30)
    with pytest.raises(QgsProcessingException, match="'auto' needs a field"):
        estimate(layer, SENSE="auto", DIP_FIELD="dip", **QUICK)


def test_the_choices_of_sense_are_the_cores_and_keep_their_places(qgis):
    """Models of QGIS may hold a choice as its number."""
    from qgis_ssf_plugin.ensemble import SENSE_CHOICES
    from ssf_model.options import SENSES

    assert tuple(SENSE_CHOICES) == SENSES
    assert SENSE_CHOICES[:2] == ["dextral", "sinistral"]


def test_the_report_names_the_fields_that_told_how_faults_slip(estimate, tmp_path):
    """In words, as everything else that the result depends on."""
    path = tmp_path / "report.html"
    layer = make_layer(
        APART,
        fields=["zone:string", "slip_angle:double", "motion:string", "steep:double"],
        attributes=[["a", 180, "dextral", 90], ["b", -130, NULL, 80], ["c", -90, NULL, NULL]],
    )
    fields = {"RAKE_FIELD": "slip_angle", "SLIP_TYPE_FIELD": "motion", "DIP_FIELD": "steep"}
    estimate(layer, ZONE_FIELD="zone", REPORT=str(path), TREND=60, **fields, **QUICK)
    settings = settings_of(path.read_text(encoding="utf-8"))
    assert settings["Field with the rake, degrees"] == "slip_angle"
    assert settings["Field with the slip type"] == "motion"
    assert settings["Field with the dip, degrees"] == "steep"
    assert settings["Field with the fault zones"] == "zone"
    assert settings["Trend of the zones, degrees"] == "60"
    assert settings["Guide lines"] == "none"
    assert keys_among(settings) == []
