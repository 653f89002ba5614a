"""Fault maps drawn by hand, in metres around a place, and a model whose answers are known."""

from pathlib import Path

import numpy as np

from ssf_model.frames import LocalFrame
from ssf_model.inference import Model
from ssf_model.model_card import ModelCard
from ssf_model.traces import make_traces

HERE = LocalFrame(-116.5, 34.5)


def on_earth(metres, frame=HERE):
    """Metres east and north of a place as longitude and latitude."""
    return frame.to_lonlat(np.asarray(metres, dtype=float))


def traces_of(*lines, frame=HERE, zone_names=None):
    """One feature a line, each given in metres around a place."""
    return make_traces([[on_earth(line, frame)] for line in lines], zone_names=zone_names)


def turned(line, azimuth_deg):
    """A line drawn along x (strike) and y (across, to the left), turned to an azimuth."""
    azimuth = np.radians(azimuth_deg)
    along = np.array([np.sin(azimuth), np.cos(azimuth)])
    line = np.asarray(line, dtype=float)
    return line[:, :1] * along + line[:, 1:] * np.array([-along[1], along[0]])


def model_that(answer, *, name="probe", **card):
    """A model that answers each window with ``answer(window)``."""

    def run(windows):
        return np.array([answer(window) for window in windows], dtype=np.float32)

    return Model(Path(f"{name}.onnx"), ModelCard(name=name, version="1", **card), "test", run)
