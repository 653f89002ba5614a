"""Options that verbs share, and what is made of them: models, map, strips."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from tqdm import tqdm

from ssf_model.errors import counted
from ssf_model.estimate.ensemble import drawn_thickness_px, open_models, with_flips
from ssf_model.estimate.settings import run_settings
from ssf_model.headless.formats import check_result
from ssf_model.headless.map_options import FIELDS, read_file
from ssf_model.headless.reading import TraceFile, read_guides
from ssf_model.network.model import Model
from ssf_model.options import (
    AUTO_FLIPS,
    ENGINES,
    FLIPS,
    GENERALIZE,
    SENSES,
    SHIFT_PX,
    Options,
    check_sense,
    check_trend,
    parse_pixel_sizes,
    parse_thickness,
)
from ssf_model.places import check_apart
from ssf_model.scale import ExperimentScale
from ssf_model.whole_files import check_output
from ssf_model.zones.planning import plan_strips
from ssf_model.zones.strips import Strip

RASTER = "--raster"
# Of `argparse`, the names of places that a command reads and writes, and what users call them.
INPUTS = {
    "traces": "TRACES",
    "also": "--also",
    "other": "OTHER",
    "also_b": "--also-b",
    "guides": "--guides",
    "slip_words": "--slip-words",
    "model": "--model",
}
OUTPUTS = {
    "out": "--out",
    "profile": "--profile",
    "report": "--report",
    "figure": "--figure",
    "raster": RASTER,
}


@dataclass(frozen=True)
class Job:
    """A fault map, how it is to be read, and by which models."""

    models: list[Model]
    scale: ExperimentScale
    options: Options
    file: TraceFile
    guides: list[np.ndarray] | None
    trend_deg: float | None
    fields: dict[str, str]  # what the fields tell that were given -> their names

    @property
    def thickness_px(self) -> tuple[float, ...]:
        """Line widths at which windows are drawn."""
        return drawn_thickness_px(self.models, self.options)

    @property
    def size_in_words(self) -> str:
        """How much was read, in a line for the user."""
        return f"{counted(len(self.file.traces.lines), 'trace line')}."

    def settings(self) -> dict:
        """Give all that a result depends on besides the map, for a record of the run."""
        settings = run_settings(self.models, scale=self.scale, options=self.options)
        return {**settings, **self.fields}


def add_ensemble_options(parser: argparse.ArgumentParser) -> None:
    """Options that say how windows are read."""
    add = parser.add_argument
    add(
        "--sense",
        choices=SENSES,
        default="dextral",
        help="auto: each strip's own, by rake or slip type (dextral)",
    )
    add("--model", action="append", default=[], metavar="M.onnx", help="may be repeated")
    add("--pixel-size", type=float, metavar="M", help="metres a pixel (else: the model's)")
    add("--other-pixel-sizes", metavar="M", help="read windows at these as well, such as 88,120")
    add("--thickness", metavar="PX", help="line widths such as 2,3,4 (else: the model's)")
    add(
        "--flips",
        choices=(AUTO_FLIPS, *FLIPS),
        default=AUTO_FLIPS,
        help="mirrored members; auto: all, but none for models that answer them alike (auto)",
    )
    add(
        "--shift",
        type=float,
        default=SHIFT_PX,
        metavar="PX",
        help=f"windows moved by so much are members, too; 0 for none ({SHIFT_PX:g})",
    )
    add(
        "--generalize",
        choices=GENERALIZE,
        default=GENERALIZE[0],
        help="dense lines as a camera would see them; auto: where KE is NULL otherwise (auto)",
    )
    add(
        "--engine",
        choices=ENGINES,
        default=ENGINES[0],
        help="what runs the models; auto: the faster one, numpy for models that ssf exports (auto)",
    )


def options_of(args: argparse.Namespace) -> Options:
    """The ensemble's options; InputError where one does not fit."""
    sizes = args.other_pixel_sizes
    return Options(
        thickness_px=None if args.thickness is None else parse_thickness(args.thickness),
        flips=args.flips,
        sense=args.sense,
        shift_px=args.shift,
        generalize=args.generalize,
        other_pixel_sizes_m=() if sizes is None else parse_pixel_sizes(sizes),
    )


def read_job(args: argparse.Namespace) -> Job:
    """Open the models and read the map and the guide lines."""
    also = getattr(args, "also", None) or []
    names = [args.traces, *also] if isinstance(args.traces, str) else args.traces
    return read_map(args, names, *open_ensemble(args))


def open_ensemble(args: argparse.Namespace) -> tuple[list[Model], ExperimentScale, Options]:
    """Open the models and settle how windows are read."""
    options = options_of(args)
    told = args.rake_field is not None or args.slip_type_field is not None
    check_sense(options.sense, told=told)
    check_trend(args.trend)
    models, scale = open_models(args.model, pixel_size_m=args.pixel_size, engine=args.engine)
    for note in dict.fromkeys(model.engine_note for model in models if model.engine_note):
        tqdm.write(f"note: {note}", file=sys.stderr)
    return models, scale, with_flips(models, options)


def read_map(
    args: argparse.Namespace,
    path: str | Sequence[str],
    models: list[Model],
    scale: ExperimentScale,
    options: Options,
) -> Job:
    """Read a map, of one file or more, and the guide lines."""
    file = read_file(args, path)
    guides = None
    if args.guides is not None:
        guides = read_guides(args.guides, crs=args.crs, follow_vrt=args.follow_vrt)
    fields = {name: getattr(args, name) for name in FIELDS}
    given = {name: field for name, field in fields.items() if field is not None}
    return Job(models, scale, options, file, guides, args.trend, given)


def lay_strips(job: Job) -> list[Strip]:
    """Find zones and lay strips, with a progress bar."""
    with tqdm(unit="zone", desc="laying strips", file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        return plan_strips(
            job.file.traces,
            scale=job.scale,
            guides=job.guides,
            trend_deg=job.trend_deg,
            progress=progress,
        )


def follow(items: Iterable, *, total: int, unit: str, doing: str) -> Iterable:
    """Go through items with a progress bar on stderr."""
    return tqdm(items, total=total, unit=unit, desc=doing, file=sys.stderr)


def as_json(facts: Mapping[str, Any]) -> str:
    """Give facts as JSON, in letters that the terminal can show."""
    letters = str(getattr(sys.stdout, "encoding", None)).lower().replace("-", "")
    return json.dumps(facts, indent=1, ensure_ascii=not letters.startswith("utf"))


def check_outputs(args: argparse.Namespace) -> None:
    """Refuse a result and what comes with it where they could not be written, before any work.

    Raises
    ------
    InputError
        If the result has an ending that is not known, a file exists unasked or lies in no folder,
        or an output is an input or another output.
    """
    others = check_result(args.out, overwrite=args.overwrite)[1:]
    outputs, inputs = given_places(args, OUTPUTS), given_places(args, INPUTS)
    check_apart([*outputs, *(("--out", path) for path in others)], inputs)
    for label, path in outputs:
        if label != RASTER:
            check_output(path, overwrite=args.overwrite)


def given_places(args: argparse.Namespace, names: Mapping[str, str]) -> list[tuple[str, Any]]:
    """What the user calls each place of a command that was given, and where it is."""
    given = []
    for name, label in names.items():
        value = getattr(args, name, None)
        values = value if isinstance(value, list) else [value]
        given += [(label, each) for each in values if each is not None]
    return given
