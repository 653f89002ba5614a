"""Try the plugin in the QGIS of several Debians.

    sudo python3 -m tests.versions try [12 13 sid]     the plugin's tests, and their matrix
    sudo python3 -m tests.versions run sid COMMAND ... any command in the checkout's copy there

Chroots are made where they are missing (about 2.5 GB and ten minutes each); a run that was broken
off is taken up again. Only changes to the matrix touch this checkout.
"""

from __future__ import annotations

import argparse
import datetime
import subprocess
import sys
from pathlib import Path

from .chroots import (
    RELEASES,
    VersionsError,
    default_cache,
    machines_mirror,
    need_chroot,
    need_tools,
    say,
    within,
)
from .matrix import row_of, with_rows
from .trial import CHECKOUT, put_checkout, try_plugin, versions_in

REPOSITORY = Path(__file__).resolve().parents[2]
DOCUMENT = REPOSITORY / "docs" / "qgis-versions.md"


def main(arguments: list[str] | None = None) -> int:
    """Do what the arguments ask; the exit status is 0 where nothing failed."""
    options = parser().parse_args(arguments)
    try:
        need_tools()
        mirror = options.mirror or machines_mirror()
        options.cache.mkdir(parents=True, exist_ok=True)
        if options.verb == "run":
            return run(options, mirror)
        return try_all(options, mirror)
    except VersionsError as error:
        say(str(error))
        return 1


def parser() -> argparse.ArgumentParser:
    """Options of the program."""
    described = argparse.ArgumentParser(
        prog="python3 -m tests.versions",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    described.add_argument(
        "--cache",
        type=Path,
        default=default_cache(),
        metavar="FOLDER",
        help="where chroots and logs stay (default: %(default)s)",
    )
    described.add_argument(
        "--mirror", metavar="ADDRESS", help="Debian's mirror (default: that of this machine's apt)"
    )
    verbs = described.add_subparsers(dest="verb", required=True)
    tried = verbs.add_parser("try", help="run the plugin's tests and write the matrix")
    tried.add_argument("releases", nargs="*", metavar="RELEASE", help="12, 13 or sid; else all")
    tried.add_argument(
        "--only",
        nargs="+",
        default=[],
        metavar="TEST",
        help="pytest's arguments in place of the plugin's tests; the matrix stays as it is",
    )
    ran = verbs.add_parser("run", help="run a command in the checkout's copy in a chroot")
    ran.add_argument("release", choices=RELEASES)
    ran.add_argument("command", nargs=argparse.REMAINDER)
    return described


def run(options: argparse.Namespace, mirror: str) -> int:
    """Run one command in a chroot; its exit status."""
    root = need_chroot(RELEASES[options.release], options.cache, mirror)
    put_checkout(REPOSITORY, root)
    command = ["/usr/bin/env", "-C", CHECKOUT, *(options.command or ["sh"])]
    return subprocess.run(within(root, command), check=False).returncode


def try_all(options: argparse.Namespace, mirror: str) -> int:
    """Try each release and write its line of the matrix at once; 1 where a test failed."""
    unknown = [name for name in options.releases if name not in RELEASES]
    if unknown:
        message = f"There is no release {unknown[0]!r} here, only {', '.join(RELEASES)}."
        raise VersionsError(message)
    failed = False
    for name in options.releases or RELEASES:
        release = RELEASES[name]
        root = need_chroot(release, options.cache, mirror)
        facts = versions_in(root)
        put_checkout(REPOSITORY, root)
        log = options.cache / "logs" / f"{release.suite}.log"
        outcome = try_plugin(root, log, options.only)
        today = datetime.datetime.now(tz=datetime.timezone.utc).date().isoformat()
        row = row_of(release.title, facts, today, outcome)
        say("; ".join(row))
        if not options.only:
            document = with_rows(DOCUMENT.read_text(encoding="utf-8"), [row])
            DOCUMENT.write_text(document, encoding="utf-8")
        failed = failed or not outcome.whole
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
