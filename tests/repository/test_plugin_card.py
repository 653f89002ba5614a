"""metadata.txt is what plugins.qgis.org asks for, and the one place of the project's addresses."""

import configparser
import re

import pytest

import ssf_model
from makers.import_rules import HIDDEN
from makers.places import REPOSITORY

CARD = REPOSITORY / "metadata.txt"
GENERAL = configparser.ConfigParser(interpolation=None)
GENERAL.read(CARD, encoding="utf-8")
GENERAL = GENERAL["general"]
# Source: "Plugin metadata" of the PyQGIS cookbook, and the validator of plugins.qgis.org.
REQUIRED = (
    "name", "qgisMinimumVersion", "description", "about", "version", "author", "email",
    "repository", "tracker", "license",
)  # fmt: skip
TRUTHS = ("hasProcessingProvider", "server", "experimental", "deprecated", "supportsQt6")
CATEGORIES = {"Raster", "Vector", "Database", "Mesh", "Web"}
ADDRESSES = ("email", "homepage", "repository", "tracker")


@pytest.mark.parametrize("key", REQUIRED)
def test_a_required_entry_says_something(key):
    assert GENERAL[key].strip()


def test_versions_agree_and_are_versions():
    assert GENERAL["version"] == ssf_model.__version__
    assert re.fullmatch(r"\d+\.\d+\.\d+", GENERAL["version"])
    least, most = (
        tuple(map(int, GENERAL[key].split(".")))
        for key in ("qgisMinimumVersion", "qgisMaximumVersion")
    )
    assert least == (3, 22)
    assert least < most
    assert GENERAL["changelog"].startswith(GENERAL["version"])
    citation = (REPOSITORY / "CITATION.cff").read_text(encoding="utf-8")
    assert f"version: {GENERAL['version']}\n" in citation


def test_truths_are_spelled_as_qgis_reads_them():
    assert {GENERAL[key].lower() for key in TRUTHS} <= {"true", "false", "yes", "no"}
    assert GENERAL["hasProcessingProvider"] == "yes"  # qgis_process loads no other plugins
    assert GENERAL["category"] in CATEGORIES


def test_tags_are_words_of_their_own():
    tags = GENERAL["tags"].split(",")
    assert tags == list(dict.fromkeys(tags))
    assert all(tag == tag.strip().lower() and tag for tag in tags)
    assert {"processing", "faults"} <= set(tags)


def test_the_description_is_one_line_and_all_is_plain_text():
    assert "\n" not in GENERAL["description"]
    assert len(GENERAL["description"]) <= 200
    assert not re.search(r"<\w+>", GENERAL["description"] + GENERAL["about"])
    assert "External dependencies: none" in GENERAL["about"]


def test_the_icon_and_the_licence_are_there():
    icon = REPOSITORY / "qgis_ssf_plugin" / GENERAL["icon"]
    assert icon.read_text(encoding="utf-8").lstrip().startswith("<svg")
    licence = (REPOSITORY / "LICENSE").read_text(encoding="utf-8")
    assert re.match(r"\s+GNU GENERAL PUBLIC LICENSE\s+Version 2, June 1991", licence)
    assert GENERAL["license"] == "GPL-2.0-or-later"


def test_addresses_have_the_form_of_addresses():
    assert re.fullmatch(r"[\w.-]+@[\w-]+(\.[\w-]+)+", GENERAL["email"])
    for key in ("homepage", "repository", "tracker"):
        assert re.fullmatch(r"https://[\w./-]+\w", GENERAL[key]), key


def test_addresses_stand_together_and_are_marked():
    """One edit sets them all."""
    lines = CARD.read_text(encoding="utf-8").splitlines()
    places = [
        number for number, line in enumerate(lines) if line.split("=")[0].strip() in ADDRESSES
    ]
    assert places == list(range(places[0], places[0] + len(ADDRESSES)))
    assert lines[places[0] - 1].startswith("#")
    assert lines[places[-1] + 1].startswith("#")


def test_nothing_else_in_the_repository_repeats_an_address():
    hosts = [GENERAL["email"].split("@")[1]]
    told = [GENERAL[key].split("//")[1] for key in ("homepage", "repository", "tracker")]
    found = []
    for path in REPOSITORY.rglob("*"):
        parts = path.relative_to(REPOSITORY).parts
        if path == CARD or not path.is_file() or parts[0] in HIDDEN or "__pycache__" in parts:
            continue
        content = path.read_bytes()
        found += [str(path) for address in hosts + told if address.encode() in content]
    assert found == []
