"""Damaged models open, or are refused in one line, whichever engine is to run them."""

import numpy as np
import pytest

from makers.fuzzing import REFUSED, RESULT, check_line, counted, damaged, seeds
from makers.onnx_networks import study_like
from ssf_model.errors import ModelError
from ssf_model.network.model import default_model_path, open_model

SHIPPED = default_model_path().read_bytes()
SMALL = study_like(128, 64).SerializeToString()


@pytest.mark.parametrize("engine", ["numpy", "onnxruntime"])
@pytest.mark.parametrize(("kind", "whole"), [("shipped", SHIPPED), ("small", SMALL)])
def test_damaged_models(tmp_path, kind, whole, engine):
    path = tmp_path / "m.onnx"
    for seed in seeds(10):
        rng = np.random.default_rng([3, seed])
        path.write_bytes(damaged(whole, rng))
        try:
            open_model(path, engine=engine, threads=1)
        except ModelError as error:
            assert str(error).startswith("m")  # noqa: PT017
            check_line(str(error))
            counted(f"onnx, {kind}, {engine}", REFUSED)
        else:
            counted(f"onnx, {kind}, {engine}", RESULT)
