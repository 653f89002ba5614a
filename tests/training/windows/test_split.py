import json

import numpy as np
import pytest

from makers.dealt_windows import PUBLISHED_COUNTS, windows_of
from ssf_model.errors import InputError
from ssf_model.scale import ExperimentScale
from training.__main__ import main
from training.experiments.experiment import Experiment
from training.virtual.runs import LABORATORY_FRAMES
from training.windows.dataset import write_windows
from training.windows.deal import configuration
from training.windows.split import load_split, make_split

PUBLISHED_SETS = {"train": 7998, "validation": 3064, "test": 1532}
THREE_DRAWS = [
    *LABORATORY_FRAMES,
    *(f"{name}_r{draw}" for draw in (2, 3) for name in LABORATORY_FRAMES),
]


def rows_of(tmp_path, windows, *, by, seed=1):
    """The rows of each set, through a file."""
    path = tmp_path / "split.json"
    path.write_text(json.dumps(make_split(windows, by=by, seed=seed)))
    return load_split(path, windows)


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("names", [list(LABORATORY_FRAMES), THREE_DRAWS])
def test_split_by_experiment_keeps_experiments_whole_and_configurations_trained(
    tmp_path, names, seed
):
    windows = windows_of(dict.fromkeys(names, 15))
    rows = rows_of(tmp_path, windows, by="experiment", seed=seed)
    members = {name: set(windows.experiment[own].tolist()) for name, own in rows.items()}
    assert sorted(np.concatenate(list(rows.values())).tolist()) == list(range(len(windows)))
    assert sum(len(own) for own in members.values()) == len(names)  # none in two sets
    assert members["never_seen"] == {"PP_150_1"}
    dealt = len(names) - 1
    assert len(members["train"]) == pytest.approx(dealt * 2 / 3, abs=2)
    assert len(members["validation"]) == pytest.approx(dealt / 6, abs=2)
    assert len(members["test"]) == pytest.approx(dealt / 6, abs=2)
    for group in {configuration(name) for name in names}:
        own = [name for name in names if configuration(name) == group and name != "PP_150_1"]
        trained = sum(name in members["train"] for name in own)
        if len(own) >= 3:
            assert trained >= 1
        assert trained == pytest.approx(len(own) * 2 / 3, abs=1.4)


@pytest.mark.parametrize("seed", range(50))
def test_configurations_of_three_or_more_train_however_uneven_they_are(seed):
    sizes = np.random.default_rng(seed).integers(1, 6, 8)
    groups = {f"G{group}": int(size) for group, size in enumerate(sizes)}
    names = [f"{group}_{n}" for group, size in groups.items() for n in range(1, size + 1)]
    made = make_split(windows_of(dict.fromkeys(names, 5)), by="experiment", seed=seed)["sets"]
    for group, size in groups.items():
        if size >= 3:
            assert any(configuration(name) == group for name in made["train"])


def test_published_split_has_the_published_sizes(tmp_path):
    """The study's own counts; positions of a repeat differ by a row at most here."""
    windows = windows_of(PUBLISHED_COUNTS)
    rows = rows_of(tmp_path, windows, by="published")
    for name, size in PUBLISHED_SETS.items():
        assert len(rows[name]) == pytest.approx(size, abs=9)  # nine repeats
    assert set(windows.experiment[rows["never_seen"]]) == {"PP_150_1"}


