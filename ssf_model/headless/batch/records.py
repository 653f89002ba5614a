"""Records: answers of a chunk on disk, so that a batch that was killed need not ask again."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ssf_model.estimate.estimating import WindowEstimate
from ssf_model.headless.batch.chunks import StripAnswer
from ssf_model.whole_files import whole_file

CHECKSUM_BYTES = hashlib.sha256().digest_size
# Of a record that is as it was written, but by another version of ssf or NumPy.
UNREADABLE = (EOFError, ValueError, KeyError, TypeError, zipfile.BadZipFile)


def write_record(path: Path, answers: Sequence[StripAnswer], *, fingerprint: str) -> None:
    """Write the answers of a chunk whole; `fingerprint` is that of the chunk and its recipe."""
    windows = [[_entries(window) for window in answer.windows] for answer in answers]
    content = io.BytesIO()
    np.savez(
        content,
        fingerprint=np.array(fingerprint),
        windows=np.array(json.dumps(windows, default=_plain)),
        raw=np.concatenate([answer.raw for answer in answers]),
    )
    checksum = hashlib.sha256(content.getvalue()).digest()
    with whole_file(path, overwrite=True) as aside:
        aside.write_bytes(checksum + content.getvalue())


def read_record(path: Path, *, fingerprint: str) -> tuple[StripAnswer, ...] | None:
    """Read the answers of a chunk.

    Parameters
    ----------
    path : Path
        Where `write_record` put them.
    fingerprint : str
        Of the chunk and recipe whose answers are wanted.

    Returns
    -------
    answers : tuple of StripAnswer or None
        Bit for bit as they were written. None where there is no record, it is of another chunk
        or recipe, or is not what was written.
    """
    try:
        content = path.read_bytes()
    except OSError:
        return None
    checksum, content = content[:CHECKSUM_BYTES], content[CHECKSUM_BYTES:]
    if hashlib.sha256(content).digest() != checksum:
        return None
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as record:
            if str(record["fingerprint"]) != fingerprint:
                return None
            strips = json.loads(str(record["windows"]))
            raw = record["raw"]
        windows = [tuple(_window(entries) for entries in strip) for strip in strips]
    except UNREADABLE:
        return None
    stops = np.cumsum([len(strip) for strip in windows])
    return tuple(map(StripAnswer, windows, np.split(raw, stops[:-1])))


def _entries(window: WindowEstimate) -> dict[str, Any]:
    """The fields of a window."""
    return {field.name: getattr(window, field.name) for field in dataclasses.fields(window)}


def _window(entries: dict[str, Any]) -> WindowEstimate:
    """A window from its fields, with the types that they had."""
    return WindowEstimate(
        **{
            **entries,
            "footprint": np.array(entries["footprint"]),
            "flags": tuple(entries["flags"]),
        }
    )


def _plain(value: Any) -> Any:
    """An array or a NumPy number as JSON can tell it; a mapping as a dict."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    return dict(value)
