"""The report, read back with the standard library's parser."""

import dataclasses
from html.parser import HTMLParser

from makers.drawn_maps import model_that
from makers.hand_made_windows import NASTY, hand_made_zone
from makers.report_settings import keys_among, settings_of
from ssf_model.estimate.flags import LEGEND
from ssf_model.estimate.settings import run_settings
from ssf_model.headless.job import FIELDS
from ssf_model.network.model_card import ModelCard
from ssf_model.options import Options
from ssf_model.report.model_page import CARD
from ssf_model.report.page import ReportFacts, report_parts
from ssf_model.scale import ExperimentScale
from ssf_model.tables.zone_summary import Summary

VOID = {"meta", "br", "img", "link"}


class Gathered:
    """Zones as `GatheredZones` gives them."""

    def __init__(self, zones):
        self._zones = {zone.name: zone for zone in zones}
        self.names = tuple(self._zones)

    def zone(self, name):
        """One zone."""
        return self._zones[name]


class Reader(HTMLParser):
    """Keeps tags, attributes and words, and checks that tags close in order."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.words = [], [], []

    def handle_starttag(self, tag, attrs):
        """An element begins."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        """An element without content."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        """An element ends."""
        assert self.open.pop() == tag

    def handle_data(self, data):
        """Words."""
        self.words.append(data)


def report_on(zones, shown=None, **changed):
    summary = Summary()
    for zone in zones:
        summary.add(zone.windows)
    facts = ReportFacts(
        "faults.gpkg",
        "2031-05-06",
        {"shift_px": 2.5, "guides": None},
        [ModelCard(name="probe", version="7", citation="https://doi.org/10.1/x", licence="CC0")],
    )
    facts = dataclasses.replace(facts, **changed)
    gathered = Gathered(zones if shown is None else shown)
    return "".join(report_parts(facts, summary.zones(), gathered))


def read_report(text):
    reader = Reader()
    reader.feed(text)
    reader.close()
    assert reader.open == []
    return reader


def test_the_report_loads_nothing_and_runs_nothing():
    """No element that loads or runs, no address but in links, and a policy that forbids it."""
    text = report_on([hand_made_zone(), hand_made_zone(NASTY)])
    reader = read_report(text)
    tags = {tag for tag, _ in reader.tags}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "image", "use", "base"}
    for tag, attributes in reader.tags:
        assert not {"src", "srcset", "xlink:href", "data", "onload", "background"} & set(attributes)
        assert tag == "a" or "href" not in attributes
    style = text.split("<style>")[1].split("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style
    policies = [a["content"] for t, a in reader.tags if t == "meta" and "http-equiv" in a]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]


def test_names_are_shown_as_they_are_and_never_as_markup():
    text = report_on([hand_made_zone(NASTY)], source="<b>map</b>.gpkg")
    words = read_report(text).words
    assert NASTY.replace("\x07", "") in words
    assert any("<b>map</b>.gpkg" in word for word in words)
    assert "<script" not in text
    assert "\x07" not in text


def test_the_report_says_what_was_read_how_and_what_flags_mean():
    words = " ".join(read_report(report_on([hand_made_zone()])).words)
    for said in ("faults.gpkg", "2031-05-06", "probe-7", "screening estimate", "CC0", "2.5"):
        assert said in words
    for flag, meaning in LEGEND.items():
        assert flag in words
        assert meaning in words
    assert "1 zone, 6 windows: 5 with KE, 1 without, 3 flagged" in words


def test_every_setting_and_every_entry_of_a_card_has_a_label():
    """All keys that a run can put into the settings; what has no label is printed as its key."""
    models = [model_that(lambda window: 0.5)]
    keys = {*run_settings(models, scale=ExperimentScale(), options=Options()), *FIELDS}
    settings = dict.fromkeys([*keys, "layer", "trend_deg", "guides"], "-")
    text = report_on([hand_made_zone()], settings=settings)
    assert len(settings_of(text)) == len(settings)
    assert keys_among(settings_of(text)) == []
    assert {entry.name for entry in dataclasses.fields(ModelCard)} == set(CARD)


def test_zones_that_are_not_drawn_stand_in_the_table():
    zones = [hand_made_zone(f"zone {number}") for number in range(30)]
    text = report_on(zones, shown=zones[:2])
    reader = read_report(text)
    assert text.count("<svg") == 4
    cells = [word for word in reader.words if word.startswith("zone ")]
    assert {f"zone {number}" for number in range(30)} <= set(cells)
    targets = {attributes.get("id") for _, attributes in reader.tags}
    links = [a["href"][1:] for t, a in reader.tags if t == "a" and a["href"].startswith("#")]
    assert links == ["zone-1", "zone-2"]
    assert set(links) <= targets


def test_a_report_is_made_part_by_part():
    """The second drawing does not begin before the first one was given away."""
    asked = []

    class Lazy(Gathered):
        def zone(self, name):
            asked.append(name)
            return super().zone(name)

    zones = [hand_made_zone("a"), hand_made_zone("b")]
    summary = Summary()
    for zone in zones:
        summary.add(zone.windows)
    facts = ReportFacts("f", "d", {}, [ModelCard(name="probe", version="1")])
    parts = report_parts(facts, summary.zones(), Lazy(zones))
    for part in parts:
        if "<svg" in part:
            break
    assert asked == ["a"]
