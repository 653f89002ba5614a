"""Outputs: which are asked for, and that a write that fails never passes for a result."""

import re

import pytest
from qgis.core import (
    NULL,
    QgsFeatureSink,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProcessingUtils,
    QgsProject,
    QgsProperty,
    QgsVectorLayer,
)

from makers.full_disk import full_disk
from makers.hand_made_layers import make_layer, straight

TEMPORARY = "TEMPORARY_OUTPUT"
QUICK = {"THICKNESS": "3", "SHIFT": 0, "FLIPS": "none"}
OUTPUTS = {
    "ssf:estimateke": ("WINDOWS", "TRACES_OUT", "MEMBERS", "ZONES", "PROFILE"),
    "ssf:explainke": ("CONTRIBUTIONS", "COLUMNS", "STRETCHES"),
    "ssf:comparetraces": ("WINDOWS",),
}
EVERY_OUTPUT = [(name, key) for name, keys in OUTPUTS.items() for key in keys]


@pytest.fixture
def run_all(run):
    """Any of the three on one straight fault, all outputs in memory but those given."""

    def run_algorithm(name, **parameters):
        maps = {"TRACES": make_layer([straight()])}
        if name == "ssf:comparetraces":
            maps["TRACES_B"] = make_layer([straight(azimuth_deg=61)])
        outputs = dict.fromkeys(OUTPUTS[name], TEMPORARY)
        return run(name, **{**maps, **QUICK, **outputs, **parameters})

    return run_algorithm


@pytest.fixture
def late(monkeypatch):
    """A disk that fills up only after the trial that is made before the work."""
    monkeypatch.setattr("ssf_model.whole_files.TRIAL_BYTES", 0)


@pytest.fixture
def outputs(qgis):
    from qgis_ssf_plugin import outputs

    return outputs


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, False),
        (NULL, False),
        ("", False),
        (QgsProcessingOutputLayerDefinition(""), False),
        (QgsProcessingOutputLayerDefinition(), False),
        (QgsProperty(), False),
        (QgsProperty.fromValue(""), False),
        (TEMPORARY, True),
        ("/a/b.gpkg", True),
        (QgsProcessingOutputLayerDefinition(TEMPORARY), True),
        (QgsProcessingOutputLayerDefinition("/a/b.gpkg"), True),
        (QgsProperty.fromValue("/a/b.gpkg"), True),
        (QgsProperty.fromExpression("@project_folder || '/b.gpkg'"), True),
    ],
)
def test_an_output_is_wanted_where_a_place_is_named(outputs, value, expected):
    assert outputs.wanted({"OUT": value}, "OUT") is expected
    assert not outputs.wanted({"OUT": value}, "OTHER")


@pytest.mark.parametrize(
    ("name", "left"),
    [("ssf:estimateke", "WINDOWS"), ("ssf:explainke", "COLUMNS")],
)
def test_outputs_without_a_place_are_left_out_as_batch_runs_say_it(run_all, name, left):
    """QGIS's batch mode gives a definition whose place is empty."""
    optional = [key for key in OUTPUTS[name] if key != left]
    if name == "ssf:estimateke":
        optional += ["REPORT", "FIGURE"]
    nowhere = {key: QgsProcessingOutputLayerDefinition("") for key in optional}
    results = run_all(name, **nowhere)
    assert results[left].featureCount() > 0
    assert not set(optional) & set(results)


def test_an_explanation_of_nothing_is_refused_in_batch_runs_too(run_all):
    nowhere = {key: QgsProcessingOutputLayerDefinition("") for key in OUTPUTS["ssf:explainke"]}
    with pytest.raises(QgsProcessingException, match="at least one of the three layers"):
        run_all("ssf:explainke", **nowhere)


class FullSink(QgsFeatureSink):
    """Takes no feature, or takes them and then cannot write them."""

    def __init__(self, *, takes):
        super().__init__()
        self._takes = takes

    def addFeature(self, feature, flags=None):
        """Whether it was taken."""
        return self._takes

    def flushBuffer(self):
        """Whether what was taken is written."""
        return not self._takes


