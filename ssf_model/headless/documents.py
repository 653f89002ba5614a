"""What people read besides the GeoPackage: profile, report and figure."""

from __future__ import annotations

import argparse
import datetime
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import IO

from ssf_model.errors import InputError, in_words
from ssf_model.estimate.along_strike import along_strike
from ssf_model.estimate.estimating import StripEstimate, WindowEstimate
from ssf_model.headless.job import Job
from ssf_model.headless.png import check_png, write_png
from ssf_model.report.figure import draw_figure
from ssf_model.report.page import ReportFacts, report_parts
from ssf_model.report.shown_zones import FIGURE_ZONES, MOST_FIGURE_ZONES, SHOWN_ZONES, GatheredZones
from ssf_model.report.svg import to_svg
from ssf_model.tables.estimates import PROFILE_FIELDS, profile_values
from ssf_model.tables.fields import to_csv
from ssf_model.tables.zone_summary import Summary
from ssf_model.whole_files import whole_file, write_text
from ssf_model.zones.strips import Strip

ENDINGS = {
    "profile": ("profile is a table", (".csv",)),
    "report": ("report is a web page", (".html", ".htm")),
    "figure": ("figure is a picture", (".png", ".svg")),
}


def add_document_options(parser: argparse.ArgumentParser) -> None:
    """Options of profile, report and figure."""
    add = parser.add_argument
    add("--profile", type=Path, metavar="FILE.csv", help="table of KE and OFD along each zone")
    add("--report", type=Path, metavar="FILE.html", help="maps, profiles, flags, model, settings")
    add("--figure", type=Path, metavar="FILE.png", help="map and profile, 300 dpi (or .svg)")
    add(
        "--show-zone",
        action="append",
        default=[],
        metavar="NAME",
        help=f"zone to draw, may be repeated (else: the {SHOWN_ZONES} longest in the "
        "report, the longest with KE in the figure)",
    )


def check_documents(args: argparse.Namespace) -> None:
    """Refuse documents of another kind than their names say, before any work (InputError)."""
    for name, (what, endings) in ENDINGS.items():
        path = getattr(args, name)
        if path is None:
            continue
        if path.suffix.lower() not in endings:
            message = f"The {what}; give it a name that ends with {' or '.join(endings)}, not "
            raise InputError(message + f"{path}.")
    if args.figure is not None and args.figure.suffix.lower() == ".png":
        check_png()
    if args.show_zone and args.report is None and args.figure is None:
        message = "--show-zone says what --report or --figure draw; give one of these."
        raise InputError(message)
    shown = len(set(args.show_zone))
    if args.figure is not None and shown > MOST_FIGURE_ZONES:
        message = f"A figure holds at most {MOST_FIGURE_ZONES} zones, not {shown}."
        raise InputError(message)


class Documents:
    """Profile, report and figure of one run, as far as they were asked for.

    Opened with `with`; estimates are added strip by strip, zone by zone, and `finish` writes.

    Raises
    ------
    InputError
        If a zone to be shown is not there.
    """

    def __init__(self, args: argparse.Namespace, job: Job, strips: Sequence[Strip]) -> None:
        self._args, self._job = args, job
        self._gathered: GatheredZones | None = None
        if args.report is not None or args.figure is not None:
            most = FIGURE_ZONES if args.report is None else SHOWN_ZONES
            self._gathered = GatheredZones(job.file.traces, strips, names=args.show_zone, most=most)
        self._profile: IO[str] | None = None
        self._profile_error: Exception | None = None
        self._zone: list[WindowEstimate] = []
        self._stack = ExitStack()

    def __enter__(self) -> Documents:
        if self._args.profile is not None:
            aside = whole_file(self._args.profile, overwrite=self._args.overwrite)
            path = self._stack.enter_context(aside)
            file = open(path, "w", encoding="utf-8", newline="")
            file.write(to_csv(PROFILE_FIELDS, ()))
            self._profile = self._stack.enter_context(file)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool | None:
        return self._stack.__exit__(kind, error, traceback)

    def add(self, estimate: StripEstimate) -> None:
        """Add a strip; a profile that cannot be written is told of at the end."""
        if self._gathered is not None:
            self._gathered.add(estimate.windows)
        if self._profile is not None:
            if self._zone and self._zone[0].zone != estimate.strip.zone:
                self._write_zone(self._profile)
            self._zone.extend(estimate.windows)

    def finish(self, summary: Summary) -> Iterator[Path]:
        """Write all that was asked for, and name each file that is there.

        Raises
        ------
        InputError
            At the end, if one of them could not be written.
        """
        failed = []
        for path, write in (
            (self._args.profile, self._finish_profile),
            (self._args.report, partial(self._write_report, summary)),
            (self._args.figure, self._write_figure),
        ):
            if path is None:
                continue
            try:
                write(path)
            except (OSError, InputError) as error:
                failed.append(in_words(error))
            else:
                yield path
        if failed:
            raise InputError(" ".join(failed))

    def _finish_profile(self, path: Path) -> None:
        """Write the last zone and put the profile in its place."""
        if self._profile is not None:
            self._write_zone(self._profile)
        error, self._profile_error = self._profile_error, None
        if error is not None:
            self._stack.__exit__(type(error), error, None)
            raise error
        self._stack.close()

    def _write_zone(self, profile: IO[str]) -> None:
        """Write the profile of the zone that is complete, as long as that goes well."""
        rows = map(profile_values, along_strike(self._zone))
        self._zone = []
        try:
            if self._profile_error is None:
                profile.write(to_csv(PROFILE_FIELDS, rows, head=False))
                profile.flush()
        except OSError as error:  # the result must not be lost for it
            error.filename = str(self._args.profile)
            self._profile_error = error

    def _write_report(self, summary: Summary, path: Path) -> None:
        """Write the report."""
        if self._gathered is not None:
            parts = report_parts(self._facts(), summary.zones(), self._gathered)
            write_text(path, parts, overwrite=self._args.overwrite)

    def _write_figure(self, path: Path) -> None:
        """Draw the zones that were named, else the longest."""
        gathered = self._gathered
        if gathered is None:
            return
        names = gathered.figure_names
        picture = draw_figure([gathered.zone(name) for name in names])
        if path.suffix.lower() == ".svg":
            write_text(path, [to_svg(picture, standalone=True)], overwrite=self._args.overwrite)
            return
        with whole_file(path, overwrite=self._args.overwrite) as aside:
            write_png(aside, picture)

    def _facts(self) -> ReportFacts:
        """What the report says besides the estimates; files by their names alone."""
        args = self._args
        settings = {
            **self._job.settings(),
            "layer": None if args.layer is None else ", ".join(args.layer),
            "where": args.where,
            "crs": args.crs,
            "encoding": args.encoding,
            "slip_words": None if args.slip_words is None else args.slip_words.name,
            "zone_field": args.zone_field,
            "trend_deg": args.trend,
            "guides": None if args.guides is None else args.guides.name,
        }
        return ReportFacts(
            source=", ".join(Path(name).name for name in args.traces),
            date=datetime.date.today().isoformat(),
            settings=settings,
            cards=[model.card for model in self._job.models],
        )
