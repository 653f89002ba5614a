"""Parameters that say how windows are read, and what is made of them."""

from qgis.core import (
    QgsProcessing,
    QgsProcessingParameterEnum,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from ssf_model.errors import ModelError
from ssf_model.options import (
    ENGINES,
    GENERALIZE,
    MAX_SHIFT_PX,
    SHIFT_PX,
    Options,
    check_sense,
    parse_pixel_sizes,
    parse_thickness,
)

from .door import install_command
from .language import tr
from .parameters import (
    PIXEL_SIZE,
    RAKE_FIELD,
    SLIP_TYPE_FIELD,
    THICKNESS,
    add_advanced,
    given_number,
    given_text,
    pixel_size_parameter,
    several_numbers,
)

MODEL, FLIPS, SENSE = "MODEL", "FLIPS", "SENSE"
SHIFT, OTHER_PIXEL_SIZES = "SHIFT", "OTHER_PIXEL_SIZES"
GENERALIZE_LINES, ENGINE = "GENERALIZE", "ENGINE"
FLIP_CHOICES = ["all", "none", "auto"]  # new ones at the end: models hold numbers
SENSE_CHOICES = ["dextral", "sinistral", "auto"]  # as above


def add_ensemble_parameters(algorithm):
    """Add models, and, as advanced, sense of slip and what members of the ensemble differ in."""
    algorithm.addParameter(
        QgsProcessingParameterMultipleLayers(
            MODEL,
            tr("Models (ONNX files; none: the shipped model)"),
            QgsProcessing.SourceType.TypeFile,
            optional=True,
        )
    )
    add_advanced(
        algorithm,
        pixel_size_parameter(tr("Size of a pixel on the ground, metres (none: the model's)")),
    )
    add_advanced(
        algorithm,
        QgsProcessingParameterString(
            OTHER_PIXEL_SIZES,
            tr("Other sizes of a pixel at which to read each window, metres (such as 88;120)"),
            optional=True,
        ),
    )
    add_advanced(
        algorithm,
        QgsProcessingParameterString(
            THICKNESS,
            tr("Line thicknesses in pixels (such as 2;3;4; none: the model's)"),
            optional=True,
        ),
    )
    add_advanced(
        algorithm,
        QgsProcessingParameterNumber(
            SHIFT,
            tr("How far moved copies of each window lie, pixels (0: no copies)"),
            QgsProcessingParameterNumber.Type.Double,
            defaultValue=SHIFT_PX,
            minValue=0,
            maxValue=MAX_SHIFT_PX,
        ),
    )
    add_advanced(
        algorithm,
        QgsProcessingParameterEnum(
            SENSE,
            tr("Sense of slip (changes KE only for models and copies that tell mirror images)"),
            options=SENSE_CHOICES,
            defaultValue=SENSE_CHOICES[0],
            usesStaticStrings=True,
        ),
    )
    add_advanced(
        algorithm,
        QgsProcessingParameterEnum(
            FLIPS,
            tr("Mirrored copies of each window (auto: none for models that answer them alike)"),
            options=FLIP_CHOICES,
            defaultValue="auto",
            usesStaticStrings=True,
        ),
    )
    add_advanced(
        algorithm,
        QgsProcessingParameterEnum(
            GENERALIZE_LINES,
            tr("Generalize lines (auto: in strips too dense to be read as mapped)"),
            options=list(GENERALIZE),
            defaultValue=GENERALIZE[0],
            usesStaticStrings=True,
        ),
    )
    add_advanced(algorithm, engine_parameter())


def engine_parameter():
    """What runs the models."""
    return QgsProcessingParameterEnum(
        ENGINE,
        tr("What runs the models (auto: the faster one, NumPy for models that ssf exports)"),
        options=list(ENGINES),
        defaultValue=ENGINES[0],
        usesStaticStrings=True,
    )


def ensemble_options(algorithm, parameters, context):
    """The core's options from the parameters; InputError where one does not fit."""
    given = (algorithm, parameters)
    thickness_px = several_numbers(*given, THICKNESS, context, parse_thickness)
    sizes_m = several_numbers(*given, OTHER_PIXEL_SIZES, context, parse_pixel_sizes)
    sense = algorithm.parameterAsEnumString(parameters, SENSE, context)
    told = any(
        given_text(algorithm, parameters, key, context) for key in (RAKE_FIELD, SLIP_TYPE_FIELD)
    )
    check_sense(sense, told=told)
    return Options(
        thickness_px=thickness_px,
        flips=algorithm.parameterAsEnumString(parameters, FLIPS, context),
        sense=sense,
        shift_px=algorithm.parameterAsDouble(parameters, SHIFT, context),
        generalize=algorithm.parameterAsEnumString(parameters, GENERALIZE_LINES, context),
        other_pixel_sizes_m=sizes_m or (),
    )


def opened_models(algorithm, parameters, context, feedback):
    """The opened models and their scale, named to the user."""
    from ssf_model.estimate.ensemble import open_models
    from ssf_model.network.numpy_engine import INSTALL

    try:
        models, scale = open_models(
            [path for path in algorithm.parameterAsFileList(parameters, MODEL, context) if path],
            pixel_size_m=(
                given_number(algorithm, parameters, PIXEL_SIZE, context)
                if algorithm.parameterDefinition(PIXEL_SIZE) is not None
                else None
            ),
            engine=algorithm.parameterAsEnumString(parameters, ENGINE, context),
        )
    except ModelError as error:  # told for a shell's Python, which may not be that of QGIS
        raise ModelError(str(error).replace(INSTALL, install_command())) from error
    for note in dict.fromkeys(model.engine_note for model in models if model.engine_note):
        feedback.pushWarning(note)
    for model in models:
        feedback.pushInfo(
            tr("Model {label} runs on {engine}.").format(
                label=model.card.label, engine=model.engine
            )
        )
    return models, scale
