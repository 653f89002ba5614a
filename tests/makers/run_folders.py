"""A tiny training, from windows to an ONNX file, whose files can be tampered with."""

import json

import h5py
import numpy as np

from ssf_model.scale import ExperimentScale
from training.__main__ import main
from training.experiments.experiment import Experiment
from training.fitting.architectures import published_network
from training.windows.dataset import write_windows

NAMES = ("EB_025_1", "EB_025_2", "EB_025_3", "PP_050_1", "PP_050_2", "PP_050_3")
SCALE = ExperimentScale(pixel_size_m=90.0, window_rows=16, window_cols=8, stride_px=6)
SETTINGS = {
    "architecture": "published",
    "epochs": 1,
    "windows_per_epoch": 32,
    "batch_size": 16,
    "threads": 0,
}
VERBS = {
    "split": "split {0}/windows --by experiment --out {0}/split.json",
    "train": "train --windows {0}/windows --split {0}/split.json --config {0}/config.json "
    "--run {0}/run --seed 5",
    "go on": "train --windows {0}/windows --split {0}/split.json --config {0}/config.json "
    "--run {0}/run --seed 5 --resume",
    "evaluate": "evaluate --run {0}/run --windows {0}/windows --split {0}/split.json "
    "--out {0}/scores.json",
    "export": "export --run {0}/run --windows {0}/windows --scores {0}/scores.json "
    "--name tiny --version 7 --out {0}/model.onnx",
    "export a spread": "export --run {0}/run --windows {0}/windows --scores {0}/scores.json "
    "--spread {0}/spread.json --name tiny --version 7 --out {0}/spread.onnx",
    "verify": "verify {0}/model.onnx --windows {0}/windows --split {0}/split.json",
    "card": "card {0}/model.onnx --scores {0}/scores.json --out {0}/CARD.md",
    "import-keras": "import-keras {0}/keras2.h5 --out {0}/imported.onnx",
}


def words(verb, folder):
    """A verb's command line in a folder."""
    return [word.format(folder) for word in VERBS[verb].split()]


def experiment_named(name, frames=6):
    """Frames of a line that covers ever more columns; KE is the covered share."""
    rng = np.random.default_rng(NAMES.index(name))
    maps = np.zeros((16, 20, frames), np.uint8)
    for frame in range(frames):
        maps[8, :, frame] = rng.random(20) < (frame + 1) / frames
    ke = np.stack([maps[8, start : start + 8].mean(axis=0) for start in (0, 6, 12)])
    return Experiment(name, "virtual", maps, ke, np.full((3, frames), 0.1), SCALE)


def write_keras2(path, model, *, group="model_weights"):
    """Write weights as Keras 2 laid them out, with layers in between that have none."""
    with h5py.File(path, "w") as file:
        top = file.create_group(group) if group else file
        top.attrs["layer_names"] = np.array([layer.name.encode() for layer in model.layers])
        for layer in model.layers:
            inner = top.create_group(layer.name)
            names = [f"{layer.name}/{weight.name}:0" for weight in layer.weights]
            inner.attrs["weight_names"] = np.array([name.encode() for name in names], dtype="S")
            for name, value in zip(names, layer.get_weights()):
                inner[name] = value
    return path


def write_spread(folder):
    """What `spread` says of a band of drawings, by hand: so few windows all carry a flag."""
    scores = json.loads((folder / "scores.json").read_text())
    spread = {name: scores[name] for name in ("data_sha256", "network_sha256")}
    spread |= {"level": 0.9, "half_width": 0.1, "shift_px": 2.5, "frames": 1, "seed": 1}
    held = {"n_plain": 12, "n_experiments": 2, "held_left_out": 0.9, "held_left_out_worst": 0.8}
    spread["sets"] = {"validation": held, "test": {**held, "held_by_ke": {"0.2 to 0.4": 0.9}}}
    (folder / "spread.json").write_text(json.dumps(spread))


def made_road(folder):
    """All that the verbs make, in a folder."""
    write_windows([experiment_named(name) for name in NAMES], folder / "windows")
    (folder / "config.json").write_text(json.dumps(SETTINGS))
    for verb in VERBS:
        if verb == "export":
            write_spread(folder)
        if verb == "import-keras":
            write_keras2(folder / "keras2.h5", published_network(128, 64))
        assert main(words(verb, folder)) == 0, verb
    return folder
