"""The verb `model`: what an ONNX file says of itself."""

from __future__ import annotations

import argparse


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of `model`."""
    parser.add_argument("model", nargs="?", metavar="MODEL.onnx", help="default: the shipped model")


def run(args: argparse.Namespace) -> None:
    """Run the verb."""
    from ssf_model.network.model import open_model
    from ssf_model.network.model_card import card_to_json

    print(card_to_json(open_model(args.model).card))
