"""A Debian of its own in a folder, with its QGIS: made once, taken up where it was left.

Everything runs in a mount namespace that ends with its last process, so nothing stays mounted
after a run that was killed, and the folder can be removed with `rm -rf` at any time.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

PACKAGES = (
    *("qgis", "python3-qgis", "qgis-providers", "python3-numpy", "python3-gdal"),
    *("python3-pytest", "python3-venv", "xvfb", "xauth", "fonts-dejavu-core", "git"),
)
# Beside the system's packages, in a virtual environment that sees them: what QGIS may lack.
BESIDE_QGIS = ("onnxruntime",)
PYTHON = "/venv/bin/python"
# In one that sees nothing else: what the command line needs, to compare it with the plugin.
HEADLESS = ("numpy", "onnxruntime", "pyogrio", "rasterio", "shapely", "tqdm")
COMMAND_LINE = "/headless"
STAMP = "ssf-stamp"
# How this machine reaches its mirror; a stale snapshot of one is as good for tests.
KEPT_APT_SETTINGS = ("Acquire::http", "Acquire::Check-Valid-Until", "Acquire::Check-Date")
ENVIRONMENT = {
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "DEBIAN_FRONTEND": "noninteractive",
    "QT_QPA_PLATFORM": "offscreen",
    "XDG_RUNTIME_DIR": "/run/ssf",
    "PYTHONDONTWRITEBYTECODE": "1",
    "COLUMNS": "400",  # pytest cuts its summary to this width
}
# $0 is the chroot, the rest the command. The shell stays the first process of its namespace:
# xvfb-run, were it the first, would wait forever for the word of its Xvfb.
ENTER = """
mount --rbind /dev "$0/dev" && mount -t proc proc "$0/proc" && mkdir -p -m 700 "$0/run/ssf" ||
exit 125
chroot "$0" "$@"
exit $?
"""


class VersionsError(Exception):
    """What the one who started the program can mend; one sentence."""


@dataclass(frozen=True)
class Release:
    """A Debian and the name by which its mirror knows it."""

    name: str
    suite: str

    @property
    def title(self) -> str:
        """How the matrix calls it."""
        return self.name if self.name == self.suite else f"{self.name} ({self.suite})"


RELEASES = {
    release.name: release
    for release in (Release("12", "bookworm"), Release("13", "trixie"), Release("sid", "sid"))
}


def say(text: str) -> None:
    """Tell what is being done."""
    sys.stderr.write(f"versions: {text}\n")
    sys.stderr.flush()


def default_cache() -> Path:
    """The user's folder for what can be made again."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ssf-versions"


def need_tools() -> None:
    """Refuse who is not root, and install debootstrap where it is missing."""
    if os.geteuid() != 0:
        message = "Only root can make and enter chroots: run this with sudo, or as root."
        raise VersionsError(message)
    for program in ("apt-get", "unshare", "chroot"):
        if shutil.which(program) is None:
            message = f"There is no {program} here, and Debian's chroots cannot be made without."
            raise VersionsError(message)
    if shutil.which("debootstrap") is None:
        say("installing debootstrap")
        _call(["apt-get", "update"], "apt-get could not reach its mirror")
        _call(
            ["apt-get", "install", "-y", "--no-install-recommends", "debootstrap"],
            "debootstrap could not be installed",
        )


def mirror_of(index_targets: str) -> str | None:
    """The mirror of Debian itself among lines of address, label of the release and its origin."""
    for line in index_targets.splitlines():
        address, _, names = line.partition(" ")
        if names.split() == ["Debian", "Debian"] and urlsplit(address).scheme in ("http", "https"):
            return address.rstrip("/")
    return None


def machines_mirror() -> str:
    """The mirror that this machine's own apt uses."""
    wanted = ["apt-get", "indextargets", "--format", "$(REPO_URI) $(LABEL) $(ORIGIN)"]
    said = subprocess.run(wanted, check=False, stdout=subprocess.PIPE, text=True).stdout
    mirror = mirror_of(said)
    if mirror is None:
        message = "This machine's apt knows no mirror of Debian; give one with --mirror ADDRESS."
        raise VersionsError(message)
    return mirror


def kept_settings(dump: str) -> str:
    """Lines of `apt-config dump` that say how to reach a mirror."""
    return "".join(f"{line}\n" for line in dump.splitlines() if line.startswith(KEPT_APT_SETTINGS))


def need_chroot(release: Release, cache: Path, mirror: str) -> Path:
    """A whole chroot of a release, made or finished where it is not."""
    root = cache / release.suite
    if not root.exists():
        _bootstrap(release, cache, mirror)
    wanted = stamp_of(PACKAGES, BESIDE_QGIS, HEADLESS)
    stamp = root / STAMP
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        _install(release, root, mirror)
        _add_wheels(release, cache, root)
        stamp.write_text(wanted, encoding="utf-8")
    say(f"Debian {release.title} is ready in {root}")
    return root


