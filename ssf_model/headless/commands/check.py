"""The verb `check`: what is wrong or doubtful in a fault map, before any estimate."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from ssf_model.check.checking import MapCheck, check_map
from ssf_model.headless.formats import whole_result, written
from ssf_model.headless.job import add_ensemble_options, check_outputs, lay_strips, read_job
from ssf_model.headless.map_options import add_map_options
from ssf_model.headless.writing import write_lines, write_points, write_polygons
from ssf_model.tables.check_table import (
    FINDING_FIELDS,
    FORESEEN_FIELDS,
    check_in_words,
    finding_values,
    foreseen_values,
)
from ssf_model.tables.plan import zones_of_features


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of `check`."""
    add_map_options(parser)
    add = parser.add_argument
    add(
        "--out",
        type=Path,
        metavar="CHECK.gpkg",
        help="or .geojson, .fgb, .kml: layers points, lines, windows",
    )
    add_ensemble_options(parser)
    add("--overwrite", action="store_true", help="replace an output that exists")
    add("--json", action="store_true", help="print the counts as JSON")


def run(args: argparse.Namespace) -> None:
    """Run the verb."""
    if args.out is not None:
        check_outputs(args)
    job = read_job(args)
    strips = lay_strips(job)
    traces = job.file.traces
    zones = zones_of_features(traces, strips)
    check = check_map(traces, strips, job.models, options=job.options, zones=zones)
    if args.out is not None:
        with whole_result(args.out, overwrite=args.overwrite) as aside:
            _write(aside, check, job.file.crs)
    if args.json:
        facts = {
            "length_km": check.length_km,
            "spacing_m": check.spacing_m,
            "n_windows": len(check.windows),
            "n_unknown": check.n_unknown,
            "found": check.counts,
            "flags": check.flag_counts,
        }
        print(json.dumps(facts, indent=1))
    else:
        print(check_in_words(check))
        if args.out is not None:
            print(f"Written: {written(args.out)}", file=sys.stderr)


def _write(path: Path, check: MapCheck, crs: str) -> None:
    """Write the layers of a check."""
    places = [finding for finding in check.findings if finding.is_place]
    lines = [finding for finding in check.findings if not finding.is_place]
    rows = [finding_values(finding) for finding in places]
    points = [finding.lines[0] for finding in places]
    write_points(path, "points", FINDING_FIELDS, rows, points, crs=crs, look="places")
    rows = [finding_values(finding) for finding in lines]
    shapes = [one.lines for one in lines]
    write_lines(path, "lines", FINDING_FIELDS, rows, shapes, crs=crs, look="found_lines")
    rows = [foreseen_values(window) for window in check.windows]
    rings = [window.strip.footprint(window.number) for window in check.windows]
    write_polygons(path, "windows", FORESEEN_FIELDS, rows, rings, crs=crs, look="foreseen")
