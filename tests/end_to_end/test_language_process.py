"""The zip in a QGIS whose user reads Spanish, on a machine without Qt's translation tools."""

SETTINGS = """\
[locale]
overrideFlag=true
userLocale=es

[PythonPlugins]
qgis_ssf_plugin=true
"""


def test_qgis_process_tells_of_an_algorithm_in_the_language_of_the_profile(qgis_process, tmp_path):
    profile = tmp_path / "profiles" / "default" / "QGIS"
    profile.mkdir(parents=True)
    (profile / "QGIS3.ini").write_text(SETTINGS)
    told = qgis_process("help", "ssf:estimateke", profile=tmp_path)
    assert told.returncode == 0, told.stderr
    assert "Estimar la eficiencia cinemática (KE) y la deformación fuera de falla" in told.stdout
    assert "TRACES: Trazas de fallas transcurrentes (de rumbo) activas" in told.stdout
    english = qgis_process("help", "ssf:estimateke")
    assert "TRACES: Active strike-slip fault traces" in english.stdout
