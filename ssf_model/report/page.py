"""The report of an estimate: one HTML file that needs no other file, script or network.

It is given part by part, so that no more than one drawing is in memory at a time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ssf_model import __version__
from ssf_model.errors import counted
from ssf_model.estimate.flags import LEGEND
from ssf_model.network.model_card import ModelCard
from ssf_model.report.html import Markup, table, text
from ssf_model.report.ke_colours import UNKNOWN_LABEL
from ssf_model.report.model_page import card_tables, in_words
from ssf_model.report.shell import DOI, head
from ssf_model.report.shown_zones import GatheredZones, ShownZone
from ssf_model.report.svg import to_svg
from ssf_model.report.zone_map import draw_map
from ssf_model.report.zone_profile import draw_profile
from ssf_model.tables.estimates import counted_flags
from ssf_model.tables.fields import STATEMENT
from ssf_model.tables.zone_summary import ZoneSummary

SETTINGS = {
    "models": "Models (engine)",
    "pixel_size_m": "Size of a pixel on the ground, m",
    "other_pixel_sizes_m": "Other sizes of a pixel, m",
    "thickness_px": "Line thicknesses, pixels",
    "shift_px": "Windows also read moved by, pixels",
    "flips": "Mirror images",
    "generalize": "Lines generalized",
    "sense": "Sense of slip",
    "zone_field": "Field with the fault zones",
    "zone_label": "Field that names zones found",
    "rake_field": "Field with the rake, degrees",
    "slip_type_field": "Field with the slip type",
    "dip_field": "Field with the dip, degrees",
    "trend_deg": "Trend of the zones, degrees",
    "guides": "Guide lines",
    "layer": "Layer",
    "where": "Features for which",
    "crs": "Coordinate reference system given",
    "encoding": "Encoding of the text",
    "slip_words": "File of slip words",
    "version": "ssf",
}


@dataclass(frozen=True)
class ReportFacts:
    """What a report says besides the estimates.

    `source` names the map without its folder, `date` is when it was read, `settings` all that
    the result depends on (see `ssf_model.estimate.settings`), `cards` are those of the models.
    """

    source: str
    date: str
    settings: Mapping[str, object]
    cards: Sequence[ModelCard]


def report_parts(
    facts: ReportFacts, zones: Sequence[ZoneSummary], gathered: GatheredZones
) -> Iterator[str]:
    """Write a report as HTML, part by part.

    Parameters
    ----------
    facts : ReportFacts
        What was read, when and how.
    zones : sequence of ZoneSummary
        All zones of the map; each is a row of a table.
    gathered : GatheredZones
        The zones that are drawn.

    Yields
    ------
    part : str
        In order; together they are the file.
    """
    title = f"Kinematic efficiency of fault zones: {facts.source}"
    yield head(title)
    labels = ", ".join(card.label for card in facts.cards)
    yield (
        f"<h1>{text(title)}</h1>\n"
        f'<p class="about">{text(facts.date)} · model {text(labels)} · ssf {__version__}</p>\n'
        f'<p class="statement">{text(STATEMENT)}</p>\n'
    )
    yield from _overview(zones, gathered)
    for number, name in enumerate(gathered.names):
        yield from _zone(number, gathered.zone(name))
    yield from _flags(zones)
    yield from card_tables(facts.cards)
    yield "<h2>Settings</h2>\n"
    yield from table(
        (), ((SETTINGS.get(key, key), in_words(value)) for key, value in facts.settings.items())
    )
    yield (
        f'<p class="about">Method: Chaipornkaew and others (2022), <a href="{DOI}">{DOI}</a>. '
        "This file is whole: it loads nothing.</p>\n</body>\n</html>\n"
    )


def _overview(zones: Sequence[ZoneSummary], gathered: GatheredZones) -> Iterator[str]:
    """All zones in a table."""
    windows, known = sum(zone.n_windows for zone in zones), sum(zone.n_known for zone in zones)
    flagged = sum(zone.n_flagged for zone in zones)
    yield (
        f"<h2>Fault zones</h2>\n<p>{counted(len(zones), 'zone')}, {counted(windows, 'window')}: "
        f"{known} with KE, {windows - known} without, {flagged} flagged. KE is the share of the "
        "displacement across a zone that its faults carry as slip, OFD = 1 - KE the rest. "
        "Means are weighted by the length that each window stands for.</p>\n"
    )
    if len(gathered.names) < len(zones):
        yield (
            f"<p>{counted(len(gathered.names), 'zone')} of these "
            f"{'is' if len(gathered.names) == 1 else 'are'} drawn below.</p>\n"
        )
    anchors = {name: f"zone-{number + 1}" for number, name in enumerate(gathered.names)}

    def rows() -> Iterator[Sequence[str]]:
        for zone in zones:
            name = text(zone.zone)
            if zone.zone in anchors:
                name = f'<a href="#{anchors[zone.zone]}">{name}</a>'
            yield (
                Markup(name),
                f"{zone.length_km:.1f}",
                str(zone.n_windows),
                str(zone.n_known),
                _number(zone.ke_mean),
                _number(zone.ofd_mean),
                _number(zone.ke_median),
                "" if zone.ke_min is None else f"{zone.ke_min:.2f}-{zone.ke_max:.2f}",
                f"{100 * zone.flagged:.0f} %",
                counted_flags(zone.flags).replace(",", ", "),
            )

    yield from table(
        (
            "zone",
            "length, km#",
            "windows#",
            "with KE#",
            "KE mean#",
            "OFD mean#",
            "KE median#",
            "KE range#",
            "flagged#",
            "flags",
        ),
        rows(),
    )


def _zone(number: int, zone: ShownZone) -> Iterator[str]:
    """A zone's map, profile and windows."""
    yield f'<section class="zone" id="zone-{number + 1}">\n<h2>{text(zone.name)}</h2>\n<figure>\n'
    yield to_svg(draw_map(zone, titled=False))
    yield (
        "<figcaption>Windows with their KE. Where windows overlap each place has the colour of "
        "the nearest. North is up.</figcaption>\n</figure>\n<figure>\n"
    )
    yield to_svg(draw_profile(zone))
    yield (
        "<figcaption>KE and OFD along strike. The band holds 5 to 95 % of the ensemble: how far "
        "drawing alone moves KE, not its error.</figcaption>\n</figure>\n"
    )
    yield f"<details>\n<summary>{counted(len(zone.windows), 'window')} in numbers</summary>\n"
    yield from table(
        ("along, km#", "KE#", "OFD#", "5-95 %#", "calibrated#", "flags"),
        (
            (
                f"{window.along_km:.1f}",
                UNKNOWN_LABEL if window.ke is None else _number(window.ke),
                _number(window.ofd),
                _range(window.ke_p05, window.ke_p95),
                _range(window.ke_low, window.ke_high),
                ", ".join(window.flags),
            )
            for window in zone.windows
        ),
    )
    yield "</details>\n</section>\n"


def _flags(zones: Sequence[ZoneSummary]) -> Iterator[str]:
    """What the flags mean, and how many windows have each."""
    counts: Counter = sum((Counter(zone.flags) for zone in zones), Counter())
    yield "<h2>Flags</h2>\n<p>A flag says what makes KE of a window doubtful.</p>\n"
    yield from table(
        ("flag", "windows#", "meaning"),
        ((flag, str(counts[flag]), meaning) for flag, meaning in LEGEND.items()),
    )


def _number(value: float | None) -> str:
    """A KE with two decimals, nothing where there is none."""
    return "" if value is None else f"{value:.2f}"


def _range(low: float | None, high: float | None) -> str:
    """An interval, nothing where there is none."""
    return "" if low is None else f"{low:.2f}-{high:.2f}"
