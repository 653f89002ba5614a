"""QGIS without a window, with the ssf provider."""

import importlib
import os
import sys
from pathlib import Path

import pytest

from makers.places import REPOSITORY

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
qgis_core = pytest.importorskip("qgis.core", reason="these tests run inside QGIS's own Python")


@pytest.fixture(scope="session")
def qgis():
    """The application, with the ssf provider registered as QGIS does it."""
    application = qgis_core.QgsApplication([], True)
    application.initQgis()
    sys.path.append(str(Path(application.pkgDataPath()) / "python" / "plugins"))
    sys.path.append(str(REPOSITORY))
    from processing.core.Processing import Processing

    Processing.initialize()
    from qgis_ssf_plugin import classFactory

    plugin = classFactory(None)
    plugin.initProcessing()
    # Says what is wrong, should the plugin have kept it to the log.
    importlib.import_module("qgis_ssf_plugin.provider")
    assert application.processingRegistry().providerById("ssf") is not None
    yield application
    plugin.unload()


@pytest.fixture
def run(qgis):
    """A runner of algorithms that keeps what they said under the key "said"."""
    import processing

    from makers.hand_made_layers import Listener

    def run_algorithm(algorithm, *, cancel_at=None, **parameters):
        feedback = Listener(cancel_at)
        results = processing.run(algorithm, parameters, feedback=feedback)
        return {**results, "said": "\n".join(feedback.said), "shares": feedback.shares}

    return run_algorithm


@pytest.fixture
def estimate(run):
    """ssf:estimateke on a layer, with both outputs in memory."""

    def estimate_layer(layer, **parameters):
        outputs = {"WINDOWS": "TEMPORARY_OUTPUT", "TRACES_OUT": "TEMPORARY_OUTPUT"}
        return run("ssf:estimateke", TRACES=layer, **{**outputs, **parameters})

    return estimate_layer


@pytest.fixture
def rasterize(run, tmp_path):
    """ssf:rasterizetraces on a layer, into the folder `strips`."""

    def rasterize_layer(layer, **parameters):
        folder = {"FOLDER": str(tmp_path / "strips")}
        return run("ssf:rasterizetraces", TRACES=layer, **{**folder, **parameters})

    return rasterize_layer


@pytest.fixture
def window(qgis):
    """A stand-in for QGIS's window, with the plugin's menu."""
    from makers.qgis_window import Window
    from qgis_ssf_plugin.menu import Menu

    window = Window()
    menu = Menu(window)
    menu.show()
    window.menu = menu
    yield window
    menu.remove()
    assert window.actions == []
