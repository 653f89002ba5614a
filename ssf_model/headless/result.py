"""A result as it is written: strip by strip into the layers of a GeoPackage."""

from __future__ import annotations

from pathlib import Path

from ssf_model.estimate.estimating import StripEstimate
from ssf_model.headless.reading import TraceFile
from ssf_model.headless.writing import (
    write_generalized,
    write_members,
    write_ribbon,
    write_traces,
    write_windows,
    write_zones,
)
from ssf_model.tables.trace_tally import TraceTally
from ssf_model.tables.zone_summary import Summary

WINDOWS_A_WRITE = 2_000  # rows gathered before they go to the file


class ResultWriter:
    """Writes the result of one map to a file that is not there yet; no more is kept than sums.

    Attributes
    ----------
    summary : Summary
        Of all windows so far.
    """

    def __init__(self, path: Path, file: TraceFile, *, members: bool, ribbon: bool = False) -> None:
        self.summary = Summary()
        self._path, self._file, self._members, self._ribbon = path, file, members, ribbon
        self._tally = TraceTally(file.traces)
        self._gathered: list[StripEstimate] = []
        self._n_gathered = 0

    def add(self, estimate: StripEstimate) -> None:
        """Add a strip."""
        self._tally.add(estimate)
        self.summary.add(estimate.windows)
        self._gathered.append(estimate)
        self._n_gathered += len(estimate.windows)
        if self._n_gathered >= WINDOWS_A_WRITE:
            self._write()

    def finish(self) -> None:
        """Write what is left, the traces and the zones."""
        self._write()
        write_traces(self._path, self._file, self._tally.estimates())
        write_zones(self._path, self.summary.zones())

    def _write(self) -> None:
        """Write the strips gathered so far."""
        windows = [window for one in self._gathered for window in one.windows]
        if windows:
            write_windows(self._path, windows, crs=self._file.crs)
            write_generalized(self._path, self._gathered, crs=self._file.crs)
            if self._ribbon:
                write_ribbon(self._path, self._gathered, crs=self._file.crs)
            if self._members:
                write_members(self._path, self._gathered)
        self._gathered, self._n_gathered = [], 0
