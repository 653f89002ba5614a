"""Command line: `python -m ssf_model estimate TRACES --out RESULT.gpkg` and `model`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from ssf_model import __version__
from ssf_model.errors import SsfError

WINDOWS_A_WRITE = 2_000  # rows gathered before they go to the file


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb.

    Parameters
    ----------
    arguments : sequence of str, optional
        Words after `python -m ssf_model`; those of the command line where not given.

    Returns
    -------
    code : int
        0 where it worked, 1 where a `SsfError` stopped it (one line on stderr), 130 where the
        user did. Wrong usage leaves through argparse with 2.
    """
    args = _parser().parse_args(arguments)
    try:
        args.run(args)
    except SsfError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; the result was not written.", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    """The parser with its verbs."""
    parser = argparse.ArgumentParser(
        prog="python -m ssf_model",
        description="Kinematic efficiency (KE) and off-fault deformation (OFD) from fault maps.",
    )
    parser.add_argument("--version", action="version", version=f"ssf {__version__}")
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    estimate = verbs.add_parser(
        "estimate",
        help="fault traces to windows and traces with KE and OFD",
        description="Estimate KE and OFD along mapped strike-slip fault traces. A screening "
        "estimate from one analogue material, not an input to hazard analysis.",
    )
    _add_estimate_options(estimate)
    estimate.set_defaults(run=_estimate)
    model = verbs.add_parser(
        "model", help="print a model's card", description="Print what an ONNX model says of itself."
    )
    model.add_argument("model", nargs="?", metavar="MODEL.onnx", help="default: the shipped model")
    model.set_defaults(run=_print_card)
    return parser


def _add_estimate_options(parser: argparse.ArgumentParser) -> None:
    """Options of `estimate`."""
    add = parser.add_argument
    add("traces", type=Path, metavar="TRACES", help="GeoPackage, GeoJSON, Shapefile ...")
    add("--out", type=Path, required=True, metavar="RESULT.gpkg", help="layers windows and traces")
    add("--layer", metavar="L", help="layer of TRACES, where it has several")
    add("--zone-field", metavar="F", help="field with each trace's fault zone (else: found)")
    frame = parser.add_mutually_exclusive_group()
    frame.add_argument("--trend", type=float, metavar="DEG", help="azimuth of all fault zones")
    frame.add_argument("--guides", type=Path, metavar="FILE", help="guide lines, each a zone")
    add("--sense", choices=("dextral", "sinistral"), default="dextral", help="default: dextral")
    add("--model", action="append", default=[], metavar="M.onnx", help="may be repeated")
    add("--pixel-size", type=float, metavar="M", help="metres a pixel (else: the model's)")
    add("--thickness", metavar="PX", help="line widths such as 2,3,4 (else: the model's)")
    add("--flips", choices=("all", "none"), default="all", help="mirrored members (all)")
    add("--engine", choices=("auto", "onnxruntime", "numpy"), default="auto", help="default: auto")
    add("--raster", type=Path, metavar="DIR", help="folder for a GeoTIFF of every strip")
    add("--overwrite", action="store_true", help="replace outputs that exist")
    add("--json", action="store_true", help="print the summary as JSON")


def _estimate(args: argparse.Namespace) -> None:
    """The verb `estimate`."""
    from tqdm import tqdm

    from ssf_model import files, outputs
    from ssf_model.ensemble import open_models
    from ssf_model.estimate import Options, estimate_strips, parse_thickness
    from ssf_model.planning import plan_strips
    from ssf_model.summary import Summary
    from ssf_model.tally import TraceTally

    _check_outputs(args, outputs)
    options = Options(
        thickness_px=None if args.thickness is None else parse_thickness(args.thickness),
        flips=args.flips,
        sense=args.sense,
    )
    models, scale = open_models(args.model, pixel_size_m=args.pixel_size, engine=args.engine)
    thickness_px = options.thickness_px or models[0].card.thickness_px
    file = files.read_traces(args.traces, layer=args.layer, zone_field=args.zone_field)
    guides = None if args.guides is None else files.read_guides(args.guides)
    print(f"{len(file.traces.lines)} trace lines.", file=sys.stderr)
    with tqdm(unit="zone", desc="laying strips", file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        strips = plan_strips(
            file.traces, scale=scale, guides=guides, trend_deg=args.trend, progress=progress
        )
    if args.raster is not None:
        args.raster.mkdir(parents=True, exist_ok=True)
    tally, summary = TraceTally(file.traces), Summary()
    with outputs.written_aside(args.out, overwrite=args.overwrite) as aside:
        windows = []
        road = estimate_strips(file.traces, strips, models, options=options)
        for number, estimate in enumerate(
            tqdm(road, total=len(strips), unit="strip", desc="estimating", file=sys.stderr),
            start=1,
        ):
            tally.add(estimate)
            summary.add(estimate.windows)
            windows.extend(estimate.windows)
            if args.raster is not None:
                outputs.write_strip_raster(
                    args.raster / raster_name(number, estimate.strip.zone),
                    estimate,
                    thickness_px=thickness_px,
                    overwrite=args.overwrite,
                )
            if len(windows) >= WINDOWS_A_WRITE or number == len(strips):
                outputs.write_windows(aside, windows, crs=file.crs)
                windows = []
        outputs.write_traces(aside, file, tally.estimates())
    facts = {
        "out": str(args.out),
        "models": [f"{model.card.label} ({model.engine})" for model in models],
        "pixel_size_m": scale.pixel_size_m,
        "thickness_px": list(thickness_px),
        "flips": args.flips,
        "sense": args.sense,
        "version": __version__,
    }
    if args.json:
        print(json.dumps({**facts, **summary.as_dict()}, indent=1, ensure_ascii=False))
    else:
        print(summary.as_table())
        print(f"Model: {', '.join(facts['models'])}. Written: {args.out}")


def _check_outputs(args: argparse.Namespace, outputs) -> None:
    """Refuse outputs that could not be written, before any work is done."""
    from ssf_model.errors import InputError

    if args.out.suffix.lower() != ".gpkg":
        message = (
            f"The output is a GeoPackage; give it a name that ends with .gpkg, not {args.out}."
        )
        raise InputError(message)
    outputs.check_output(args.out, overwrite=args.overwrite)
    for given in filter(None, (args.traces, args.guides)):
        if args.out.exists() and given.exists() and args.out.samefile(given):
            message = f"{args.out} is the input; inputs are never changed. Choose another output."
            raise InputError(message)
    if args.raster is not None:
        if args.raster.exists() and not args.raster.is_dir():
            message = f"{args.raster} is a file; --raster takes a folder."
            raise InputError(message)
        present = sorted(args.raster.glob("strip_*.tif")) if args.raster.is_dir() else []
        if present and not args.overwrite:
            message = (
                f"{args.raster} holds strips already, such as {present[0].name}; give --overwrite."
            )
            raise InputError(message)


def raster_name(number: int, zone: str) -> str:
    """File name of a strip's GeoTIFF: its number on the whole map and its zone's name."""
    safe = "".join(letter if letter.isalnum() else "_" for letter in zone)[:40]
    return f"strip_{number:05d}_{safe}.tif"


def _print_card(args: argparse.Namespace) -> None:
    """The verb `model`."""
    from ssf_model.inference import default_model_path, open_model
    from ssf_model.model_card import card_to_json

    model = open_model(args.model or default_model_path())
    print(card_to_json(model.card))


if __name__ == "__main__":
    sys.exit(main())
