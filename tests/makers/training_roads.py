"""The verbs of training as roads, and tiny inputs of theirs."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

from makers.fork_server import Server
from makers.hand_made_mat import windows_2022
from makers.lined_experiments import NAMES, lined
from makers.road import OVER, Road, do

TRAINING_MODULES = (
    "tensorflow", "keras", "onnx", "onnxruntime", "scipy.io", "h5py", "numba", "tqdm",
    "matplotlib.pyplot", "optuna", "sqlalchemy", "training.__main__",
    *(f"training.commands.{verb}" for verb in
      ["simulate", "picture", "ingest", "split", "train", "search", "evaluate", "calibrate",
       "spread", "export", "card", "realism", "import_keras"]),
)  # fmt: skip
FRAMES = 12  # of a simulation
SETTINGS = {"epochs": 2, "windows_per_epoch": 32, "batch_size": 16, "threads": 1,
            "architecture": "published", "shift_px": [1, 1]}  # fmt: skip
HERE = "makers.training_roads"

SETS = " --windows {0}/windows --split {0}/split.json "
TRAIN = "train" + SETS + "--config {0}/config.json --run run"
EXPORT = "export --run {0}/run --windows {0}/windows --scores {0}/scores.json --name tiny "
EVALUATE = "evaluate --model {0}/m.onnx" + SETS + "--sets test --out scores.json --report report"
CALIBRATE = "calibrate {0}/m.onnx {0}/plain.onnx" + SETS + "--out c.json"
SPREAD = "spread {0}/plain.onnx" + SETS + "--frames 4 --level 0.6 --out s.json"
PICTURE = "picture {0}/raw/%s.mat --moments 1 --out sheet.png"
CARD = "card {0}/m.onnx --out CARD.md"
REALISM = "realism --windows {0}/%s --against {0}/m.onnx --out r.json --markdown r.md"
SEARCH = "search" + SETS + "--config {0}/short.json --study study.db --out best.json --trials "
TRAINING_ROADS = [
    Road("simulate", "simulate --out raw --only EB_025_1 PP_050_1 --workers 2", "--resume",
         "simulate --out raw --only EB_025_1 PP_050_1 --seed 7", module="training",
         before=f"{HERE}:simulate_briefly", most_left=2),
    Road("picture", PICTURE % NAMES[0], OVER, PICTURE % NAMES[1], module="training"),
    Road("ingest", "ingest {0}/raw --out windows --workers 2", OVER,
         "ingest {0}/raw --out windows --pens drawn", module="training",
         whole_folders=("windows",)),
    Road("split", "split {0}/windows --by experiment --out split.json", OVER,
         "split {0}/windows --by experiment --seed 2 --out split.json", module="training"),
    Road("train", TRAIN + " --seed 5", "--resume", TRAIN + " --seed 6", module="training",
         grows=("run",), most_left=2),
    Road("train --seeds", TRAIN + " --seeds 5,6 --workers 2", "--resume",
         TRAIN + " --seeds 7 --workers 1", module="training", grows=("run",), most_left=4),
    Road("search", SEARCH + "2", "", SEARCH + "1", module="training", most_left=2,
         grows=("study.db", "study.db-journal"), shares=True),
    Road("evaluate", EVALUATE, OVER, EVALUATE + " --against {0}/plain.onnx", module="training",
         whole_folders=("report",)),
    Road("calibrate", CALIBRATE, OVER, CALIBRATE + " --level .7", module="training"),
    Road("spread", SPREAD, OVER, SPREAD + " --seed 2", module="training"),
    Road("export", EXPORT + "--version 7 --out m.onnx", OVER, EXPORT + "--version 6 --out m.onnx",
         module="training"),
    Road("card", CARD + " --scores {0}/scores.json", OVER, CARD, module="training"),
    Road("realism", REALISM % "others", OVER, REALISM % "thirds", module="training", most_left=2),
    Road("import-keras", "import-keras {0}/keras2.h5 --out m.onnx", OVER,
         "import-keras {0}/keras2.h5 --version 7 --out m.onnx", module="training"),
]  # fmt: skip


def simulate_briefly() -> None:
    """Have this process plan short simulations; what it plans tells its workers how long."""
    from training.virtual import runs

    runs.LABORATORY_FRAMES = dict.fromkeys(runs.LABORATORY_FRAMES, FRAMES)


def make_networks() -> None:
    """Write weights as the study published its own, and an untrained network, whose KE is no odd.

    Needs TensorFlow, so a child does it.
    """
    import keras

    from makers.run_folders import write_keras2
    from ssf_model.network.model_card import ModelCard
    from training.fitting.architectures import published_network
    from training.publishing.onnx_file import export_model

    here = Path(os.getcwd())
    write_keras2(here / "keras2.h5", published_network(128, 64))
    keras.utils.set_random_seed(3)
    scale = lined(NAMES[0]).scale
    card = ModelCard(name="plain", version="1", **dataclasses.asdict(scale))
    export_model(published_network(scale.window_rows, scale.window_cols), card, here / "plain.onnx")


def make_training_inputs(folder: Path, server: Server) -> None:
    """Experiment files, windows and their split, settings, a run, its scores and its network."""
    from scipy.io import savemat

    from training.windows.dataset import write_windows

    (folder / "raw").mkdir()
    for seed, name in enumerate(NAMES):
        savemat(folder / "raw" / f"{name}.mat", windows_2022(seed=seed))
    for number, name in enumerate(("windows", "others", "thirds")):
        write_windows([lined(each, other=number) for each in NAMES], folder / name,
                      pens=("raw", "drawn"))  # fmt: skip
    (folder / "config.json").write_text(json.dumps(SETTINGS))
    (folder / "short.json").write_text(json.dumps({**SETTINGS, "epochs": 1}))
    for words in (
        "split {0}/windows --by experiment --out split.json",
        TRAIN + " --seed 1",
        "evaluate --run {0}/run" + SETS + "--out scores.json",
        EXPORT + "--version 1 --material clay --out m.onnx",
    ):
        do(server, "training", folder, words)
    do(server, "training", folder, "--version", before=f"{HERE}:make_networks")
