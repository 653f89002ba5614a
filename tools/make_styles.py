"""Write the looks of the plugin's results as QML templates for the command line's GeoPackages.

    QT_QPA_PLATFORM=offscreen .venv-qgis/bin/python tools/make_styles.py

A template calls each column of ours `__name__`; `ssf_model.headless.layer_styles` puts in what the
column was called. To be run with the oldest QGIS after a look has changed; a test says when.
"""

from __future__ import annotations

import re
import sys
from html import escape
from pathlib import Path
from xml.etree.ElementTree import (  # nosec B405 - it reads what QGIS wrote a line before
    canonicalize,
    fromstring,
    tostring,
)

from qgis.core import (
    QgsApplication,
    QgsField,
    QgsMapLayer,
    QgsReadWriteContext,
    QgsVectorLayer,
)
from qgis.PyQt.QtXml import QDomDocument

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from qgis_ssf_plugin.layers import KINDS  # noqa: E402
from qgis_ssf_plugin.looks.dressing import LOOKS, dress  # noqa: E402
from ssf_model.headless.layer_styles import FLAG_WORDS, STYLES, flag_words, placeholder  # noqa: E402
from ssf_model.tables.check_table import FINDING_FIELDS, FORESEEN_FIELDS  # noqa: E402
from ssf_model.tables.comparisons import COMPARISON_FIELDS  # noqa: E402
from ssf_model.tables.estimates import (  # noqa: E402
    GENERALIZED_FIELDS,
    TRACE_FIELDS,
    WINDOW_FIELDS,
)
from ssf_model.tables.explanations import (  # noqa: E402
    COLUMN_FIELDS,
    CONTRIBUTION_FIELDS,
    STRETCH_FIELDS,
)
from ssf_model.tables.join_table import JOIN_FIELDS  # noqa: E402
from ssf_model.tables.plan import (  # noqa: E402
    GUIDE_FIELDS,
    PLAN_WINDOW_FIELDS,
    TRACE_ZONE_FIELDS,
)
from ssf_model.tables.ribbon import RIBBON_FIELDS  # noqa: E402
from ssf_model.tables.strip_raster import STRIP_FIELDS  # noqa: E402

DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
# Template -> its look, the columns of such a layer, and the kind of its shapes.
COLUMNS = {
    "windows": ("windows", WINDOW_FIELDS, "Polygon"),
    "traces": ("traces", TRACE_FIELDS, "LineString"),
    "generalized": ("generalized", GENERALIZED_FIELDS, "LineString"),
    "ribbon": ("ribbon", RIBBON_FIELDS, "LineString"),
    "comparison": ("comparison", COMPARISON_FIELDS, "Polygon"),
    "contributions": ("contributions", CONTRIBUTION_FIELDS, "Polygon"),
    "columns": ("columns", COLUMN_FIELDS, "Polygon"),
    "stretches": ("stretches", STRETCH_FIELDS, "LineString"),
    "planned": ("planned", PLAN_WINDOW_FIELDS, "Polygon"),
    "strips": ("strips", STRIP_FIELDS, "Polygon"),
    "guides": ("guides", GUIDE_FIELDS, "LineString"),
    "zoned": ("zoned", TRACE_ZONE_FIELDS, "LineString"),
    "places": ("places", FINDING_FIELDS, "Point"),
    "found_lines": ("found_lines", FINDING_FIELDS, "LineString"),
    "foreseen": ("foreseen", FORESEEN_FIELDS, "Polygon"),
    "joined": ("joined", JOIN_FIELDS, "LineString"),
    "joined_points": ("joined", JOIN_FIELDS, "Point"),
}


def template(name: str) -> str:
    """A template: the QML of a look with placeholders for the columns' names."""
    look, fields, kind = COLUMNS[name]
    given = {field.name: placeholder(field.name) for field in fields}
    return qml(dressed(look, [(given[field.name], field.kind) for field in fields], kind, given))


def dressed(look: str, columns: list, kind: str, given: dict) -> QgsVectorLayer:
    """An empty layer with (name, kind) columns, dressed."""
    layer = QgsVectorLayer(f"{kind}?crs=EPSG:4326", look, "memory")
    layer.dataProvider().addAttributes([QgsField(name, KINDS[each]) for name, each in columns])
    layer.updateFields()
    dress(layer, look, given)
    return layer


def qml(layer: QgsVectorLayer) -> str:
    """What a layer looks like, as text that is the same each time."""
    kinds = QgsMapLayer.StyleCategory
    document = QDomDocument("qgis")
    layer.exportNamedStyle(
        document,
        QgsReadWriteContext(),
        kinds.Symbology
        | kinds.Labeling
        | kinds.Fields
        | kinds.Forms
        | kinds.MapTips
        | kinds.Rendering,
    )
    # Qt writes attributes in an order made by chance.
    root = fromstring(document.toString(0))  # noqa: S314 # nosec B314 - our own
    for element in root.iter():
        for name, value in element.items():
            if value.startswith("<symbol"):  # one within
                element.set(name, canonicalize(value))
    text = f"{DOCTYPE}\n{canonicalize(tostring(root), strip_text=True)}\n"
    text = re.sub(r' version="[^"]*"', "", text, count=1)
    text = text.replace(escape(flag_words(), quote=False), FLAG_WORDS)
    # Rules and symbol layers have names made by chance.
    for number, made in enumerate(dict.fromkeys(re.findall(r"\{[0-9a-f-]{36}\}", text))):
        text = text.replace(made, f"{{00000000-0000-0000-0000-{number:012d}}}")
    return text


def main() -> None:
    """Write all templates."""
    application = QgsApplication([], False)
    application.initQgis()
    STYLES.mkdir(exist_ok=True)
    for name in COLUMNS:
        (STYLES / f"{name}.qml").write_text(template(name), encoding="utf-8")
    missing = set(LOOKS) - {look for look, _, _ in COLUMNS.values()} - {"raster", "table"}
    print(f"{len(COLUMNS)} looks in {STYLES}; without a template: {sorted(missing) or 'none'}")
    application.exitQgis()


if __name__ == "__main__":
    main()
