"""The look of every result, by the names that its columns were given."""

from functools import partial

from qgis.core import QgsFillSymbol, QgsSingleSymbolRenderer, QgsWkbTypes
from qgis.PyQt.QtCore import QT_TRANSLATE_NOOP

from ssf_model.report.ke_colours import KE_COLOURS, KE_EDGES, UNKNOWN_LABEL

from ..language import tr
from .symbols import (
    LABELS_FROM,
    cased_line,
    dotted_line,
    flagged_mark,
    names_along,
    numbers,
    plain_fill,
    plain_line,
    point_mark,
    quoted,
    rules,
    unknown_fill,
    window_fill,
)

# Red is less KE and blue more, on every layer. Source: ColorBrewer's RdBu (Brewer 2003).
DARK_RED, RED, ORANGE, PALE_RED = "#67001f", "#b2182b", "#ef8a62", "#fddbc7"
WHITE, GREY = "#f7f7f7", "#bdbdbd"
PALE_BLUE, BLUE, DEEP_BLUE, DARK_BLUE = "#d1e5f0", "#67a9cf", "#2166ac", "#053061"
FLAGGED_LABEL = QT_TRANSLATE_NOOP("ssf", "flagged: look twice")


def ke_classes(ke, symbol_of):
    """The classes of KE, (label, expression, symbol) each; the last one holds its upper edge."""
    for low, high, colour in zip(KE_EDGES[:-1], KE_EDGES[1:], KE_COLOURS):
        upper = "<=" if high == KE_EDGES[-1] else "<"
        yield (
            f"KE {low:.1f} - {high:.1f}",
            f"{ke} >= {low:g} AND {ke} {upper} {high:g}",
            symbol_of(colour),
        )


def classes(value, edges, told, symbol_of):
    """Classes of a number between edges; `told` has a (label, colour) for each."""
    bounds = [None, *edges, None]
    for low, high, (label, colour) in zip(bounds[:-1], bounds[1:], told):
        parts = [] if low is None else [f"{value} >= {low:g}"]
        parts += [] if high is None else [f"{value} < {high:g}"]
        yield label, " AND ".join(parts), symbol_of(colour)


def windows(layer, name):
    """Windows by KE; those without lie below, flagged ones are marked."""
    ke, flags = quoted(name("ke")), quoted(name("flags"))
    known = list(ke_classes(ke, lambda colour: window_fill(colour, flags)))
    unknown = (tr(UNKNOWN_LABEL), f"{ke} IS NULL", unknown_fill())
    flagged = (tr(FLAGGED_LABEL), f"{ke} IS NOT NULL AND {flags} <> ''", flagged_mark())
    layer.setRenderer(rules([*known, unknown, flagged], levels=True))
    layer.setLabeling(numbers(f"format_number({ke}, 2)"))
    layer.setLabelsEnabled(True)
    layer.setOpacity(0.6)


def traces(layer, name):
    """Traces by KE."""
    ke = quoted(name("ke"))
    unknown = (
        tr(UNKNOWN_LABEL),
        f"{ke} IS NULL",
        plain_line("120,120,120,255", width_mm=0.5, style="dash"),
    )
    layer.setRenderer(rules([*ke_classes(ke, cased_line), unknown]))


def contributions(layer, name):
    """Cells by what they add to KE."""
    told = [
        (tr("takes more than 0.02"), DARK_RED),
        (tr("takes 0.01 to 0.02"), RED),
        (tr("takes 0.004 to 0.01"), ORANGE),
        (tr("takes 0.001 to 0.004"), PALE_RED),
        (tr("next to nothing"), WHITE),
        (tr("adds 0.001 to 0.004"), PALE_BLUE),
        (tr("adds 0.004 to 0.01"), BLUE),
        (tr("adds 0.01 to 0.02"), DEEP_BLUE),
        (tr("adds 0.02 or more"), DARK_BLUE),
    ]
    edges = (-0.02, -0.01, -0.004, -0.001, 0.001, 0.004, 0.01, 0.02)
    layer.setRenderer(rules(classes(quoted(name("contribution")), edges, told, plain_fill)))
    layer.setOpacity(0.75)


