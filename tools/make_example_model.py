"""Write the example model of the plugin: check a map, estimate KE, plot it.

    QT_QPA_PLATFORM=offscreen .venv-qgis/bin/python tools/make_example_model.py

Models are made by the oldest QGIS, so that newer ones can read them, too.
"""

from __future__ import annotations

import sys
from pathlib import Path

from qgis.core import (
    QgsApplication,
    QgsProcessing,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelComment,
    QgsProcessingModelOutput,
    QgsProcessingModelParameter,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
)
from qgis.PyQt.QtCore import QPointF, QSizeF

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

TRACES, ZONES = "traces", "zone_field"
CHECK, ESTIMATE, PLOT = "check", "estimate", "plot"
HELP = {
    "ALG_DESC": (
        "An example to look at and change: checks a map of faults, estimates kinematic efficiency "
        "(KE) and plots it along strike. Try it on the sample map."
    ),
    "ALG_VERSION": "1",
}
COMMENT = "Parameters that are not set here have the defaults of the algorithm."


def build() -> QgsProcessingModelAlgorithm:
    """The model, of the algorithms of the provider `ssf`, which must be registered."""
    model = QgsProcessingModelAlgorithm("check_estimate_plot", "Examples")
    _add_inputs(model)
    given = QgsProcessingModelChildParameterSource.fromModelParameter
    windows = QgsProcessingModelChildParameterSource.fromChildOutput(ESTIMATE, "WINDOWS")
    map_of = {"TRACES": given(TRACES), "ZONE_FIELD": given(ZONES)}
    for row, (name, title, sources, outputs) in enumerate(
        (
            (
                CHECK,
                "Check the map",
                map_of,
                {"POINTS": "Places to look at", "LINES": "Lines to look at"},
            ),
            (
                ESTIMATE,
                "Estimate KE",
                map_of,
                {"WINDOWS": "Windows with KE", "TRACES_OUT": "Traces with KE"},
            ),
            (PLOT, "Plot KE along strike", {"WINDOWS": windows}, {"PLOT": "Profiles"}),
        )
    ):
        model.addChildAlgorithm(_child(name, title, sources, outputs, row))
    model.setHelpContent(HELP)
    return model


def _add_inputs(model: QgsProcessingModelAlgorithm) -> None:
    """What the user gives."""
    line = QgsProcessing.SourceType.TypeVectorLine
    for column, parameter in enumerate(
        (
            QgsProcessingParameterFeatureSource(TRACES, "Active strike-slip fault traces", [line]),
            QgsProcessingParameterField(
                ZONES,
                "Field that names the fault zone",
                parentLayerParameterName=TRACES,
                optional=True,
            ),
        )
    ):
        place = QgsProcessingModelParameter(parameter.name())
        place.setPosition(QPointF(150 + 300 * column, 60))
        model.addModelParameter(parameter, place)


def _child(
    name: str, title: str, sources: dict, outputs: dict, row: int
) -> QgsProcessingModelChildAlgorithm:
    """One step of the model."""
    ids = {CHECK: "ssf:checktraces", ESTIMATE: "ssf:estimateke", PLOT: "ssf:profileplot"}
    child = QgsProcessingModelChildAlgorithm(ids[name])
    child.setChildId(name)
    child.setDescription(title)
    child.setPosition(QPointF(300, 200 + 150 * row))
    for key, source in sources.items():
        child.addParameterSources(key, [source])
    made = {}
    for column, (key, label) in enumerate(outputs.items()):
        output = QgsProcessingModelOutput(label)
        output.setChildId(name)
        output.setChildOutputName(key)
        output.setPosition(QPointF(650 + 300 * column, 200 + 150 * row))
        made[label] = output
    child.setModelOutputs(made)
    if name == ESTIMATE:
        comment = QgsProcessingModelComment(COMMENT)
        comment.setPosition(QPointF(60, 340))
        comment.setSize(QSizeF(160, 90))
        child.setComment(comment)
    return child


if __name__ == "__main__":
    application = QgsApplication([], False)
    application.initQgis()
    from qgis_ssf_plugin import classFactory

    classFactory(None).initProcessing()
    from qgis_ssf_plugin.menu import MODEL

    MODEL.parent.mkdir(exist_ok=True)
    if not build().toFile(str(MODEL)):
        sys.exit(f"{MODEL} cannot be written.")
    print(MODEL)
