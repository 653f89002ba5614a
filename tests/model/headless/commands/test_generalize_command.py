"""Dense maps on the command line: the option, the layer, and that workers change nothing."""

import numpy as np
import pyogrio
import pytest
import shapely

from makers.batch_maps import QUICK, tables
from makers.dense_maps import dense_lines
from makers.map_files import ORIGIN, UTM, read, write
from ssf_model.__main__ import main
from ssf_model.tables.estimates import GENERALIZED_FIELDS


@pytest.fixture(scope="module")
def dense(tmp_path_factory):
    lines = [shapely.linestrings(np.asarray(line) + ORIGIN) for line in dense_lines()]
    folder = tmp_path_factory.mktemp("dense")
    return write(folder / "dense.gpkg", lines, zone=np.array(["one"] * len(lines), dtype=object))


def estimate(dense, out, *more):
    words = ["estimate", dense, "--zone-field", "zone", "--out", str(out), *QUICK, *more]
    assert main(words) == 0
    return out


def test_the_layer_is_there_where_something_was_generalized(dense, tmp_path):
    out = estimate(dense, tmp_path / "auto.gpkg")
    windows, _, _ = read(out, "windows")
    lines, shapes, crs = read(out, "generalized")
    assert crs == UTM
    assert list(lines) == [field.name for field in GENERALIZED_FIELDS]
    assert set(lines["strip"]) == set(windows["strip"][windows["generalized"] == 1])
    assert 0 < (windows["generalized"] == 1).sum() < len(windows)
    long = lines["length_m"] > 1_000
    # UTM is up to 0.04 % short here.
    np.testing.assert_allclose(shapely.length(shapes[long]), lines["length_m"][long], rtol=1e-3)
    x, y = (shapely.get_coordinates(shapes) - ORIGIN).T
    assert np.ptp(y) < 4_000
    assert x.max() < 26_000


def test_never_and_plain_maps_have_no_such_layer(dense, tmp_path):
    out = estimate(dense, tmp_path / "never.gpkg", "--generalize", "never")
    windows, _, _ = read(out, "windows")
    assert "generalized" not in pyogrio.list_layers(out)[:, 0]
    assert set(windows["generalized"]) == {0}
    assert np.isnan(windows["ke"]).any()


def test_workers_give_the_same_layers(dense, tmp_path):
    """The raster shows what the network saw, also where another process drew it."""
    found = []
    for name, workers in (("one", "1"), ("two", "2")):
        folder = tmp_path / name
        out = estimate(
            dense, tmp_path / f"{name}.gpkg", "--workers", workers, "--raster", str(folder),
            "--generalize", "always",
        )  # fmt: skip
        found.append((tables(out), [path.read_bytes() for path in sorted(folder.glob("*.tif"))]))
    assert found[0] == found[1]
    assert "generalized" in found[0][0]


def test_a_batch_gives_the_same_layers(dense, tmp_path):
    out = estimate(dense, tmp_path / "result.gpkg")
    words = ["batch", dense, "--zone-field", "zone", "--out", str(tmp_path / "batch"), *QUICK]
    assert main([*words, "--workers", "1"]) == 0
    assert tables(tmp_path / "batch" / "dense.gpkg") == tables(out)


def test_explain_and_compare_take_the_option(dense, tmp_path):
    """As mapped the dense windows have no KE and are not explained; generalized they are."""
    told = {}
    for choice in ("never", "auto"):
        out = tmp_path / f"{choice}.gpkg"
        words = ["--zone-field", "zone", "--out", str(out), *QUICK, "--generalize", choice]
        assert main(["explain", dense, *words, "--no-stretches"]) == 0
        told[choice] = {*zip(*(read(out, "columns")[0][name] for name in ("strip", "window")))}
        out = tmp_path / f"compared_{choice}.gpkg"
        words = ["--zone-field", "zone", "--zone-field-b", "zone", "--out", str(out), *QUICK]
        assert main(["compare", dense, dense, *words, "--generalize", choice]) == 0
        windows, _, _ = read(out, "windows")
        known = np.isfinite(windows["ke_change"].astype(float))
        assert known.sum() == len(told[choice])
        assert set(windows["ke_change"][known]) == {0.0}
    assert told["never"] < told["auto"]


def test_a_word_that_is_none_is_refused(dense, tmp_path, capsys):
    with pytest.raises(SystemExit) as refusal:
        estimate(dense, tmp_path / "out.gpkg", "--generalize", "sometimes")
    assert refusal.value.code == 2
    assert "--generalize: invalid choice: 'sometimes'" in capsys.readouterr().err
    assert not (tmp_path / "out.gpkg").exists()
