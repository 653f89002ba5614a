"""One call from lines to windows."""

import numpy as np
import pytest

from makers.drawn_maps import on_earth
from makers.map_files import read
from ssf_model.__main__ import main
from ssf_model.errors import InputError, ModelError
from ssf_model.estimate.whole_map import estimate_ke
from ssf_model.headless.reading import read_traces
from ssf_model.options import Options

LENGTH_KM = 27.0
FAULT = on_earth(np.column_stack([np.linspace(-13_500, 13_500, 91), np.zeros(91)]))
ONE_MEMBER = Options(thickness_px=(3.0,), flips="none", shift_px=0)


@pytest.mark.parametrize(
    ("pixel_size_m", "window_km", "stride_km"), [(None, 6.4, 5), (200, 12.8, 10)]
)
def test_lines_become_windows_along_the_fault(pixel_size_m, window_km, stride_km):
    """As many windows as fit, in the middle of the fault, a stride apart."""
    windows = estimate_ke([FAULT], pixel_size_m=pixel_size_m, options=ONE_MEMBER)
    count = int((LENGTH_KM - window_km) // stride_km) + 1
    first_km = (LENGTH_KM - (count - 1) * stride_km) / 2
    along_km = [window.along_km for window in windows]
    np.testing.assert_allclose(along_km, first_km + stride_km * np.arange(count), atol=0.02)
    assert [window.n_members for window in windows] == [1] * count
    assert all(0 < window.ke <= 1 for window in windows)


def test_the_user_s_frames_are_taken():
    by_trend = estimate_ke([FAULT], trend_deg=85.0, options=ONE_MEMBER)
    np.testing.assert_allclose([window.trend_deg for window in by_trend], 85.0, atol=0.2)
    guide = on_earth([[-9_000, 0], [9_000, 0]])
    by_guide = estimate_ke([FAULT], guides=[guide], options=ONE_MEMBER)
    assert [window.zone for window in by_guide] == ["guide 1"] * 3  # (18 - 6.4) / 5 + 1


def test_a_map_from_a_file_gets_what_the_command_line_writes(traces, model, tmp_path):
    out = tmp_path / "result.gpkg"
    words = ["estimate", traces, "--out", str(out), "--model", model, "--engine", "numpy"]
    assert main([*words, "--zone-field", "name"]) == 0
    written = read(out, "windows")[0]
    found = estimate_ke(
        read_traces(traces, zone_field="name").traces, models=[model], engine="numpy"
    )
    assert [window.zone for window in found] == written["zone"].tolist()
    for name in ("along_km", "ke", "ke_p05", "trend_deg"):
        values = np.array([getattr(window, name) for window in found], dtype=float)
        np.testing.assert_allclose(values, written[name], rtol=1e-6)  # the model's float32


def test_what_does_not_fit_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"feature 1: .*the shape \(2,\)"):
        estimate_ke(FAULT)
    with pytest.raises(InputError, match="'auto' needs a field with rakes or slip types"):
        estimate_ke([FAULT], models=[tmp_path / "none.onnx"], options=Options(sense="auto"))
    with pytest.raises(ModelError, match="no such model"):
        estimate_ke([FAULT], models=[tmp_path / "none.onnx"])
