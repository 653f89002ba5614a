"""Plots of KE and OFD along strike, out of windows alone, as one HTML page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ssf_model.errors import InputError, counted
from ssf_model.estimate.along_strike import along_strike
from ssf_model.estimate.estimating import WindowEstimate
from ssf_model.report.html import text
from ssf_model.report.shapes import Picture
from ssf_model.report.shell import in_shell
from ssf_model.report.shown_zones import SHOWN_ZONES, ShownZone
from ssf_model.report.svg import to_svg
from ssf_model.report.zone_profile import draw_profile


def zones_to_plot(windows: Sequence[WindowEstimate], names: Sequence[str] = ()) -> list[ShownZone]:
    """Gather the zones to plot: those named, else those with most windows.

    Raises
    ------
    InputError
        If there is no window, or no zone of such a name.
    """
    zones: dict[str, list[WindowEstimate]] = {}
    for window in along_strike(windows):
        zones.setdefault(window.zone, []).append(window)
    if not zones:
        message = "The layer or selection of windows is empty."
        raise InputError(message)
    for name in names:
        if name not in zones:
            message = f"There is no fault zone '{name}' to plot; there is '{next(iter(zones))}'."
            raise InputError(message)
    longest = sorted(zones, key=lambda zone: -len(zones[zone]))[:SHOWN_ZONES]
    return [ShownZone(name, tuple(zones[name]), (), ()) for name in dict.fromkeys(names or longest)]


def plot_page(source: str, zones: Sequence[ShownZone]) -> Iterator[str]:
    """Write a page with a profile for each zone, part by part."""
    about = f"{source}, {counted(len(zones), 'zone')}"
    yield from in_shell("KE and OFD along strike", about, _profiles(zones))


def picture_page(title: str, picture: Picture) -> Iterator[str]:
    """Write a page that shows one picture."""
    yield from in_shell(title, picture.title, [f"<figure>{to_svg(picture)}</figure>\n"])


def _profiles(zones: Sequence[ShownZone]) -> Iterator[str]:
    """A heading and a picture for each zone."""
    for zone in zones:
        yield f"<h2>{text(zone.name)}</h2>\n<figure>{to_svg(draw_profile(zone))}</figure>\n"
