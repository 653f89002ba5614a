"""No verb changes what it reads: outputs are held apart from inputs before any work."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from pathlib import Path

from ssf_model.errors import InputError
from ssf_model.places import check_apart

# Arguments that name what is written; `writes` of a verb's defaults names others.
WRITTEN = ("out", "report", "markdown", "figure", "study")


def check_inputs_kept(args: argparse.Namespace) -> None:
    """Refuse outputs that are an input, a file of an input folder, or a folder around an input.

    Parameters
    ----------
    args : argparse.Namespace
        Of a verb; every path in it that is not written is read.

    Raises
    ------
    InputError
        If there is such an output, by whatever path or link, or two are one file.
    """
    named = dict(_paths(args))
    outputs = [*WRITTEN, *getattr(args, "writes", ())]
    apart = [(f"--{name.split('_')[0]}", path) for name, path in named.items() if name in outputs]
    read = [(name, path) for name, paths in named.items() if name not in outputs for path in paths]
    written = [(label, path) for label, paths in apart for path in paths]
    for label, output in written:
        for name, path in read:
            _check_around(label, output, name, path)
    check_apart(written, [(name, file) for name, path in read for file in _files(path)])


def _paths(args: argparse.Namespace) -> Iterator[tuple[str, list[Path]]]:
    """Every argument that names files or folders."""
    for name, value in vars(args).items():
        paths = value if isinstance(value, (list, tuple)) else [value]
        if paths and all(isinstance(path, Path) for path in paths):
            yield name, list(paths)


def _check_around(label: str, output: Path, name: str, path: Path) -> None:
    """Refuse an output that is an input folder, or has an input in it."""
    real, place = os.path.realpath(path), os.path.realpath(output)
    if place in (real, *map(str, Path(real).parents)) and os.path.exists(path):
        message = (
            f"{label}: {output} is, or holds, the input {name} ({path}), and inputs are never "
            "changed. Choose another output."
        )
        raise InputError(message)


def _files(path: Path) -> list[Path]:
    """A file, or all files of a folder."""
    return [file for file in path.rglob("*") if file.is_file()] if path.is_dir() else [path]
