"""Ids and names of parameters never change: models, scripts and histories hold them."""

import pytest


@pytest.fixture
def provider(qgis):
    return qgis.processingRegistry().providerById("ssf")


def test_names_of_parameters_never_change(provider):
    """Models and scripts hold them."""
    names = {
        algorithm.name(): [p.name() for p in algorithm.parameterDefinitions()]
        for algorithm in provider.algorithms()
    }
    shared = ["TRACES", "ZONE_FIELD", "GUIDES", "TREND", "ZONE_LABEL", "STRICT"]
    assert set(names["estimateke"]) == {
        *shared, "SENSE", "MODEL", "PIXEL_SIZE", "OTHER_PIXEL_SIZES", "THICKNESS", "SHIFT", "FLIPS",
        "GENERALIZE", "ENGINE", "RAKE_FIELD", "SLIP_TYPE_FIELD", "SLIP_WORDS", "DIP_FIELD",
        "WINDOWS", "TRACES_OUT", "RIBBON", "MEMBERS", "GENERALIZED", "ZONES", "PROFILE",
        "REPORT", "FIGURE", "SHOW_ZONES",
    }  # fmt: skip
    assert set(names["explainke"]) == {
        *shared, "SENSE", "MODEL", "PIXEL_SIZE", "OTHER_PIXEL_SIZES", "THICKNESS", "SHIFT", "FLIPS",
        "GENERALIZE", "ENGINE", "RAKE_FIELD", "SLIP_TYPE_FIELD", "SLIP_WORDS", "DIP_FIELD",
        "STRETCH",
        "CONTRIBUTIONS", "COLUMNS", "STRETCHES",
    }  # fmt: skip
    assert set(names["comparetraces"]) == {
        *shared, "SENSE", "MODEL", "PIXEL_SIZE", "OTHER_PIXEL_SIZES", "THICKNESS", "SHIFT", "FLIPS",
        "GENERALIZE", "ENGINE", "RAKE_FIELD", "SLIP_TYPE_FIELD", "SLIP_WORDS", "DIP_FIELD",
        "TRACES_B",
        "ZONE_FIELD_B", "WINDOWS",
    }  # fmt: skip
    assert set(names["checktraces"]) == {
        *shared, "SENSE", "MODEL", "PIXEL_SIZE", "OTHER_PIXEL_SIZES", "THICKNESS", "SHIFT", "FLIPS",
        "GENERALIZE", "ENGINE", "RAKE_FIELD", "SLIP_TYPE_FIELD", "SLIP_WORDS", "DIP_FIELD",
        "POINTS", "LINES", "WINDOWS",
    }  # fmt: skip
    assert set(names["makewindows"]) == {
        *shared, "PIXEL_SIZE", "WINDOWS", "STRIPS", "GUIDES_OUT", "TRACES_OUT",
    }  # fmt: skip
    assert set(names["estimatefromraster"]) == {
        "RASTER", "BAND", "VALUE", "GROUND_PIXEL", "GUIDES", "TREND", "SENSE", "MODEL",
        "PIXEL_SIZE", "OTHER_PIXEL_SIZES", "THICKNESS", "SHIFT", "FLIPS", "GENERALIZE", "ENGINE",
        "WINDOWS", "TRACES_OUT", "REPORT",
    }  # fmt: skip
    assert set(names["joinke"]) == {"WINDOWS", "PLACES", "JOINED"}
    assert set(names["modelinfo"]) == {"MODEL", "ENGINE", "PAGE"}
    assert set(names["profileplot"]) == {"WINDOWS", "SHOW_ZONES", "PLOT"}
    assert set(names["rasterizetraces"]) == {
        *shared, "THICKNESS", "PIXEL_SIZE", "FOLDER", "FOOTPRINTS", "LOAD",
    }  # fmt: skip
