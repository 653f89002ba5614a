"""The commands of docs/qgis.md for a shell, in the page's order, on the sample."""

import shlex
import shutil

from makers.places import REPOSITORY

PROGRAM = "qgis_process.bin"


def test_the_commands_of_the_page_run(qgis_process, tmp_path):
    shutil.copyfile(REPOSITORY / "examples" / "sample_faults.gpkg", tmp_path / "faults.gpkg")
    page = (REPOSITORY / "docs" / "qgis.md").read_text(encoding="utf-8")
    commands = [line for line in page.splitlines() if line.startswith(PROGRAM + " ")]
    assert [shlex.split(command)[1] for command in commands] == ["plugins", "run", "help"]
    for command in commands:
        done = qgis_process(*shlex.split(command)[1:], cwd=tmp_path, profile=tmp_path / "new")
        assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "windows.gpkg").is_file()
    assert "WINDOWS: Windows with KE and OFD" in done.stdout
