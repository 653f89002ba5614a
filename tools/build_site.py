"""Build the documentation as a site: python tools/build_site.py FOLDER.

The pages of docs/ with the README and the model's page, by Sphinx, MyST and Furo
(`pip install ".[docs]"`). A warning, such as a link that leads nowhere or a page that is not in
`CONTENTS`, is an error. The site fetches nothing from a network; index.html opens from the
folder. Its address stands in metadata.txt (homepage), and nowhere else.
"""

from __future__ import annotations

import argparse
import configparser
import posixpath
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCS = "docs"
# Pages that lie elsewhere in the repository, and where they are on the site.
OTHER_PAGES = {"README.md": "readme.md", "ssf_model/network/weights/README.md": "model.md"}
CONTENTS = {
    "Start": ("readme", "tutorial", "qgis", "qgis-versions"),
    "How to": ("good-and-bad-windows", "digitizing", "retraining", "batch", "python"),
    "Method and limits": (
        "method",
        "limits",
        "model",
        "real-faults",
        "study",
        "speed",
        "robustness",
    ),
    "Reference": (
        "reference/algorithms",
        "reference/commands",
        "reference/fields",
        "reference/flags",
        "field-cases",
    ),
    "For laboratories": ("training", "training-data"),
}
LINK = re.compile(r"(\]\()(?!https?:|mailto:|#)([^)#\s]+)((?:#[^)\s]*)?\))")


def build_site(out: Path) -> subprocess.CompletedProcess:
    """Build the site into a folder.

    Parameters
    ----------
    out : Path
        The folder; what is in it stays, but for files of the same names.

    Returns
    -------
    done : CompletedProcess
        Sphinx's exit code, 0 where all is well, and what it said.
    """
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder) / "pages"
        lay_out(pages)
        return made(pages, out)


def made(pages: Path, out: Path) -> subprocess.CompletedProcess:
    """Have Sphinx make a site of a folder of pages; any warning fails."""
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q", "-E"]
    with tempfile.TemporaryDirectory() as aside:
        places = ["-c", ROOT / "tools" / "site", "-d", aside, pages, out]
        return subprocess.run([*command, *places], capture_output=True, text=True, check=False)


def lay_out(pages: Path) -> None:
    """Put all pages of the site, and what they show, into a new folder."""
    shutil.copytree(ROOT / DOCS, pages)
    card = configparser.ConfigParser(interpolation=None)
    card.read(ROOT / "metadata.txt", encoding="utf-8")
    repository = card["general"]["repository"]
    sources = {f"{DOCS}/{path.relative_to(pages).as_posix()}" for path in pages.rglob("*.md")}
    for source in sorted(sources | set(OTHER_PAGES)):
        page = OTHER_PAGES.get(source) or posixpath.relpath(source, DOCS)
        text = (ROOT / source).read_text(encoding="utf-8")
        text = _with_links(text, source=source, page=page, repository=repository)
        if page == "index.md":
            text += "".join(_toctree(heading, names) for heading, names in CONTENTS.items())
        (pages / page).write_text(text, encoding="utf-8")


def _with_links(text: str, *, source: str, page: str, repository: str) -> str:
    """Lead links between files of the repository to where these are on the site, or on its host."""

    def led(match: re.Match) -> str:
        before, target, after = match.groups()
        there = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        if there in OTHER_PAGES:
            there = OTHER_PAGES[there]
        elif there.startswith(f"{DOCS}/"):
            there = posixpath.relpath(there, DOCS)
        elif (ROOT / there).exists():
            return f"{before}{repository}/blob/main/{there}{after}"
        return f"{before}{posixpath.relpath(there, posixpath.dirname(page) or '.')}{after}"

    return LINK.sub(led, text)


def _toctree(heading: str, names: tuple[str, ...]) -> str:
    """Pages under a heading of the site's contents."""
    listed = "\n".join(names)
    return f"\n\n```{{toctree}}\n:hidden:\n:caption: {heading}\n\n{listed}\n```\n"


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Build the documentation as a site.")
    parser.add_argument("out", type=Path, metavar="FOLDER", help="where the site goes")
    done = build_site(parser.parse_args().out)
    print(done.stdout + done.stderr, end="", file=sys.stderr)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
