"""Pages read back: tables, a model's facts, plots of zones."""

from html.parser import HTMLParser
from types import SimpleNamespace

import pytest

from makers.hand_made_windows import hand_made
from ssf_model.errors import InputError
from ssf_model.network.model_card import ModelCard
from ssf_model.report.html import Markup, table
from ssf_model.report.model_page import card_in_words, score_rows
from ssf_model.report.page import ReportFacts, report_parts
from ssf_model.report.plot_page import picture_page, plot_page, zones_to_plot
from ssf_model.report.shapes import Picture
from ssf_model.tables.zone_summary import Summary


class Texts(HTMLParser):
    """What stands in elements: (tag, class) and text."""

    def __init__(self, page):
        super().__init__()
        self.found, self._open = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        """An element begins."""
        self._open.append((tag, dict(attrs).get("class")))

    def handle_endtag(self, tag):
        """It ends, and what was not closed inside."""
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        """Text."""
        if self._open and data.strip():
            self.found.append((*self._open[-1], data.strip()))

    def of(self, *tags):
        """What stands in such elements."""
        return [found for found in self.found if found[0] in tags]


def test_columns_of_numbers_are_marked_in_their_names_and_say_so_of_their_cells():
    page = "".join(table(("zone", "length, km#"), [("a < b", "3.5"), (Markup("<b>c</b>"), "4")]))
    assert Texts(page).of("th", "td", "b") == [
        ("th", None, "zone"),
        ("th", "number", "length, km"),
        ("td", None, "a < b"),
        ("td", "number", "3.5"),
        ("b", None, "c"),
        ("td", "number", "4"),
    ]


def test_a_table_without_a_head_holds_facts():
    page = "".join(table((), [("Material", "clay")]))
    assert Texts(page).of("th", "td") == [("td", None, "Material"), ("td", None, "clay")]
    assert 'class="facts"' in page


@pytest.mark.parametrize(("given", "told"), [("", "not told"), ("wet kaolin", "wet kaolin")])
def test_what_a_card_does_not_tell_is_called_so(given, told):
    card = ModelCard(name="m", version="1", material=given, training_data=given)
    words = dict(card_in_words(card, "numpy"))
    assert words["Learned from"] == words["Material"] == told
    assert words["Runs on"] == "numpy"
    assert words["Reads windows of"] == "6.4 km along and 12.8 km across strike"
    assert words["One window every"] == "5 km, at 100 m a pixel"
    assert words["Interval"] == "none: not calibrated"


def test_a_calibrated_interval_is_told_with_its_level():
    card = ModelCard(name="m", version="1", spread={"level": 0.9, "half_width": 0.1})
    assert dict(card_in_words(card, "numpy"))["Interval"] == "calibrated to hold 90% of the labels"


def test_scores_have_two_decimals_and_are_empty_where_unknown():
    card = ModelCard(name="m", version="1", scores={"test": {"n_windows": 12.0, "rmse": 0.0712}})
    (row,) = score_rows(card)
    assert row[1] == "12"
    assert [cell for cell in row[2:] if cell] == ["0.07"]
    card = ModelCard(name="m", version="1", scores={"mine": {"rmse": 0.5}})
    assert next(score_rows(card))[:2] == ("mine", "")


@pytest.fixture
def windows():
    return [
        *hand_made(zone="short", along_km=[3.2], ke=[0.3]),
        *hand_made(zone="long", along_km=[3.2, 8.2, 13.2], ke=[0.4, None, 0.6]),
    ]


def test_the_longest_zones_are_plotted_first_or_those_asked_for_in_their_order(windows):
    assert [zone.name for zone in zones_to_plot(windows)] == ["long", "short"]
    found = zones_to_plot(windows, ["short", "long", "short"])
    assert [zone.name for zone in found] == ["short", "long"]
    assert [window.ke for window in found[1].windows] == [0.4, None, 0.6]


def test_zones_that_are_not_there_cannot_be_plotted(windows):
    with pytest.raises(InputError, match="no fault zone 'broad' to plot; there is 'short'"):
        zones_to_plot(windows, ["long", "broad"])
    with pytest.raises(InputError, match="layer or selection of windows is empty"):
        zones_to_plot([])


def test_a_page_of_plots_has_a_picture_under_each_name(windows):
    page = "".join(plot_page("a.gpkg", zones_to_plot(windows)))
    assert "a.gpkg, 2 zones" in page
    assert Texts(page).of("h2") == [("h2", None, "long"), ("h2", None, "short")]
    assert page.count("<svg") == 2
    assert "a.gpkg, 1 zone<" in "".join(plot_page("a.gpkg", zones_to_plot(windows, ["long"])))


def test_a_page_of_one_picture_has_its_title():
    page = "".join(picture_page("Figure", Picture(20.0, 10.0, "KE & OFD of Calico")))
    assert Texts(page).of("h1") == [("h1", None, "Figure")]
    assert page.count("<svg") == 1
    assert "KE &amp; OFD of Calico" in page


def test_a_report_s_table_has_the_range_of_ke_and_says_where_not_all_zones_are_drawn(windows):
    zones = zones_to_plot(windows)
    summary = Summary()
    for zone in zones:
        summary.add(zone.windows)
    facts = ReportFacts("a.gpkg", "2031-05-06", {}, [ModelCard(name="m", version="1")])
    pages = {}
    for shown in (zones, zones[:1]):
        names = tuple(zone.name for zone in shown)
        drawn = SimpleNamespace(names=names, zone=dict(zip(names, shown)).get)
        pages[len(shown)] = "".join(report_parts(facts, summary.zones(), drawn))
    cells = [text for _, _, text in Texts(pages[2]).of("td", "a")]
    assert cells[cells.index("long") :][:9] == [
        *("long", "16.4", "3", "2", "0.50", "0.50", "0.50", "0.40-0.60", "0 %"),
    ]
    first_picture = pages[2][pages[2].index("<svg") : pages[2].index("</svg>")]
    assert "long" not in [text for _, _, text in Texts(first_picture).of("text")], "it is above it"
    assert "drawn below" not in pages[2]
    assert "1 zone of these is drawn below." in pages[1]


def test_the_range_of_a_zone_without_ke_is_empty():
    windows = hand_made(zone="blank", along_km=[3.2], ke=[None])
    (zone,) = zones_to_plot(windows)
    summary = Summary()
    summary.add(zone.windows)
    facts = ReportFacts("a.gpkg", "2031-05-06", {}, [ModelCard(name="m", version="1")])
    drawn = SimpleNamespace(names=(), zone=None)
    page = "".join(report_parts(facts, summary.zones(), drawn))
    cells = [text for _, kind, text in Texts(page).of("td")]
    assert cells[cells.index("blank") :][:5] == ["blank", "6.4", "1", "0", "0 %"]
