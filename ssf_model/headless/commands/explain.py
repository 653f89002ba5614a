"""The verb `explain`: which step, gap or strand the KE of each window comes from."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from ssf_model.errors import InputError
from ssf_model.estimate.estimating import estimate_strips
from ssf_model.explain.explaining import StripExplanation, explain_strips
from ssf_model.faults.traces import Traces
from ssf_model.headless.formats import whole_result, written
from ssf_model.headless.job import (
    add_ensemble_options,
    as_json,
    check_outputs,
    follow,
    lay_strips,
    read_job,
)
from ssf_model.headless.map_options import add_map_options
from ssf_model.headless.writing import write_lines, write_polygons
from ssf_model.options import STRETCH_M
from ssf_model.tables.explanations import (
    COLUMN_FIELDS,
    CONTRIBUTION_FIELDS,
    STRETCH_FIELDS,
    WindowLoss,
    column_rows,
    contribution_rows,
    stretch_rows,
    window_losses,
)

STRIPS_A_WRITE = 50  # gathered before they go to the file
SHOWN = 10  # windows in the table on the terminal
LEGEND = (
    "lost: KE less than that of a straight fault in the window, all its columns together; largest "
    "column: the one that loses most, how much, and how far along the zone."
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of `explain`."""
    add_map_options(parser)
    add = parser.add_argument
    add(
        "--out",
        type=Path,
        required=True,
        metavar="RESULT.gpkg",
        help="layers contributions, columns and stretches",
    )
    add(
        "--stretch",
        type=float,
        default=STRETCH_M,
        metavar="M",
        help=f"length of the stretches of trace that are taken away, metres ({STRETCH_M:g})",
    )
    add("--no-contributions", action="store_true", help="leave out contributions and columns")
    add("--no-stretches", action="store_true", help="leave out the stretches")
    add_ensemble_options(parser)
    add("--overwrite", action="store_true", help="replace outputs that exist")
    add("--json", action="store_true", help="print what each window loses as JSON")


def run(args: argparse.Namespace) -> None:
    """Run the verb."""
    if args.no_contributions and args.no_stretches:
        message = "With neither contributions nor stretches there is nothing to explain."
        raise InputError(message)
    check_outputs(args)
    job = read_job(args)
    print(job.size_in_words, file=sys.stderr)
    traces = job.file.traces
    strips = lay_strips(job)
    explanations = explain_strips(
        estimate_strips(traces, strips, job.models, options=job.options),
        job.models,
        scale=job.scale,
        options=job.options,
        stretch_m=None if args.no_stretches else args.stretch,
        contributions=not args.no_contributions,
    )
    losses: list[WindowLoss] = []
    with whole_result(args.out, overwrite=args.overwrite) as aside:
        gathered: list[StripExplanation] = []
        bar = follow(explanations, total=len(strips), unit="strip", doing="explaining")
        for number, explanation in enumerate(bar, start=1):
            gathered.append(explanation)
            losses.extend(window_losses(explanation))
            if len(gathered) >= STRIPS_A_WRITE or number == len(strips):
                _write(aside, gathered, traces, args, crs=job.file.crs)
                gathered = []
    facts = {"out": str(args.out), **job.settings(), "stretch_m": args.stretch}
    if args.json:
        windows = [vars(loss) for loss in losses]
        print(as_json({**facts, "windows": windows}))
        return
    if losses:
        print(_table(losses))
    print(f"Model: {', '.join(facts['models'])}. Written: {written(args.out)}")


def _write(
    path: Path,
    explanations: Sequence[StripExplanation],
    traces: Traces,
    args: argparse.Namespace,
    *,
    crs: str,
) -> None:
    """Add some strips to the layers that were asked for."""
    if not args.no_contributions:
        for layer, fields, rows_of in (
            ("contributions", CONTRIBUTION_FIELDS, contribution_rows),
            ("columns", COLUMN_FIELDS, column_rows),
        ):
            told = [each for explanation in explanations for each in rows_of(explanation)]
            rows, rings = [row for row, _ in told], [ring for _, ring in told]
            write_polygons(path, layer, fields, rows, rings, crs=crs)
    if not args.no_stretches:
        stretches = [each for one in explanations for each in stretch_rows(one, traces)]
        rows, lines = [row for row, _ in stretches], [line for _, line in stretches]
        write_lines(path, "stretches", STRETCH_FIELDS, rows, lines, crs=crs)


def _table(losses: Sequence[WindowLoss]) -> str:
    """The windows that lose most, for the terminal."""
    worst = sorted(losses, key=lambda loss: loss.lost, reverse=True)[:SHOWN]
    lines = [f"{'zone':<24}{'strip':>6}{'window':>8}{'KE':>7}{'lost':>7}   largest column"]
    lines += [
        f"{loss.zone[:23]:<24}{loss.strip:>6}{loss.window:>8}{loss.ke:>7.2f}{loss.lost:>7.2f}"
        f"   {loss.most:.2f} at km {loss.most_at_km:.1f}"
        for loss in worst
    ]
    return "\n".join([*lines, LEGEND])
