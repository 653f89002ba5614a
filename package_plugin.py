"""Build dist/qgis_ssf_plugin.zip, which QGIS installs: python package_plugin.py [--overwrite]."""

from __future__ import annotations

import argparse
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from ssf_model.whole_files import refuse_existing, whole_file

ROOT = Path(__file__).resolve().parent
PLUGIN = "qgis_ssf_plugin"
CORE = "ssf_model"
ARCHIVE = Path("dist") / f"{PLUGIN}.zip"
SAMPLE = Path("examples") / "sample_faults.gpkg"  # the menu loads it
TOP_FILES = ("metadata.txt", "LICENSE")
SUFFIXES = {
    ".py",
    ".svg",
    ".png",
    ".onnx",
    ".md",
    ".json",
    ".qm",
    ".model3",
}  # all that the plugin may hold
NOT_FOR_QGIS = {"headless", "__main__.py"}  # the command line's, with its libraries
LARGEST_BYTES = 25_000_000  # the plugin repository's limit (plugins.qgis.org, validator)
TIMESTAMP = (1980, 1, 1, 0, 0, 0)  # the same for all, so that the same files give the same zip
MODE = 0o100644 << 16  # a plain file


def package_plugin(root: Path, archive: Path, *, overwrite: bool = False) -> list[str]:
    """Write the plugin's zip.

    Parameters
    ----------
    root : Path
        The checkout.
    archive : Path
        The zip; it appears whole.
    overwrite : bool, optional
        Whether an older one may be replaced.

    Returns
    -------
    names : list of str
        What the zip holds.

    Raises
    ------
    ValueError
        If the model's weights or another file are missing, the zip is too large, or it is there.
    """
    refuse_existing(archive, overwrite=overwrite)
    members = dict(_members(root))
    for needed in (*TOP_FILES, "__init__.py", "icon.svg", f"{CORE}/__init__.py"):
        if f"{PLUGIN}/{needed}" not in members:
            message = f"{needed} is missing (or not committed); the plugin would be incomplete."
            raise ValueError(message)
    if not any(name.endswith(".onnx") for name in members):
        message = (
            f"There is no (committed) model in {CORE}/network/weights; without it the plugin "
            "estimates nothing. Train and export one first: see the README."
        )
        raise ValueError(message)
    archive.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(archive, overwrite=overwrite) as aside:
        with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as bundle:
            for name in sorted(members):
                entry = zipfile.ZipInfo(name, TIMESTAMP)
                entry.external_attr = MODE
                entry.compress_type = zipfile.ZIP_DEFLATED
                bundle.writestr(entry, members[name].read_bytes())
        if aside.stat().st_size > LARGEST_BYTES:
            message = f"The zip is larger than {LARGEST_BYTES} bytes; plugins.qgis.org refuses it."
            raise ValueError(message)
    return sorted(members)


def _members(root: Path) -> Iterator[tuple[str, Path]]:
    """Every name in the zip and its file."""
    tracked = _tracked(root)
    for name in (*TOP_FILES, SAMPLE):
        if (root / name).is_file():
            yield f"{PLUGIN}/{Path(name).name}", root / name
    for folder, prefix in ((PLUGIN, ""), (CORE, f"{CORE}/")):
        for path in sorted((root / folder).rglob("*")):
            inside = path.relative_to(root / folder)
            if path.suffix not in SUFFIXES or not path.is_file():
                continue
            if tracked is not None and path.relative_to(root).as_posix() not in tracked:
                continue
            if folder == CORE and inside.parts[0] in NOT_FOR_QGIS:
                continue
            yield f"{PLUGIN}/{prefix}{inside.as_posix()}", path


def _tracked(root: Path) -> set[str] | None:
    """The files that git knows; None where this is no checkout or there is no git."""
    if not (root / ".git").exists():
        return None
    try:
        listed = subprocess.run(
            ["git", "-C", str(root), "ls-files", "-z"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return set(listed.stdout.split("\0"))


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Build the zip that QGIS installs.")
    parser.add_argument("--out", type=Path, default=ROOT / ARCHIVE, help="the zip")
    parser.add_argument("--overwrite", action="store_true", help="replace an older zip")
    arguments = parser.parse_args()
    try:
        names = package_plugin(ROOT, arguments.out, overwrite=arguments.overwrite)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    size_kb = arguments.out.stat().st_size / 1000
    print(f"{arguments.out}: {len(names)} files, {size_kb:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
