"""What people read besides the windows: tables of zones and profiles, report and figure."""

import datetime
from pathlib import Path

from qgis.core import (
    QgsProcessing,
    QgsProcessingException,
    QgsProcessingOutputHtml,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
    QgsProcessingUtils,
)
from qgis.PyQt.QtCore import QByteArray
from qgis.PyQt.QtGui import QImage, QPainter

from ssf_model.errors import InputError

from .language import tr
from .outputs import destination, wanted
from .parameters import (
    DIP_FIELD,
    GUIDES,
    RAKE_FIELD,
    SLIP_TYPE_FIELD,
    TREND,
    ZONE_FIELD,
    ZONE_LABEL,
    add_advanced,
    given,
    given_number,
    label_of,
)

ZONES, PROFILE = "ZONES", "PROFILE"
FIGURE_PAGE = "FIGURE_PAGE"
REPORT, FIGURE, SHOW_ZONES = "REPORT", "FIGURE", "SHOW_ZONES"
ENDINGS = {REPORT: (".html", ".htm"), FIGURE: (".png", ".svg")}
DPI = 300


def add_document_parameters(algorithm):
    """Add tables of zones and profiles, report and figure; only the zones by default."""
    table = QgsProcessing.SourceType.TypeVector
    algorithm.addParameter(
        QgsProcessingParameterFeatureSink(
            ZONES, tr("Fault zones, a row each"), table, optional=True
        )
    )
    algorithm.addParameter(report_parameter())
    for parameter in (
        QgsProcessingParameterFeatureSink(
            PROFILE, tr("Profile along each zone"), table, optional=True, createByDefault=False
        ),
        QgsProcessingParameterFileDestination(
            FIGURE,
            tr("Figure for papers: map and profile"),
            fileFilter=tr("PNG files (*.png);;SVG files (*.svg)"),
            optional=True,
            createByDefault=False,
        ),
        QgsProcessingParameterString(
            SHOW_ZONES,
            tr("Zones in report and figure, semicolons between their names (none: the longest)"),
            optional=True,
        ),
    ):
        add_advanced(algorithm, parameter)
    algorithm.addOutput(QgsProcessingOutputHtml(FIGURE_PAGE, tr("The figure, as QGIS shows it")))


def html_files():
    """What makes an output of files one that QGIS shows in its Results Viewer."""
    return tr("HTML files (*.html)")


def report_parameter():
    """Where a report goes, if one is wanted."""
    return QgsProcessingParameterFileDestination(
        REPORT,
        tr("Report: maps, profiles, flags, model, settings"),
        fileFilter=html_files(),
        optional=True,
        createByDefault=False,
    )


def check_documents(algorithm, parameters, context):
    """Refuse a report or figure that cannot be written, before any work is done.

    Raises
    ------
    InputError
        If a name does not fit or a folder does not exist.
    """
    from ssf_model.report.shown_zones import MOST_FIGURE_ZONES

    for key, endings in ENDINGS.items():
        check_page(algorithm, parameters, key, endings=endings)
    drawn = [key for key in ENDINGS if wanted(parameters, key)]
    names = shown_zones(algorithm, parameters, context)
    if names and not drawn:
        message = tr("{label}: ask for a report or a figure, or name none.")
        raise InputError(message.format(label=label_of(algorithm, SHOW_ZONES)))
    if len(names) > MOST_FIGURE_ZONES and FIGURE in drawn:
        message = tr("A figure holds at most {most} zones, not {count}.")
        raise InputError(message.format(most=MOST_FIGURE_ZONES, count=len(names)))


def check_page(algorithm, parameters, key, *, endings=(".html", ".htm")):
    """Refuse a file of pages or pictures that cannot be written (InputError)."""
    from ssf_model.whole_files import check_output

    path = destination(parameters.get(key))
    if path in ("", QgsProcessing.TEMPORARY_OUTPUT):
        return
    if not path.lower().endswith(endings):
        message = tr("{label}: the file's name must end with {endings}, not {path}.").format(
            label=label_of(algorithm, key), endings=tr(" or ").join(endings), path=path
        )
        raise InputError(message)
    check_output(Path(path).absolute(), overwrite=True)


def gathered_zones(algorithm, parameters, context, *, traces, strips):
    """The zones to draw; None where neither report nor figure is wanted.

    Raises
    ------
    InputError
        If there is no zone of a name given.
    """
    from ssf_model.report.shown_zones import FIGURE_ZONES, SHOWN_ZONES, GatheredZones

    if not any(wanted(parameters, key) for key in ENDINGS) or not strips:
        return None
    names = shown_zones(algorithm, parameters, context)
    most = SHOWN_ZONES if wanted(parameters, REPORT) else FIGURE_ZONES
    return GatheredZones(traces, strips, names=names, most=most)


