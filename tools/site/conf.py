"""How Sphinx shows the pages that tools/build_site.py laid out; it is run by that program."""

import configparser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CARD = configparser.ConfigParser(interpolation=None)
CARD.read(ROOT / "metadata.txt", encoding="utf-8")

project = "ssf"
author = CARD["general"]["author"]
copyright = f"{author}, {CARD['general']['license']}"  # noqa: A001
version = release = CARD["general"]["version"]
html_baseurl = CARD["general"]["homepage"].rstrip("/") + "/"

extensions = ["myst_parser"]
myst_heading_anchors = 4  # named as code hosts name them, so that one link serves both
nitpicky = True

html_theme = "furo"  # letters of the reader's own system: nothing is fetched from a network
html_title = "ssf"
html_logo = html_favicon = str(ROOT / "qgis_ssf_plugin" / "icon.svg")
html_show_sourcelink = html_copy_source = False
html_theme_options = {"top_of_page_buttons": []}
