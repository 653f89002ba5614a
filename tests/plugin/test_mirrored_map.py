"""ssf:estimateke on a map and its mirror image, by a network that tells them apart."""

import numpy as np
import pytest

from makers.hand_made_layers import EASTING, make_layer, rows, straight


def answers_of(results):
    return [row["ke"] for row in rows(results["WINDOWS"])]


@pytest.fixture
def handed(tmp_path, qgis):
    """The shipped model with one corner of its first kernels made weaker.

    So it no longer answers any two mirror images alike.
    """
    from ssf_model.network.model import default_model_path
    from ssf_model.network.onnx_file import parse_onnx

    content = default_model_path().read_bytes()
    constants = parse_onnx(content, source="shipped").constants
    (kernels,) = (one for one in constants.values() if one.ndim == 4 and one.shape[1] == 1)
    weaker = kernels.copy()
    weaker[:, :, :2, :2] *= 0.5
    assert content.count(kernels.tobytes()) == 1
    path = tmp_path / "handed.onnx"
    path.write_bytes(content.replace(kernels.tobytes(), weaker.tobytes()))
    return str(path)


def test_a_sinistral_map_is_its_dextral_mirror_image(estimate, handed):
    """Echelon steps on the equator, mirrored across it and read as the other sense.

    There the Earth is its own mirror image, so KE is the same but for rounding, while the same
    map read with the wrong sense differs, by a network that tells mirror images apart.
    """
    steps = [EASTING + 2_500 * number for number in range(8)]
    dextral = [straight(3_500, east=east, north=0, azimuth_deg=105) for east in steps]
    sinistral = [straight(3_500, east=east, north=0, azimuth_deg=75) for east in steps]
    settings = {"TREND": 90, "FLIPS": "none", "MODEL": [handed]}
    expected = answers_of(estimate(make_layer(dextral), SENSE="dextral", **settings))
    found = answers_of(estimate(make_layer(sinistral), SENSE="sinistral", **settings))
    wrong = answers_of(estimate(make_layer(sinistral), SENSE="dextral", **settings))
    assert len(expected) == 3
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert np.abs(np.subtract(wrong, expected)).max() > 1e-4
