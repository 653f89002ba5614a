"""What the user sees: dialogs, help, styles, icon, and the plugin's card."""

import ast
import configparser
import re

import pytest
from qgis.core import (
    NULL,
    QgsExpressionContext,
    QgsFeature,
    QgsProcessingContext,
    QgsProject,
    QgsRenderContext,
    QgsSymbolLayer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QCoreApplication, QTranslator

from makers.hand_made_layers import make_layer, straight
from makers.places import REPOSITORY

ALGORITHMS = (
    "ssf:checktraces",
    "ssf:comparetraces",
    "ssf:estimatefromraster",
    "ssf:estimateke",
    "ssf:explainke",
    "ssf:joinke",
    "ssf:makewindows",
    "ssf:modelinfo",
    "ssf:profileplot",
    "ssf:rasterizetraces",
)


@pytest.fixture
def provider(qgis):
    return qgis.processingRegistry().providerById("ssf")


def test_the_algorithms_are_those_promised(provider):
    assert {algorithm.id() for algorithm in provider.algorithms()} == set(ALGORITHMS)


def test_every_algorithm_has_help_a_link_an_icon_and_tags(provider):
    card = (REPOSITORY / "metadata.txt").read_text(encoding="utf-8")
    for algorithm in provider.algorithms():
        text = algorithm.shortHelpString()
        assert "hazard" in text
        assert "\n" not in text  # QGIS would make a paragraph of each line
        assert algorithm.helpUrl().startswith("https://")
        assert f"homepage={algorithm.helpUrl().split('/reference/')[0]}\n" in card
        assert not algorithm.icon().pixmap(24, 24).isNull()
        assert algorithm.tags()
        assert algorithm.group()


class Backwards(QTranslator):
    """A language in which the plugin's texts run backwards."""

    def translate(self, context, text, disambiguation=None, number=-1):
        """The text in that language, nothing where it is not the plugin's."""
        return text[::-1] if context == "ssf" else ""


def test_names_are_in_the_language_of_the_moment_they_are_shown(provider):
    algorithm = provider.algorithm("rasterizetraces")
    before = algorithm.displayName(), algorithm.group()
    assert before == ("Rasterize fault traces into strips", "Fault maps")
    translator = Backwards()
    QCoreApplication.installTranslator(translator)
    try:
        after = algorithm.displayName(), algorithm.group()
    finally:
        QCoreApplication.removeTranslator(translator)
    assert after == ("Rasterize fault traces into strips"[::-1], "Fault maps"[::-1])


def test_the_texts_of_classes_stand_where_lupdate_finds_them():
    """It reads the source and takes the literals of QT_TRANSLATE_NOOP."""
    found = []
    for path in (REPOSITORY / "qgis_ssf_plugin" / "algorithms").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in ("TITLE", "GROUP"):
                found.append(ast.unparse(node.value))
    marked = [text for text in found if re.match(r"QT_TRANSLATE_NOOP\('ssf', '[^']+'\)$", text)]
    groups = {text for text in marked if text.count(" ") <= 2}
    assert len(set(marked) - groups) == len(ALGORITHMS)
    assert len(groups) == 3
    assert set(found) - set(marked) == {"''"}  # of the base


def test_icon_is_drawn(provider):
    image = provider.icon().pixmap(48, 48).toImage()
    colours = {image.pixel(x, y) for x in range(48) for y in range(48)}
    assert len(colours) > 3


@pytest.mark.parametrize("algorithm_id", ALGORITHMS)
def test_the_dialog_shows_every_parameter(qgis, algorithm_id, tmp_path):
    from processing.gui.AlgorithmDialog import AlgorithmDialog

    layer = make_layer([straight()])
    QgsProject.instance().addMapLayer(layer)
    try:
        algorithm = qgis.processingRegistry().createAlgorithmById(algorithm_id)
        dialog = AlgorithmDialog(algorithm.create())
        dialog.resize(1000, 900)
        dialog.show()
        image = dialog.grab().toImage()
        shown = set(dialog.mainWidget().wrappers)
        dialog.close()
    finally:
        QgsProject.instance().removeMapLayer(layer)
    assert (image.width(), image.height()) == (1000, 900)
    assert len({image.pixel(x, y) for x in range(0, 1000, 7) for y in range(0, 900, 7)}) > 20
    expected = {p.name() for p in algorithm.parameterDefinitions() if not p.isDestination()}
    assert expected <= shown


def styled(look, layer, given=None):
    from qgis_ssf_plugin.looks.dressing import dress

    dress(layer, look, given)
    return layer


def symbol_colours(layer, *, part):
    """For each feature the colour of one part (symbol layer) of what it is drawn with."""
    context = QgsRenderContext()
    renderer = layer.renderer()
    renderer.startRender(context, layer.fields())
    colours = []
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        symbols = renderer.symbolsForFeature(feature, context)
        assert len(symbols) == 1
        parts = symbols[0].symbolLayers()
        colours.append(parts[part].color().name())
    renderer.stopRender(context)
    return colours


@pytest.mark.parametrize(
    ("style", "part", "kind", "shape"),
    [
        ("windows", 0, "Polygon", "Polygon ((0 0, 1 0, 1 1, 0 0))"),
        ("traces", -1, "LineString", "LineString (0 0, 1 1)"),
    ],
)
def test_every_ke_has_a_class_of_its_own_and_null_another(qgis, style, part, kind, shape):
    kes = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0, NULL]
    layer = make_layer(
        [shape] * len(kes),
        kind=kind,
        fields=["ke:double", "flags:string"],
        attributes=[[ke, ""] for ke in kes],
    )
    colours = symbol_colours(styled(style, layer), part=part)
    assert colours[4] == colours[5]
    assert len(set(colours)) == 6
    labels = [item.label() for item in layer.renderer().legendSymbolItems()]
    expected = [f"KE {low:.1f} - {low + 0.2:.1f}" for low in (0, 0.2, 0.4, 0.6, 0.8)] + ["no KE"]
    assert labels == expected + (["flagged: look twice"] if style == "windows" else [])