def columns(layer, name):
    """Columns by the KE that they lose against a straight fault."""
    told = [
        (tr("gains more than 0.02"), DEEP_BLUE),
        (tr("gains 0.005 to 0.02"), PALE_BLUE),
        (tr("as a straight fault"), WHITE),
        (tr("loses 0.005 to 0.02"), PALE_RED),
        (tr("loses 0.02 to 0.04"), ORANGE),
        (tr("loses 0.04 to 0.06"), RED),
        (tr("loses 0.06 or more"), DARK_RED),
    ]
    edges = (-0.02, -0.005, 0.005, 0.02, 0.04, 0.06)
    layer.setRenderer(rules(classes(quoted(name("lost")), edges, told, plain_fill)))
    layer.setOpacity(0.65)


def stretches(layer, name):
    """Stretches by what they do to KE: blue ones carry it, red ones cost it."""
    change = quoted(name("ke_change"))
    told = [
        (tr("carries more than 0.2 of KE"), DARK_BLUE),
        (tr("carries 0.1 to 0.2"), DEEP_BLUE),
        (tr("carries 0.05 to 0.1"), BLUE),
        (tr("carries 0.01 to 0.05"), "#a6cee3"),
        (tr("makes no difference"), GREY),
        (tr("costs 0.01 to 0.05"), ORANGE),
        (tr("costs 0.05 or more"), RED),
    ]
    edges = (-0.2, -0.1, -0.05, -0.01, 0.01, 0.05)
    width = f"0.5 + 10 * min(abs({change}), 0.3)"
    known = classes(change, edges, told, lambda c: plain_line(c, width_expression=width))
    unknown = (tr("unknown"), f"{change} IS NULL", plain_line("150,150,150,255", style="dot"))
    layer.setRenderer(rules([*known, unknown]))


def comparison(layer, name):
    """Windows by how far KE changes from map A to map B."""
    change, agrees = quoted(name("ke_change")), quoted(name("sign_agrees"))
    flags = f"coalesce({quoted(name('flags_a'))}, '') || coalesce({quoted(name('flags_b'))}, '')"
    told = [
        (tr("KE falls by more than 0.30"), f"{change} <= -0.3", RED),
        (tr("falls by 0.15 - 0.30"), f"{change} > -0.3 AND {change} <= -0.15", ORANGE),
        (tr("falls by 0.05 - 0.15"), f"{change} > -0.15 AND {change} <= -0.05", PALE_RED),
        (tr("changes by less than 0.05"), f"{change} > -0.05 AND {change} < 0.05", WHITE),
        (tr("rises by 0.05 - 0.15"), f"{change} >= 0.05 AND {change} < 0.15", PALE_BLUE),
        (tr("rises by 0.15 - 0.30"), f"{change} >= 0.15 AND {change} < 0.3", BLUE),
        (tr("KE rises by more than 0.30"), f"{change} >= 0.3", DEEP_BLUE),
    ]
    known = [(label, where, window_fill(colour, flags)) for label, where, colour in told]
    unknown = ("no KE on one of the maps", f"{change} IS NULL", unknown_fill())
    flagged = (tr(FLAGGED_LABEL), f"{change} IS NOT NULL AND {flags} <> ''", flagged_mark())
    layer.setRenderer(rules([*known, unknown, flagged], levels=True))
    signed = f"if(round({change}, 2) > 0, '+', '') || format_number(round({change}, 2), 2)"
    layer.setLabeling(numbers(f"if({agrees} < 0.95, '(' || {signed} || ')', {signed})"))
    layer.setLabelsEnabled(True)
    layer.setOpacity(0.6)


def generalized(layer, name):
    """Generalized lines: what was drawn instead of the mapped ones."""
    layer.setRenderer(QgsSingleSymbolRenderer(plain_line("#e66101", width_mm=0.5)))


def ribbon(layer, name):
    """Stretches of guide lines by KE, as wide as can be seen from afar."""
    ke, flags = quoted(name("ke")), quoted(name("flags"))
    known = ke_classes(ke, lambda colour: cased_line(colour, width_mm=1.8, cap="flat"))
    unknown = (
        tr(UNKNOWN_LABEL),
        f"{ke} IS NULL",
        plain_line("150,150,150,255", width_mm=1.2, style="dot"),
    )
    flagged = (tr(FLAGGED_LABEL), f"{ke} IS NOT NULL AND {flags} <> ''", dotted_line())
    layer.setRenderer(rules([*known, unknown, flagged], levels=True))
    layer.setScaleBasedVisibility(True)  # nearer by it would hide the traces
    layer.setMinimumScale(0)
    layer.setMaximumScale(LABELS_FROM)


