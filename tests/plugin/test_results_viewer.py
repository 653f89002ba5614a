"""QGIS's own dialog after a run: it speaks of a page where there is one."""

import pytest
from qgis.core import QgsProcessingContext

from makers.hand_made_layers import Listener, make_layer, straight

QUICK = {"THICKNESS": "3", "SHIFT": 0, "WINDOWS": "TEMPORARY_OUTPUT"}


@pytest.fixture
def finished(qgis):
    """Run an algorithm as its dialog does: what the dialog logs at the end."""
    from processing.gui.AlgorithmDialog import AlgorithmDialog

    def finish(name, **parameters):
        algorithm = qgis.processingRegistry().createAlgorithmById(name)
        dialog, said = AlgorithmDialog(algorithm), []
        dialog.iterateParam = None
        dialog.setInfo = lambda text, **details: said.append(text)
        context, feedback = QgsProcessingContext(), Listener()
        results, worked = dialog.algorithm().run(parameters, context, feedback)
        assert worked, feedback.said
        dialog.finish(True, results, QgsProcessingContext(), feedback)
        return "\n".join(said)

    return finish


@pytest.mark.parametrize("output", [None, "REPORT", "FIGURE"])
def test_an_estimate_speaks_of_a_page_where_it_made_one(finished, tmp_path, output):
    """QGIS asks whether there could be one: the optional report made it say so after every run."""
    files = {"REPORT": tmp_path / "r.html", "FIGURE": tmp_path / "f.svg"}
    asked = {} if output is None else {output: str(files[output])}
    log = finished("ssf:estimateke", TRACES=make_layer([straight()]), **QUICK, **asked)
    assert "finished" in log
    assert ("HTML output has been generated" in log) == (output is not None)


def test_what_is_always_a_page_is_always_spoken_of(finished, tmp_path):
    log = finished("ssf:modelinfo", PAGE=str(tmp_path / "m.html"))
    assert "HTML output has been generated" in log
