"""No verb changes what it reads: outputs are held apart from inputs before any work.

What a verb reads of a folder of windows, or of a run, are the files that such folders are made of.
Others that lie there, such as a split or scores that a verb wrote beside them, are no inputs, and
`--overwrite` replaces them as anywhere else. Of other folders every file is one.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Collection, Iterator
from pathlib import Path

from ssf_model.errors import InputError
from ssf_model.places import check_apart
from training.fitting.checkpoint import CHECKPOINT
from training.fitting.run_folder import HISTORY, RESULT, SETTINGS, SPLIT, VERSIONS, WEIGHTS
from training.windows.dataset import MANIFEST, MAPS, TABLE

# Arguments that name what is written; `writes` of a verb's defaults names others.
WRITTEN = ("out", "report", "markdown", "figure", "study")
OF_WINDOWS = frozenset({MAPS, TABLE, MANIFEST})
OF_RUN = frozenset({SETTINGS, VERSIONS, SPLIT, HISTORY, WEIGHTS, RESULT, CHECKPOINT})
# Arguments that name such folders.
FOLDERS = {
    "windows": OF_WINDOWS,
    **dict.fromkeys(("run_folder", "network", "networks"), OF_RUN),
}


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
    files = [(name, file) for name, path in read for file in _files(path, FOLDERS.get(name))]
    check_apart(written, files)


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


def _files(path: Path, names: Collection[str] | None) -> list[Path]:
    """A file, or all files of a folder that are inputs: of one of those names, where told."""
    if not path.is_dir():
        return [path]
    files = [file for file in path.rglob("*") if file.is_file()]
    return [file for file in files if names is None or file.name in names]