def joined(layer, name):
    """Points or lines by the KE that they were given."""
    ke = quoted(name("ke"))
    lines = layer.geometryType() == QgsWkbTypes.GeometryType.LineGeometry
    of_ke = cased_line if lines else point_mark
    unknown = plain_line("120,120,120,255", style="dash") if lines else point_mark("#c8c8c8")
    classes_of_ke = list(ke_classes(ke, lambda colour: of_ke(colour)))
    layer.setRenderer(rules([*classes_of_ke, (tr(UNKNOWN_LABEL), f"{ke} IS NULL", unknown)]))


def guides(layer, name):
    """Guide lines, to be edited: wide, since traces lie on them."""
    layer.setRenderer(QgsSingleSymbolRenderer(plain_line("#1b9e77", width_mm=0.9)))
    layer.setLabeling(names_along(quoted(name("zone"))))
    layer.setLabelsEnabled(True)


def zoned(layer, name):
    """Traces by the zone that they belong to, a colour each."""
    zone = quoted(name("zone"))
    # A colour for each name: neighbours' numbers lie far apart on the circle of hues.
    number = f"coalesce(try(to_int(regexp_substr({zone}, '([0-9]+)'))), 0)"
    letters = f"101 * ascii({zone}) + 73 * ascii(substr({zone}, 2)) + 29 * length({zone})"
    hue = f"color_hsl((137 * {number} + {letters}) % 360, 75, 40)"
    layer.setRenderer(
        rules(
            [
                (
                    tr("in a zone"),
                    f"{zone} IS NOT NULL",
                    plain_line("#333333", colour_expression=hue),
                ),
                (tr("in no zone"), f"{zone} IS NULL", plain_line("#d95f02", style="dash")),
            ]
        )
    )


def planned(layer, name):
    """Windows of a plan: outlines alone."""
    outline = {"style": "no", "outline_color": "60,60,60,160", "outline_width": "0.2"}
    layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(outline)))


# Source: ColorBrewer's Dark2 (Brewer 2003), which the colour-blind can tell apart.
PLACE_COLOURS = {
    "near_miss": "#d95f02",
    "gap": "#7570b3",
    "other_zone": "#1b9e77",
    "empty_stretch": "#66a61e",
}
LINE_COLOURS = {
    "duplicate": "#e7298a",
    "stray": "#e6ab02",
    "coarse": "#666666",
    "not_strike_slip": "#a6761d",
}


def places(layer, name):
    """Places to look at, a colour for each kind of finding."""
    layer.setRenderer(rules(_kinds(name, PLACE_COLOURS, point_mark)))


def found_lines(layer, name):
    """Lines to look at, a colour for each kind of finding."""
    wide = partial(plain_line, width_mm=1.0)
    layer.setRenderer(rules(_kinds(name, LINE_COLOURS, wide)))


def _kinds(name, colours, symbol_of):
    """Kinds of findings as classes."""
    kind = quoted(name("kind"))
    for each, colour in colours.items():
        yield tr(kind_name(each)), f"{kind} = '{each}'", symbol_of(colour)


def kind_name(kind):
    """What a kind of finding is called in words."""
    return kind.replace("_", " ")


def foreseen(layer, name):
    """Windows before their estimate: without flags, with flags, without a KE to come."""
    knowable, flags = quoted(name("knowable")), quoted(name("flags"))
    layer.setRenderer(
        rules(
            [
                (
                    tr("no flag to come"),
                    f"{knowable} = 1 AND {flags} = ''",
                    window_fill("#c7e9c0", flags),
                ),
                (
                    tr("flags to come"),
                    f"{knowable} = 1 AND {flags} <> ''",
                    window_fill("#fee391", flags),
                ),
                (tr("no KE to come"), f"{knowable} = 0", unknown_fill()),
            ],
            levels=True,
        )
    )
    layer.setOpacity(0.6)


def strips(layer, name):
    """Outlines of strips."""
    outline = {"style": "no", "outline_color": "#5e3c99", "outline_width": "0.5"}
    layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(outline)))


def table(layer, name):
    """Nothing but the columns' names."""
