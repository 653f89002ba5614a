"""Fault maps drawn by hand, in metres around a place, and a model whose answers are known."""

from pathlib import Path

import numpy as np

from ssf_model.faults.traces import make_traces
from ssf_model.geometry.frames import LocalFrame
from ssf_model.network.model import Model
from ssf_model.network.model_card import ModelCard

HERE = LocalFrame(-116.5, 34.5)


def on_earth(metres, frame=HERE):
    """Metres east and north of a place as longitude and latitude."""
    return frame.to_lonlat(np.asarray(metres, dtype=float))


def traces_of(*lines, frame=HERE, **names):
    """One feature a line, each given in metres around a place."""
    return make_traces([[on_earth(line, frame)] for line in lines], **names)


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


def model_told(answer, *, name="told", **card):
    """A model that answers each window with ``answer(window, stretch_px)``: KE, low and high."""

    def run(windows, stretch_px):
        answers = [answer(*one) for one in zip(windows, stretch_px.tolist())]
        return tuple(np.array(answers, dtype=np.float32).T)

    card = ModelCard(name=name, version="1", **card)
    path = Path(f"{name}.onnx")
    return Model(path, card, "test", run, wants_detail=True, tells_interval=True)


def crowded(seed, *, zone_names):
    """Traces of 1 to 40 km that cross and overlap; the short ones are drawn twice."""
    rng = np.random.default_rng(seed)
    lines = []
    for _ in range(50):
        middle = rng.uniform(-30_000, 30_000, size=2)
        half = 10 ** rng.uniform(2.7, 4.3)
        line = np.array([[-half, 0], [0, rng.normal(0, 300)], [half, 0]])
        lines.append(turned(line, rng.normal(90, 15)) + middle)
    short = [line for line in lines if np.ptp(line, axis=0).max() < 8_000]
    lines += short[::2] + [line[::-1] for line in short[1::2]]
    names = [f"zone {number}" for number in rng.integers(0, 4, len(lines))] if zone_names else None
    return traces_of(*lines, zone_names=names)
