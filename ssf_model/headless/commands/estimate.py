"""The verb `estimate`: fault traces to windows and traces with KE and OFD."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from ssf_model.errors import InputError
from ssf_model.headless.batch.one_map import estimated
from ssf_model.headless.documents import Documents, add_document_options, check_documents
from ssf_model.headless.job import (
    add_ensemble_options,
    check_outputs,
    follow,
    lay_strips,
    read_job,
)
from ssf_model.headless.map_options import add_map_options, tell
from ssf_model.headless.result import ResultWriter
from ssf_model.headless.strip_file import write_strip_raster
from ssf_model.tables.strip_raster import RASTER_PATTERN, raster_names
from ssf_model.whole_files import whole_file


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of `estimate`."""
    add_map_options(parser)
    add = parser.add_argument
    add("--out", type=Path, required=True, metavar="RESULT.gpkg", help="layers windows, traces ...")
    add_ensemble_options(parser)
    add("--members", action="store_true", help="add a table with every member's answer")
    add("--ribbon", action="store_true", help="add a layer of guide lines with KE")
    add("--raster", type=Path, metavar="DIR", help="folder for a GeoTIFF of every strip")
    add_document_options(parser)
    add("--workers", type=int, default=1, metavar="N", help="processes that share the work (1)")
    add("--overwrite", action="store_true", help="replace outputs that exist")
    add("--json", action="store_true", help="print the summary as JSON")


def run(args: argparse.Namespace) -> None:
    """Run the verb."""
    _check_outputs(args)
    job = read_job(args)
    tell(job.file.label, job.file.written_otherwise())
    print(job.size_in_words, file=sys.stderr)
    strips = lay_strips(job)
    if args.raster is not None:
        args.raster.mkdir(parents=True, exist_ok=True)
    with (
        Documents(args, job, strips) as documents,
        whole_file(args.out, overwrite=args.overwrite) as aside,
    ):
        writer = ResultWriter(aside, job.file, members=args.members, ribbon=args.ribbon)
        with estimated(job, strips, workers=args.workers, draw=args.raster is not None) as road:
            bar = follow(road, total=len(strips), unit="strip", doing="estimating")
            for estimate, name in zip(bar, raster_names(strips)):
                writer.add(estimate)
                documents.add(estimate)
                if args.raster is not None:
                    write_strip_raster(
                        args.raster / name,
                        estimate,
                        thickness_px=job.thickness_px,
                        overwrite=args.overwrite,
                    )
        writer.finish()
        written = [args.out, *documents.finish(writer.summary)]
    summary = writer.summary
    facts = {"out": str(args.out), **job.settings(), "remarks": job.file.remarks}
    if args.json:
        print(json.dumps({**facts, **summary.as_dict()}, indent=1, ensure_ascii=False))
    else:
        print(summary.as_table())
        print(f"Model: {', '.join(facts['models'])}. Written: {', '.join(map(str, written))}")


def _check_outputs(args: argparse.Namespace) -> None:
    """Refuse outputs that could not be written, before any work is done."""
    check_documents(args)
    check_outputs(args)
    if args.raster is not None:
        if args.raster.exists() and not args.raster.is_dir():
            message = f"{args.raster} is a file; --raster takes a folder."
            raise InputError(message)
        present = sorted(args.raster.glob(RASTER_PATTERN)) if args.raster.is_dir() else []
        if present and not args.overwrite:
            message = (
                f"{args.raster} holds strips already, such as {present[0].name}; give --overwrite."
            )
            raise InputError(message)