@pytest.mark.parametrize("takes", [False, True])
@pytest.mark.parametrize(("name", "key"), EVERY_OUTPUT)
def test_a_sink_that_fails_is_an_error(run_all, monkeypatch, name, key, takes):
    from qgis_ssf_plugin.algorithms.base import FaultMapAlgorithm

    def opened(algorithm, parameters, asked, *rest):
        if asked == key:
            return FullSink(takes=takes), "nowhere"
        return QgsProcessingAlgorithm.parameterAsSink(algorithm, parameters, asked, *rest)

    monkeypatch.setattr(FaultMapAlgorithm, "parameterAsSink", opened, raising=False)
    with pytest.raises(QgsProcessingException, match=f"Could not write feature into {key}"):
        run_all(name)


@pytest.mark.parametrize(("name", "key"), EVERY_OUTPUT)
def test_a_sink_that_cannot_be_opened_is_an_error(run_all, monkeypatch, name, key):
    """QGIS's own sentence for it names the output's parameter."""
    from qgis_ssf_plugin.algorithms.base import FaultMapAlgorithm

    def opened(algorithm, parameters, asked, *rest):
        if asked == key:
            return None, ""
        return QgsProcessingAlgorithm.parameterAsSink(algorithm, parameters, asked, *rest)

    monkeypatch.setattr(FaultMapAlgorithm, "parameterAsSink", opened, raising=False)
    with pytest.raises(QgsProcessingException, match=f"Could not create destination layer.*{key}"):
        run_all(name, **{key: f"{key}.gpkg"})


@pytest.mark.parametrize(
    ("key", "file", "room_bytes"),
    [
        ("WINDOWS", "w.gpkg", 2_000),  # fails as features are added
        ("WINDOWS", "w.gpkg", 70_000),  # as all others: only when the file is closed
        ("WINDOWS", "w.geojson", 700),
        ("WINDOWS", "w.fgb", 700),
        ("WINDOWS", "w.shp", 5_000),  # its table alone, which then reads as if there were none
        ("TRACES_OUT", "t.gpkg", 70_000),
        ("MEMBERS", "m.gpkg", 70_000),
        ("ZONES", "z.csv", 30),
        ("PROFILE", "p.csv", 300),
        ("WINDOWS", "w.tab", 2_000),
        ("ZONES", "z.xlsx", 2_000),
        ("REPORT", "r.html", 9_000),
        ("FIGURE", "f.svg", 3_000),
        ("FIGURE", "f.png", 3_000),
    ],
)
def test_a_full_disk_is_an_error(run_all, tmp_path, late, key, file, room_bytes):
    """The disk has room for a part of the file; a part passes for a whole one all too easily."""
    path = tmp_path / file
    with full_disk(room_bytes), pytest.raises(QgsProcessingException) as raised:
        run_all("ssf:estimateke", **{key: str(path)})
    assert file in str(raised.value) or "Could not" in str(raised.value)
    assert not re.search("Traceback|Errno|[.]ssf-", str(raised.value))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("takes", [False, True])
@pytest.mark.parametrize("there", [False, True])
def test_a_table_that_fails_leaves_no_half(run_all, monkeypatch, tmp_path, there, takes):
    """Neither a new database, nor a table in one that was there."""
    from qgis_ssf_plugin.algorithms.base import FaultMapAlgorithm

    path = tmp_path / "d.gpkg"
    if there:
        run_all("ssf:estimateke", WINDOWS=f"ogr:dbname='{path}' table=\"mine\" (geom)")

    def opened(*arguments):
        sink, name = QgsProcessingAlgorithm.parameterAsSink(*arguments)
        del sink  # the table is there, and empty
        return FullSink(takes=takes), name

    monkeypatch.setattr(FaultMapAlgorithm, "parameterAsSink", opened, raising=False)
    with pytest.raises(QgsProcessingException, match="Could not write feature into WINDOWS"):
        run_all("ssf:estimateke", WINDOWS=f"ogr:dbname='{path}' table=\"w\" (geom)")
    assert path.exists() is there
    if there:
        assert QgsVectorLayer(f"{path}|layername=mine").featureCount() > 0
        assert not QgsVectorLayer(f"{path}|layername=w").isValid()


