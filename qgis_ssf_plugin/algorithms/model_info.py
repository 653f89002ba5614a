"""ssf:modelinfo: what a model says of itself, for people to read."""

from pathlib import Path

from qgis.core import (
    QgsProcessing,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterMultipleLayers,
)
from qgis.PyQt.QtCore import QT_TRANSLATE_NOOP

from ..documents import check_page, html_files
from ..ensemble import MODEL, engine_parameter, opened_models
from ..language import tr
from ..parameters import add_advanced
from .base import FaultMapAlgorithm

PAGE = "PAGE"
CARD, LABEL, PIXEL_SIZE_M = "CARD", "LABEL", "PIXEL_SIZE_M"


class ModelInfo(FaultMapAlgorithm):
    """What a model was trained on, how well it does, and what it can be asked."""

    NAME = "modelinfo"
    TITLE = QT_TRANSLATE_NOOP("ssf", "Show what a model says of itself")
    TAGS = ("model", "card", "scores", "training", "about")
    GROUP = QT_TRANSLATE_NOOP("ssf", "Models")
    GROUP_ID = "models"
    MAPS = ()

    def initAlgorithm(self, configuration=None):
        """Declare parameters and outputs."""
        self.addParameter(
            QgsProcessingParameterMultipleLayers(
                MODEL,
                tr("Models (ONNX files; none: the shipped model)"),
                QgsProcessing.SourceType.TypeFile,
                optional=True,
            )
        )
        add_advanced(self, engine_parameter())
        self.addParameter(
            QgsProcessingParameterFileDestination(
                PAGE,
                tr("Page about the models"),
                fileFilter=html_files(),
                optional=True,
            )
        )
        self.addOutput(QgsProcessingOutputString(LABEL, tr("Name and version")))
        self.addOutput(QgsProcessingOutputNumber(PIXEL_SIZE_M, tr("Size of a pixel, metres")))
        self.addOutput(QgsProcessingOutputString(CARD, tr("Card of the first model, as JSON")))

    def check(self, parameters, context):
        """Refuse what needs no run to be refused."""
        super().check(parameters, context)
        check_page(self, parameters, PAGE)

    def results(self, parameters, context, feedback):
        """Open the models, and tell."""
        from ssf_model.network.model_card import card_to_json
        from ssf_model.report.model_page import card_in_words, model_page
        from ssf_model.tables.fields import lined_up
        from ssf_model.whole_files import write_text

        models, scale = opened_models(self, parameters, context, feedback)
        for model in models:
            feedback.pushInfo(model.card.label)
            feedback.pushInfo(lined_up(card_in_words(model.card, model.engine)))
        results = {
            LABEL: " + ".join(model.card.label for model in models),
            PIXEL_SIZE_M: scale.pixel_size_m,
            CARD: card_to_json(models[0].card),
        }
        path = self.parameterAsFileOutput(parameters, PAGE, context)
        if path:
            page = model_page([m.card for m in models], [m.engine for m in models])
            write_text(Path(path), page, overwrite=True)
            results[PAGE] = path
        return results
