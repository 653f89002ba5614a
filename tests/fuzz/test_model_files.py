"""Damaged and hostile models open, or are refused in one line, whichever engine is to run them.

Each is tried in a process of its own with bounds on memory and time, as nobody knows what a
session may do.
"""

import json
from contextlib import closing

import numpy as np
import pytest
from onnx import helper

from makers.fuzzing import DIED, REFUSED, RESULT, check_line, counted, damaged, seeds, tampered
from makers.hostile_networks import CLAIMS, HOSTILE, as_bytes, with_claim
from makers.onnx_networks import study_like, told_of_detail
from makers.random_networks import random_graph
from ssf_model.errors import ModelError
from ssf_model.network.model import default_model_path, open_model
from ssf_model.network.model_card import CARD_KEY
from training.fitting.apart import Died, answers_apart

SHIPPED = default_model_path().read_bytes()
SMALL = study_like(128, 64).SerializeToString()
ENGINES = ("numpy", "onnxruntime")
MOST_BYTES = 6 * 2**30  # of addresses; sessions and BLAS take some 2 GB of them for themselves
MOST_SECONDS = 60  # of a processor, for one model on both engines


def bounded():
    """Hold this process to its bounds."""
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + MOST_SECONDS
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))


def outcomes_there(path):
    """What either engine makes of a model: why it refuses, or answers; runs in a worker.

    Answers to several windows are those to each, and both engines answer alike.
    """
    bounded()
    found, answers = [], []
    for engine in ENGINES:
        try:
            model = open_model(path, engine=engine, threads=1)
            found.append(None)
        except ModelError as error:
            found.append(str(error))
            continue
        shape = (5, model.card.window_rows, model.card.window_cols)
        windows = np.random.default_rng(1).integers(0, 2, shape).astype(np.uint8)
        stretch = np.linspace(1, 9, 5)
        try:
            together = model.answer(windows, stretch)
            each = [model.answer(windows[at : at + 1], stretch[at : at + 1]) for at in range(5)]
        except ModelError as error:  # such as an answer that is no number
            found[-1] = str(error)
            continue
        scale = 1e-4 * (1 + np.abs(together).max())
        np.testing.assert_allclose(np.concatenate(each), together, rtol=1e-3, atol=scale)
        answers.append(together)
    if len(answers) == 2:
        scale = 1e-4 * (1 + np.abs(answers[0]).max())
        np.testing.assert_allclose(answers[1], answers[0], rtol=1e-3, atol=scale)
    return found


def tried(kind, paths):
    """Each model in turn, counted by engine; how often one gave a result."""
    results = 0
    with closing(answers_apart(outcomes_there, paths, workers=1)) as answers:
        for path, found in zip(paths, answers):
            assert not isinstance(found, Died), f"{path.name}: {counted(kind, DIED)}"
            for engine, said in zip(ENGINES, found):
                if said is not None:
                    assert said.startswith(path.name), said
                    check_line(said)
                results += said is None
                counted(f"onnx, {kind}, {engine}", RESULT if said is None else REFUSED)
    return results


def files(folder, contents):
    """Models as files."""
    paths = []
    for number, content in enumerate(contents):
        paths.append(folder / f"m{number}.onnx")
        paths[-1].write_bytes(content)
    return paths


@pytest.mark.parametrize(("kind", "whole"), [("shipped", SHIPPED), ("small", SMALL)])
def test_damaged_models(tmp_path, kind, whole):
    contents = [damaged(whole, np.random.default_rng([3, seed])) for seed in seeds(10)]
    assert tried(kind, files(tmp_path, contents)) > 0


def test_hostile_models(tmp_path):
    """Every one is refused, within bounds."""
    contents = [as_bytes(make) for make, _ in HOSTILE.values()]
    contents += [with_claim(length) for length in CLAIMS]
    assert tried("hostile", files(tmp_path, contents)) == 0


def test_random_networks(tmp_path):
    contents = [random_graph(np.random.default_rng([8, seed])) for seed in seeds(40)]
    assert tried("random", files(tmp_path, contents)) > 5


ODD_CARDS = {
    "not a table": "[1, 2]",
    "deep": "[" * 10**6,
    "deep table": '{"name": ' * 10**5,
    "names twice": '{"card_format": 1, "name": "a", "name": "b", "version": "1"}',
    "a number beyond all": '{"card_format": 1, "name": "a", "version": "1", "pixel_size_m": 1e400}',
    "long number": '{"card_format": 1, "name": "a", "version": "1", "seed": ' + "9" * 10**5 + "}",
    "no number": '{"card_format": 1, "name": "a", "version": "1", "pixel_size_m": NaN}',
    "thick": '{"card_format": 1, "name": "a", "version": "1", "thickness_px": [1e50]}',
    "many widths": '{"card_format": 1, "name": "a", "version": "1", "thickness_px": ['
    + ", ".join(["2.5"] * 10**5) + "]}",
    "half a letter": '{"card_format": 1, "name": "\\ud83d", "version": "1"}',
    "huge pixels": '{"card_format": 1, "name": "a", "version": "1", "pixel_size_m": 1e300}',
    "tiny pixels": '{"card_format": 1, "name": "a", "version": "1", "pixel_size_m": 1e-320}',
    "a huge window": '{"card_format": 1, "name": "a", "version": "1", "window_rows": 1e18}',
    "a long stride": '{"card_format": 1, "name": "a", "version": "1", "stride_px": 1000000}',
    "below zero": '{"card_format": 1, "name": "a", "version": "1", "window_rows": -128}',
    "empty": "",
    "a text": '"card"',
}  # fmt: skip


def test_odd_cards(tmp_path):
    """A card that disagrees with its graph, or is odd."""
    proto = told_of_detail(spread={"level": 0.9, "half_width": 0.1}, scores={"test": {"mae": 0.1}})
    entries = {entry.key: entry.value for entry in proto.metadata_props}
    card = json.loads(entries[CARD_KEY])
    texts = list(ODD_CARDS.values())
    for seed in seeds(60):
        texts.append(json.dumps(tampered(card, np.random.default_rng([9, seed]))))
    texts.append(json.dumps(card))
    contents = []
    for text in texts:
        helper.set_model_props(proto, {CARD_KEY: text})
        contents.append(proto.SerializeToString())
    assert tried("cards", files(tmp_path, contents)) >= 2