@pytest.mark.parametrize("seed", range(5))
def test_published_split_keeps_all_frames_of_a_window_together(tmp_path, seed):
    windows = windows_of(PUBLISHED_COUNTS)
    rows = rows_of(tmp_path, windows, by="published", seed=seed)
    keys = [
        set(zip(windows.experiment[own].tolist(), windows.window[own].tolist()))
        for own in rows.values()
    ]
    assert sum(map(len, keys)) == len(set.union(*keys)) == 16 * 5
    for name in PUBLISHED_COUNTS:
        dealt = [sum(key[0] == name for key in own) for own in keys]
        if name == "PP_150_1":
            assert dealt == [0, 0, 0, 5]
        else:
            assert dealt == ([5, 0, 0, 0] if name.endswith("_1") else [2, 2, 1, 0])


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize(("names", "folds"), [(list(LABORATORY_FRAMES), 5), (THREE_DRAWS, 3)])
def test_over_all_folds_each_experiment_tests_once_and_validates_once(tmp_path, names, folds, seed):
    windows = windows_of(dict.fromkeys(names, 10))
    dealt = set(names) - {"PP_150_1"}
    tested, validated = [], []
    for fold in range(1, folds + 1):
        split = make_split(windows, by="k-fold", seed=seed, folds=folds, fold=fold)
        assert (split["kind"], split["folds"], split["fold"]) == ("k-fold", folds, fold)
        (tmp_path / "split.json").write_text(json.dumps(split))
        rows = load_split(tmp_path / "split.json", windows, wanted=("train", "validation", "test"))
        assert sorted(np.concatenate(list(rows.values())).tolist()) == list(range(len(windows)))
        members = {name: set(windows.experiment[own].tolist()) for name, own in rows.items()}
        assert sum(len(own) for own in members.values()) == len(names)  # none in two sets
        assert members["never_seen"] == {"PP_150_1"}
        assert len(members["test"]) in (len(dealt) // folds, -(-len(dealt) // folds))
        for group in {configuration(name) for name in dealt}:
            own = [name for name in dealt if configuration(name) == group]
            assert sum(name in members["test"] for name in own) <= -(-len(own) // folds)
        tested += members["test"]
        validated += members["validation"]
    assert sorted(tested) == sorted(validated) == sorted(dealt)


@pytest.mark.parametrize(("fold", "validates"), [(1, 2), (2, 3), (3, 4), (4, 1)])
def test_the_fold_after_the_one_that_tests_validates(fold, validates):
    """What validates is what tests when the next fold's turn comes; after the last, the first."""
    windows = windows_of(dict.fromkeys(THREE_DRAWS, 10))
    made = [
        make_split(windows, by="k-fold", seed=3, folds=4, fold=number)["sets"]
        for number in (fold, validates)
    ]
    assert made[0]["validation"] == made[1]["test"]
    assert set(made[0]["train"]) == set(THREE_DRAWS) - {
        *made[0]["test"], *made[1]["test"], *made[0]["never_seen"]
    }  # fmt: skip


def test_folds_that_are_not_there_are_refused():
    windows = windows_of(dict.fromkeys(LABORATORY_FRAMES, 5))

    def refused(message, **options):
        with pytest.raises(InputError, match=message):
            make_split(windows, seed=1, **{"by": "k-fold", **options})

    refused("there is no fold 6 of 5", fold=6)
    refused("there is no fold 0 of 4", folds=4, fold=0)
    refused("Folds are 3 or more and count from 1; there is no fold 1 of 2", folds=2, fold=1)
    refused("15 experiments do not fill 16 folds", folds=16, fold=1)
    refused("needs --fold, the one that tests", folds=5)
    refused("Folds belong to a split by k-fold, not by experiment", by="experiment", fold=1)
    refused("Folds belong to a split by k-fold, not by published", by="published", folds=5)


@pytest.mark.parametrize("options", [{"by": "experiment"}, {"by": "published"},
                                     {"by": "k-fold", "fold": 3}])  # fmt: skip
def test_the_seed_decides(options):
    windows = windows_of(dict.fromkeys(THREE_DRAWS, 10))
    splits = [make_split(windows, **options, seed=seed)["sets"] for seed in (1, 1, 2)]
    assert splits[0] == splits[1] != splits[2]


def test_unusable_splits_are_refused():
    windows = windows_of({"EB_025_1": 5, "EB_025_2": 5})
    with pytest.raises(InputError, match="2 experiments are too few"):
        make_split(windows, by="experiment", seed=1)
    with pytest.raises(InputError, match="no split by 'moon'; there is experiment, published"):
        make_split(windows, by="moon", seed=1)
    with pytest.raises(InputError, match="seed of a split is 0 or more, not -1"):
        make_split(windows, by="published", seed=-1)
    with pytest.raises(InputError, match="S_1 is none of the study's experiments"):
        make_split(windows_of({"S_1": 5}), by="published", seed=1)
    with pytest.raises(InputError, match=r"EB_025_2 has 4 windows; .* needs five"):
        make_split(windows_of({"EB_025_2": 4}), by="published", seed=1)


def test_a_split_that_does_not_fit_is_refused(tmp_path):
    windows = windows_of(PUBLISHED_COUNTS)
    split = make_split(windows, by="published", seed=1)
    path = tmp_path / "split.json"

    def refused(changed, message, **options):
        path.write_text(changed if isinstance(changed, str) else json.dumps(changed))
        with pytest.raises(InputError, match=message):
            load_split(path, windows, **options)

    refused({**split, "data_sha256": "decaf"}, "made for other windows .sha256 decaf")
    overlapping = json.loads(json.dumps(split))
    overlapping["sets"]["test"]["EB_025_1"] = [3]
    refused(overlapping, "window 3 of EB_025_1 is in 'train' and in 'test'")
    stranger = json.loads(json.dumps(split))
    stranger["sets"]["test"]["EB_999_1"] = [3]
    refused(stranger, "window 3 of EB_999_1 is not in these windows")
    refused(
        split, "has no set 'holdout' with windows; it has train, validation", wanted=["holdout"]
    )
    emptied = json.loads(json.dumps(split))
    emptied["sets"]["test"] = {}
    refused(emptied, "has no set 'test' with windows", wanted=["train", "test"])
    refused("{", "not readable as a split")
    refused({"sets": {}}, "not readable as a split")
    refused({**split, "sets": {"train": [1]}}, "not readable as a split")
    with pytest.raises(InputError, match="not readable as a split"):
        load_split(tmp_path / "gone.json", windows)


def written(tmp_path):
    """A folder of three experiments of one window and one frame each."""
    fault_map = np.ones((128, 64, 1), np.uint8)
    experiments = [
        Experiment(f"E{n}", "laboratory", fault_map, *np.ones((2, 1, 1)), ExperimentScale())
        for n in range(3)
    ]
    write_windows(experiments, tmp_path / "w")
    return tmp_path / "w"


def test_the_command_tells_what_the_sets_share_and_keeps_it(tmp_path, capsys):
    """Three experiments of one window and one frame each: a set each, nothing shared."""
    written(tmp_path)
    words = ["split", str(tmp_path / "w"), "--by", "k-fold", "--folds", "3", "--fold", "2"]
    assert main([*words, "--out", str(tmp_path / "split.json")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == [
        "train\t1 experiment\t1 window",
        "validation\t1 experiment\t1 window",
        "test\t1 experiment\t1 window",
        "never_seen\t0 experiments\t0 windows",
    ]
    assert lines[5] == (
        "train / test\t0 experiments in both\t0 px of columns shared, by 0 / 0 windows\t"
        "0 adjacent frames"
    )
    leakage = json.loads((tmp_path / "split.json").read_text())["leakage"]
    assert len(leakage["pairs"]) == 3
    assert lines[-1] == leakage["in_words"]


def test_the_same_command_writes_a_split_beside_its_windows_twice(tmp_path, capsys):
    folder = written(tmp_path)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    words = ["split", str(folder), "--by", "k-fold", "--folds", "3", "--fold", "2"]
    words += ["--out", str(folder / "split.json")]
    assert main(words) == 0
    first = (folder / "split.json").read_bytes()
    assert main([*words, "--seed", "2"]) == 1
    assert main([*words, "--overwrite"]) == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        **before, "split.json": first}  # fmt: skip


def test_an_existing_split_is_kept(tmp_path, capsys):
    (tmp_path / "split.json").write_text("mine")
    windows = tmp_path / "windows"
    windows.mkdir()
    words = ["split", str(windows), "--by", "published", "--out", str(tmp_path / "split.json")]
    assert main(words) == 1
    assert (
        "exists already; give --overwrite to replace it, or another name" in capsys.readouterr().err
    )
    assert (tmp_path / "split.json").read_text() == "mine"
