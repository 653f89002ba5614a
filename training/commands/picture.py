"""The verb `picture`: one experiment on one sheet."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssf_model.errors import InputError
from ssf_model.whole_files import check_output, whole_file

if TYPE_CHECKING:  # matplotlib and scipy are not imported for `--help`
    pass

from training.experiments.sheet import MOMENTS, chosen_frames, draw_sheet, read_sheet
from training.fitting.apart import Died, answer_apart, killed_reader

FORMATS = (".png", ".svg")


def picture(args: argparse.Namespace) -> None:
    """Run the verb `picture`."""
    if args.out.suffix.lower() not in FORMATS:
        message = f"{args.out}: a sheet is written as {' or '.join(FORMATS)}."
        raise InputError(message)
    check_output(args.out, overwrite=args.overwrite)
    sheet = answer_apart(read_sheet, args.experiment)
    if isinstance(sheet, Died):
        raise killed_reader(args.experiment, sheet)
    frames = chosen_frames(sheet.experiment.fault_map, args.moments)
    figure = draw_sheet(sheet, frames)
    with whole_file(args.out, overwrite=args.overwrite) as aside:
        figure.savefig(aside, format=args.out.suffix[1:].lower(), dpi=130)
    print(f"{args.out}: frames {', '.join(map(str, frames))}")


def add_command(subparsers: Any) -> None:
    """Add `picture` to the command line."""
    parser = subparsers.add_parser(
        "picture",
        help="draw an experiment on one sheet",
        description="Draw an experiment on one sheet: displacements, curl and fault map at a few "
        "moments, and the KE of each window over time.",
    )
    parser.add_argument("experiment", type=Path, metavar="FILE.mat", help="of any known form")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="SHEET.png", help="picture to be, .png or .svg"
    )
    parser.add_argument(
        "--moments", type=int, default=MOMENTS, metavar="N", help=f"rows (default {MOMENTS})"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace a picture that is there")
    parser.set_defaults(run=picture)
