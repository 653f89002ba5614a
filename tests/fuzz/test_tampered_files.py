"""Settings and splits that somebody changed: read as they say, or refused in one line."""

import dataclasses
import json

import numpy as np
import pytest

from makers.dealt_windows import windows_of
from makers.fuzzing import REFUSED, RESULT, check_line, counted, seeds, tampered
from ssf_model.errors import InputError
from training.fitting.config import TrainingConfig, load_config
from training.windows.split import load_split

WINDOWS = windows_of({"a": 20, "b": 20, "c": 20})
SPLIT = {
    "data_sha256": WINDOWS.sha256,
    "sets": {
        "train": {"a": [0, 1, 2, 3, 4]},
        "validation": {"b": [0, 1, 2, 3, 4]},
        "test": {"c": [0, 1]},
    },
}


def read(kind, path, load):
    """What comes of a file; a refusal names it."""
    try:
        load(path)
    except InputError as error:
        assert str(path) in str(error)  # noqa: PT017
        check_line(str(error))
        return counted(kind, REFUSED)
    return counted(kind, RESULT)


@pytest.mark.parametrize(
    ("kind", "entries", "load"),
    [
        ("settings", dataclasses.asdict(TrainingConfig()), load_config),
        ("splits", SPLIT, lambda path: load_split(path, WINDOWS, wanted=["train"])),
    ],
)
def test_tampered_json(tmp_path, kind, entries, load):
    path = tmp_path / f"{kind}.json"
    path.write_text(json.dumps(entries), encoding="utf-8")
    assert read(kind, path, load) == RESULT
    found = set()
    for seed in seeds(150):
        rng = np.random.default_rng([2, seed])
        path.write_text(json.dumps(tampered(entries, rng)), encoding="utf-8")
        found.add(read(kind, path, load))
    assert REFUSED in found
