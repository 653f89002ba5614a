"""Verbs of training on folders that were tampered with, each in a process that may die."""

import contextlib
import io
import json
import os
import resource
import traceback
from contextlib import closing

from makers.fuzzing import (
    DIED,
    REFUSED,
    RESULT,
    WRONG,
    counted,
    damaged,
    tampered,
    why_not,
)
from training.__main__ import main
from training.fitting.apart import Died, answers_apart

MOST_GROWN_MB = 1_000  # by which a case may grow its process; TensorFlow itself is some 700

MOST_SECONDS = 120  # of a processor, for one case
SOUND = "sound"


def tamper(path, rng):
    """Do something to a file; in words, what."""
    way = rng.random()
    if way < 0.07:
        path.unlink()
        return "gone"
    if way < 0.12:
        path.write_bytes(b"")
        return "empty"
    if way < 0.17:
        path.unlink()
        path.mkdir()
        return "folder"
    if way < 0.25:
        path.unlink()
        path.symlink_to(str(rng.choice(["/dev/null", path.name, "nowhere", "/etc/hostname"])))
        return "link"
    if path.suffix == ".json" and way < 0.85:
        entries = json.loads(path.read_text())
        text = "[" * 10**5 if way < 0.28 else json.dumps(tampered(entries, rng))
        path.write_text(text)
        return "entry"
    path.write_bytes(damaged(path.read_bytes(), rng))
    return "bytes"


def outcome_there(command):
    """What `outcome` gives, held to bounds on time; runs in a worker."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + MOST_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
    return outcome(command)


def outcome(command):
    """Exit code and last words of a verb; 99 where an error came through or memory went."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    err = io.StringIO()
    with contextlib.redirect_stderr(err), contextlib.redirect_stdout(io.StringIO()):
        try:
            code = main(command)
        except BaseException:
            return 99, traceback.format_exc(limit=-3).splitlines()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - used.ru_maxrss) // 1024
    if grown > MOST_GROWN_MB:
        return 99, [f"took {grown} MB"]
    return code, err.getvalue().splitlines()


def contents(folder):
    """Every file's bytes; of links where they lead."""
    return {
        path: os.readlink(path) if path.is_symlink() else path.read_bytes()
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def wrong_cases(cases, command_of, made_of, *, apart=True):
    """Run verbs, each on a folder of its own; what went wrong in each case where something did.

    Parameters
    ----------
    cases : list of (verb, folder, what was done)
        Where that is `SOUND` a refusal is wrong.
    command_of : callable
        Verb and folder to the words of its command line.
    made_of : callable
        Verb, folder, exit code and what is new to what it may make.
    apart : bool
        Whether they need a process that may die: some verbs start such ones themselves.
    """
    wrong, before = [], [contents(folder) for _, folder, _ in cases]
    commands = [command_of(verb, folder) for verb, folder, _ in cases]
    road = answers_apart(outcome_there, commands, workers=1) if apart else _one_by_one(commands)
    with closing(road) as answers:
        for (verb, folder, what), there, answer in zip(cases, before, answers):
            kind = f"training, {verb}"
            if isinstance(answer, Died):
                counted(kind, DIED)
                wrong.append(f"{verb}, {what}: {answer.how}")
                continue
            code, said = answer
            now = contents(folder)
            new = {path for path in {*now, *there} if there.get(path) != now.get(path)}
            reason = why_not(code, said, new, made_of(verb, folder, code, new))
            if what == SOUND and code:
                reason = reason or f"refused: {said[-1]}"
            counted(kind, WRONG if reason else REFUSED if code else RESULT)
            if reason:
                wrong.append(f"{verb}, {what}: {reason}")
    return wrong


def _one_by_one(commands):
    """What comes of each command, here."""
    for command in commands:
        yield outcome(command)