def test_a_table_whose_last_line_lacks_its_end_is_an_error(run_all, tmp_path, late):
    """One byte is missing, the line break."""
    whole, cut = tmp_path / "whole.csv", tmp_path / "cut.csv"
    run_all("ssf:estimateke", ZONES=str(whole))
    with (
        full_disk(whole.stat().st_size - 1),
        pytest.raises(QgsProcessingException, match=r"/cut\.csv: "),
    ):
        run_all("ssf:estimateke", ZONES=str(cut))


@pytest.mark.parametrize("file", ["w.gpkg", "w.shp"])
def test_a_write_that_fails_leaves_what_was_there(run_all, tmp_path, late, file):
    path = tmp_path / file
    run_all("ssf:estimateke", WINDOWS=str(path))
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    with full_disk(600), pytest.raises(QgsProcessingException):
        run_all("ssf:estimateke", WINDOWS=str(path))
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before
    run_all("ssf:estimateke", WINDOWS=str(path))
    assert {each.name for each in tmp_path.iterdir()} == set(before)


def test_a_result_that_qgis_loads_is_named_by_its_place(qgis, run_all, tmp_path):
    """The project takes the layer by its id, which must not be that of the folder aside."""
    project, path = QgsProject(), tmp_path / "w.gpkg"
    context = QgsProcessingContext()
    algorithm = qgis.processingRegistry().createAlgorithmById("ssf:estimateke")
    sink = QgsProcessingOutputLayerDefinition(str(path), project)
    sink.destinationName = "Windows of mine"
    parameters = {"TRACES": make_layer([straight()]), "WINDOWS": sink, **QUICK}
    results, right = algorithm.run(parameters, context, QgsProcessingFeedback())
    assert right
    assert results["WINDOWS"] == str(path)
    (details,) = context.layersToLoadOnCompletion().values()
    assert list(context.layersToLoadOnCompletion()) == [str(path)]
    assert (details.name, details.project) == ("Windows of mine", project)
    layer = QgsProcessingUtils.mapLayerFromString(results["WINDOWS"], context)
    assert layer.featureCount() > 0


@pytest.mark.parametrize("file", ["w.gpx", "w.dxf"])
def test_a_form_of_file_that_takes_no_windows_is_refused_without_a_trace(run_all, tmp_path, file):
    """QGIS offers these endings, too, and left a beginning of such a file."""
    path = tmp_path / file
    with pytest.raises(QgsProcessingException, match=f"Could not create layer {path}"):
        run_all("ssf:estimateke", WINDOWS=str(path))
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_the_project_has_open_is_replaced_or_refused(run_all, tmp_path):
    """Never mixed: what lies beside it belongs to the former file."""
    path = tmp_path / "w.gpkg"
    run_all("ssf:estimateke", WINDOWS=str(path))
    layer = QgsVectorLayer(str(path), "open", "ogr")
    before = layer.featureCount()
    layer.startEditing()
    layer.deleteFeature(1)
    try:
        run_all("ssf:estimateke", WINDOWS=str(path))
    except QgsProcessingException as error:
        assert "is open in another program" in str(error)  # noqa: PT017
    layer.rollBack()
    del layer
    assert QgsVectorLayer(str(path), "again", "ogr").featureCount() == before


def test_the_same_files_are_written_where_there_is_room(run_all, tmp_path):
    files = {
        "WINDOWS": "w.gpkg", "TRACES_OUT": "t.fgb", "MEMBERS": "m.gpkg", "ZONES": "z.csv",
        "PROFILE": "p.xlsx", "REPORT": "r.html", "FIGURE": "f.png",
    }  # fmt: skip
    results = run_all("ssf:estimateke", **{key: str(tmp_path / files[key]) for key in files})
    assert {key: results[key] for key in files} == {
        key: str(tmp_path / file) for key, file in files.items()
    }
    assert set(files.values()) <= {path.name for path in tmp_path.iterdir()}
