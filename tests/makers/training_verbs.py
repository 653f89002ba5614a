"""Verbs of training that read what others left: their command lines, and a folder of all of it."""

import json
import shutil

import numpy as np
from scipy.io import savemat

from makers.hand_made_mat import windows_2022
from makers.wandering import wandering
from ssf_model.network.model_card import ModelCard
from training.__main__ import main
from training.commands import train
from training.fitting.config import TrainingConfig, config_to_json
from training.windows.dataset import write_windows

WINDOWS = "windows/windows.npz windows/windows.csv windows/windows.json"
RUN = "run/settings.json run/best.weights.h5"
SETTINGS = {
    "architecture": "mirrored", "flips": False, "epochs": 2, "windows_per_epoch": 16,
    "batch_size": 8, "threads": 0,
}  # fmt: skip
# What each verb is told, which files it reads, and what it makes: a file, or a folder of files.
LINES = {
    "split": ("split windows --by experiment --calibrate step --out new.json", WINDOWS, "new.json"),
    "spread": ("spread run --windows windows --split split.json --frames 8 --level 0.6 --shift 1 "
               "--out new.json", f"{WINDOWS} {RUN} split.json", "new.json"),
    "spread of a file": ("spread model.onnx --windows windows --split split.json --frames 8 "
                         "--level 0.6 --shift 1 --out new.json", "model.onnx", "new.json"),
    "calibrate": ("calibrate model.onnx plain.onnx --windows windows --split split.json "
                  "--level 0.5 --out new.json", f"{WINDOWS} split.json model.onnx", "new.json"),
    "realism": ("realism --windows windows --against study.onnx --clay clay.npz --out new.json",
                f"{WINDOWS} study.onnx clay.npz clay.npz", "new.json"),
    "picture": ("picture raw/E1.mat --out new.png", "raw/E1.mat", "new.png"),
    "ingest": ("ingest raw --out new", "raw/E1.mat raw/E2.mat", "new"),
    "search": ("search --windows windows --split split.json --config config.json "
               "--study study.db --trials 1 --out new.json", "config.json study.db study.db",
               "new.json"),
    "go on from a checkpoint": ("train --windows windows --split split.json --config config.json "
                                "--run begun --resume",
                                "begun/checkpoint.h5 begun/checkpoint.h5 begun/split.json "
                                "begun/history.csv config.json", "begun"),
}  # fmt: skip
FOLDERS = {"windows", "run", "raw", "begun", "new"}


def words(line, folder):
    """The words of a command line whose files and folders lie in a folder."""
    return [
        str(folder / word) if word in FOLDERS or (word.rpartition(".")[2].isalnum() and "." in word
        and not word[0].isdigit()) else word
        for word in line.split()
    ]  # fmt: skip


def made(folder):
    """All that the verbs read: windows, their split, runs and their files, one that is begun."""
    from training.fitting.architectures import ARCHITECTURES
    from training.publishing.onnx_file import export_model

    write_windows([wandering(name, frames=8) for name in "ABCDEFGHI"], folder / "windows")
    (folder / "config.json").write_text(json.dumps(SETTINGS))
    told = ["split windows --by experiment --calibrate step --out split.json"]
    _tell(folder, told)
    (folder / "run").mkdir()
    for name, out in (("published", "plain"), ("mirrored", "model")):
        network = ARCHITECTURES[name].build(48, 24)
        network.save_weights(str(folder / "run" / "best.weights.h5"))
        settings = config_to_json(TrainingConfig(architecture=name, flips=False))
        (folder / "run" / "settings.json").write_text(settings)
        (folder / "run" / "versions.json").write_text("{}")
        shutil.copy(folder / "split.json", folder / "run" / "split.json")
        _tell(folder, [
            "evaluate --run run --windows windows --split split.json --sets test --out "
            f"{out}.json",
            f"export --run run --windows windows --scores {out}.json --name tiny --version 1 "
            f"--out {out}.onnx",
        ])  # fmt: skip
    card = ModelCard("study", "1", window_rows=48, window_cols=24, stride_px=18, material="clay")
    export_model(ARCHITECTURES["published"].build(48, 24), card, folder / "study.onnx")
    (folder / "raw").mkdir()
    savemat(folder / "raw" / "E1.mat", windows_2022(width=8, overlap=2))
    savemat(folder / "raw" / "E2.mat", windows_2022(width=8, overlap=2, seed=4))
    rng = np.random.default_rng(3)
    clay = {"fault_map": (rng.random((2, 128, 128)) < 0.05).astype(np.uint8),
            "published_ke": rng.random((2, 2)), "ke_first_window": rng.random(2)}  # fmt: skip
    np.savez(folder / "clay.npz", **clay)
    _tell(folder, [LINES["search"][0]])
    (folder / "new.json").unlink()
    _begin(folder)
    return folder


def _tell(folder, lines):
    """Run verbs whose files lie in a folder."""
    for line in lines:
        assert main(words(line, folder)) == 0, line


def _begin(folder):
    """Begin a training and stop it after its first epoch."""

    def stop(line, *, prefix=""):
        raise KeyboardInterrupt

    former, train._report = train._report, stop
    try:
        line = LINES["go on from a checkpoint"][0].replace(" --resume", "")
        assert main(words(line, folder)) == 130
    finally:
        train._report = former
    assert (folder / "begun" / "checkpoint.h5").is_file()
