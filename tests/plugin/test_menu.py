"""The plugin's menu in a window that a stand-in plays."""

import pytest
from qgis.core import Qgis, QgsApplication, QgsProject
from qgis.PyQt.QtGui import QDesktopServices
from qgis.PyQt.QtWidgets import QTextBrowser

from makers.hand_made_layers import make_layer, straight
from makers.places import REPOSITORY


def test_the_sample_is_loaded_as_a_copy(window, tmp_path, monkeypatch):
    monkeypatch.setattr(QgsApplication, "qgisSettingsDirPath", lambda: str(tmp_path))
    before = (REPOSITORY / "examples" / "sample_faults.gpkg").read_bytes()
    window.trigger("Load the sample")
    (layer,) = QgsProject.instance().mapLayers().values()
    try:
        assert layer.isValid()
        assert layer.source().startswith(str(tmp_path))
        assert layer.featureCount() > 3
        assert "zone_name" in layer.fields().names()
        assert "zone_name" in window.said[0]
    finally:
        QgsProject.instance().removeMapLayer(layer)
    assert (REPOSITORY / "examples" / "sample_faults.gpkg").read_bytes() == before


def test_the_style_is_applied_to_what_ssf_made(window, estimate):
    results = estimate(make_layer([straight()]), THICKNESS="3", SHIFT=0)
    other = make_layer([straight()])
    window.selected = [results["WINDOWS"], results["TRACES_OUT"], other]
    window.trigger("Apply ssf style")
    for layer in window.selected[:2]:
        labels = [item.label() for item in layer.renderer().legendSymbolItems()]
        assert labels[0] == "KE 0.0 - 0.2"
    assert other.renderer().type() == "singleSymbol"
    assert window.said == ["Layers with the style of ssf: 2."]
    assert window.levels == [Qgis.MessageLevel.Info]


def test_layers_of_others_are_left_alone_and_it_is_said(window):
    window.selected = [make_layer([straight()])]
    window.trigger("Apply ssf style")
    assert "Select layers that ssf made" in window.said[0]
    assert window.levels == [Qgis.MessageLevel.Warning]


@pytest.mark.parametrize("look", ["windows", "traces", "comparison", "columns", "contributions"])
def test_looks_are_found_by_columns(qgis, look):
    """A layer with the columns of a table of ours, and one that it was added to."""
    from qgis_ssf_plugin.layers import output_fields
    from qgis_ssf_plugin.looks.dressing import look_of
    from ssf_model.tables import comparisons, estimates, explanations

    fields = {
        "windows": estimates.WINDOW_FIELDS,
        "traces": estimates.TRACE_FIELDS,
        "comparison": comparisons.COMPARISON_FIELDS,
        "columns": explanations.COLUMN_FIELDS,
        "contributions": explanations.CONTRIBUTION_FIELDS,
    }[look]
    layer = make_layer([], kind="Polygon", fields=["ke:double"])
    layer.dataProvider().addAttributes(list(output_fields(fields, before=layer.fields()))[1:])
    layer.updateFields()
    assert look_of(layer) == look


def test_the_model_is_shown(window):
    window.trigger("About the model")
    dialog = window.menu._dialog
    text = dialog.findChild(QTextBrowser).toPlainText()
    dialog.close()
    assert "virtual-kaolin" in text
    assert "Experiments that it never saw" in text


def test_the_help_is_opened_in_the_browser(window, monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    window.trigger("Help")
    assert opened[0].startswith("https://")
