"""What QGIS loads as it starts: every start pays for it, used or not."""

import subprocess
import sys

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
SLOW_TO_LOAD = {"concurrent.futures", "email", "http", "statistics", "urllib.request", "xml.sax"}


def test_nothing_is_loaded_for_a_function_or_two():
    """One line of `xml.sax.saxutils` brought thirty modules of mail and web with it."""
    found = subprocess.run(
        [sys.executable, "-c", CODE], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    loaded = set(found.stdout.split())
    assert "ssf_model.estimate.estimating" in loaded
    assert not loaded & SLOW_TO_LOAD
    assert "onnxruntime" not in loaded
