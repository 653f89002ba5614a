"""Labelled windows: every window of every experiment that shows a fault, with its label.

A folder of windows holds three files that belong together: `windows.npz` (the maps),
`windows.csv` (one row a map) and `windows.json` (scale, material, hash, what was left out).
"""

from __future__ import annotations

import csv
import hashlib
import importlib.metadata
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import ssf_model
from ssf_model.errors import InputError, counted
from ssf_model.tables.cells import guarded
from ssf_model.whole_files import whole_folder
from training.virtual.families import CAMERA
from training.windows import mapper
from training.windows.folder_files import (
    FORMAT_WITHOUT_STRETCH,
    MANIFEST_FORMAT,
    NOT_AS_WRITTEN,
    check_manifest,
    columns_of,
    maps_in,
)
from training.windows.labelled import (
    COLUMNS,
    OF_LINES,
    OF_MAPPED,
    PIXELS_STRETCH_PX,
    RAW,
    VARIED,
    LabelledExperiment,
    check_pens,
    labelled_windows,
    needs_truth,
    pen_of,
    pen_seed,
)

if TYPE_CHECKING:  # scipy is not imported for `--help`
    from training.experiments.experiment import Experiment


MAPS, TABLE, MANIFEST = CONTENTS = "windows.npz", "windows.csv", "windows.json"


@dataclass(frozen=True)
class Windows:
    """Labelled windows; all arrays run over the same rows."""

    maps: np.ndarray  # (n, rows, cols) uint8, 1 on a fault
    experiment: np.ndarray  # (n,) str
    window: np.ndarray  # (n,) int64, position along strike, from 0
    frame: np.ndarray  # (n,) int64, moment of the experiment, from 0
    ke: np.ndarray  # (n,) float64
    ke_sd: np.ndarray  # (n,) float64
    trace_px: np.ndarray  # (n,) int64, fault pixels in the window
    source: np.ndarray  # (n,) str, material of the experiment; "virtual, drawn 3 px" where drawn
    # (n,) float32, median straight stretch of the lines; 1 where there were none, NaN where it
    # was not recorded.
    stretch_px: np.ndarray
    manifest: dict[str, Any]

    def __len__(self) -> int:
        return len(self.maps)

    @property
    def families(self) -> dict[str, list[str]]:
        """Families of each experiment: base and rheology of virtual ones, none of others."""
        told = self.manifest.get("families", {})
        return {name: told.get(name, []) for name in np.unique(self.experiment).tolist()}

    @property
    def family_names(self) -> list[str]:
        """All families that experiments belong to, in alphabetical order."""
        return sorted({family for own in self.families.values() for family in own})

    def in_family(self, family: str) -> np.ndarray:
        """Which rows belong to a family's experiments, (n,) bool."""
        members = [name for name, own in self.families.items() if family in own]
        return np.isin(self.experiment, members)

    @property
    def sha256(self) -> str:
        """Hash of maps and table: names the training data."""
        return self.manifest["data_sha256"]


