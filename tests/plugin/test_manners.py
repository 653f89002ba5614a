"""How the algorithms speak and behave beside QGIS's own: choices, words, progress, overwriting."""

import re
from types import SimpleNamespace

import pytest
from qgis.core import QgsProcessingContext, QgsProcessingException
from qgis.PyQt.QtCore import QLocale

from makers.hand_made_layers import NORTHING, Listener, make_layer, straight

QUICK = {"THICKNESS": "3", "SHIFT": 0}


@pytest.mark.parametrize("value", [1, "1", "sometimes", ["none"]])
def test_a_choice_that_is_none_is_refused_with_those_that_there_are(estimate, value):
    match = "Mirrored copies of each window: this is one of all, none, auto, as a word; "
    with pytest.raises(QgsProcessingException, match=match + re.escape(repr(value))):
        estimate(make_layer([straight()]), FLIPS=value)


@pytest.fixture
def comma_locale():
    """As in Germany or Brazil."""
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.German, QLocale.Germany))
    yield
    QLocale.setDefault(before)


def test_a_decimal_comma_is_not_taken_for_two_numbers(estimate, run, comma_locale, tmp_path):
    layer = make_layer([straight()])
    for key, text in (("THICKNESS", "2,5"), ("OTHER_PIXEL_SIZES", "88,5")):
        with pytest.raises(QgsProcessingException, match=r"Write \d+\.5 for one, \d+;5 for two"):
            estimate(layer, **{key: text})
    with pytest.raises(QgsProcessingException, match="Line thicknesses in pixels: 2,5 may be"):
        estimate(layer, THICKNESS="2,5")
    with pytest.raises(QgsProcessingException, match=r"Write 2\.5 for one"):
        run("ssf:rasterizetraces", TRACES=layer, THICKNESS="2,5", FOLDER=str(tmp_path / "s"))
    for text in ("2;5", "2,3,4", "2.5"):
        estimate(layer, THICKNESS=text, SHIFT=0)


def test_lists_that_texts_give_as_examples_are_read_where_decimals_have_a_comma(qgis, comma_locale):
    """A test holds that translations have the same."""
    from qgis_ssf_plugin.parameters import several_numbers

    shown = []
    for algorithm in qgis.processingRegistry().providerById("ssf").algorithms():
        for key in ("THICKNESS", "OTHER_PIXEL_SIZES"):
            definition = algorithm.parameterDefinition(key)
            told = "" if definition is None else definition.description() + definition.help()
            for example in re.findall(r"\d+(?:[.,;]\d+)+", told):
                read = several_numbers(algorithm, {key: example}, key, QgsProcessingContext(), str)
                assert read == example
                shown.append(example)
    assert set(shown) == {"2;3;4", "88;120"}


def test_a_comma_is_a_comma_where_decimals_have_a_point(estimate):
    estimate(make_layer([straight()]), THICKNESS="2,5", SHIFT=0)


def test_messages_name_what_the_dialog_shows(estimate, tmp_path):
    """Keys such as TRACES_OUT are for scripts."""
    layer = make_layer([straight()])
    path = str(tmp_path / "out.gpkg")
    cases = {
        "Report: the file's name must end": {"REPORT": str(tmp_path / "report.pdf")},
        "Traces with KE and OFD: .*is the output Windows with KE and OFD": {
            "WINDOWS": path,
            "TRACES_OUT": path,
        },
    }
    for match, parameters in cases.items():
        with pytest.raises(QgsProcessingException, match=match) as raised:
            estimate(layer, **parameters)
        assert not any(key in str(raised.value) for key in ("TRACES_OUT", "WINDOWS", "REPORT:"))


@pytest.mark.parametrize(
    "word", ["rupture", "earthquake", "lineament", "CNN", "geology", "onnx", "strike-slip"]
)
def test_words_of_the_trade_find_every_algorithm(qgis, word):
    for algorithm in qgis.processingRegistry().providerById("ssf").algorithms():
        assert word in algorithm.tags()


