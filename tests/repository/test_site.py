"""The documentation as a site: it builds without a warning, is whole, loads nothing from afar."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from makers.places import REPOSITORY

pytest.importorskip("sphinx", reason="the site is built by Sphinx (the extra docs)")
from tools.build_site import CONTENTS, build_site, made

LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}
NOT_LOADED = {"canonical", "next", "prev", "index", "search", "author"}


class Page(HTMLParser):
    """What a page loads, where it leads, and the places in it."""

    def __init__(self, path):
        super().__init__()
        self.loads, self.leads, self.ids = [], [], set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        """Note what the tag loads, leads to, or is called."""
        told = dict(attrs)
        self.ids |= {told[key] for key in ("id", "name") if told.get(key)}
        if tag == "a" and told.get("href"):
            self.leads.append(told["href"])
        if tag in LOADED and told.get(LOADED[tag]) and told.get("rel") not in NOT_LOADED:
            self.loads.append(told[LOADED[tag]])


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    out = tmp_path_factory.mktemp("site")
    done = build_site(out)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return out


@pytest.fixture(scope="module")
def pages(site):
    return {path: Page(path) for path in site.rglob("*.html")}


def test_every_page_is_there(site):
    docs = REPOSITORY / "docs"
    pages = {path.relative_to(docs).with_suffix(".html") for path in docs.rglob("*.md")}
    contents = {Path(f"{name}.html") for names in CONTENTS.values() for name in names}
    assert {path.relative_to(site) for path in site.rglob("*.html")} >= pages | contents


def test_no_page_loads_anything_from_a_network(site, pages):
    for path, page in pages.items():
        assert [one for one in page.loads if urlsplit(one).netloc] == [], path
    for path in site.rglob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert re.findall(r"(?:@import|url\()\s*['\"]?(?:https?:)?//", text) == [], path


def test_every_link_within_the_site_leads_to_a_place(pages):
    checked = 0
    for path, page in pages.items():
        for target in page.leads + page.loads:
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            there = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            assert there.exists(), f"{path.name}: {target}"
            if parts.fragment and there in pages:
                assert unquote(parts.fragment) in pages[there].ids, f"{path.name}: {target}"
                checked += 1
    assert checked > 100


def test_every_picture_of_docs_is_shown_somewhere():
    text = "".join(path.read_text(encoding="utf-8") for path in REPOSITORY.glob("docs/**/*.md"))
    text += (REPOSITORY / "README.md").read_text(encoding="utf-8")
    pictures = [path.name for path in (REPOSITORY / "docs").rglob("*.png")]
    assert [name for name in pictures if f"{name})" not in text] == []


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("# A\n\n[b](nowhere.md)", "nowhere.md"),
        ("# A\n\n[b](#nowhere)", "nowhere"),
        ("# A\n\n![b](nowhere.png)", "nowhere.png"),
    ],
)
def test_a_link_that_leads_nowhere_is_an_error(tmp_path, page, said):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "index.md").write_text(page, encoding="utf-8")
    done = made(tmp_path / "pages", tmp_path / "out")
    assert done.returncode != 0
    assert said in done.stderr


def test_a_page_outside_of_the_contents_is_an_error(tmp_path):
    (tmp_path / "pages").mkdir()
    for name in ("index", "forgotten"):
        (tmp_path / "pages" / f"{name}.md").write_text("# A\n", encoding="utf-8")
    done = made(tmp_path / "pages", tmp_path / "out")
    assert done.returncode != 0
    assert "forgotten.md" in done.stderr
