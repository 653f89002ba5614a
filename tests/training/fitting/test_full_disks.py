"""What a training writes on a disk that fills up: an error with the file's name, nothing half."""

import numpy as np
import pytest

from makers.full_disk import full_disk
from ssf_model.errors import InputError
from training.fitting.batches import LabelledMaps
from training.fitting.checkpoint import CHECKPOINT, Progress, load_checkpoint, save_checkpoint
from training.fitting.config import TrainingConfig
from training.fitting.event_log import event_log
from training.fitting.fit import fit
from training.fitting.learner import compiled_model

pytest.importorskip("tensorflow")

SHORT = TrainingConfig(
    "published", epochs=1, windows_per_epoch=16, batch_size=16, shift_px=(1, 1), threads=0
)


def labelled(n):
    """Windows of 12 x 8 with one line."""
    maps = np.zeros((n, 12, 8), np.uint8)
    maps[:, 6] = 1
    ones = np.ones(n)
    return LabelledMaps(maps, ones, ones, ones, np.ones(n, bool))


@pytest.mark.parametrize(("room_bytes", "name"), [(0, "settings.json"), (4096, "best.weights.h5")])
def test_a_fit_ends_with_the_name_of_what_did_not_fit(tmp_path, room_bytes, name):
    """4096 bytes hold all texts of a run; HDF5 itself would end the process."""
    with full_disk(room_bytes), pytest.raises(OSError, match="File too large") as told:
        fit(labelled(16), labelled(8), tmp_path, config=SHORT)
    assert told.value.filename == str(tmp_path / name)
    assert not (tmp_path / name).exists()
    assert not list(tmp_path.glob(".*"))


def test_the_checkpoint_before_stays(tmp_path):
    _, learner = compiled_model((12, 8), SHORT)
    learner.optimizer.build(learner.trainable_variables)
    save_checkpoint(learner, Progress([{"epoch": 1}]), tmp_path)
    with full_disk(4096), pytest.raises(OSError, match="File too large") as told:
        save_checkpoint(learner, Progress([{"epoch": 1}, {"epoch": 2}]), tmp_path)
    assert told.value.filename == str(tmp_path / CHECKPOINT)
    assert load_checkpoint(learner, tmp_path).history == [{"epoch": 1}]


@pytest.mark.parametrize("room_bytes", [0, 200])
def test_tensorboards_log_is_told(tmp_path, room_bytes):
    """200 bytes hold its beginning, but no row."""
    rows = [{"epoch": epoch, "loss": 1.0} for epoch in range(5)]
    told = pytest.raises(InputError, match=r"log: TensorBoard's log cannot be written \(File")
    with full_disk(room_bytes), told:
        list(map(event_log(tmp_path / "log"), rows))
