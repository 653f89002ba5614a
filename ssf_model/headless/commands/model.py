"""The verb `model`: what an ONNX file says of itself."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of `model`."""
    add = parser.add_argument
    add("model", nargs="?", metavar="MODEL.onnx", help="default: the shipped model")
    add("--html", type=Path, metavar="PAGE.html", help="write a page that people can read")
    add("--overwrite", action="store_true", help="replace a page that exists")


def run(args: argparse.Namespace) -> None:
    """Run the verb."""
    from ssf_model.network.model import open_model
    from ssf_model.network.model_card import card_to_json
    from ssf_model.places import check_apart
    from ssf_model.report.model_page import model_page
    from ssf_model.whole_files import check_output, write_text

    if args.html is not None:
        check_output(args.html, overwrite=args.overwrite)
        check_apart([("--html", args.html)], [] if args.model is None else [("MODEL", args.model)])
    model = open_model(args.model)
    if args.html is None:
        print(card_to_json(model.card))
        return
    write_text(args.html, model_page([model.card], [model.engine]), overwrite=args.overwrite)
    print(f"Written: {args.html}")
