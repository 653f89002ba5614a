"""The verb `estimate`: fault traces to windows and traces with KE and OFD."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from ssf_model.errors import InputError
from ssf_model.headless.batch.one_map import estimated
from ssf_model.headless.batch.workers import check_workers
from ssf_model.headless.documents import Documents, add_document_options, check_documents
from ssf_model.headless.formats import whole_result, written_files
from ssf_model.headless.job import (
    Job,
    add_ensemble_options,
    as_json,
    check_outputs,
    follow,
    lay_strips,
    read_job,
)
from ssf_model.headless.map_options import add_map_options, tell
from ssf_model.headless.result import ResultWriter
from ssf_model.headless.strip_file import is_strip_raster, write_strip_raster
from ssf_model.tables.estimates import TRACE_FIELDS
from ssf_model.tables.strip_raster import RASTER_PATTERN, raster_names
from ssf_model.whole_files import whole_files
from ssf_model.zones.strips import Strip


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of `estimate`."""
    add_map_options(parser)
    add = parser.add_argument
    add(
        "--out",
        type=Path,
        required=True,
        metavar="RESULT.gpkg",
        help="or .geojson, .fgb, .kml: layers windows, traces ...",
    )
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
    tell(job.file.label, job.file.written_otherwise(TRACE_FIELDS))
    print(job.size_in_words, file=sys.stderr)
    strips = lay_strips(job)
    written = []
    with Documents(args, job, strips) as documents:
        with ExitStack() as stack:
            rasters = None
            if args.raster is not None:
                rasters = stack.enter_context(whole_files(args.raster, _strips_of_ssf(args.raster)))
            aside = stack.enter_context(whole_result(args.out, overwrite=args.overwrite))
            writer = ResultWriter(aside, job.file, members=args.members, ribbon=args.ribbon)
            _estimate(args, job, strips, writer, documents, rasters)
            writer.finish()
        written += [*written_files(args.out), *([] if rasters is None else [args.raster])]
        try:
            written.extend(documents.finish(writer.summary))
        except InputError as error:
            whole = ", ".join(map(str, written))
            message = f"{error} The result is whole all the same. Written: {whole}"
            raise InputError(message) from error
    summary = writer.summary
    facts = {"out": str(args.out), **job.settings(), "remarks": job.file.remarks}
    if args.json:
        print(as_json({**facts, **summary.as_dict()}))
    else:
        print(summary.as_table())
        print(f"Model: {', '.join(facts['models'])}. Written: {', '.join(map(str, written))}")


def _estimate(
    args: argparse.Namespace,
    job: Job,
    strips: Sequence[Strip],
    writer: ResultWriter,
    documents: Documents,
    rasters: Path | None,
) -> None:
    """Estimate strip by strip, and write as they come."""
    with estimated(job, strips, workers=args.workers, draw=rasters is not None) as road:
        bar = follow(road, total=len(strips), unit="strip", doing="estimating")
        for estimate, name in zip(bar, raster_names(strips)):
            writer.add(estimate)
            documents.add(estimate)
            if rasters is not None:
                write_strip_raster(rasters / name, estimate, thickness_px=job.thickness_px)


def _strips_of_ssf(folder: Path) -> list[Path]:
    """The strips that an earlier run left in a folder."""
    return [path for path in sorted(folder.glob(RASTER_PATTERN)) if is_strip_raster(path)]


def _check_outputs(args: argparse.Namespace) -> None:
    """Refuse outputs that could not be written, before any work is done."""
    check_workers(args.workers)
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
