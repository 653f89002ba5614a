"""The verb `compare`: two maps of the same faults, window by window."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from ssf_model.compare.comparing import compare_strips
from ssf_model.compare.counterpart import check_zones, count_left_out, counterpart_strips
from ssf_model.errors import counted
from ssf_model.headless.formats import whole_result, written
from ssf_model.headless.job import (
    add_ensemble_options,
    as_json,
    check_outputs,
    follow,
    lay_strips,
    read_job,
)
from ssf_model.headless.map_options import add_map_options, read_file
from ssf_model.headless.reading import TraceFile
from ssf_model.headless.writing import write_comparison
from ssf_model.tables.comparisons import SAME_EVERYWHERE, ComparisonSummary

WINDOWS_A_WRITE = 2_000  # rows gathered before they go to the file


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of `compare`."""
    add_map_options(parser, alone=True)
    add = parser.add_argument
    add("other", metavar="OTHER", help="map B, read in the windows of TRACES, map A")
    add("--layer-b", action="append", metavar="L", help="layer of OTHER, as --layer")
    add("--also", action="append", metavar="FILE", help="another file of map A; repeatable")
    add("--also-b", action="append", metavar="FILE", help="another file of map B; repeatable")
    add("--crs-b", metavar="CRS", help="CRS of the coordinates of map B (else: the file's)")
    add(
        "--zone-field-b",
        metavar="F",
        help="field of OTHER with the same zones' names (else: the zone whose traces are nearest)",
    )
    add(
        "--out",
        type=Path,
        required=True,
        metavar="RESULT.gpkg",
        help="or .geojson, .fgb, .kml: layer windows",
    )
    add_ensemble_options(parser)
    add("--overwrite", action="store_true", help="replace an output that exists")
    add("--json", action="store_true", help="print the summary as JSON")


def run(args: argparse.Namespace) -> None:
    """Run the verb."""
    check_outputs(args)
    job = read_job(args)
    print(job.size_in_words, file=sys.stderr)
    traces_a, traces_b = job.file.traces, _read_other(args).traces
    check_zones(traces_a, traces_b, guides=job.guides)
    strips_a = lay_strips(job)
    strips_b = counterpart_strips(strips_a, traces_a, traces_b, guides=job.guides)
    left_out = count_left_out(strips_b, traces_b)
    every = counted(len(traces_b.lines), "line")
    print(f"{left_out} of {every} of map B in no window.", file=sys.stderr)
    summary, gathered = ComparisonSummary(), []
    road = compare_strips(traces_a, strips_a, traces_b, strips_b, job.models, options=job.options)
    with whole_result(args.out, overwrite=args.overwrite) as aside:
        bar = follow(road, total=len(strips_a), unit="strip", doing="comparing")
        for number, comparison in enumerate(bar, start=1):
            summary.add(comparison.windows)
            gathered.extend(comparison.windows)
            if len(gathered) >= WINDOWS_A_WRITE or number == len(strips_a):
                write_comparison(aside, gathered, crs=job.file.crs)
                gathered = []
    counts = summary.as_dict()
    if not counts["n_redrawn"]:
        print(SAME_EVERYWHERE, file=sys.stderr)
    facts = {"out": str(args.out), **job.settings(), "lines_b_left_out": left_out}
    if args.json:
        print(as_json({**facts, **counts}))
    else:
        print(summary.as_table())
        print(f"Model: {', '.join(facts['models'])}. Written: {written(args.out)}")


def _read_other(args: argparse.Namespace) -> TraceFile:
    """Map B; the fields that tell how features slip have the names that they have on map A."""
    of_b = {"layer": args.layer_b, "zone_field": args.zone_field_b, "crs": args.crs_b}
    of_b["zone_label"] = None  # its zones are those of map A
    told = argparse.Namespace(**{**vars(args), **of_b})
    return read_file(told, [args.other, *(args.also_b or ())], layer_option="--layer-b")
