"""Fixtures of the command line's tests."""

import numpy as np
import onnx
import pytest
import shapely

from makers.map_files import ORIGIN, STRAIGHT, write
from makers.onnx_networks import study_like
from ssf_model.network.model_card import CARD_KEY, ModelCard, card_to_json


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    """An ONNX file of the study's shape with random weights and a card."""
    path = tmp_path_factory.mktemp("model") / "random.onnx"
    proto = study_like(seed=3, card=False)
    for tensor in proto.graph.initializer[-2:]:  # of its last layer: answers are below 1 so
        smaller = onnx.numpy_helper.to_array(tensor) * np.float32(0.25)
        tensor.CopyFrom(onnx.numpy_helper.from_array(smaller, tensor.name))
    card = card_to_json(ModelCard(name="probe", version="1"))
    onnx.helper.set_model_props(proto, {CARD_KEY: card})
    path.write_bytes(proto.SerializeToString())
    return str(path)


@pytest.fixture
def traces(tmp_path):
    return write(
        tmp_path / "faults.gpkg",
        [
            shapely.linestrings(STRAIGHT + ORIGIN),
            shapely.linestrings(STRAIGHT * 0.1 + ORIGIN + [0, 900]),
        ],
        name=np.array(["main", "splay"], dtype=object),
        ke=[7, 8],
    )
