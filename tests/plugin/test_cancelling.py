"""Cancel in QGIS at any moment: the outputs of a run are all there, or none and nothing else."""

import os

import numpy as np
import pytest
from qgis.core import QgsProcessingException, QgsVectorLayer

from makers.hand_made_layers import NORTHING, Listener, make_layer, straight

QUICK = {"THICKNESS": "3", "SHIFT": 0, "FLIPS": "none"}
MOMENTS = 6  # of each algorithm; SSF_FUZZ=100 tries a hundred times as many
# Outputs as files, by their endings; F is a folder.
OUTPUTS = {
    "ssf:estimateke": {
        "WINDOWS": "w.gpkg", "TRACES_OUT": "t.gpkg", "MEMBERS": "m.gpkg", "ZONES": "z.gpkg",
        "RIBBON": "r.gpkg", "PROFILE": "p.csv", "REPORT": "p.html", "FIGURE": "p.svg",
    },
    "ssf:explainke": {"CONTRIBUTIONS": "c.gpkg", "COLUMNS": "d.gpkg", "STRETCHES": "s.shp"},
    "ssf:comparetraces": {"WINDOWS": "w.geojson"},
    "ssf:checktraces": {"POINTS": "p.gpkg", "LINES": "l.gpkg", "WINDOWS": "w.gpkg"},
    "ssf:makewindows": {
        "WINDOWS": "w.gpkg", "STRIPS": "s.gpkg", "GUIDES_OUT": "g.gpkg", "TRACES_OUT": "t.gpkg",
    },
    "ssf:rasterizetraces": {"FOLDER": "strips", "FOOTPRINTS": "f.gpkg"},
    "ssf:joinke": {"JOINED": "j.gpkg"},
}  # fmt: skip
READS = {"ssf:comparetraces": "TRACES_B"}
WITHOUT_DRAWING = ("ssf:makewindows", "ssf:rasterizetraces", "ssf:checktraces", "ssf:joinke")


class Impatient(Listener):
    """Cancels when it is asked for the nth time whether it is cancelled."""

    def __init__(self, moment=None):
        super().__init__()
        self.asked, self.moment = 0, moment

    def isCanceled(self):
        """Count, and cancel when the moment has come."""
        self.asked += 1
        if self.asked == self.moment:
            self.cancel()
        return super().isCanceled()


@pytest.fixture
def run_into(qgis, estimate, tmp_path):
    """Run an algorithm into files of a new folder, cancelled at a moment; what is there then."""
    import processing

    lines = [straight(length_m=14_000, north=NORTHING + 40_000 * number) for number in range(2)]
    windows = estimate(make_layer(lines), **QUICK)["WINDOWS"]

    def run(name, moment=None):
        folder = tmp_path / f"{name[4:]}{moment}"
        folder.mkdir()
        feedback = Impatient(moment)
        maps = {"TRACES": make_layer(lines)}
        if name == "ssf:joinke":
            maps = {"PLACES": make_layer(lines), "WINDOWS": windows}
        if name in READS:
            maps[READS[name]] = make_layer(lines)
        quick = {} if name in WITHOUT_DRAWING else QUICK
        outputs = {key: str(folder / file) for key, file in OUTPUTS[name].items()}
        try:
            processing.run(name, {**maps, **quick, **outputs}, feedback=feedback)
        except QgsProcessingException as error:
            assert feedback.moment is not None
            assert "Traceback" not in str(error)  # noqa: PT017
        return feedback, sorted(os.listdir(folder)), folder

    return run


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_run_that_is_cancelled_leaves_all_outputs_or_none(run_into, name):
    feedback, whole, _ = run_into(name)
    asked = feedback.asked
    assert asked > 3
    times = int(os.environ.get("SSF_FUZZ", "1"))
    moments = np.random.default_rng(2026).integers(1, asked + 1, MOMENTS * times)
    for moment in {1, asked, *moments.tolist()}:
        feedback, left, folder = run_into(name, moment)
        assert feedback.asked >= moment
        assert left in ([], whole), f"cancelled at {moment} of {asked}"
        for file in left:
            if file.endswith((".gpkg", ".shp", ".geojson")):
                assert QgsVectorLayer(str(folder / file)).isValid()


def test_a_cancelled_run_does_not_count_what_it_has_not_laid(run_into):
    """The log told of 99 strips of a map that has 183."""
    feedback, _, _ = run_into("ssf:makewindows")
    (whole,) = [said for said in feedback.said if said.endswith("2 strips.")]
    for moment in range(1, feedback.asked):
        stopped, left, _ = run_into("ssf:makewindows", moment)
        counted = [said for said in stopped.said if said.endswith((" strip.", " strips."))]
        assert counted in ([], [whole]), (moment, counted, left)
