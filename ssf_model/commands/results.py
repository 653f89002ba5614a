"""A result as it is written: strip by strip into the layers of a GeoPackage."""

from __future__ import annotations

from pathlib import Path

from ssf_model import files, outputs
from ssf_model.estimate import StripEstimate
from ssf_model.summary import Summary
from ssf_model.tally import TraceTally

WINDOWS_A_WRITE = 2_000  # rows gathered before they go to the file


class ResultWriter:
    """Writes the result of one map to a file that is not there yet; no more is kept than sums.

    Attributes
    ----------
    summary : Summary
        Of all windows so far.
    """

    def __init__(self, path: Path, file: files.TraceFile, *, members: bool) -> None:
        self.summary = Summary()
        self._path, self._file, self._members = path, file, members
        self._tally = TraceTally(file.traces)
        self._gathered: list[StripEstimate] = []

    def add(self, estimate: StripEstimate) -> None:
        """Add a strip."""
        self._tally.add(estimate)
        self.summary.add(estimate.windows)
        self._gathered.append(estimate)
        if sum(len(one.windows) for one in self._gathered) >= WINDOWS_A_WRITE:
            self._write()

    def finish(self) -> None:
        """Write what is left, the traces and the zones."""
        self._write()
        outputs.write_traces(self._path, self._file, self._tally.estimates())
        outputs.write_zones(self._path, self.summary.zones())

    def _write(self) -> None:
        """Write the strips gathered so far."""
        windows = [window for one in self._gathered for window in one.windows]
        if windows:
            outputs.write_windows(self._path, windows, crs=self._file.crs)
            if self._members:
                outputs.write_members(self._path, self._gathered)
        self._gathered = []
