"""Command line, `ssf VERB ...` where installed and `python -m ssf_model VERB ...` anywhere.

`ssf_model.headless.commands` has a file a verb.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from ssf_model import __version__
from ssf_model.command_line import ended

COMMAND = "ssf"  # as pyproject.toml installs it
SCREENING = "A screening estimate from one analogue material, not an input to hazard analysis."
# Verb, module of ssf_model.headless.commands, one line of help, description.
VERBS = (
    (
        "estimate",
        "estimate",
        "fault traces to windows and traces with KE and OFD",
        f"Estimate KE and OFD along mapped strike-slip fault traces. {SCREENING}",
    ),
    (
        "explain",
        "explain",
        "which step, gap or strand the KE of each window comes from",
        f"Show what each part of a fault map does to KE: the network's contributions, what a "
        f"straight fault would add, and KE without each stretch of trace. {SCREENING}",
    ),
    (
        "batch",
        "batch",
        "many maps, or one of thousands of faults, with one command",
        "Estimate many maps side by side; a batch that was stopped goes on where it was. "
        f"{SCREENING}",
    ),
    (
        "compare",
        "compare",
        "two maps of the same faults, window by window",
        "Say how KE changes from one map of the same faults to another, in the windows of the "
        f"first one. {SCREENING}",
    ),
    (
        "check",
        "check",
        "what is wrong or doubtful in a map, and which flags will come, before any estimate",
        "Check fault traces: duplicates, ends that nearly meet, gaps, zones without trace for more "
        "than 2 km, stray pieces, coarse lines, faults that are not strike-slip, other zones near "
        "by, and the flags to come.",
    ),
    (
        "windows",
        "windows",
        "zones, guide lines, strips and windows of a map, without any estimate",
        "Lay strips and windows along the fault zones of a map, to look at and to edit: the guide "
        "lines that are written can be changed and given back with --guides.",
    ),
    (
        "trace",
        "trace",
        "a raster of faults to lines, which the other verbs read",
        "Reduce a raster of faults, a laboratory's map or a classified scan, to the centre lines "
        "of its faults.",
    ),
    (
        "join",
        "join",
        "KE of windows to the points or lines of any other layer, by place",
        "Give every point or line of a layer (displacement measurements, other traces, cities) the "
        f"KE of the windows in which it lies. {SCREENING}",
    ),
    (
        "model",
        "model",
        "print a model's card",
        "Print what an ONNX model says of itself.",
    ),
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
    words = sys.argv[1:] if arguments is None else list(arguments)

    def work() -> None:
        args = _parser(words).parse_args(words)
        args.run(args)

    code, line = ended(work, extra="headless")
    if line is not None:
        print(line, file=sys.stderr)
    return code


def _parser(words: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """The parser with its verbs; given the words to parse, with the options of that verb alone.

    What a verb needs is so imported for that verb alone.
    """
    parser = argparse.ArgumentParser(
        prog=COMMAND if Path(sys.argv[0]).stem == COMMAND else "python -m ssf_model",
        description="Kinematic efficiency (KE) and off-fault deformation (OFD) from fault maps.",
    )
    parser.add_argument("--version", action="version", version=f"ssf {__version__}")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    for verb, module, line, description in VERBS:
        verb_parser = verbs.add_parser(verb, help=line, description=description)
        if words is not None and verb not in words[:1]:
            continue
        command = importlib.import_module(f"ssf_model.headless.commands.{module}")
        command.add_options(verb_parser)
        verb_parser.set_defaults(run=command.run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