def test_a_second_run_from_the_history_replaces_report_and_figure(estimate, tmp_path):
    paths = {"REPORT": tmp_path / "report.html", "FIGURE": tmp_path / "figure.svg"}
    for path in paths.values():
        path.write_text("the first run's")
    for _ in range(2):
        estimate(make_layer([straight()]), **QUICK, **{k: str(p) for k, p in paths.items()})
    for path in paths.values():
        assert "the first run's" not in path.read_text()
        assert "<svg" in path.read_text()


def test_reading_the_map_moves_the_progress(estimate):
    """A tenth of it, feature by feature: it stood at 0 until zones had been found."""
    lines = [straight(2_000, north=NORTHING + 300 * i) for i in range(20)]
    shares = estimate(make_layer(lines), **QUICK)["shares"]
    assert {0.5 * (i + 1) for i in range(20)} <= set(shares)
    assert shares == sorted(shares)


def test_one_of_a_kind_is_told_as_one(run, tmp_path):
    """A map of a line of one window, which every algorithm counts."""
    layer = make_layer([straight(7_000)])
    windows = run("ssf:estimateke", TRACES=layer, **QUICK, WINDOWS="TEMPORARY_OUTPUT")
    assert windows["N_WINDOWS"] == 1
    others = {
        "ssf:explainke": {"STRETCHES": "TEMPORARY_OUTPUT"},
        "ssf:comparetraces": {"TRACES_B": layer, "WINDOWS": "TEMPORARY_OUTPUT"},
        "ssf:makewindows": {"WINDOWS": "TEMPORARY_OUTPUT"},
        "ssf:rasterizetraces": {"FOLDER": str(tmp_path / "strips")},
    }
    said = windows["said"]
    for name, parameters in others.items():
        told = QUICK if name in ("ssf:explainke", "ssf:comparetraces") else {}
        said += run(name, TRACES=layer, **told, **parameters)["said"]
    assert "1 trace line of 1 feature, 1 strip." in said
    assert "1 window, 1 with KE" in said
    assert "1 guide line, 1 strip, 1 window." in said
    assert not re.search(r"\b1 [a-z ]*(lines|features|strips|windows)\b", said)


def test_the_log_says_how_long_it_will_take_once_it_can_be_known(qgis):
    """100 strips of two windows, a second each: after two of them 98 s are left."""
    from qgis_ssf_plugin.algorithms.base import followed

    times = iter(range(1_000))
    listener = Listener()
    strips = [SimpleNamespace(n_windows=2)] * 100
    assert len(list(followed(range(100), strips, listener, clock=lambda: next(times)))) == 100
    assert listener.said == ["4 windows of 200 took 2 s; the others will take about 2 min."]
    assert listener.shares[-1] == 100


def test_the_log_keeps_quiet_of_what_takes_no_time(qgis):
    from qgis_ssf_plugin.algorithms.base import followed

    times = iter(range(1_000))
    listener = Listener()
    strips = [SimpleNamespace(n_windows=1)] * 5
    list(followed(range(5), strips, listener, clock=lambda: next(times)))
    assert listener.said == []


def test_the_sense_does_no_more_than_its_help_says(estimate, qgis):
    """Nothing for the shipped model, which answers mirror images alike."""
    bends = make_layer([straight(20_000), straight(6_000, north=NORTHING + 900, azimuth_deg=75)])
    kes = [
        [feature["ke"] for feature in estimate(bends, SENSE=sense)["WINDOWS"].getFeatures()]
        for sense in ("dextral", "sinistral")
    ]
    assert kes[0] == pytest.approx(kes[1], abs=1e-5)
    algorithm = qgis.processingRegistry().createAlgorithmById("ssf:estimateke")
    assert "changes nothing with the shipped model" in algorithm.parameterDefinition("SENSE").help()