def write_windows(
    experiments: Iterable[Experiment | LabelledExperiment],
    out: Path,
    *,
    pens: Sequence[str] = (RAW,),
    left_out: Mapping[str, str] | None = None,
    overwrite: bool = False,
) -> dict[str, Any]:
    """Write the labelled windows of experiments as a folder.

    Parameters
    ----------
    experiments : iterable of Experiment or LabelledExperiment
        All of one scale; those that are labelled already, with these pens.
    out : Path
        The folder to be.
    pens : sequence of str, optional
        As `labelled_windows` takes them.
    left_out : mapping of str to str, optional
        Files that were refused, and why. Looked at after the last experiment, so that reading
        the experiments may fill it.
    overwrite : bool, optional
        Whether an existing folder of windows may be replaced.

    Returns
    -------
    manifest : dict
        What `windows.json` says.

    Raises
    ------
    InputError
        If the folder exists, the pens are unknown or not those of an experiment that is labelled
        already, the experiments differ in scale, two have one name, or no window shows a fault.
    """
    check_pens(pens)
    maps, rows, counts, padded, families, materials = [], [], {}, {}, {}, set()
    scale = None
    for experiment in experiments:
        if experiment.name in counts:
            message = f"Two experiments are called {experiment.name}."
            raise InputError(message)
        if scale is not None and experiment.scale != scale:
            message = f"{experiment.name}: {experiment.scale} differs from the others' {scale}."
            raise InputError(message)
        scale = experiment.scale
        if isinstance(experiment, LabelledExperiment):
            labelled = experiment
        else:
            labelled = labelled_windows(experiment, pens=pens)
        if labelled.pens != tuple(pens):
            message = f"{labelled.name} was cut with {','.join(labelled.pens)}, not these pens."
            raise InputError(message)
        maps.append(labelled.maps)
        rows += labelled.rows
        counts[experiment.name] = len(labelled.rows)
        if any(labelled.padded_rows):
            padded[experiment.name] = list(labelled.padded_rows)
        if labelled.families:
            families[experiment.name] = list(labelled.families)
        materials.add(experiment.material)
    if not rows:
        message = "No window of these experiments shows a fault."
        raise InputError(message)
    drawn, varied = not set(OF_LINES).isdisjoint(pens), needs_truth(pens)
    mapped = not set(OF_MAPPED).isdisjoint(pens)
    all_maps = np.concatenate(maps)
    table = _table_text(rows)
    manifest = {
        "format": MANIFEST_FORMAT,
        "window_rows": scale.window_rows,
        "window_cols": scale.window_cols,
        "stride_px": scale.stride_px,
        "pixel_size_m": scale.pixel_size_m,
        "material": " and ".join(sorted(materials)),
        "n_windows": len(rows),
        "experiments": counts,
        "padded_rows": padded,
        **({"families": families} if families else {}),
        "left_out": dict(left_out or {}),
        "pens": list(pens),
        "pen_seeds": {name: pen_seed(name) for name in counts} if drawn or varied else {},
        **({"varied": {name: list(ends) for name, ends in CAMERA.items()}} if varied else {}),
        **({"mapped": mapper.STYLE_RANGES} if mapped else {}),
        "data_sha256": _data_sha256(all_maps, table),
        "versions": {
            "ssf": ssf_model.__version__,
            "numpy": importlib.metadata.version("numpy"),
            "scipy": importlib.metadata.version("scipy"),
            **({"scikit-image": importlib.metadata.version("scikit-image")} if drawn else {}),
        },
    }
    with whole_folder(out, CONTENTS, overwrite=overwrite) as aside:
        np.savez_compressed(aside / MAPS, maps=all_maps)
        (aside / TABLE).write_bytes(table)
        (aside / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return manifest


def _table_text(rows: list[tuple]) -> bytes:
    """The table as CSV; numbers in the shortest form that reads back the same, no formulas."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([guarded(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _data_sha256(maps: np.ndarray, table: bytes) -> str:
    """Hash over the maps' pixels and the table's text."""
    digest = hashlib.sha256(np.ascontiguousarray(maps).data)
    digest.update(table)
    return digest.hexdigest()


def load_windows(folder: Path) -> Windows:
    """Read a folder of labelled windows.

    Parameters
    ----------
    folder : Path
        Made by `ingest`.

    Returns
    -------
    windows : Windows
        Row i of every array belongs to map i. A folder of format 1 does not tell how finely its
        lines are drawn: there `stretch_px` is NaN for windows drawn again.

    Raises
    ------
    InputError
        If a file is missing or unreadable, or the three do not belong together.
    """
    folder = Path(folder)
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        table = (folder / TABLE).read_bytes()
        check_manifest(manifest)
        columns = columns_of(table, of_stretch=manifest["format"] == MANIFEST_FORMAT)
        maps = maps_in(folder / MAPS, len(columns["source"]), manifest)
    except FileNotFoundError as error:
        message = f"{folder}: {Path(error.filename).name} is missing; make the folder by `ingest`."
        raise InputError(message) from error
    except NOT_AS_WRITTEN as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        message = (
            f"{folder}: not a readable folder of windows ({reason}). Make it again by `ingest`."
        )
        raise InputError(message) from error
    if _data_sha256(maps, table) != manifest["data_sha256"]:
        message = f"{folder}: {MAPS} and {TABLE} are not those that {MANIFEST} was written for."
        raise InputError(message)
    if manifest["format"] == FORMAT_WITHOUT_STRETCH:
        never_lines = np.isin(pen_of(columns["source"]), (RAW, VARIED))
        stretch_px = np.where(never_lines, PIXELS_STRETCH_PX, np.nan)
        columns["stretch_px"] = stretch_px.astype(np.float32)
    return Windows(maps=maps, **columns, manifest=manifest)


def refuse_unknown_stretch(windows: Windows) -> None:
    """Refuse windows of which some do not tell how finely their lines are drawn.

    Raises
    ------
    InputError
        If there are any, as in a folder of format 1 with windows drawn again.
    """
    unknown = int(np.isnan(windows.stretch_px).sum())
    if unknown:
        were = "was" if unknown == 1 else "were"
        every = f"{counted(len(windows), 'window')} {were}"
        message = (
            f"{unknown} of {every} drawn again before it was recorded how "
            f"finely ('stretch_px'; {MANIFEST} of format {FORMAT_WITHOUT_STRETCH}). Make the "
            "folder again by `ingest`."
        )
        raise InputError(message)
