"""Options that several verbs have: the windows that `ingest` made, and the sets of a split."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_windows(parser: argparse.ArgumentParser) -> None:
    """Add the folder of labelled windows."""
    parser.add_argument(
        "--windows", type=Path, required=True, metavar="DIR", help="folder made by `ingest`"
    )


def add_split(parser: argparse.ArgumentParser) -> None:
    """Add the file that says which of them belong to which set."""
    parser.add_argument(
        "--split", type=Path, required=True, metavar="FILE", help="file made by `split`"
    )
