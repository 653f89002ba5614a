"""The look of every result, by the names that its columns were given."""

from qgis.core import (
    QgsEditorWidgetSetup,
    QgsFillSymbol,
    QgsSingleSymbolRenderer,
)
from qgis.PyQt.QtCore import QVariant

from ssf_model.estimate.flags import LEGEND
from ssf_model.report.ke_colours import KE_COLOURS, KE_EDGES, UNKNOWN_LABEL
from ssf_model.tables.aliases import ALIASES, decimals
from ssf_model.tables.fields import RENAMED

from .symbols import (
    cased_line,
    flagged_mark,
    numbers,
    plain_fill,
    plain_line,
    quoted,
    rules,
    unknown_fill,
    window_fill,
)

# Red is less KE and blue more, on every layer. Source: ColorBrewer's RdBu (Brewer 2003).
DARK_RED, RED, ORANGE, PALE_RED = "#67001f", "#b2182b", "#ef8a62", "#fddbc7"
WHITE, GREY = "#f7f7f7", "#bdbdbd"
PALE_BLUE, BLUE, DEEP_BLUE, DARK_BLUE = "#d1e5f0", "#67a9cf", "#2166ac", "#053061"
FLAGGED_LABEL = "flagged: look twice"


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
    unknown = (UNKNOWN_LABEL, f"{ke} IS NULL", unknown_fill())
    flagged = (FLAGGED_LABEL, f"{ke} IS NOT NULL AND {flags} <> ''", flagged_mark())
    layer.setRenderer(rules([*known, unknown, flagged], levels=True))
    layer.setLabeling(numbers(f"format_number({ke}, 2)"))
    layer.setLabelsEnabled(True)
    layer.setOpacity(0.6)


def traces(layer, name):
    """Traces by KE."""
    ke = quoted(name("ke"))
    unknown = (
        UNKNOWN_LABEL,
        f"{ke} IS NULL",
        plain_line("120,120,120,255", width_mm=0.5, style="dash"),
    )
    layer.setRenderer(rules([*ke_classes(ke, cased_line), unknown]))


def contributions(layer, name):
    """Cells by what they add to KE."""
    told = [
        ("takes more than 0.02", DARK_RED),
        ("takes 0.01 to 0.02", RED),
        ("takes 0.004 to 0.01", ORANGE),
        ("takes 0.001 to 0.004", PALE_RED),
        ("next to nothing", WHITE),
        ("adds 0.001 to 0.004", PALE_BLUE),
        ("adds 0.004 to 0.01", BLUE),
        ("adds 0.01 to 0.02", DEEP_BLUE),
        ("adds 0.02 or more", DARK_BLUE),
    ]
    edges = (-0.02, -0.01, -0.004, -0.001, 0.001, 0.004, 0.01, 0.02)
    layer.setRenderer(rules(classes(quoted(name("contribution")), edges, told, plain_fill)))
    layer.setOpacity(0.75)


def columns(layer, name):
    """Columns by the KE that they lose against a straight fault."""
    told = [
        ("gains more than 0.02", DEEP_BLUE),
        ("gains 0.005 to 0.02", PALE_BLUE),
        ("as a straight fault", WHITE),
        ("loses 0.005 to 0.02", PALE_RED),
        ("loses 0.02 to 0.04", ORANGE),
        ("loses 0.04 to 0.06", RED),
        ("loses 0.06 or more", DARK_RED),
    ]
    edges = (-0.02, -0.005, 0.005, 0.02, 0.04, 0.06)
    layer.setRenderer(rules(classes(quoted(name("lost")), edges, told, plain_fill)))
    layer.setOpacity(0.65)


def stretches(layer, name):
    """Stretches by what they do to KE: blue ones carry it, red ones cost it."""
    change = quoted(name("ke_change"))
    told = [
        ("carries more than 0.2 of KE", DARK_BLUE),
        ("carries 0.1 to 0.2", DEEP_BLUE),
        ("carries 0.05 to 0.1", BLUE),
        ("carries 0.01 to 0.05", "#a6cee3"),
        ("makes no difference", GREY),
        ("costs 0.01 to 0.05", ORANGE),
        ("costs 0.05 or more", RED),
    ]
    edges = (-0.2, -0.1, -0.05, -0.01, 0.01, 0.05)
    width = f"0.5 + 10 * min(abs({change}), 0.3)"
    known = classes(change, edges, told, lambda c: plain_line(c, width_expression=width))
    unknown = ("unknown", f"{change} IS NULL", plain_line("150,150,150,255", style="dot"))
    layer.setRenderer(rules([*known, unknown]))


def comparison(layer, name):
    """Windows by how far KE changes from map A to map B."""
    change, agrees = quoted(name("ke_change")), quoted(name("sign_agrees"))
    flags = f"coalesce({quoted(name('flags_a'))}, '') || coalesce({quoted(name('flags_b'))}, '')"
    told = [
        ("KE falls by more than 0.30", f"{change} <= -0.3", RED),
        ("falls by 0.15 - 0.30", f"{change} > -0.3 AND {change} <= -0.15", ORANGE),
        ("falls by 0.05 - 0.15", f"{change} > -0.15 AND {change} <= -0.05", PALE_RED),
        ("changes by less than 0.05", f"{change} > -0.05 AND {change} < 0.05", WHITE),
        ("rises by 0.05 - 0.15", f"{change} >= 0.05 AND {change} < 0.15", PALE_BLUE),
        ("rises by 0.15 - 0.30", f"{change} >= 0.15 AND {change} < 0.3", BLUE),
        ("KE rises by more than 0.30", f"{change} >= 0.3", DEEP_BLUE),
    ]
    known = [(label, where, window_fill(colour, flags)) for label, where, colour in told]
    unknown = ("no KE on one of the maps", f"{change} IS NULL", unknown_fill())
    flagged = (FLAGGED_LABEL, f"{change} IS NOT NULL AND {flags} <> ''", flagged_mark())
    layer.setRenderer(rules([*known, unknown, flagged], levels=True))
    signed = f"if(round({change}, 2) > 0, '+', '') || format_number(round({change}, 2), 2)"
    layer.setLabeling(numbers(f"if({agrees} < 0.95, '(' || {signed} || ')', {signed})"))
    layer.setLabelsEnabled(True)
    layer.setOpacity(0.6)


