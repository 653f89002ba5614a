"""The example model out of the zip, run by qgis_process on the sample that lies beside it."""

import zipfile

from makers.qgis_results import table


def test_the_model_of_the_zip_estimates_the_sample_of_the_zip(qgis_process, archive, tmp_path):
    with zipfile.ZipFile(archive) as bundle:
        bundle.extractall(tmp_path)
    plugin = tmp_path / "qgis_ssf_plugin"
    outputs = {
        "check:Places to look at": "places.gpkg",
        "check:Lines to look at": "lines.gpkg",
        "estimate:Windows with KE": "windows.gpkg",
        "estimate:Traces with KE": "traces.gpkg",
        "plot:Profiles": "profiles.html",
    }
    done = qgis_process(
        "run",
        str(plugin / "models" / "check_estimate_plot.model3"),
        "--",
        f"traces={plugin / 'sample_faults.gpkg'}|layername=faults",
        "zone_field=zone_name",
        *(f"{key}={tmp_path / name}" for key, name in outputs.items()),
    )
    assert done.returncode == 0, done.stderr
    assert all((tmp_path / name).is_file() for name in outputs.values())
    windows = table(tmp_path / "windows.gpkg", "windows")
    assert len(windows) > 10
    assert {row["zone"] for row in windows if row["ke"] is not None}
