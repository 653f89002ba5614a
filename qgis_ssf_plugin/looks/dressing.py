"""Dressing a layer: its look, and names, decimals and map tips of its columns."""

from html import escape

from qgis.core import QgsEditorWidgetSetup
from qgis.PyQt.QtCore import QMetaType

from ssf_model.estimate.flags import LEGEND
from ssf_model.tables.aliases import ALIASES, decimals
from ssf_model.tables.fields import RENAMED

from ..language import tr
from . import results
from .symbols import quoted

# Name of a look -> what makes it, the columns that tell it (for layers whose look is not known),
# and its place from top to bottom: lines above areas.
LOOKS = {
    "traces": (results.traces, ("ke", "ofd", "ke_min", "ke_max", "covered"), 10),
    "stretches": (results.stretches, ("stretch", "ke_without", "ke_change"), 11),
    "generalized": (results.generalized, ("line", "length_m", "strip"), 12),
    "places": (results.places, ("kind", "name", "other", "value_m", "reason"), 1),
    "found_lines": (results.found_lines, (), 2),
    "joined": (results.joined, ("across_km", "ke", "ofd", "ke_min", "ke_max", "covered"), 9),
    "guides": (results.guides, ("zone", "n_strips", "n_lines"), 14),
    "ribbon": (results.ribbon, ("from_km", "to_km", "ke", "flags"), 8),
    "zoned": (results.zoned, (), 13),
    "strips": (results.strips, ("strip", "n_windows", "trend_deg"), 20),
    "foreseen": (results.foreseen, ("knowable", "flags", "zone", "window"), 42),
    "planned": (results.planned, (), 21),
    "columns": (results.columns, ("col", "straight", "lost"), 30),
    "contributions": (results.contributions, ("row", "col", "contribution"), 31),
    "comparison": (results.comparison, ("ke_a", "ke_b", "ke_change", "flags_a"), 40),
    "windows": (results.windows, ("window", "ke", "ke_p05", "flags", "trace_px"), 41),
    "raster": (results.table, (), 50),
    "table": (results.table, (), 90),
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
    fits = {
        look: len(needed)
        for look, (_, needed, _) in LOOKS.items()
        if needed and all(name(each).lower() in present for each in needed)
    }
    return max(fits, key=fits.get, default=None)


def dress(layer, look, given=None):
    """Give a layer its colours, labels, map tips, and names and decimals of its columns."""
    name = given_names(layer.fields().names(), given)
    LOOKS[look][0](layer, name)
    fields = layer.fields()
    for ours, alias in ALIASES.items():
        index = fields.indexOf(name(ours))
        if index < 0:
            continue
        layer.setFieldAlias(index, tr(alias))
        if fields[index].type() == QMetaType.Type.Double:
            shown = {"Precision": decimals(ours), "AllowNull": True, "Style": "SpinBox"}
            layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("Range", shown))
    layer.setMapTipTemplate(map_tip(look, name))


def map_tip(look, name):
    """What a layer shows under the mouse: KE, its interval, and its flags in words."""
    if not LOOKS[look][1]:
        return ""

    def number(ours):
        return f"[% format_number({quoted(name(ours))}, 2) %]"

    if look == "comparison":
        told = tr("KE {ke_a} on map A, {ke_b} on map B")
        words = [told.format(ke_a=number("ke_a"), ke_b=number("ke_b"))]
        flag_fields = ("flags_a", "flags_b")
    elif look == "foreseen":
        words, flag_fields = [], ("flags",)
    elif look in ("windows", "ribbon"):
        low, high = quoted(name("ke_low")), quoted(name("ke_high"))
        between = _quoted(tr("interval {low} to {high}")).format(
            low=f"' || format_number({low}, 2) || '", high=f"' || format_number({high}, 2) || '"
        )
        interval = f"[% if({low} IS NULL, '{_quoted(tr('no interval'))}', '{between}') %]"
        ke = quoted(name("ke"))
        words = [
            f"<b>[% if({ke} IS NULL, '{_quoted(tr('no KE'))}', 'KE ' || format_number({ke}, 2) || "
            f"', OFD ' || format_number(1 - {ke}, 2)) %]</b>",
            interval,
        ]
        flag_fields = ("flags",)
    elif look == "traces":
        words = [f"<b>KE {number('ke')}, OFD {number('ofd')}</b>"]
        flag_fields = ()
    else:
        shown = LOOKS[look][1]
        return "<br>".join(
            f"{escape(tr(ALIASES[each]))}: [% {as_html(name(each))} %]" for each in shown
        )
    words += [in_words(quoted(name(each))) for each in flag_fields]
    return "<br>".join(words)


def as_html(field):
    """An expression that gives a field's text to a page: a name in it is no part of the page."""
    return f"replace({quoted(field)}, map('&', '&amp;', '<', '&lt;'))"


def in_words(flags):
    """An expression template that says a column's flags in words, a line each."""
    words = {flag: _quoted(f"{flag}: {tr(text)}") for flag, text in LEGEND.items()}
    pairs = ", ".join(f"'{flag}', '{text}'" for flag, text in words.items())
    told = f"array_foreach(string_to_array({flags}, ','), map_get(map({pairs}), @element))"
    return f"[% if(coalesce({flags}, '') = '', '', array_to_string({told}, '<br>')) %]"


def _quoted(text):
    """A text as it may stand in an expression, between apostrophes."""
    return text.replace("'", "''")
