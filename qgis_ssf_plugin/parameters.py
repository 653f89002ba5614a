"""Parameters that the algorithms share, and what is made of them."""

import re
from math import isfinite

from qgis.core import (
    NULL,
    QgsProcessing,
    QgsProcessingException,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProperty,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QLocale

from ssf_model.errors import InputError
from ssf_model.options import MAX_PIXEL_M, MIN_PIXEL_M

from .language import tr

TRACES, ZONE_FIELD, GUIDES, TREND = "TRACES", "ZONE_FIELD", "GUIDES", "TREND"
RAKE_FIELD, SLIP_TYPE_FIELD, DIP_FIELD = "RAKE_FIELD", "SLIP_TYPE_FIELD", "DIP_FIELD"
ZONE_LABEL, SLIP_WORDS, STRICT = "ZONE_LABEL", "SLIP_WORDS", "STRICT"
PIXEL_SIZE, THICKNESS = "PIXEL_SIZE", "THICKNESS"
READING_SHARE = 10  # per cent of the progress bar for reading the map
PLANNING_SHARE = 20  # ... and for laying strips, too
ONE_COMMA = re.compile(r"\s*(\d+),(\d+)\s*")


def add_map_parameters(algorithm, *, traces_label=None):
    """Add what says where the faults are: traces, zones, guide lines, trend."""
    line = [QgsProcessing.SourceType.TypeVectorLine]
    label = traces_label or tr("Active strike-slip fault traces")
    algorithm.addParameter(QgsProcessingParameterFeatureSource(TRACES, label, line))
    algorithm.addParameter(_field_parameter(ZONE_FIELD, tr("Field that names the fault zone")))
    algorithm.addParameter(
        QgsProcessingParameterFeatureSource(
            GUIDES, tr("Guide lines along the fault zones"), line, optional=True
        )
    )
    algorithm.addParameter(
        QgsProcessingParameterNumber(
            TREND,
            tr("Trend of the fault zones, degrees clockwise from north"),
            QgsProcessingParameterNumber.Type.Double,
            optional=True,
            minValue=-360,
            maxValue=360,
        )
    )
    names = tr("Field that names zones which are found, without making them")
    add_advanced(algorithm, _field_parameter(ZONE_LABEL, names))
    strict = tr("Refuse what would be skipped or unknown otherwise")
    add_advanced(algorithm, QgsProcessingParameterBoolean(STRICT, strict, defaultValue=False))


def add_slip_parameters(algorithm):
    """Add, as advanced, the fields that say how each feature slips."""
    for key, help_text in (
        (RAKE_FIELD, tr("Field with the rake, degrees (0 sinistral, 180 dextral, 90 reverse)")),
        (SLIP_TYPE_FIELD, tr("Field with the slip type, such as dextral or normal")),
        (DIP_FIELD, tr("Field with the dip, degrees")),
    ):
        add_advanced(algorithm, _field_parameter(key, help_text))
    words = tr('Slip types of your own: a text file with lines such as "word = dextral"')
    add_advanced(algorithm, QgsProcessingParameterFile(SLIP_WORDS, words, optional=True))


def _field_parameter(key, help_text):
    """A field of the traces that need not be given."""
    return QgsProcessingParameterField(
        key, help_text, parentLayerParameterName=TRACES, optional=True
    )


def add_advanced(algorithm, parameter):
    """Add a parameter that the dialog shows under "Advanced"."""
    flag = QgsProcessingParameterDefinition.Flag.FlagAdvanced
    parameter.setFlags(parameter.flags() | flag)
    algorithm.addParameter(parameter)


def pixel_size_parameter(help_text):
    """The size of a pixel in metres."""
    return QgsProcessingParameterNumber(
        PIXEL_SIZE,
        help_text,
        QgsProcessingParameterNumber.Type.Double,
        optional=True,
        minValue=MIN_PIXEL_M,
        maxValue=MAX_PIXEL_M,
    )


def given(parameters, key):
    """Whether an optional layer or number is given."""
    value = parameters.get(key)
    return not (value is None or value == NULL or value == "")


def given_number(algorithm, parameters, key, context):
    """A number, or None where it was not given."""
    return algorithm.parameterAsDouble(parameters, key, context) if given(parameters, key) else None


def given_text(algorithm, parameters, key, context):
    """A text, or None where it was not given or the algorithm has no such parameter."""
    if algorithm.parameterDefinition(key) is None:
        return None
    return algorithm.parameterAsString(parameters, key, context) or None


def check_maps(algorithm, parameters, context, *, keys=(TRACES, GUIDES)):
    """Refuse layers of traces and guide lines that cannot be used, before any work is done.

    Raises
    ------
    InputError
        If one holds no lines, or none that can be placed on Earth.
    """
    from .reading import source_problem

    for key in keys:
        source = algorithm.parameterAsSource(parameters, key, context)
        problem = None if source is None else source_problem(source, context.transformContext())
        if problem is not None:
            message = f"{label_of(algorithm, key)}: {problem}"
            raise InputError(message)


def check_places(algorithm, parameters, context, *, keys):
    """Refuse layers of windows, points or lines that cannot be placed on Earth (InputError)."""
    from .reading import crs_problem

    for key in keys:
        source = algorithm.parameterAsSource(parameters, key, context)
        if source is None:
            continue
        problem = crs_problem(source, context.transformContext())
        if source.wkbType() == QgsWkbTypes.Type.NoGeometry:
            problem = tr("This is a table, without places.")
        if problem is not None:
            message = f"{label_of(algorithm, key)}: {problem}"
            raise InputError(message)


def label_of(algorithm, key):
    """What the dialog calls a parameter, without what explains it there."""
    return re.split(r" \(|: ", algorithm.parameterDefinition(key).description())[0]


def check_choices(algorithm, parameters):
    """Refuse a choice that is none, in words that name those that there are (InputError)."""
    for definition in algorithm.parameterDefinitions():
        value = parameters.get(definition.name())
        is_choice = isinstance(definition, QgsProcessingParameterEnum)
        if not is_choice or value is None or isinstance(value, QgsProperty):
            continue
        if value not in definition.options():
            message = tr("{label}: this is one of {choices}, as a word; {value} is not.").format(
                label=label_of(algorithm, definition.name()),
                choices=", ".join(definition.options()),
                value=repr(value),
            )
            raise InputError(message)


def check_numbers(algorithm, parameters):
    """Refuse an optional number that is none (InputError): QGIS takes it for 0."""
    for definition in algorithm.parameterDefinitions():
        value = parameters.get(definition.name())
        if isinstance(definition, QgsProcessingParameterNumber) and isinstance(value, str):
            try:
                number = float(value or 0)
            except ValueError:
                number = float("nan")
            if not isfinite(number):
                message = tr("{label}: {value} is no number. Write decimals with a point.").format(
                    label=label_of(algorithm, definition.name()), value=repr(value)
                )
                raise InputError(message)


def several_numbers(algorithm, parameters, key, context, parse):
    """Numbers out of a text such as 2,3,4; None where there is none.

    Raises
    ------
    InputError
        As `parse` does, and where 2,5 may be one number, as people with decimal commas write it.
    """
    text = algorithm.parameterAsString(parameters, key, context).strip()
    doubtful = ONE_COMMA.fullmatch(text)
    if doubtful and QLocale().decimalPoint() == ",":
        whole, rest = doubtful.groups()
        message = tr(
            "{label}: {text} may be one number or two. Write {whole}.{rest} for one, "
            "{whole};{rest} for two."
        )
        label = label_of(algorithm, key)
        raise InputError(message.format(label=label, text=text, whole=whole, rest=rest))
    return parse(text) if text else None


def trace_source(algorithm, parameters, context, *, key=TRACES):
    """The layer of traces; refused where it cannot be opened."""
    from .source_files import all_folders

    source = algorithm.parameterAsSource(parameters, key, context)
    if source is None:
        raise QgsProcessingException(algorithm.invalidSourceError(parameters, key))
    return all_folders(algorithm, parameters, key, context) or source