def write_documents(
    algorithm, parameters, context, *, windows, gathered, source, models, scale, options
):
    """Write all that was asked for; what the algorithm's results say of it.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    from ssf_model.estimate.along_strike import along_strike
    from ssf_model.estimate.settings import run_settings
    from ssf_model.report.figure import draw_figure
    from ssf_model.report.page import ReportFacts, report_parts
    from ssf_model.report.plot_page import picture_page
    from ssf_model.tables.estimates import PROFILE_FIELDS, ZONE_FIELDS, profile_values, zone_values
    from ssf_model.tables.zone_summary import Summary
    from ssf_model.whole_files import write_text

    from .rows_out import write_table

    results = {}
    summary = Summary()
    summary.add(windows)
    if wanted(parameters, ZONES):
        rows = map(zone_values, summary.zones())
        results.update(write_table(algorithm, parameters, context, ZONES, ZONE_FIELDS, rows))
    if wanted(parameters, PROFILE):
        rows = map(profile_values, along_strike(windows))
        results.update(write_table(algorithm, parameters, context, PROFILE, PROFILE_FIELDS, rows))
    if wanted(parameters, REPORT):
        path = algorithm.parameterAsFileOutput(parameters, REPORT, context)
        facts = ReportFacts(
            source=source.sourceName(),
            date=datetime.date.today().isoformat(),
            settings={
                **run_settings(models, scale=scale, options=options),
                **{
                    key.lower(): algorithm.parameterAsString(parameters, key, context) or None
                    for key in (ZONE_FIELD, ZONE_LABEL, RAKE_FIELD, SLIP_TYPE_FIELD, DIP_FIELD)
                },
                "trend_deg": given_number(algorithm, parameters, TREND, context),
                "guides": _guides_name(algorithm, parameters, context),
            },
            cards=[model.card for model in models],
        )
        write_text(Path(path), report_parts(facts, summary.zones(), gathered), overwrite=True)
        results[REPORT] = path
    if wanted(parameters, FIGURE):
        path = algorithm.parameterAsFileOutput(parameters, FIGURE, context)
        picture = draw_figure([gathered.zone(name) for name in gathered.figure_names])
        _write_figure(Path(path), picture)
        results[FIGURE] = path
        shown = QgsProcessingUtils.generateTempFilename("figure.html")
        write_text(Path(shown), picture_page(Path(path).name, picture), overwrite=True)
        results[FIGURE_PAGE] = shown
    return results


def shown_zones(algorithm, parameters, context):
    """Names of the zones to draw, each once."""
    text = algorithm.parameterAsString(parameters, SHOW_ZONES, context)
    return list(dict.fromkeys(name.strip() for name in text.split(";") if name.strip()))


def _guides_name(algorithm, parameters, context):
    """Name of the layer of guide lines; None where there is none."""
    if not given(parameters, GUIDES):
        return None
    return algorithm.parameterAsSource(parameters, GUIDES, context).sourceName()


def _write_figure(path, picture):
    """Write a picture as SVG, or as PNG, which Qt draws from the same SVG."""
    from ssf_model.report.svg import WIDTH_MM, to_svg
    from ssf_model.whole_files import whole_file, write_text

    text = to_svg(picture, standalone=True)
    if path.suffix.lower() == ".svg":
        write_text(path, [text], overwrite=True)
        return
    try:
        from qgis.PyQt.QtSvg import QSvgRenderer
    except ImportError as error:
        message = tr("This QGIS comes without QtSvg; name the figure .svg instead of .png.")
        raise QgsProcessingException(message) from error
    pixels = WIDTH_MM / 25.4 * DPI / picture.width
    image = QImage(
        round(picture.width * pixels),
        round(picture.height * pixels),
        QImage.Format.Format_RGB32,
    )
    image.fill(0xFFFFFFFF)
    image.setDotsPerMeterX(round(DPI / 0.0254))
    image.setDotsPerMeterY(round(DPI / 0.0254))
    painter = QPainter(image)
    QSvgRenderer(QByteArray(text.encode("utf-8"))).render(painter)
    painter.end()
    with whole_file(path, overwrite=True) as aside:
        if not image.save(str(aside), "PNG"):
            raise QgsProcessingException(tr("{path} cannot be written.").format(path=path))
