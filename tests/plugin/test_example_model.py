"""The example model, which the oldest QGIS made, on the sample map."""

import pytest
from qgis.core import QgsApplication, QgsProcessingModelAlgorithm, QgsVectorLayer

from makers.hand_made_layers import rows
from makers.places import REPOSITORY

MODEL = REPOSITORY / "qgis_ssf_plugin" / "models" / "check_estimate_plot.model3"
SAMPLE = f"{REPOSITORY / 'examples' / 'sample_faults.gpkg'}|layername=faults"
OUTPUTS = {
    "check:Places to look at": "places.gpkg",
    "check:Lines to look at": "lines.gpkg",
    "estimate:Windows with KE": "windows.gpkg",
    "estimate:Traces with KE": "traces.gpkg",
    "plot:Profiles": "profiles.html",
}


@pytest.fixture
def model(qgis):
    """The model as its file has it."""
    found = QgsProcessingModelAlgorithm()
    assert found.fromFile(str(MODEL))
    return found


def test_the_model_checks_estimates_and_plots_the_sample(run, model, tmp_path):
    """Its windows are those of the algorithm alone, whose parameters it leaves as they are."""
    paths = {key: str(tmp_path / name) for key, name in OUTPUTS.items()}
    assert {each.name() for each in model.destinationParameterDefinitions()} == set(OUTPUTS)
    run(model, traces=SAMPLE, zone_field="zone_name", **paths)
    alone = run("ssf:estimateke", TRACES=SAMPLE, ZONE_FIELD="zone_name", WINDOWS="TEMPORARY_OUTPUT")
    windows = rows(QgsVectorLayer(paths["estimate:Windows with KE"], "w", "ogr"))
    expected = rows(alone["WINDOWS"])
    assert [row["zone"] for row in windows] == [row["zone"] for row in expected]
    assert [row["ke"] for row in windows] == pytest.approx([row["ke"] for row in expected])
    zones = {row["zone"] for row in windows}
    assert len(zones) == 3
    page = (tmp_path / "profiles.html").read_text(encoding="utf-8")
    assert all(zone in page for zone in zones)


def test_every_step_and_parameter_of_the_model_is_there(model):
    for child in model.childAlgorithms().values():
        declared = {each.name() for each in child.algorithm().parameterDefinitions()}
        assert set(child.parameterSources()) <= declared
        assert child.algorithmId().startswith("ssf:")
    assert model.canExecute()[0]
    assert "sample map" in model.shortHelpString()


def test_the_menu_puts_a_copy_among_the_models_of_the_user(window, qgis, monkeypatch, tmp_path):
    from processing.modeler.ModelerUtils import ModelerUtils

    monkeypatch.setattr(ModelerUtils, "modelsFolders", staticmethod(lambda: [str(tmp_path)]))
    window.trigger("Add the example model")
    copy = tmp_path / MODEL.name
    assert copy.read_bytes() == MODEL.read_bytes()
    assert str(copy) in window.said[0]
    own = QgsApplication.processingRegistry().algorithmById("model:check_estimate_plot")
    assert own is not None
    assert own.group() == "Examples"
    copy.write_text("changed by its user")
    window.trigger("Add the example model")
    assert copy.read_text() == "changed by its user"


def test_a_folder_for_models_that_takes_no_file_is_said(window, qgis, monkeypatch, tmp_path):
    from processing.modeler.ModelerUtils import ModelerUtils

    gone = str(tmp_path / "gone")
    monkeypatch.setattr(ModelerUtils, "modelsFolders", staticmethod(lambda: [gone]))
    window.trigger("Add the example model")
    assert "gone" in window.said[0]
