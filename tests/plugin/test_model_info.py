"""ssf:modelinfo: the shipped model's card, and refusals."""

import json

import pytest
from qgis.core import QgsProcessingContext, QgsProcessingException, QgsProcessingOutputHtml


def test_the_page_tells_what_the_card_holds(run, qgis, tmp_path):
    """Truth: the card's own JSON, which the ONNX file carries."""
    path = tmp_path / "model.html"
    results = run("ssf:modelinfo", PAGE=str(path))
    card = json.loads(results["CARD"])
    assert results["LABEL"] == f"{card['name']}-{card['version']}"
    assert results["PIXEL_SIZE_M"] == card["pixel_size_m"] == 100
    page = path.read_text(encoding="utf-8")
    assert "6.4 km along and 12.8 km across strike" in page
    assert f"calibrated to hold {card['interval']['level']:.0%} of the labels" in page
    test = card["scores"]["test"]
    cells = [str(test["n_windows"]), *(f"{test[name]:.2f}" for name in ("mae", "rmse", "bias"))]
    row = "".join(f'<td class="number">{cell}</td>' for cell in cells)
    assert f"<td>Experiments that it never saw</td>{row}" in page
    assert "hazard" in page
    assert "<script" not in page
    assert results["LABEL"] in results["said"]
    assert "6.4 km along and 12.8 km across strike" in results["said"]
    algorithm = qgis.processingRegistry().createAlgorithmById("ssf:modelinfo")
    assert isinstance(algorithm.outputDefinition("PAGE"), QgsProcessingOutputHtml)


def test_a_page_in_a_folder_that_is_not_there_is_refused_before_any_work(qgis, tmp_path):
    algorithm = qgis.processingRegistry().createAlgorithmById("ssf:modelinfo")
    page = tmp_path / "absent" / "page.html"
    accepted, why = algorithm.checkParameterValues({"PAGE": str(page)}, QgsProcessingContext())
    assert not accepted
    assert "absent" in why
    page.parent.mkdir()
    assert algorithm.checkParameterValues({"PAGE": str(page)}, QgsProcessingContext())[0]


def test_what_is_no_model_is_refused_and_leaves_no_page(run, tmp_path):
    path = tmp_path / "text.onnx"
    path.write_text("This is no network.")
    with pytest.raises(QgsProcessingException, match=r"text\.onnx"):
        run("ssf:modelinfo", MODEL=[str(path)], PAGE=str(tmp_path / "page.html"))
    assert [entry.name for entry in tmp_path.iterdir()] == ["text.onnx"]


def test_a_page_never_replaces_the_model(run, tmp_path):
    path = tmp_path / "m.html"
    path.write_text("network")
    with pytest.raises(QgsProcessingException, match="is the input Models"):
        run("ssf:modelinfo", MODEL=[str(path)], PAGE=str(path))
    assert path.read_text() == "network"
