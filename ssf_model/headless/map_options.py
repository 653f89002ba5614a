"""Options that say where the faults are and how the map is read."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from tqdm import tqdm

from ssf_model.faults.slip_words import read_slip_words
from ssf_model.headless.reading import TraceFile, read_traces

FIELDS = ("zone_field", "zone_label", "rake_field", "slip_type_field", "dip_field")
# Of `argparse`: what a map's reading depends on besides its files and the file of slip words.
READING = (*FIELDS, "layer", "crs", "where", "encoding", "strict", "follow_vrt")


def add_map_options(
    parser: argparse.ArgumentParser, *, many: bool = False, alone: bool = False
) -> None:
    """Add options that say where the faults are.

    `many` names are a map each; else they are one map, of one file only where it stands `alone`.
    """
    add = parser.add_argument
    told = "GeoPackage, GeoJSON, Shapefile ...; FILE|layername=L names a layer"
    add(
        "traces",
        nargs=None if alone else "+",
        metavar="TRACES",
        help=told if many or alone else f"{told}; several are one map",
    )
    add("--layer", action="append", metavar="L", help="layer, where there are several; repeatable")
    add("--zone-field", metavar="F", help="field with each trace's fault zone (else: found)")
    add("--zone-label", metavar="F", help="field that names zones that are found, and makes none")
    add("--rake-field", metavar="F", help="field with each trace's rake (0 sinistral, 180 dextral)")
    add("--slip-type-field", metavar="F", help='field with words such as "dextral" or "normal"')
    add(
        "--slip-words",
        type=Path,
        metavar="FILE",
        help='more of them, a line each: "word = dextral"',
    )
    add("--dip-field", metavar="F", help="field with dips: gentle ones are doubtful as strike-slip")
    add("--where", metavar="SQL", help="read only features for which this is true")
    add(
        "--crs", metavar="CRS", help="CRS of the coordinates, such as EPSG:32636 (else: the file's)"
    )
    add(
        "--encoding",
        metavar="E",
        help="how text is written, such as cp1254 (else: as GDAL guesses)",
    )
    add("--strict", action="store_true", help="refuse what would be skipped or unknown otherwise")
    add("--follow-vrt", action="store_true", help="read other files that a VRT names")
    frame = parser.add_mutually_exclusive_group()
    frame.add_argument("--trend", type=float, metavar="DEG", help="azimuth of all fault zones")
    frame.add_argument("--guides", type=Path, metavar="FILE", help="guide lines, each a zone")


def read_file(
    args: argparse.Namespace,
    path: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    layer_option: str = "--layer",
) -> TraceFile:
    """Read a map as the options say, and tell the user what of it could not be used."""
    words = None if args.slip_words is None else read_slip_words(args.slip_words)
    options = {name: getattr(args, name) for name in READING}
    file = read_traces(path, slip_words=words, layer_option=layer_option, **options)
    tell(file.label, file.remarks)
    return file


def tell(label: str, remarks: Iterable[str]) -> None:
    """Print remarks on a map to stderr, past any progress bar."""
    for remark in remarks:
        tqdm.write(f"note: {label}: {remark}", file=sys.stderr)
