"""What the command line stores as styles is what the plugin would make, and QGIS takes it."""

import importlib.util

import pytest
from qgis.core import (
    Qgis,
    QgsCoordinateTransformContext,
    QgsVectorFileWriter,
    QgsVectorLayer,
)

from makers.places import REPOSITORY
from ssf_model.headless.layer_styles import STYLES, store_style


@pytest.fixture(scope="module")
def tool(qgis):
    """The program that makes the templates."""
    place = REPOSITORY / "tools" / "make_styles.py"
    spec = importlib.util.spec_from_file_location("make_styles", place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


NAMES = sorted(path.stem for path in STYLES.glob("*.qml"))


def rules_of(layer):
    """Conditions, labels and colours of a layer's symbols, as QGIS draws them."""
    renderer = layer.renderer()
    if renderer.type() != "RuleRenderer":
        return [renderer.symbol().color().name()]
    return [
        (rule.label(), rule.filterExpression(), rule.symbol().color().name())
        for rule in renderer.rootRule().children()
    ]


@pytest.mark.parametrize("name", NAMES)
def test_templates_are_what_the_looks_make_today(tool, name):
    """Where this fails, run tools/make_styles.py and commit what it wrote."""
    if Qgis.QGIS_VERSION_INT >= 32300:
        pytest.skip("templates are made with the oldest QGIS; others write QML in other words")
    assert set(tool.COLUMNS) == set(NAMES)
    kept = (STYLES / f"{name}.qml").read_text(encoding="utf-8")
    assert tool.template(name) == kept, "run tools/make_styles.py"


@pytest.mark.parametrize("name", NAMES)
def test_qgis_opens_a_layer_as_the_plugin_would_dress_it(tool, tmp_path, name):
    """With other names of our columns, too."""
    look, fields, kind = tool.COLUMNS[name]
    given = {field.name: f"ssf_{field.name}" for field in fields}
    columns = [(given[field.name], field.kind) for field in fields]
    dressed = tool.dressed(look, columns, kind, given)
    path = tmp_path / "r.gpkg"
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName, options.layerName = "GPKG", "result"
    context = QgsCoordinateTransformContext()
    assert QgsVectorFileWriter.writeAsVectorFormatV3(dressed, str(path), context, options)[0] == 0
    store_style(path, "result", name, given)
    opened = QgsVectorLayer(f"{path}|layername=result", "opened", "ogr")
    assert opened.isValid()
    assert rules_of(opened) == rules_of(dressed)
    assert opened.opacity() == dressed.opacity()
    assert opened.mapTipTemplate() == dressed.mapTipTemplate()
    assert opened.labelsEnabled() == dressed.labelsEnabled()
    for field in fields:
        index = opened.fields().indexOf(given[field.name])
        alias = dressed.attributeAlias(dressed.fields().indexOf(given[field.name]))
        assert opened.attributeAlias(index) == alias
