"""The verb `import-keras`: the study's published weights as an ONNX file.

Keras 2 HDF5 files also describe a network, and such a description may hold code. Nothing of
it is read: the weights are taken by name and shape into our own architecture.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssf_model.network.model_card import ModelCard
from ssf_model.scale import ExperimentScale
from ssf_model.whole_files import check_output
from training.fitting.run_folder import set_up_tensorflow, versions
from training.publishing.onnx_file import export_model

if TYPE_CHECKING:
    pass

from training.publishing.published_weights import CITATION, MATERIAL, read_published


def run(args: argparse.Namespace) -> None:
    """Run the verb `import-keras`."""
    check_output(args.out, overwrite=args.overwrite)
    scale = ExperimentScale(pixel_size_m=args.pixel_size)
    set_up_tensorflow()
    model = read_published(args.weights, scale=scale)
    card = ModelCard(
        name=args.name,
        version=args.version,
        pixel_size_m=scale.pixel_size_m,
        window_rows=scale.window_rows,
        window_cols=scale.window_cols,
        stride_px=scale.stride_px,
        material=MATERIAL,
        training_data=f"as its authors trained it; imported from {args.weights.name}",
        licence="not stated by the authors",
        citation=CITATION,
        made_with=versions(),
    )
    difference = export_model(model, card, args.out, overwrite=args.overwrite)
    print(f"{args.out}: {card.label}; ONNX and Keras differ by {difference:.1e} at most")


def add_command(subparsers: Any) -> None:
    """Add `import-keras` to the command line."""
    parser = subparsers.add_parser(
        "import-keras",
        help="turn the study's published Keras weights into an ONNX file",
        description="Turn the study's published Keras 2 weights into an ONNX file. Nothing that "
        "the file describes is run.",
    )
    parser.add_argument("weights", type=Path, metavar="WEIGHTS.hdf5", help="the published file")
    parser.add_argument("--out", type=Path, required=True, metavar="MODEL.onnx", help="new file")
    parser.add_argument(
        "--pixel-size",
        type=float,
        default=ExperimentScale().pixel_size_m,
        metavar="M",
        help="crustal metres a pixel (default %(default)g)",
    )
    parser.add_argument("--name", default="published-kaolin", help="default %(default)s")
    parser.add_argument("--version", default="2022", help="default %(default)s")
    parser.add_argument("--overwrite", action="store_true", help="replace a file that is there")
    parser.set_defaults(run=run)