def stamp_of(*lists: tuple[str, ...]) -> str:
    """What a whole chroot has, in few letters."""
    return hashlib.sha256("\n".join(" ".join(names) for names in lists).encode()).hexdigest()


def _bootstrap(release: Release, cache: Path, mirror: str) -> None:
    """The smallest Debian, under its own name only once it is whole."""
    part, packages = cache / f"{release.suite}.part", cache / "packages"
    if part.exists():
        say(f"starting Debian {release.title} anew: an earlier try was broken off")
        shutil.rmtree(part)
    packages.mkdir(parents=True, exist_ok=True)
    say(f"making Debian {release.title}")
    _call(
        [
            *("debootstrap", "--variant=minbase", "--include=ca-certificates"),
            *(f"--cache-dir={packages.resolve()}", release.suite, str(part), mirror),
        ],
        f"debootstrap could not make Debian {release.title}",
    )
    part.rename(cache / release.suite)


def _install(release: Release, root: Path, mirror: str) -> None:
    """QGIS and what its tests need; apt takes up what an earlier run left."""
    say(f"installing QGIS in Debian {release.title}")
    dump = subprocess.run(["apt-config", "dump"], check=True, stdout=subprocess.PIPE, text=True)
    files = {
        "etc/apt/sources.list": f"deb {mirror} {release.suite} main\n",
        "etc/apt/apt.conf.d/90ssf": kept_settings(dump.stdout) + 'Acquire::Languages "none";\n',
        "etc/dpkg/dpkg.cfg.d/ssf": "force-unsafe-io\npath-exclude=/usr/share/doc/*\n"
        "path-exclude=/usr/share/man/*\n",
        "usr/sbin/policy-rc.d": "#!/bin/sh\nexit 101\n",  # no services in a chroot
    }
    for name, text in files.items():
        (root / name).write_text(text, encoding="utf-8")
    (root / "usr/sbin/policy-rc.d").chmod(0o755)
    for command in (
        ["dpkg", "--configure", "-a"],
        ["apt-get", "update"],
        ["apt-get", "install", "-y", "--fix-broken", "--no-install-recommends", *PACKAGES],
        ["apt-get", "clean"],
    ):
        _call(within(root, command), f"{' '.join(command[:2])} failed in Debian {release.title}")


def _add_wheels(release: Release, cache: Path, root: Path) -> None:
    """The virtual environments; this machine's pip fetches, so that its settings hold."""
    asked = within(root, ["/usr/bin/python3", "-c", "import sys; print(*sys.version_info[:2])"])
    said = subprocess.run(asked, check=True, stdout=subprocess.PIPE, text=True).stdout
    version = ".".join(said.split())
    say(f"fetching {', '.join(HEADLESS)} for Python {version}")
    wheels = cache / "wheels" / version
    wheels.mkdir(parents=True, exist_ok=True)
    platforms = [f"manylinux_2_{minor}_{platform.machine()}" for minor in (17, 27, 28, 34)]
    _call(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:"),
            *("--python-version", version, "-d", str(wheels)),
            *(word for name in platforms for word in ("--platform", name)),
            *HEADLESS,
        ],
        f"pip could not fetch {', '.join(HEADLESS)} for Python {version}",
    )
    inside = root / "wheels"
    shutil.rmtree(inside, ignore_errors=True)
    shutil.copytree(wheels, inside)
    here = ("-m", "pip", "install", "--quiet", "--no-index", "--find-links", "/wheels")
    for command in (
        ["/usr/bin/python3", "-m", "venv", "--system-site-packages", "/venv"],
        [PYTHON, *here, "--no-deps", *BESIDE_QGIS],
        ["/usr/bin/python3", "-m", "venv", COMMAND_LINE],
        [f"{COMMAND_LINE}/bin/python", *here, *HEADLESS],
    ):
        _call(within(root, command), f"an environment of Debian {release.title} failed")
    shutil.rmtree(inside)


def within(root: Path, command: list[str]) -> list[str]:
    """The command that runs another inside a chroot, with an environment of its own."""
    settings = [f"{name}={value}" for name, value in ENVIRONMENT.items()]
    inner = ["/usr/bin/env", "-i", *settings, *command]
    return [
        "unshare",
        "--mount",
        "--pid",
        "--fork",
        "--kill-child",
        "sh",
        "-c",
        ENTER,
        str(root.resolve()),
        *inner,
    ]


def _call(command: list[str], failure: str) -> None:
    """Run a command, its words to stderr, and raise where it fails."""
    done = subprocess.run(command, check=False, stdout=sys.stderr)
    if done.returncode != 0:
        message = f"{failure} (exit status {done.returncode}); its words stand above."
        raise VersionsError(message)
