"""How results look once they are loaded: drawn by QGIS and read off, pixel by pixel."""

import pytest
from qgis.core import (
    NULL,
    QgsApplication,
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextScope,
    QgsExpressionContextUtils,
    QgsMapLayer,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProcessingContext,
    QgsProject,
    QgsRectangle,
    QgsRenderContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor, QImage, QPainter

from makers.hand_made_layers import Listener, make_layer, rows, straight

KE_COLOURS = ("#d7191c", "#fdae61", "#ffffbf", "#abd9e9", "#2c7bb6")  # ColorBrewer's RdYlBu
WINDOW = ["ke:double", "flags:string", "ke_low:double", "ke_high:double"]


def dressed(layer, look, given=None):
    from qgis_ssf_plugin.looks.dressing import dress

    dress(layer, look, given)
    layer.setOpacity(1)
    layer.setLabelsEnabled(False)
    return layer


def drawn(layers, extent, *, size=200, dpi=96):
    """A picture of layers, the first one on top."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(layers[0].crs())
    settings.setExtent(QgsRectangle(*extent))
    settings.setOutputSize(QSize(size, size))
    settings.setOutputDpi(dpi)
    settings.setBackgroundColor(QColor("white"))
    context = QgsExpressionContext()  # as QGIS's map has it
    context.appendScope(QgsExpressionContextUtils.mapSettingsScope(settings))
    settings.setExpressionContext(context)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


def box(x, y, side):
    return f"Polygon (({x} {y}, {x + side} {y}, {x + side} {y + side}, {x} {y + side}, {x} {y}))"


def test_traces_that_had_a_ke_are_coloured_by_the_new_one(estimate):
    """Before, the old column `ke` decided; 0.05 would be red."""
    layer = make_layer([straight()], fields=["ke:double"], attributes=[[0.05]])
    traces = estimate(layer)["TRACES_OUT"]
    (row,) = rows(traces)
    assert row["ke"] == 0.05
    assert row["ssf_ke"] > 0.6
    names = traces.fields().names()
    given = dict(zip(("ke", "ofd", "ke_min", "ke_max", "covered"), names[-5:]))
    for told in (given, None):  # as the run knows, and as the columns say
        dressed(traces, "traces", told)
        image = drawn([traces], traces.extent().buffered(500).toRectF().getCoords())
        seen = {image.pixelColor(x, y).name() for x in range(200) for y in range(200)}
        assert KE_COLOURS[0] not in seen
        assert seen & set(KE_COLOURS[3:])


def test_a_map_that_had_an_ssf_ke_alone_is_coloured_by_ours(qgis):
    from qgis_ssf_plugin.looks.dressing import given_names

    assert given_names(["ssf_ke", "ke"], {"ke": "ke"})("ke") == "ke"
    assert given_names(["ke", "SSF_KE"])("ke") == "SSF_KE"
    assert given_names(["contributi"])("contribution") == "contributi"  # of a shapefile


def test_windows_without_ke_lie_below_those_with_one(qgis):
    """The last feature is drawn last, unless something tells otherwise."""
    layer = make_layer(
        [box(0, 0, 100), box(0, 0, 100)],
        kind="Polygon",
        fields=WINDOW,
        attributes=[[0.9, "", NULL, NULL], [NULL, "no_trace", NULL, NULL]],
    )
    image = drawn([dressed(layer, "windows")], (20, 20, 80, 80))
    seen = {image.pixelColor(x, y).name() for x in range(0, 200, 3) for y in range(0, 200, 3)}
    assert seen == {KE_COLOURS[4]}


def counted(layer, extent, colour):
    """How many pixels of a picture of 200 have nearly a colour."""
    image = drawn([layer], extent)
    wanted = QColor(colour)
    pixels = (image.pixelColor(x, y) for x in range(200) for y in range(200))
    parts = ((p.red(), p.green(), p.blue()) for p in pixels)
    middle = (wanted.red(), wanted.green(), wanted.blue())
    return sum(max(abs(a - b) for a, b in zip(part, middle)) < 40 for part in parts)


def test_flags_can_be_seen_at_small_and_large_scale(qgis):
    """A window of 6 km in a map of 200 km is six pixels wide: a white dot covers most of it.

    In a map of 12 km the outline is dashed: less of it is dark.
    """
    plain, flagged = (
        dressed(
            make_layer(
                [box(0, 0, 6_400)],
                kind="Polygon",
                fields=WINDOW,
                attributes=[[0.9, flags, NULL, NULL]],
            ),
            "windows",
        )
        for flags in ("", "coarse_trace")
    )
    small, large = (-1e5, -1e5, 1e5, 1e5), (-3e3, -3e3, 9e3, 9e3)
    assert counted(flagged, small, KE_COLOURS[4]) < counted(plain, small, KE_COLOURS[4]) / 2
    assert counted(flagged, large, KE_COLOURS[4]) > 0.95 * counted(plain, large, KE_COLOURS[4])
    assert counted(flagged, large, "#3c3c3c") < 0.8 * counted(plain, large, "#3c3c3c")


def test_numbers_have_two_decimals_and_columns_their_names(qgis):
    layer = make_layer(
        [box(0, 0, 1)],
        kind="Polygon",
        fields=[*WINDOW, "trend_deg:double"],
        attributes=[[0.123456789012345, "", NULL, NULL, 61.23456]],
    )
    dressed(layer, "windows")
    shown = {}
    for name in ("ke", "ke_low", "trend_deg"):
        index = layer.fields().indexOf(name)
        setup = layer.editorWidgetSetup(index)
        formatter = QgsApplication.fieldFormatterRegistry().fieldFormatter(setup.type())
        value = next(layer.getFeatures())[name]
        shown[name] = formatter.representValue(layer, index, setup.config(), None, value)
    assert shown == {"ke": "0.12", "ke_low": "NULL", "trend_deg": "61"}
    assert layer.attributeAlias(layer.fields().indexOf("ke_low")) == "KE, lower end of interval"


def tip_of(layer):
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(next(layer.getFeatures()))
    return QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)


def test_map_tips_say_ke_interval_and_flags_in_words(qgis):
    layer = make_layer(
        [box(0, 0, 1)],
        kind="Polygon",
        fields=WINDOW,
        attributes=[[0.624, "clipped,edge", 0.4, 0.85]],
    )
    text = tip_of(dressed(layer, "windows"))
    assert "KE 0.62, OFD 0.38" in text
    assert "interval 0.40 to 0.85" in text
    assert "edge: The mapped zone is shorter than the window" in text
    assert "clipped: The network's output was above 1" in text


def test_map_tips_of_windows_without_flags_or_ke_have_no_gaps(qgis):
    layer = make_layer(
        [box(0, 0, 1)], kind="Polygon", fields=WINDOW, attributes=[[NULL, NULL, NULL, NULL]]
    )
    assert tip_of(dressed(layer, "windows")) == "<b>no KE</b><br>no interval<br>"


def loaded(qgis, tmp_path, project, *, name="faults"):
    """Outputs of a run, loaded in the order in which 3.22 does it, that of their paths."""
    algorithm = qgis.processingRegistry().createAlgorithmById("ssf:estimateke")
    context = QgsProcessingContext()
    context.setProject(project)
    outputs = {
        "ZONES": str(tmp_path / "a.gpkg"),
        "WINDOWS": str(tmp_path / "b.gpkg"),
        "TRACES_OUT": str(tmp_path / "c.gpkg"),
    }
    for path in outputs.values():
        context.addLayerToLoadOnCompletion(
            path, QgsProcessingContext.LayerDetails("result", project)
        )
    layer = make_layer([straight()])
    layer.setName(name)
    feedback = Listener()
    _, good = algorithm.run({"TRACES": layer, **outputs}, context, feedback)
    assert good, feedback.said
    for path in sorted(outputs.values()):
        output = QgsVectorLayer(path, "result")
        project.addMapLayer(output)
        details = context.layerToLoadOnCompletionDetails(path)
        details.postProcessor().postProcessLayer(output, context, feedback)


def test_a_run_has_a_group_of_its_own_with_lines_above_areas(qgis, tmp_path):
    project = QgsProject()
    for name in ("first map", "second map"):
        folder = tmp_path / name
        folder.mkdir()
        loaded(qgis, folder, project, name=name)
    groups = project.layerTreeRoot().children()
    assert [group.name().split(",")[0] for group in groups] == ["ssf: second map", "ssf: first map"]
    for group in groups:
        sources = [node.layer().source() for node in group.children()]
        assert [source.split("/")[-1].split("|")[0] for source in sources] == [
            "c.gpkg", "b.gpkg", "a.gpkg",
        ]  # fmt: skip
    assert len(project.mapLayers()) == 6


def test_traces_are_seen_on_the_wide_guide_lines_that_follow_them(qgis):
    from qgis_ssf_plugin.looks.dressing import LOOKS

    ranks = [LOOKS[look][2] for look in ("zoned", "guides", "strips", "planned")]
    assert ranks == sorted(ranks)


def test_loaded_results_say_what_they_are(qgis, tmp_path):
    project = QgsProject()
    loaded(qgis, tmp_path, project)
    for layer in project.mapLayers().values():
        assert "not an input to hazard analysis" in layer.metadata().abstract()
        assert "faults" in layer.metadata().title()


def test_every_entry_of_the_ribbons_legend_is_seen_on_white(qgis):
    """The dots of flagged stretches were white on white."""
    layer = make_layer(["LineString (0 0, 1 1)"], fields=[*WINDOW, "zone:string"])
    for item in dressed(layer, "ribbon").renderer().legendSymbolItems():
        image = item.symbol().asImage(QSize(40, 20))
        seen = [image.pixelColor(x, y) for x in range(40) for y in range(20)]
        assert any(one.alpha() > 128 and one.lightness() < 200 for one in seen), item.label()


@pytest.mark.parametrize("look", ["windows", "comparison", "ribbon"])
def test_a_legend_on_paper_shows_what_marks_flagged_windows(qgis, look):
    """It has the scale of its map; without one of them the mark was blank."""
    kind = "LineString (0 0, 1 1)" if look == "ribbon" else "Polygon ((0 0, 1 0, 1 1, 0 0))"
    layer = make_layer([kind], kind=kind.split()[0], fields=[*WINDOW, "zone:string"])
    flagged = dressed(layer, look).renderer().legendSymbolItems()[-1]
    assert "flagged" in flagged.label()
    image = QImage(QSize(40, 20), QImage.Format.Format_ARGB32)
    image.fill(0xFFFFFFFF)
    painter = QPainter(image)
    context = QgsRenderContext.fromQPainter(painter)
    scope = QgsExpressionContextScope()
    scope.setVariable("map_scale", 100_000)
    context.expressionContext().appendScope(scope)
    flagged.symbol().drawPreviewIcon(painter, image.size(), context)
    painter.end()
    assert any(image.pixelColor(x, y).lightness() < 200 for x in range(40) for y in range(20))


@pytest.mark.parametrize("ending", [".gpkg", ".geojson", ".shp"])
def test_the_file_of_a_result_keeps_its_style(estimate, tmp_path, ending):
    """Opened again by somebody who lacks the plugin."""
    path = tmp_path / f"windows{ending}"
    estimate(make_layer([straight()]), WINDOWS=str(path))
    layer = QgsVectorLayer(str(path), "again")
    labels = [item.label() for item in layer.renderer().legendSymbolItems()]
    assert labels[0] == "KE 0.0 - 0.2"
    assert layer.mapTipTemplate()


def test_a_style_that_somebody_saved_in_the_file_stays(estimate, tmp_path):
    path = tmp_path / "result.gpkg"
    place = f"ogr:dbname='{path}' table=\"windows\" (geom)"
    estimate(make_layer([straight()]), WINDOWS=place)
    layer = QgsVectorLayer(f"{path}|layername=windows", "mine")
    assert layer.saveStyleToDatabase("mine", "", True, "") == ""
    del layer
    estimate(make_layer([straight()]), WINDOWS=place)
    layer = QgsVectorLayer(f"{path}|layername=windows", "again")
    _, _, names, _, _ = layer.listStylesInDatabase()
    assert sorted(names) == ["mine", "ssf"]
    assert layer.isValid()
    assert layer.type() == QgsMapLayer.VectorLayer
