"""The verb `realism`: how like the laboratory's the virtual experiments are.

A network that never saw virtual maps predicts their simulated KE, and a few statistics of the
windows, and the pattern of their faults at like KE, stand beside those of the laboratory. Nothing
of this goes into training or settings.
"""

from __future__ import annotations

import argparse
import contextlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from ssf_model.network.model import open_model
from ssf_model.whole_files import check_output, whole_file
from training.commands.shared_options import add_windows
from training.publishing.hashes import file_sha256
from training.scoring.patterns import pattern_table, read_clay_maps
from training.scoring.realism import (
    BOOTSTRAP_SEED,
    INDEPENDENT,
    check_independent,
    compare,
    report_text,
)
from training.windows.dataset import load_windows
from training.windows.labelled import RAW, pen_of


def realism(args: argparse.Namespace) -> None:
    """Run the verb `realism`."""
    for path in (args.out, args.markdown, args.figure):
        if path is not None:
            check_output(path, overwrite=args.overwrite)
    clay = None if args.clay is None else read_clay_maps(args.clay)
    windows = load_windows(args.windows)
    model = open_model(args.against)
    check_independent(model, windows)
    comparison = {
        "network": model.card.label,
        "network_sha256": file_sha256(args.against),
        "data_sha256": windows.sha256,
        "independent": INDEPENDENT,
    } | compare(model.predict(windows.maps, windows.stretch_px), windows)
    if clay is not None:
        comparison["clay_patterns"] = pattern_table(*clay, quantiles=(0.0, 1.0))
    text = report_text(comparison)
    with contextlib.ExitStack() as stack:  # all files or none
        for path, content in (
            (args.out, json.dumps(comparison, indent=1) + "\n"),
            (args.markdown, text),
        ):
            if path is not None:
                aside = stack.enter_context(whole_file(path, overwrite=args.overwrite))
                aside.write_text(content, encoding="utf-8")
        if args.figure is not None:
            from training.scoring.pattern_figure import draw_patterns, save_figure

            raw = pen_of(windows.source) == RAW
            rng = np.random.default_rng(BOOTSTRAP_SEED)
            figure = draw_patterns(windows.maps[raw], windows.ke[raw], rng=rng, clay=clay)
            save_figure(
                figure, stack.enter_context(whole_file(args.figure, overwrite=args.overwrite))
            )
    print(text, end="")


def add_command(subparsers: Any) -> None:
    """Add `realism` to the command line."""
    parser = subparsers.add_parser(
        "realism",
        help="compare virtual experiments with the laboratory's",
        description="See how a network that never saw virtual maps predicts their simulated KE, "
        "and put statistics of the windows and the pattern of their faults beside the "
        "laboratory's. "
        "It is never used to train or tune.",
    )
    add_windows(parser)
    parser.add_argument(
        "--against", type=Path, required=True, metavar="MODEL.onnx",
        help="the study's network, from `import-keras`",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="report as JSON")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="report to read, too")
    parser.add_argument(
        "--clay", type=Path, metavar="FILE.npz",
        help="digitized maps of real clay to be measured beside; without it the ranges that were "
        "read off the study's figures stand there",
    )  # fmt: skip
    parser.add_argument(
        "--figure", type=Path, metavar="FILE.png",
        help="windows of like KE side by side, those of --clay first",
    )  # fmt: skip
    parser.add_argument("--overwrite", action="store_true", help="replace files that are there")
    parser.set_defaults(run=realism)
