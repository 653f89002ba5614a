"""What HTML pages share: their look, that they load nothing, and what stands around them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ssf_model import __version__
from ssf_model.report.html import text
from ssf_model.tables.fields import STATEMENT

DOI = "https://doi.org/10.1029/2021GL096854"
# A browser that obeys this loads nothing, whatever a name in the data may hold.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = """
body { font: 15px/1.5 "DejaVu Sans", Verdana, Arial, sans-serif; color: #222; background: #fff;
  max-width: 60em; margin: 1.5em auto; padding: 0 1em; }
h1 { font-size: 1.6em; line-height: 1.25; margin: 0 0 .2em; }
h2 { font-size: 1.25em; margin: 2em 0 .5em; border-bottom: 2px solid #222; }
h3 { font-size: 1.1em; margin: 2em 0 .2em; }
.about { color: #555; margin: 0 0 1em; }
.statement { border-left: 4px solid #d7191c; padding: .3em .8em; background: #faf5f0; }
table { border-collapse: collapse; font-size: .86em; margin: .6em 0; }
th { text-align: left; border-bottom: 1.5px solid #222; vertical-align: bottom; }
th, td { padding: .2em .9em .2em 0; }
td { border-bottom: 1px solid #ddd; vertical-align: top; overflow-wrap: break-word; }
td:first-child { min-width: 6em; }
table.facts td:first-child { width: 18em; min-width: 14em; }
td.number, th.number { text-align: right; white-space: nowrap; }
figure { margin: .6em 0; page-break-inside: avoid; break-inside: avoid; }
figcaption { font-size: .86em; color: #555; }
svg { width: 100%; max-width: 54em; height: auto; display: block; }
summary { cursor: pointer; font-size: .9em; }
.wide { overflow-x: auto; }
@media print { body { max-width: none; margin: 0; font-size: 11px; }
  section.zone { page-break-before: always; break-before: page; } a { color: inherit; } }
"""


def head(title: str) -> str:
    """Begin a page."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
    )


def in_shell(title: str, about: str, parts: Iterable[str]) -> Iterator[str]:
    """Write a page around its parts, which are HTML; `title` and `about` are text."""
    yield (
        f"{head(title)}"
        f'<h1>{text(title)}</h1>\n<p class="about">{text(about)}</p>\n'
        f'<p class="statement">{text(STATEMENT)}</p>\n'
    )
    yield from parts
    yield f'<p class="about">ssf {__version__}</p>\n</body>\n</html>\n'
