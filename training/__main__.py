"""Command line of training, `ssf-train VERB ...` or `python -m training VERB ...`."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from ssf_model import __version__
from ssf_model.command_line import ended

COMMAND = "ssf-train"  # as pyproject.toml installs it
# One verb a module, in the order in which a training runs. Each of these modules has
# `add_command(subparsers)`, which adds its parser and ends with `set_defaults(run=...)`;
# `run(args)` does the work and imports TensorFlow, numba and other slow packages itself.
VERB_MODULES = (
    "training.commands.simulate",
    "training.commands.picture",
    "training.commands.ingest",
    "training.commands.split",
    "training.commands.train",
    "training.commands.search",
    "training.commands.evaluate",
    "training.commands.calibrate",
    "training.commands.spread",
    "training.commands.export",
    "training.commands.verify",
    "training.commands.card",
    "training.commands.realism",
    "training.commands.import_keras",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb.

    Parameters
    ----------
    arguments : sequence of str, optional
        Words after the command's name; those of the command line where not given.

    Returns
    -------
    code : int
        As `ssf_model.command_line` has it. Wrong usage leaves through argparse with 2.
    """

    def work() -> None:
        from training.commands.kept_inputs import check_inputs_kept  # numpy may be missing

        args = _parser().parse_args(arguments)
        check_inputs_kept(args)
        args.run(args)

    code, line = ended(work, extra="train")
    if line is not None:
        print(line, file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    """The parser with every verb of the table."""
    parser = argparse.ArgumentParser(
        prog=COMMAND if Path(sys.argv[0]).stem == COMMAND else "python -m training",
        description="From experiments to a network in an ONNX file, one verb a step.",
    )
    parser.add_argument("--version", action="version", version=f"ssf {__version__}")
    subparsers = parser.add_subparsers(metavar="VERB", required=True)
    for name in VERB_MODULES:
        importlib.import_module(name).add_command(subparsers)
    return parser


if __name__ == "__main__":
    sys.exit(main())
