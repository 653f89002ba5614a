"""Verbs of training that others do not cover, on tampered inputs: a result, or one line.

Spreads, calibrations, realism, pictures, ingestion, a search that goes on, and a training that
goes on from a checkpoint. Each in a process that may die, within bounds on time and memory.
"""

import json
import shutil

import h5py
import numpy as np
import pytest

from makers.fuzzing import ODD_JSON, REFUSED, RESULT, check_line, counted, none_wrong, seeds
from makers.training_cases import SOUND, tamper, wrong_cases
from makers.training_verbs import LINES, made, words
from ssf_model.errors import InputError
from training.fitting.checkpoint import CHECKPOINT, Progress, load_checkpoint, save_checkpoint
from training.fitting.config import TrainingConfig
from training.fitting.learner import compiled_model

pytest.importorskip("tensorflow")

ALONE = ("picture", "ingest")  # read experiments in processes of their own


@pytest.fixture(scope="module")
def road(tmp_path_factory):
    return made(tmp_path_factory.mktemp("road"))


def verbs(alone):
    return [verb for verb in LINES if (verb in ALONE) is alone]


def command_of(verb, folder):
    return words(LINES[verb][0], folder)


def made_of(verb, folder, code, new):
    """What a verb may make: its output, or, where that is a folder, files in it."""
    out = folder / LINES[verb][2]
    if verb == "search":  # makes its study where there is none
        return {out, *(new & {folder / "study.db"})}
    if code != 0 or out.suffix:
        return {out}
    return {path for path in new if out in path.parents}


def case_of(road, folder, verb, rng):
    """A copy of all inputs with one of those that a verb reads tampered with; in words, how."""
    shutil.copytree(road, folder)
    name = str(rng.choice(LINES[verb][1].split()))
    path = folder / name
    if path.name == "checkpoint.h5" and rng.random() < 0.5:
        return f"{name}, {odd_checkpoint(path, rng)}"
    return f"{name}, {tamper(path, rng)}"


def odd_checkpoint(path, rng):
    """A checkpoint that is whole HDF5, and not what was written."""
    with h5py.File(path, "r+") as file:
        way = int(rng.integers(5))
        group = file[str(rng.choice(["network", "optimizer"]))]
        key = str(rng.choice(list(group)))
        if way == 0:
            del group[key]
        elif way == 1:
            shape = group[key].shape
            del group[key]
            group[key] = np.full(shape, [np.nan, np.inf, -1e38][int(rng.integers(3))], np.float32)
        elif way == 2:
            del group[key]
            group[key] = ["text", np.zeros((2, 3, 4)), np.arange(3)][int(rng.integers(3))]
        elif way == 3:
            told = json.loads(file.attrs["progress"])
            place = told if rng.random() < 0.5 else told["history"][0]
            name = str(rng.choice(list(place)))
            place[name] = ODD_JSON[int(rng.integers(len(ODD_JSON)))]
            file.attrs["progress"] = json.dumps(told)
        else:
            del group[key]
            group[key] = h5py.SoftLink("/network") if rng.random() < 0.5 else h5py.ExternalLink(
                "/etc/hostname", "/")  # fmt: skip
    return f"{group.name if group else ''}/{key}, way {way}"


@pytest.mark.parametrize("alone", [False, True])
def test_tampered_inputs(road, tmp_path, alone):
    """And sound ones, which give a result: else refusing everything would do."""
    cases = []
    for verb in verbs(alone):
        shutil.copytree(road, tmp_path / verb)
        cases.append((verb, tmp_path / verb, SOUND))
        for seed in seeds(3):
            rng = np.random.default_rng([16, sum(map(ord, verb)), seed])
            folder = tmp_path / f"{verb} {seed}"
            cases.append((verb, folder, f"{seed}: {case_of(road, folder, verb, rng)}"))
    none_wrong(wrong_cases(cases, command_of, made_of, apart=not alone))


def test_odd_checkpoints(tmp_path):
    """Many more of those that are whole HDF5, by their reader alone: read, or refused by name."""
    learner = compiled_model((12, 8), TrainingConfig("published", threads=0))[1]
    learner.optimizer.build(learner.trainable_variables)
    path = tmp_path / CHECKPOINT
    progress = Progress([{"epoch": 1, "val_loss": 0.5}], 1.0)
    save_checkpoint(learner, progress, tmp_path)
    whole = path.read_bytes()
    for seed in seeds(40):
        path.write_bytes(whole)
        odd_checkpoint(path, np.random.default_rng([17, seed]))
        try:
            load_checkpoint(learner, tmp_path)
        except InputError as error:
            assert str(path) in str(error)  # noqa: PT017
            check_line(str(error))
            counted("training, checkpoints", REFUSED)
        else:
            counted("training, checkpoints", RESULT)
    path.write_bytes(whole)
    assert load_checkpoint(learner, tmp_path) == progress
