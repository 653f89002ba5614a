"""The verb `card`: what is known of a model, as a page made from its numbers."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ssf_model.errors import InputError
from ssf_model.network.model import open_model
from ssf_model.whole_files import check_output, whole_file
from training.json_files import not_readable, read_table
from training.publishing.card_page import card_page

REMEDY = "`evaluate --out` writes them."


def card(args: argparse.Namespace) -> None:
    """Run the verb `card`."""
    check_output(args.out, overwrite=args.overwrite)
    if args.study_split is not None and args.scores is None:
        message = "--study-split is shown beside the scores of --scores, which is not given."
        raise InputError(message)
    model = open_model(args.model)
    evaluation = None if args.scores is None else _read(args.scores)
    if evaluation is not None and evaluation["sets"] != model.card.scores:
        message = f"{args.scores}: its scores are not those that the card of {args.model} states."
        raise InputError(message)
    preface = "" if args.preface is None else _text(args.preface)
    by_study_split = None if args.study_split is None else _read(args.study_split)
    try:
        page = card_page(
            model, preface=preface, evaluation=evaluation, by_study_split=by_study_split
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if evaluation is None:
            raise
        raise not_readable(args.scores, error, what="scores", remedy=REMEDY) from error
    with whole_file(args.out, overwrite=args.overwrite) as aside:
        aside.write_text(page, encoding="utf-8")


def _text(path: Path) -> str:
    """The text of a file."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path}: cannot be read as text ({error})."
        raise InputError(message) from error


def _read(path: Path) -> dict[str, Any]:
    """An evaluation from its file."""
    evaluation = read_table(path, what="scores", remedy=REMEDY)
    try:
        for part in ("sets", "groups"):
            dict(evaluation[part])
    except (ValueError, KeyError, TypeError) as error:
        raise not_readable(path, error, what="scores", remedy=REMEDY) from error
    return evaluation


def add_command(subparsers: Any) -> None:
    """Add `card` to the command line."""
    parser = subparsers.add_parser(
        "card",
        help="write what is known of a model as a page to read",
        description="Write what is known of a model as Markdown, from its file and its "
        "evaluation: data, scores, interval, answers to lines, ranges, limits, licence.",
    )
    parser.add_argument("model", type=Path, metavar="MODEL.onnx", help="file made by `export`")
    parser.add_argument(
        "--scores", type=Path, metavar="FILE",
        help="JSON made by `evaluate`, for scores by group and beside simple answers",
    )  # fmt: skip
    parser.add_argument(
        "--study-split", type=Path, metavar="FILE",
        help="JSON made by `evaluate` of a run by the study's split, for a table beside the "
        "study's figures (with --scores)",
    )  # fmt: skip
    parser.add_argument(
        "--preface", type=Path, metavar="FILE", help="Markdown to put below the title"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="CARD.md", help="new file")
    parser.add_argument("--overwrite", action="store_true", help="replace a file that is there")
    parser.set_defaults(run=card)
