"""The one door from the plugin to `ssf_model`.

In the zip the package lies inside the plugin's folder, in a checkout beside it. It is loaded
from that very place, so that another version on QGIS's path cannot change a result.
"""

# ruff: noqa: E402

import importlib.util
import os
import sys
import sysconfig
from pathlib import Path

PLUGIN_FOLDER = Path(__file__).resolve().parent
PACKAGE = "ssf_model"


def _package_folder() -> Path:
    """Where `ssf_model` lies."""
    for parent in (PLUGIN_FOLDER, PLUGIN_FOLDER.parent):
        if (parent / PACKAGE / "__init__.py").is_file():
            return parent / PACKAGE
    message = "The ssf plugin is incomplete: its folder ssf_model is missing. Install it again."
    raise ImportError(message)


def _load() -> None:
    """Make `import ssf_model` mean the package that belongs to this plugin."""
    folder = _package_folder()
    loaded = sys.modules.get(PACKAGE)
    if loaded is not None and Path(loaded.__file__).resolve().parent == folder:
        return
    forget()
    spec = importlib.util.spec_from_file_location(
        PACKAGE, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    package = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = package
    try:
        spec.loader.exec_module(package)
    except BaseException:
        del sys.modules[PACKAGE]
        raise


def forget() -> None:
    """Drop `ssf_model`, so that the next load reads the files anew (after an upgrade)."""
    for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
        del sys.modules[name]


def faster_engine_hint() -> "str | None":
    """One sentence on how to get onnxruntime; None where it is there."""
    if importlib.util.find_spec("onnxruntime") is not None:
        return None
    return (
        "onnxruntime is not installed, so the NumPy engine runs (the estimates are the same; only "
        f"models with other operators need onnxruntime); to install it, {_install_command()}"
    )


def _install_command() -> str:
    """What to run, and where, so that QGIS's own Python gets onnxruntime and keeps its numpy."""
    install = "-m pip install --no-deps onnxruntime"
    if sys.platform == "win32":
        return f'open the "OSGeo4W Shell" of this QGIS and run: python {install}'
    if sys.platform == "darwin":
        python = Path(sys.exec_prefix) / "bin" / "python3"
        return f"open a terminal and run: {python} {install}"
    if os.environ.get("FLATPAK_ID"):
        return (
            "open a terminal and run: flatpak run --devel --command=pip3 "
            f"{os.environ['FLATPAK_ID']} install --user --no-deps onnxruntime"
        )
    command = f"python3 {install} --user"
    if (Path(sysconfig.get_path("stdlib")) / "EXTERNALLY-MANAGED").exists():
        command += " --break-system-packages"
    return f"open a terminal and run: {command}"


_load()

import ssf_model
from ssf_model.compare.comparing import compare_strips
from ssf_model.compare.counterpart import check_zones, count_left_out, counterpart_strips
from ssf_model.errors import InputError, SsfError
from ssf_model.estimate.along_strike import along_strike
from ssf_model.estimate.ensemble import open_models
from ssf_model.estimate.estimating import estimate_strips
from ssf_model.estimate.flags import LEGEND
from ssf_model.estimate.settings import run_settings
from ssf_model.explain.explaining import explain_strips
from ssf_model.explain.stretches import STRETCH_M
from ssf_model.faults.slip import slip_of_features
from ssf_model.faults.traces import make_traces
from ssf_model.geometry.outlines import in_one_piece
from ssf_model.options import (
    MAX_SHIFT_PX,
    MAX_THICKNESS_PX,
    SENSES,
    SHIFT_PX,
    Options,
    check_sense,
    parse_pixel_sizes,
    parse_thickness,
)
from ssf_model.report.figure import draw_figure
from ssf_model.report.page import ReportFacts, report_parts
from ssf_model.report.shown_zones import FIGURE_ZONES, MOST_FIGURE_ZONES, SHOWN_ZONES, GatheredZones
from ssf_model.report.svg import WIDTH_MM, to_svg
from ssf_model.scale import ExperimentScale
from ssf_model.tables.comparisons import (
    COMPARISON_FIELDS,
    SAME_EVERYWHERE,
    ComparisonSummary,
    comparison_values,
)
from ssf_model.tables.estimates import (
    MEMBER_FIELDS,
    PROFILE_FIELDS,
    TRACE_FIELDS,
    WINDOW_FIELDS,
    ZONE_FIELDS,
    member_rows,
    profile_values,
    trace_values,
    window_values,
    zone_values,
)
from ssf_model.tables.explanations import (
    COLUMN_FIELDS,
    CONTRIBUTION_FIELDS,
    STRETCH_FIELDS,
    column_rows,
    contribution_rows,
    stretch_rows,
    window_losses,
)
from ssf_model.tables.fields import STATEMENT, free_names
from ssf_model.tables.trace_tally import TraceTally
from ssf_model.tables.zone_summary import Summary
from ssf_model.whole_files import whole_file, write_text
from ssf_model.zones.planning import plan_strips
from ssf_model.zones.strips import burn_strip

VERSION = ssf_model.__version__

__all__ = [
    "COLUMN_FIELDS",
    "COMPARISON_FIELDS",
    "CONTRIBUTION_FIELDS",
    "FIGURE_ZONES",
    "LEGEND",
    "MAX_SHIFT_PX",
    "MAX_THICKNESS_PX",
    "MEMBER_FIELDS",
    "MOST_FIGURE_ZONES",
    "PLUGIN_FOLDER",
    "PROFILE_FIELDS",
    "SAME_EVERYWHERE",
    "SENSES",
    "SHIFT_PX",
    "SHOWN_ZONES",
    "STATEMENT",
    "STRETCH_FIELDS",
    "STRETCH_M",
    "TRACE_FIELDS",
    "VERSION",
    "WIDTH_MM",
    "WINDOW_FIELDS",
    "ZONE_FIELDS",
    "ComparisonSummary",
    "ExperimentScale",
    "GatheredZones",
    "InputError",
    "Options",
    "ReportFacts",
    "SsfError",
    "Summary",
    "TraceTally",
    "along_strike",
    "burn_strip",
    "check_sense",
    "check_zones",
    "column_rows",
    "compare_strips",
    "comparison_values",
    "contribution_rows",
    "count_left_out",
    "counterpart_strips",
    "draw_figure",
    "estimate_strips",
    "explain_strips",
    "faster_engine_hint",
    "forget",
    "free_names",
    "in_one_piece",
    "make_traces",
    "member_rows",
    "open_models",
    "parse_pixel_sizes",
    "parse_thickness",
    "plan_strips",
    "profile_values",
    "report_parts",
    "run_settings",
    "slip_of_features",
    "stretch_rows",
    "to_svg",
    "trace_values",
    "whole_file",
    "window_losses",
    "window_values",
    "write_text",
    "zone_values",
]
