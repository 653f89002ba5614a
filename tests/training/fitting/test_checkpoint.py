"""A checkpoint that cannot be gone on from is refused before anything is trained."""

import h5py
import numpy as np
import pytest

from ssf_model.errors import InputError
from training.fitting.checkpoint import CHECKPOINT, Progress, load_checkpoint, save_checkpoint
from training.fitting.config import TrainingConfig
from training.fitting.learner import compiled_model

pytest.importorskip("tensorflow")

SETTINGS = TrainingConfig("published", epochs=1, batch_size=32, shift_px=(1, 1), threads=0)


def built_learner():
    learner = compiled_model((12, 8), SETTINGS)[1]
    learner.optimizer.build(learner.trainable_variables)
    return learner


@pytest.mark.parametrize("value", [np.nan, -np.inf])
def test_numbers_that_are_not_finite_are_refused(tmp_path, value):
    save_checkpoint(built_learner(), Progress(), tmp_path)
    load_checkpoint(built_learner(), tmp_path)
    with h5py.File(tmp_path / CHECKPOINT, "r+") as file:
        file["optimizer/0002"][...] = value
    with pytest.raises(InputError, match=r"its optimizer holds no finite numbers\. Train anew"):
        load_checkpoint(built_learner(), tmp_path)


def test_a_folder_in_its_place_is_not_taken_for_none(tmp_path):
    (tmp_path / CHECKPOINT).mkdir()
    with pytest.raises(InputError, match=r"checkpoint\.h5: not a readable checkpoint"):
        load_checkpoint(built_learner(), tmp_path)
