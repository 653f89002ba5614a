"""Styles inside a GeoPackage, as QGIS keeps them: a result opens as the plugin would dress it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from html import escape
from pathlib import Path

from ssf_model import __version__
from ssf_model.estimate.flags import LEGEND

STYLES = Path(__file__).parent / "styles"  # made by tools/make_styles.py
FLAG_WORDS = "__words of flags__"  # in templates: flags and their meanings change more often
NAME = "ssf"  # of the style, as in the plugin
# As QGIS 3.22 to 4 makes it.
TABLE = """
CREATE TABLE IF NOT EXISTS layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
    f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
    update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
)"""
LISTED = """
INSERT OR IGNORE INTO gpkg_contents (table_name, data_type, identifier, description, last_change)
VALUES ('layer_styles', 'attributes', 'layer_styles', '', strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))"""
TIME = "2000-01-01T00:00:00.000Z"  # QGIS wants one; that of the run would tell results apart
STORED = """
INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column,
    styleName, styleQML, styleSLD, useAsDefault, description, owner, ui, update_time)
VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '', '', ?)"""


def store_style(path: Path, layer: str, look: str, given: Mapping[str, str]) -> None:
    """Keep a look as the default style of a layer of a GeoPackage.

    Parameters
    ----------
    path : Path
        The file.
    layer : str
        Name of the layer.
    look : str
        Name of a template; nothing happens where there is none.
    given : mapping of str to str
        What our columns are called in that layer.
    """
    template = STYLES / f"{look}.qml"
    if not template.exists():
        return
    with closing(sqlite3.connect(path)) as database, database:
        column = database.execute(
            "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (layer,)
        ).fetchone()
        database.execute(TABLE)
        database.execute(LISTED)
        text = style_text(template.read_text(encoding="utf-8"), given)
        told = f"ssf {__version__}"
        database.execute(STORED, (layer, column[0] if column else "", NAME, text, told, TIME))


def style_text(template: str, given: Mapping[str, str]) -> str:
    """A template with what columns are called, and flags mean, in the place of placeholders."""
    template = template.replace(FLAG_WORDS, escape(flag_words(), quote=False))
    for ours, name in given.items():
        attribute = escape(name, quote=False).replace('"', "&quot;")
        template = template.replace(placeholder(ours), attribute)
    return template


def flag_words() -> str:
    """The meanings of flags, as pairs of an expression's map."""
    words = {flag: text.replace("'", "''") for flag, text in LEGEND.items()}
    return ", ".join(f"'{flag}', '{flag}: {text}'" for flag, text in words.items())


def placeholder(ours: str) -> str:
    """What a template calls a column of ours."""
    return f"__{ours}__"