def generalized(layer, name):
    """Generalized lines: what was drawn instead of the mapped ones."""
    layer.setRenderer(QgsSingleSymbolRenderer(plain_line("#e66101", width_mm=0.5)))


def strips(layer, name):
    """Outlines of strips."""
    outline = {"style": "no", "outline_color": "#5e3c99", "outline_width": "0.5"}
    layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(outline)))


def table(layer, name):
    """Nothing but the columns' names."""


# Name of a look -> what makes it, the columns that tell it (for layers whose look is not known),
# and its place from top to bottom: lines above areas.
LOOKS = {
    "traces": (traces, ("ke", "ofd", "ke_min", "ke_max", "covered"), 10),
    "stretches": (stretches, ("stretch", "ke_without", "ke_change"), 11),
    "generalized": (generalized, ("line", "length_m", "strip"), 12),
    "strips": (strips, ("strip", "n_windows", "trend_deg"), 20),
    "columns": (columns, ("col", "straight", "lost"), 30),
    "contributions": (contributions, ("row", "col", "contribution"), 31),
    "comparison": (comparison, ("ke_a", "ke_b", "ke_change", "flags_a"), 40),
    "windows": (windows, ("window", "ke", "ke_p05", "flags", "trace_px"), 41),
    "raster": (table, (), 50),
    "table": (table, (), 90),
}


def given_names(field_names, given=None):
    """Say what a column of ours is called in a layer.

    Parameters
    ----------
    field_names : sequence of str
        The layer's columns; formats may write names in other cases, or cut to 10 letters.
    given : dict, optional
        The name that each of our columns was given. Where nobody knows any more it is taken to be
        the one that was added last: a layer that had a `ke` before has an `ssf_ke`.

    Returns
    -------
    name : callable
        The name of ours in, that of the layer out; ours where there is none such.
    """
    lower = {each.lower(): each for each in field_names}

    def name(ours):
        wanted = (given or {}).get(ours, ours)
        while given is None and (RENAMED + wanted).lower() in lower:
            wanted = RENAMED + wanted
        return lower.get(wanted.lower(), lower.get(wanted[:10].lower(), wanted))

    return name


def look_of(layer):
    """The name of the look that fits a layer's columns; None where none does."""
    present = {each.lower() for each in layer.fields().names()}
    name = given_names(layer.fields().names())
    for look, (_, needed, _) in LOOKS.items():
        if needed and all(name(each).lower() in present for each in needed):
            return look
    return None


def dress(layer, look, given=None):
    """Give a layer its colours, labels, map tips, and names and decimals of its columns."""
    name = given_names(layer.fields().names(), given)
    LOOKS[look][0](layer, name)
    fields = layer.fields()
    for ours, alias in ALIASES.items():
        index = fields.indexOf(name(ours))
        if index < 0:
            continue
        layer.setFieldAlias(index, alias)
        if fields[index].type() == QVariant.Double:
            shown = {"Precision": decimals(ours), "AllowNull": True, "Style": "SpinBox"}
            layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("Range", shown))
    layer.setMapTipTemplate(map_tip(look, name))


def map_tip(look, name):
    """What a layer shows under the mouse: KE, its interval, and its flags in words."""
    if look in ("table", "raster"):
        return ""

    def number(ours):
        return f"[% format_number({quoted(name(ours))}, 2) %]"

    if look == "comparison":
        words = [f"KE {number('ke_a')} on map A, {number('ke_b')} on map B"]
        flag_fields = ("flags_a", "flags_b")
    elif look == "windows":
        low, high = quoted(name("ke_low")), quoted(name("ke_high"))
        interval = (
            f"[% if({low} IS NULL, 'no interval', 'interval ' || format_number({low}, 2) || "
            f"' to ' || format_number({high}, 2)) %]"
        )
        ke = quoted(name("ke"))
        words = [
            f"<b>[% if({ke} IS NULL, 'no KE', 'KE ' || format_number({ke}, 2) || ', OFD ' || "
            f"format_number(1 - {ke}, 2)) %]</b>",
            interval,
        ]
        flag_fields = ("flags",)
    elif look == "traces":
        words = [f"<b>KE {number('ke')}, OFD {number('ofd')}</b>"]
        flag_fields = ()
    else:
        shown = LOOKS[look][1]
        return "<br>".join(f"{ALIASES[each]}: [% {quoted(name(each))} %]" for each in shown)
    words += [in_words(quoted(name(each))) for each in flag_fields]
    return "<br>".join(words)


def in_words(flags):
    """An expression template that says a column's flags in words, a line each."""
    pairs = ", ".join(f"'{flag}', '{flag}: {text}'" for flag, text in _escaped(LEGEND).items())
    told = f"array_foreach(string_to_array({flags}, ','), map_get(map({pairs}), @element))"
    return f"[% if(coalesce({flags}, '') = '', '', array_to_string({told}, '<br>')) %]"


def _escaped(words):
    """Texts as they may stand in an expression."""
    return {key: text.replace("'", "''") for key, text in words.items()}