@pytest.mark.parametrize(
    ("style", "kind", "shape", "field", "values"),
    [
        (
            "contributions",
            "Polygon",
            "Polygon ((0 0, 1 0, 1 1, 0 0))",
            "contribution",
            [-0.03, -0.015, -0.005, -0.002, 0, 0.002, 0.005, 0.015, 0.03],
        ),
        (
            "columns",
            "Polygon",
            "Polygon ((0 0, 1 0, 1 1, 0 0))",
            "lost",
            [-0.03, -0.01, 0, 0.01, 0.03, 0.05, 0.07],
        ),
        (
            "stretches",
            "MultiLineString",
            "MultiLineString ((0 0, 1 1))",
            "ke_change",
            [-0.3, -0.15, -0.07, -0.02, 0, 0.02, 0.07, NULL],
        ),
    ],
)
def test_what_explains_is_drawn_in_diverging_colours(qgis, style, kind, shape, field, values):
    layer = make_layer(
        [shape] * len(values),
        kind=kind,
        fields=[f"{field}:double"],
        attributes=[[value] for value in values],
    )
    colours = symbol_colours(styled(style, layer), part=0)
    assert len(set(colours)) == len(values)
    reddish = [int(colour[1:3], 16) - int(colour[5:7], 16) for colour in colours]
    # Red is what costs KE, on every layer: cells that take, columns that lose, and stretches
    # without which KE would rise.
    costs_last = field in ("lost", "ke_change")
    first, last = reddish[0], reddish[8] if field == "contribution" else reddish[6]
    assert (first < 0 < last) if costs_last else (last < 0 < first)


def test_flagged_windows_have_a_dashed_outline(qgis):
    layer = styled("windows", make_layer([], kind="Polygon", fields=["ke:double", "flags:string"]))
    outline = layer.renderer().symbols(QgsRenderContext())[0].symbolLayer(1)
    style = outline.dataDefinedProperties().property(QgsSymbolLayer.PropertyStrokeStyle)
    drawn = {}
    for flags in ("", NULL, "edge"):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([0.5, flags])
        context = QgsExpressionContext()
        context.setFeature(feature)
        drawn[str(flags)] = style.valueAsString(context)[0]
    assert drawn == {"": "solid", "NULL": "solid", "edge": "dash"}


def test_results_are_loaded_with_their_style(qgis, tmp_path):
    """As the desktop does it: the layer is loaded on completion and then post-processed."""
    from makers.hand_made_layers import Listener

    algorithm = qgis.processingRegistry().createAlgorithmById("ssf:estimateke")
    context = QgsProcessingContext()
    project = QgsProject()
    context.setProject(project)
    paths = {"WINDOWS": str(tmp_path / "w.gpkg"), "TRACES_OUT": str(tmp_path / "t.gpkg")}
    for path in paths.values():
        details = QgsProcessingContext.LayerDetails("result", project)
        context.addLayerToLoadOnCompletion(path, details)
    feedback = Listener()
    parameters = {"TRACES": make_layer([straight()]), **paths}
    results, good = algorithm.run(parameters, context, feedback)
    assert good, feedback.said
    for key, path in paths.items():
        details = context.layerToLoadOnCompletionDetails(results[key])
        layer = QgsVectorLayer(path, "result")
        details.postProcessor().postProcessLayer(layer, context, feedback)
        assert layer.renderer().type() == "RuleRenderer"


def test_the_plugins_card_has_what_the_repository_asks_for():
    card = configparser.ConfigParser(interpolation=None)
    card.optionxform = str
    card.read(REPOSITORY / "metadata.txt", encoding="utf-8")
    entries = card["general"]
    for name in (
        "name", "description", "version", "qgisMinimumVersion", "author", "email", "about",
        "tracker", "repository", "homepage", "license", "icon",
    ):  # fmt: skip
        assert entries.get(name), name
    assert entries["qgisMinimumVersion"] == "3.22"
    assert entries["qgisMaximumVersion"] == "4.99"
    assert entries["supportsQt6"] == "True"
    assert entries["hasProcessingProvider"] == "yes"
    assert re.search(r"onnxruntime is optional", entries["about"])


def test_the_cards_version_is_that_of_the_code(qgis):
    from ssf_model import __version__

    card = configparser.ConfigParser(interpolation=None)
    card.read(REPOSITORY / "metadata.txt", encoding="utf-8")
    assert card["general"]["version"] == __version__
