"""The verb `spread`: by how much an interval must be widened to hold labels.

Experiments that no weight was fitted to are drawn as maps in use are.
`training.scoring.own_interval` finds a number a class of detail where the network tells an
interval, else `training.scoring.interval` one for the band of drawings; the model's card carries
them.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from ssf_model.errors import InputError
from ssf_model.options import SHIFT_PX
from ssf_model.whole_files import check_output, whole_file
from training.commands.shared_options import add_split, add_windows
from training.publishing.hashes import file_sha256
from training.publishing.predictor import network_file, open_network
from training.scoring.conformal import LEVEL, check_level
from training.scoring.interval import FRAMES, SETS, shown, spread_of, spread_text
from training.scoring.own_interval import interval_text, own_interval
from training.windows.dataset import load_windows
from training.windows.deal import TRAIN, VALIDATION
from training.windows.split import load_split


def spread(args: argparse.Namespace) -> None:
    """Run the verb `spread`."""
    if args.out is not None:
        check_output(args.out, overwrite=args.overwrite)
    check_level(args.level)
    if args.frames < 1 or args.seed < 0:
        message = (
            f"There are 1 or more frames and a seed of 0 or above, not {args.frames}, {args.seed}."
        )
        raise InputError(message)
    windows = load_windows(args.windows)
    rows = load_split(args.split, windows, wanted=(TRAIN, VALIDATION))
    sha256 = {
        "network_sha256": file_sha256(network_file(args.network)),
        "data_sha256": windows.sha256,
    }
    network = open_network(args.network, windows, rows[TRAIN])
    as_asked = {
        "shift_px": args.shift, "level": args.level, "frames": args.frames, "seed": args.seed
    }  # fmt: skip
    if network.tells_interval:
        found = own_interval(windows, rows, network, **as_asked, progress=shown)
        text = interval_text(found)
    else:
        sets = {name: rows[name] for name in SETS if len(rows.get(name, ()))}
        found = spread_of(windows, sets, network, **as_asked, show=True)
        text = spread_text(found)
    if args.out is not None:
        with whole_file(args.out, overwrite=args.overwrite) as aside:
            aside.write_text(json.dumps(sha256 | found, indent=1) + "\n", encoding="utf-8")
    print(text)


def add_command(subparsers: Any) -> None:
    """Add `spread` to the command line."""
    parser = subparsers.add_parser(
        "spread",
        help="calibrate the interval that estimates carry",
        description="Draw experiments as maps are drawn in use, read them by the whole ensemble "
        "of drawings, and find by how much the interval must be widened to hold the share wanted: "
        "that which the network tells, on the set calibration; else the band of drawings, on the "
        "set validation. Other sets only check. `export --spread` takes the file.",
    )
    parser.add_argument(
        "network", type=Path, metavar="NETWORK", help="folder made by `train`, or an ONNX file"
    )
    add_windows(parser)
    add_split(parser)
    parser.add_argument(
        "--frames", type=int, default=FRAMES, metavar="N",
        help=f"drawn of each experiment (default {FRAMES})",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="which ones (default 1)")
    parser.add_argument(
        "--shift", type=float, default=SHIFT_PX, metavar="PX",
        help=f"by how much windows are moved (default {SHIFT_PX:g}, as in use)",
    )  # fmt: skip
    parser.add_argument(
        "--level", type=float, default=LEVEL, metavar="SHARE", help=f"to hold; default {LEVEL}"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the figures as JSON")
    parser.add_argument("--overwrite", action="store_true", help="replace FILE")
    parser.set_defaults(run=spread)
