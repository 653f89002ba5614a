"""What QGIS loads as it starts: every start pays for it, used or not."""

import subprocess
import sys
from types import SimpleNamespace

from qgis.core import Qgis

from makers.places import REPOSITORY

CODE = """
import sys
from qgis.core import QgsApplication
application = QgsApplication([], False)
application.initQgis()
there = set(sys.modules)
import qgis_ssf_plugin
qgis_ssf_plugin.classFactory(None).initProcessing()
print(*sorted(set(sys.modules) - there))
"""
# What algorithms are declared with; all else is loaded when one is run.
AT_START = {"ssf_model", "ssf_model.errors", "ssf_model.options", "ssf_model.scale"}
SLOW_TO_LOAD = {"numpy", "osgeo", "email", "http", "statistics", "urllib.request", "xml.sax"}


def test_what_only_runs_need_is_loaded_by_runs():
    """All of the core took a quarter of a second of every start, used or not."""
    found = subprocess.run(
        [sys.executable, "-c", CODE], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    loaded = set(found.stdout.split())
    assert "qgis_ssf_plugin.algorithms.estimate_ke" in loaded
    assert {name for name in loaded if name.split(".")[0] == "ssf_model"} == AT_START
    assert not loaded & SLOW_TO_LOAD


def test_a_package_that_cannot_be_imported_is_told_where_the_user_looks(qgis, monkeypatch):
    """As where NumPy is missing: a message that stays, no algorithms, no menu, no traceback."""
    from qgis_ssf_plugin.plugin import SsfPlugin

    def load():
        raise ModuleNotFoundError("No module named 'numpy'", name="numpy")  # noqa: EM101

    monkeypatch.setattr("qgis_ssf_plugin.door.load", load)
    told = []
    bar = SimpleNamespace(pushMessage=lambda *words: told.append(words))
    plugin = SsfPlugin(SimpleNamespace(messageBar=lambda: bar))
    plugin.initGui()
    ((title, text, level, seconds),) = told
    assert (title, level, seconds) == ("ssf", Qgis.MessageLevel.Critical, 0)
    assert text == "The ssf plugin cannot start: No module named 'numpy'"
    assert plugin.menu is None
    plugin.unload()
    assert qgis.processingRegistry().providerById("ssf") is not None  # that of these tests
