"""The verb `batch`: many maps, or one of thousands of faults, with one command."""

from __future__ import annotations

import argparse
import sys
import unicodedata
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from ssf_model.errors import InputError, SsfError, counted
from ssf_model.faults.slip_words import read_slip_words
from ssf_model.headless.batch.chunks import fingerprint
from ssf_model.headless.batch.cluster import cluster_workers
from ssf_model.headless.batch.folder import open_folder
from ssf_model.headless.batch.many_maps import estimate_maps
from ssf_model.headless.batch.recipe import Recipe, recipe_of
from ssf_model.headless.batch.table import write_summary
from ssf_model.headless.batch.workers import Workers, local_workers
from ssf_model.headless.job import (
    INPUTS,
    add_ensemble_options,
    given_places,
    open_ensemble,
    read_map,
)
from ssf_model.headless.map_options import READING, add_map_options
from ssf_model.headless.map_places import result_name
from ssf_model.headless.reading import read_guides
from ssf_model.network.engines import usable_cores
from ssf_model.places import check_apart

SUMMARY = "summary.csv"
# Of `argparse`: what results depend on besides maps, guide lines and the recipe.
MAP_OPTIONS = (*READING, "trend", "pixel_size", "members")


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of `batch`."""
    add_map_options(parser, many=True)
    add = parser.add_argument
    add("--out", type=Path, required=True, metavar="FOLDER", help="a GeoPackage a map, a summary")
    crew = parser.add_mutually_exclusive_group()
    crew.add_argument("--workers", type=int, metavar="N", help="processes (as many as cores)")
    crew.add_argument("--dask", metavar="ADDRESS", help="scheduler of a Dask cluster instead")
    add_ensemble_options(parser)
    add("--members", action="store_true", help="add a table with every member's answer")
    add("--overwrite", action="store_true", help="begin anew: remove these maps' results first")


def run(args: argparse.Namespace) -> None:
    """Run the verb."""
    paths = _named(args.traces)
    results = [args.out / f"{name}.gpkg" for name in paths] + [args.out / SUMMARY]
    check_apart([("--out", path) for path in results], given_places(args, INPUTS))
    models, scale, options = open_ensemble(args)
    recipe = recipe_of(models, options)
    failed: dict[str, str] = {}
    so_far = "Stopped before any map; the same command begins again."
    try:
        with _workers(args, recipe) as workers, open_folder(args.out) as folder:
            folder.begin(_settings(args, recipe), list(paths), overwrite=args.overwrite)
            same = "the same command" + (" without --overwrite" if args.overwrite else "")
            so_far = f"Stopped; {same} goes on from what lies in {args.out}."
            try:
                failures = estimate_maps(
                    paths,
                    read=partial(read_map, args, models=models, scale=scale, options=options),
                    recipe=recipe,
                    workers=workers,
                    folder=folder,
                    members=args.members,
                )
                for name, reason in failures:
                    print(f"failed: {name}: {reason}", file=sys.stderr)
                    failed[name] = reason
            finally:
                told = {**dict(folder.damaged()), **failed}
                write_summary(args.out / SUMMARY, folder.finished(), told)
            so_far = f"Stopped after the last map; {args.out / SUMMARY} is whole."
    except KeyboardInterrupt as error:
        raise KeyboardInterrupt(so_far) from error
    done, every = len(paths) - len(failed), counted(len(paths), "map")
    print(
        f"{done} of {every} {'is' if done == 1 else 'are'} estimated. Written: {args.out / SUMMARY}"
    )
    if failed:
        message = f"{len(failed)} of {every} failed; {SUMMARY} says why."
        raise SsfError(message)


def _named(given: Sequence[str]) -> dict[str, str]:
    """Maps by the names of their results, refused where two have one."""
    named: dict[str, str] = {}
    alike: dict[str, str] = {}  # as file systems see names that keep case or accents apart not
    for text in given:
        name = result_name(text)
        key = unicodedata.normalize("NFC", name).casefold()
        if key in alike:
            message = (
                f"{alike[key]} and {text} would have the same result, {name}.gpkg. Rename one."
            )
            raise InputError(message)
        alike[key] = named[name] = text
    return named


def _settings(args: argparse.Namespace, recipe: Recipe) -> dict:
    """All that results depend on besides their maps, in words and numbers."""
    options = vars(recipe.options)
    return {
        "ssf": recipe.ssf,
        "numpy": recipe.numpy,
        "models": [
            {"name": file.name, "sha256": file.sha256, "engine": file.engine}
            for file in recipe.models
        ],
        **options,
        **{name: getattr(args, name) for name in MAP_OPTIONS},
        "slip_words": None if args.slip_words is None else read_slip_words(args.slip_words),
        "guides_sha256": None if args.guides is None else _guides_sha256(args),
    }


def _guides_sha256(args: argparse.Namespace) -> str:
    """A checksum of the guide lines."""
    return fingerprint(read_guides(args.guides, crs=args.crs, follow_vrt=args.follow_vrt))


def _workers(args: argparse.Namespace, recipe: Recipe) -> AbstractContextManager[Workers]:
    """The workers that the user asked for."""
    if args.dask is not None:
        return cluster_workers(recipe, args.dask)
    return local_workers(recipe, usable_cores() if args.workers is None else args.workers)
