"""The plugin in Spanish: whole, up to date, and loaded by the user's locale."""

import ast
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree  # nosec B405 - it reads our own files

import pytest
from qgis.core import (
    QgsExpression,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QCoreApplication, QTranslator

from makers.hand_made_layers import make_layer
from makers.places import REPOSITORY

LANGUAGES = ("es",)
LISTED = """
import json, sys
from qgis.core import QgsApplication, QgsSettings
application = QgsApplication([], False)
application.initQgis()  # from here on settings lie in QGIS_CUSTOM_CONFIG_PATH
QgsSettings().setValue("locale/overrideFlag", True)
QgsSettings().setValue("locale/userLocale", sys.argv[1])
sys.path.append(sys.argv[2])
from qgis_ssf_plugin import classFactory
plugin = classFactory(None)
plugin.initProcessing()
provider = application.processingRegistry().providerById("ssf")
told = {
    algorithm.id(): {
        "name": algorithm.displayName(),
        "group": algorithm.group(),
        "help": algorithm.shortHelpString(),
        "meanings": {each.name(): each.help() for each in algorithm.parameterDefinitions()},
        "labels": {each.name(): each.description() for each in algorithm.parameterDefinitions()},
        "choices": [each.options() for each in algorithm.parameterDefinitions()
                    if hasattr(each, "options")],
    }
    for algorithm in provider.algorithms()
}
print(json.dumps({"provider": provider.name(), **told}))
plugin.unload()
print(QgsApplication.translate("ssf", "Windows"))
"""


@pytest.fixture
def started(tmp_path):
    """What QGIS lists of the plugin after a start in a language; what a text is when it is gone."""

    def start(locale):
        done = subprocess.run(
            [sys.executable, "-c", LISTED, locale, str(REPOSITORY)],
            env={**os.environ, "QGIS_CUSTOM_CONFIG_PATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        )
        listed, after = done.stdout.splitlines()[-2:]
        return json.loads(listed), after

    return start


def translations(language):
    """A language's texts by their sources, as Qt's tools keep them."""
    path = REPOSITORY / "qgis_ssf_plugin" / "i18n" / f"ssf_{language}.ts"
    root = ElementTree.parse(path).getroot()  # noqa: S314 # nosec B314 - our own
    (context,) = root.findall("context")
    assert context.findtext("name") == "ssf"
    assert root.get("language") == language
    found = {}
    for message in context.findall("message"):
        translation = message.find("translation")
        unfinished = translation.get("type") is not None
        found[message.findtext("source")] = None if unfinished else translation.text
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_has_a_translation_and_none_is_left_over(qgis, language):
    """Where this fails: run tools/translations.py, translate what is unfinished, run it again."""
    from tools.translations import source_texts

    found = translations(language)
    missing = [text for text in source_texts() if not found.get(text)]
    assert missing == []
    assert [text for text in found if text not in source_texts()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_places_tags_and_numbers_of_its_source(language):
    """Lists of numbers, too: what is read does not depend on the language."""
    for source, text in translations(language).items():
        for pattern in (r"\{[^}]*\}", r"</?\w+>", r"\*\.\w+", r"\d+(?:[.,;:]\d+)*"):
            expected, found = (sorted(re.findall(pattern, each)) for each in (source, text))
            assert found == expected, source
        assert source.endswith((".", "</p>")) == text.endswith((".", "</p>")), source
        if ": " in source and len(source) < 100 and "{" not in source:
            assert ": " in text, source  # messages call parameters by what stands before it


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_plugin_loads_is_what_was_translated(qgis, language):
    """Oracle: Qt reads the compiled file, which must not be an older one."""
    from qgis_ssf_plugin.language import make_translator

    translator = make_translator(f"{language}_XX")
    for source, text in translations(language).items():
        assert translator.translate("ssf", source) == text
    assert not translator.translate("ssf", "no text of the plugin")


class Recorder(QTranslator):
    """Keeps what the plugin asks for."""

    def __init__(self):
        super().__init__()
        self.asked = set()

    def translate(self, context, text, disambiguation=None, number=-1):
        """Nothing; the text stays."""
        if context == "ssf":
            self.asked.add(text)
        return ""


def test_nothing_is_shown_that_the_translators_do_not_get(qgis):
    """Texts that are put together, or come from the core, are found by asking for them."""
    from qgis_ssf_plugin.looks.dressing import LOOKS, dress
    from qgis_ssf_plugin.menu import Menu
    from tools.translations import source_texts

    recorder = Recorder()
    QCoreApplication.installTranslator(recorder)
    try:
        provider = qgis.processingRegistry().providerById("ssf")
        provider.name()
        for algorithm in provider.algorithms():
            again = algorithm.create()
            assert again.displayName() + again.group() + again.shortHelpString()
        for look in LOOKS:
            dress(QgsVectorLayer("LineString?field=ke:double", look, "memory"), look)
        assert Menu(None) is not None
    finally:
        QCoreApplication.removeTranslator(recorder)
    assert len(recorder.asked) > 250
    assert sorted(recorder.asked - set(source_texts()) - {""}) == []


def test_qgis_in_spanish_shows_the_plugin_in_spanish(started):
    """Terms: falla transcurrente or de rumbo, eficiencia cinemática, deformación fuera de falla."""
    english, _ = started("en_US")
    spanish, after = started("es")
    assert spanish["provider"] == "Fallas transcurrentes (ssf)"
    estimate = spanish["ssf:estimateke"]
    assert estimate["name"] == (
        "Estimar la eficiencia cinemática (KE) y la deformación fuera de falla (OFD)"
    )
    assert estimate["labels"]["TRACES"] == "Trazas de fallas transcurrentes (de rumbo) activas"
    assert estimate["labels"]["WINDOWS"] == "Ventanas con KE y OFD"
    assert "<b>deformación fuera de falla (OFD)</b> es 1 - KE" in estimate["help"]
    assert "una fila por ventana" in estimate["meanings"]["PROFILE"]
    assert "<b>coarse_trace</b>: La mitad o más de la longitud de traza" in estimate["help"]
    assert after == "Windows"  # unloaded, the plugin leaves no translator behind
    for name, told in english.items():
        if name == "provider":
            continue
        assert spanish[name]["name"] != told["name"]
        assert list(spanish[name]["labels"]) == list(told["labels"])
        assert spanish[name]["choices"] == told["choices"]
        same = [
            key for key, label in told["labels"].items() if spanish[name]["labels"][key] == label
        ]
        assert same == []


@pytest.mark.parametrize(("locale", "name"), [("es_MX", "Ventanas"), ("de", "Windows")])
def test_a_country_s_spanish_is_spanish_and_other_languages_are_english(started, locale, name):
    listed, _ = started(locale)
    assert listed["ssf:makewindows"]["labels"]["WINDOWS"] == name


def test_results_in_spanish_have_spanish_names_classes_and_map_tips(qgis):
    """Texts become parts of expressions there, which must still work."""
    from qgis_ssf_plugin.language import make_translator
    from qgis_ssf_plugin.looks.dressing import dress

    fields = ["ke:double", "ke_low:double", "ke_high:double", "flags:string"]
    shape = "Polygon ((0 0, 1 0, 1 1, 0 0))"
    values = [[0.624, 0.4, 0.85, "clipped,off_centre"], [None, None, None, ""]]
    layer = make_layer([shape, shape], kind="Polygon", fields=fields, attributes=values)
    translator = make_translator("es")
    QCoreApplication.installTranslator(translator)
    try:
        dress(layer, "windows")
    finally:
        QCoreApplication.removeTranslator(translator)
    assert layer.attributeAlias(layer.fields().indexOf("flags")) == "Avisos"
    labels = [item.label() for item in layer.renderer().legendSymbolItems()]
    assert labels[0] == "KE 0.0 - 0.2"
    assert "con avisos: mírese dos veces" in labels
    known, unknown = (tip_of(layer, feature) for feature in layer.getFeatures())
    assert known.startswith("<b>KE 0.62, OFD 0.38</b><br>intervalo de 0.40 a 0.85<br>clipped: La")
    assert "<br>off_centre: Las trazas están a más de 10 píxeles de la fila media" in known
    assert unknown == "<b>sin KE</b><br>sin intervalo<br>"


def tip_of(layer, feature):
    """What a layer shows under the mouse at a feature."""
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    context.setFeature(feature)
    return QgsExpression.replaceExpressionText(layer.mapTipTemplate(), context)


# Their messages are those of the command line, word for word; what they raise stays English.
AS_THE_CORE = {"reading.py", "source_files.py"}
BEFORE_ANY_LANGUAGE = {"plugin.py", "door.py"}  # what they say ends the start of the plugin
SEVERAL_WORDS = re.compile("[a-z]:? | [a-z]", re.IGNORECASE)
SAID = {"pushInfo", "pushWarning", "reportError", "setProgressText", "pushMessage", "QAction"}


def bare_texts(source):
    """Lines of a file that show a text which no translator gets, or one put together before."""
    found = []
    for node in ast.walk(ast.parse(source)):
        texts = []
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "message":
            texts = [node.value]
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func).split(".")[-1]
            if name in SAID or name.startswith(("QgsProcessingParameter", "QgsProcessingOutput")):
                texts = [*node.args, *(each.value for each in node.keywords)]
            elif name == "tr":
                texts = [each for each in node.args if not isinstance(each, ast.Constant)]
        for text in texts:
            put_together = isinstance(text, (ast.JoinedStr, ast.BinOp, ast.Constant))
            parts = ast.walk(text) if put_together else []
            words = [each.value for each in parts if isinstance(each, ast.Constant)]
            if any(isinstance(each, str) and SEVERAL_WORDS.search(each) for each in words):
                found.append(f"{node.lineno}: {ast.unparse(text)}")
    return found


@pytest.mark.parametrize(
    "path", sorted((REPOSITORY / "qgis_ssf_plugin").rglob("*.py")), ids=lambda path: path.name
)
def test_every_text_is_marked_for_translation(path):
    if path.name in AS_THE_CORE | BEFORE_ANY_LANGUAGE:
        return
    assert bare_texts(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        'feedback.pushWarning("No " + thing)',
        'feedback.pushInfo("All is well.")',
        'feedback.pushInfo(tr(f"{count} windows"))',
        'message = f"No {thing}"',
        'QgsProcessingParameterNumber(KEY, "Size of a pixel", optional=True)',
    ],
)
def test_a_text_that_is_not_marked_is_seen(line):
    assert len(bare_texts(line)) == 1
