"""Damaged experiment files are read or refused, or end their own process alone."""

from contextlib import closing

import numpy as np
import pytest
from scipy.io import savemat

from makers.clay_files import clay_file
from makers.fuzzing import REFUSED, RESULT, check_line, counted, damaged, seeds
from makers.hand_made_mat import columns_2022, windows_2022
from makers.mat73 import write_mat73
from ssf_model.errors import InputError
from training.experiments.files import read_experiment
from training.fitting.apart import Died, answers_apart

LABELLED = {"parameters": {"material": "wet kaolin", "seed": 7.0}}
MOST_MB = 1_500  # of a process that reads files of 20 kB, libraries and all


def outcome_there(path):
    """What comes of a file, and the memory that its process took so far; runs in a worker."""
    import resource

    try:
        experiment = read_experiment(path)
        assert np.isfinite(experiment.ke).all()
        assert experiment.fault_map.max() <= 1
        said = None
    except InputError as error:
        said = str(error)
    return said, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


WRITERS = {
    "version 5": lambda path: savemat(path, {**windows_2022(), **LABELLED}),
    "compressed": lambda path: savemat(path, {**columns_2022(), **LABELLED}, do_compression=True),
    "version 7.3": lambda path: write_mat73(path, {**windows_2022(), **LABELLED}),
    "clay": lambda path: clay_file(path),
}


@pytest.mark.parametrize("form", WRITERS)
def test_damaged_files(tmp_path, form):
    WRITERS[form](tmp_path / "whole.mat")
    whole = (tmp_path / "whole.mat").read_bytes()
    paths = []
    for seed in seeds(60):
        rng = np.random.default_rng([1, seed])
        paths.append(tmp_path / f"E{seed}.mat")
        if seed % 2:  # where the variables' names, types and sizes stand
            place = int(rng.integers(max(1, len(whole) - 700)))
            near = whole[place : place + 700]
            paths[-1].write_bytes(whole[:place] + damaged(near, rng) + whole[place + len(near) :])
        else:
            paths[-1].write_bytes(damaged(whole, rng))
    with closing(answers_apart(outcome_there, paths, workers=1)) as answers:
        for path, answer in zip(paths, answers):
            if isinstance(answer, Died):
                counted(f"mat, {form}", "ended its reader")
                continue
            said, memory_mb = answer
            assert memory_mb < MOST_MB, path.name
            if said is not None:
                assert said.startswith(f"{path.name}: ")
                check_line(said)
            counted(f"mat, {form}", RESULT if said is None else REFUSED)


def test_a_whole_file_is_read(tmp_path):
    """Else the test above would be content with refusing everything."""
    for name, write in WRITERS.items():
        write(tmp_path / "whole.mat")
        assert outcome_there(tmp_path / "whole.mat")[0] is None, name
