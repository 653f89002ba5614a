"""What the plugin says of itself: every parameter and output is told, and help leads somewhere."""

import configparser
import re

import pytest
from qgis.PyQt.QtCore import QUrl
from qgis.PyQt.QtGui import QImage

from makers.places import REPOSITORY

PANEL_WIDTH = 230  # pixels that QGIS 3.22 leaves to the help of a dialog as it opens


@pytest.fixture
def algorithms(qgis):
    return qgis.processingRegistry().providerById("ssf").algorithms()


def anchors(path):
    """The places in a page of the site that a link can name."""
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_parameter_and_output_is_told(algorithms):
    from qgis_ssf_plugin.meanings import meaning

    silent = []
    for algorithm in algorithms:
        for one in (*algorithm.parameterDefinitions(), *algorithm.outputDefinitions()):
            told = one.description(), meaning(algorithm.name(), one.name())
            if not all(told) or told[0] == one.name() or told[1] == told[0]:
                silent.append(f"{algorithm.id()} {one.name()}")
    assert silent == []


def test_the_tooltip_of_a_parameter_says_what_it_means(algorithms):
    from qgis_ssf_plugin.meanings import meaning

    for algorithm in algorithms:
        for one in algorithm.parameterDefinitions():
            assert meaning(algorithm.name(), one.name()) in one.toolTip()


def test_no_meaning_is_of_nothing(algorithms):
    from qgis_ssf_plugin.meanings import MEANINGS

    keys = {
        (algorithm.name(), one.name())
        for algorithm in algorithms
        for one in (*algorithm.parameterDefinitions(), *algorithm.outputDefinitions())
    }
    asked = {f"{name} {key}" if f"{name} {key}" in MEANINGS else key for name, key in keys}
    assert asked == set(MEANINGS)


def test_help_has_all_flags_where_results_have_them(qgis):
    from ssf_model.estimate.flags import LEGEND

    for name in ("estimateke", "checktraces"):
        text = qgis.processingRegistry().createAlgorithmById(f"ssf:{name}").shortHelpString()
        for flag in LEGEND:
            assert f"<b>{flag}</b>" in text


def test_help_is_short(algorithms):
    """Four paragraphs at most, and the legend of flags, before the links."""
    for algorithm in algorithms:
        text = algorithm.shortHelpString().split("<h3>")[0]
        assert len(re.sub("<[^>]*>", "", text).split()) < 200


def test_pictures_fit_into_the_panel_and_are_there(qgis):
    text = qgis.processingRegistry().createAlgorithmById("ssf:estimateke").shortHelpString()
    sources = re.findall(r'<img src="([^"]+)">', text)
    assert len(sources) == 2
    for source in sources:
        picture = QImage(QUrl(source).toLocalFile())
        assert 150 < picture.width() < PANEL_WIDTH


def test_every_link_of_a_help_leads_to_a_place_on_the_site(algorithms):
    from qgis_ssf_plugin.addresses import page

    site = page("")
    for algorithm in algorithms:
        links = re.findall(r'<a href="([^"]+)">', algorithm.shortHelpString())
        assert algorithm.helpUrl() in links
        for link in links:
            assert link.startswith(site)
            name, _, place = link[len(site) :].partition("#")
            there = REPOSITORY / "docs" / name.replace(".html", ".md")
            assert there.is_file(), link
            assert not place or place in anchors(there), link


def test_the_sites_address_is_that_of_the_plugins_card():
    from qgis_ssf_plugin.addresses import page

    card = configparser.ConfigParser(interpolation=None)
    card.read(REPOSITORY / "metadata.txt", encoding="utf-8")
    assert page("a.html") == card["general"]["homepage"].rstrip("/") + "/a.html"


def test_the_plugins_code_has_no_address_of_its_own():
    for path in (REPOSITORY / "qgis_ssf_plugin").rglob("*.py"):
        assert re.findall(r"https?://[\w.]+", path.read_text(encoding="utf-8")) == [], path


def test_the_reference_is_what_the_algorithms_declare(qgis):
    from tools.make_reference import algorithms_page

    text = (REPOSITORY / "docs" / "reference" / "algorithms.md").read_text(encoding="utf-8")
    assert text == algorithms_page(), "run tools/make_reference.py with QGIS's Python"
