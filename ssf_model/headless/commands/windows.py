"""The verb `windows`: zones, guide lines, strips and windows of a map, without any estimate."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ssf_model.errors import counted
from ssf_model.headless.formats import whole_result, written
from ssf_model.headless.job import check_outputs
from ssf_model.headless.map_options import add_map_options, read_file, tell
from ssf_model.headless.reading import read_guides
from ssf_model.headless.writing import write_joined, write_lines, write_polygons
from ssf_model.scale import ExperimentScale
from ssf_model.tables.plan import (
    GUIDE_FIELDS,
    PLAN_WINDOW_FIELDS,
    TRACE_ZONE_FIELDS,
    guide_rows,
    plan_window_rows,
    zones_of_features,
)
from ssf_model.tables.strip_raster import STRIP_FIELDS, strip_values
from ssf_model.zones.planning import plan_strips


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of `windows`."""
    add_map_options(parser)
    add = parser.add_argument
    add("--pixel-size", type=float, metavar="M", help="metres a pixel (100)")
    add(
        "--out",
        type=Path,
        required=True,
        metavar="PLAN.gpkg",
        help="or .geojson, .fgb, .kml: windows, strips, guides ...",
    )
    add("--overwrite", action="store_true", help="replace an output that exists")


def run(args: argparse.Namespace) -> None:
    """Run the verb."""
    check_outputs(args)
    size_m = args.pixel_size
    scale = ExperimentScale() if size_m is None else ExperimentScale(size_m)
    file = read_file(args, args.traces)
    tell(file.label, file.written_otherwise(TRACE_ZONE_FIELDS))
    guides = None
    if args.guides is not None:
        guides = read_guides(args.guides, crs=args.crs, follow_vrt=args.follow_vrt)
    strips = plan_strips(file.traces, scale=scale, guides=guides, trend_deg=args.trend)
    windows = [row for strip in strips for row in plan_window_rows(strip)]
    lines = list(guide_rows(strips))
    zones = zones_of_features(file.traces, strips)
    outlines = [(strip_values(strip), strip.outline) for strip in strips]
    with whole_result(args.out, overwrite=args.overwrite) as aside:
        for layer, look, fields, told in (
            ("windows", "planned", PLAN_WINDOW_FIELDS, windows),
            ("strips", "strips", STRIP_FIELDS, outlines),
        ):
            rows, rings = [row for row, _ in told], [ring for _, ring in told]
            write_polygons(aside, layer, fields, rows, rings, crs=file.crs, look=look)
        rows, shapes = [row for row, _ in lines], [line for _, line in lines]
        write_lines(aside, "guides", GUIDE_FIELDS, rows, shapes, crs=file.crs)
        of_traces = [(zone,) for zone in zones]
        write_joined(aside, "traces", file, TRACE_ZONE_FIELDS, of_traces, look="zoned")
    found = ("zone", lines), ("strip", strips), ("window", windows)
    counts = ", ".join(counted(len(some), noun) for noun, some in found)
    print(f"{counts}.", file=sys.stderr)
    print(f"Written: {written(args.out)}")
