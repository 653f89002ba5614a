"""Cases drawn by seeds, and what may come of them: a valid result, or one clear line."""

import collections
import contextlib
import io
import os
import re
import sys
import tempfile
import traceback
import warnings

import pytest

# SSF_FUZZ=100 tries a hundred times as many cases as ./check does.
TIMES = int(os.environ.get("SSF_FUZZ", "1"))
COUNTS: dict[str, collections.Counter] = {}  # kind -> outcomes, for the summary

RESULT, REFUSED, DIED, WRONG = "result", "refused", "died", "wrong"
LONGEST_LINE = 2_000  # letters of a refusal
ODD_JSON = (
    None, True, -1, 0, 1e400, 2**70, 0.5, float("nan"), "", "x" * 300, "\ud83d", [], [[]], {}, [1],
    {"a": 1}, "=1+1", "1", -0.0, 1e-320,
)  # fmt: skip


def seeds(count):
    """Seeds of the cases of a test; each alone draws its case."""
    return range(count * TIMES)


def counted(kind, outcome):
    """Note what came of a case."""
    COUNTS.setdefault(kind, collections.Counter())[outcome] += 1
    return outcome


def check_line(line):
    """Hold a refusal to be one line that one can print and read."""
    assert line
    assert "\n" not in line
    assert "Traceback" not in line
    assert len(line) < LONGEST_LINE


def none_wrong(wrong):
    """Fail with all that went wrong, a line a case."""
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


def heard(main, words):
    """Run a verb in this process; its exit code, and all that a terminal would show of stderr.

    That is what it says, what libraries print past Python, and the warnings that Python shows
    unasked. 99 stands for an error that came through.
    """
    err = io.StringIO()
    sys.stderr.flush()
    with tempfile.TemporaryFile() as printed, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("default")
        for kind in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
            warnings.simplefilter("ignore", kind)
        kept = os.dup(2)
        os.dup2(printed.fileno(), 2)
        try:
            with contextlib.redirect_stderr(err), contextlib.redirect_stdout(io.StringIO()):
                code = main(words)
        except BaseException:
            return 99, traceback.format_exc(limit=-3).splitlines()
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        printed.seek(0)
        noise = printed.read().decode(errors="replace").splitlines()
    noise += [f"{one.category.__name__}: {one.message}" for one in warned]
    return code, [*noise, *err.getvalue().splitlines()]


NOISE = re.compile(r"\w*Warning: |ERROR \d+: |Warning \d+: |Traceback ")


def why_not(code, said, new, outputs):
    """Why what a verb did is not right; None where it is.

    Parameters
    ----------
    code : int
        Its exit code.
    said : list of str
        Lines on stderr.
    new : set of Path
        Files that are other than before.
    outputs : set of Path
        Files that it makes where it works.
    """
    if code not in (0, 1):
        return " / ".join(said)[-600:] or f"exit code {code}"
    noise = [line for line in said if NOISE.match(line)]
    if noise:
        return f"a library said {noise[:2]}"
    if code == 0:
        return None if new == outputs else f"made {sorted(map(str, new))}"
    if new:
        return f"failed and left {sorted(map(str, new))}"
    line = said[-1] if said else ""
    if not line.startswith("error: ") or sum(one.startswith("error: ") for one in said) > 1:
        return f"said {said[-3:]}"
    if len(line) >= LONGEST_LINE or "Traceback" in line or not line.isprintable():
        return f"said {ascii(line)[:600]}"
    return None


def everything(folder):
    """Every file's bytes, and every folder, hidden ones too."""
    return {path: path.is_file() and path.read_bytes() for path in folder.rglob("*")}


def outcome_of(kind, main, words, out):
    """Run a verb in this process on a case; only `out` may be new, and only where it worked."""
    folder = out.parent
    before = everything(folder)
    code, said = heard(main, [str(word) for word in words])
    after = everything(folder)
    new = {path for path in {*after, *before} if after.get(path) != before.get(path)}
    reason = why_not(code, said, new, {out})
    assert reason is None, reason
    return counted(kind, REFUSED if code else RESULT)


def damaged(content, rng):
    """Bytes with a few of them flipped, a stretch gone, doubled or zeroed, or cut short."""
    content = bytearray(content)
    way = rng.integers(6)
    place = int(rng.integers(len(content)))
    length = int(rng.integers(1, 200))
    if way == 0:
        return bytes(content[:place])
    if way == 1:
        del content[place : place + length]
    elif way == 2:
        content[place:place] = content[place : place + length]
    elif way == 3:
        content[place : place + length] = bytes(len(content[place : place + length]))
    else:
        for place in rng.integers(len(content), size=rng.integers(1, 4)):
            content[place] ^= 1 << rng.integers(8) if way == 4 else rng.integers(1, 256)
    return bytes(content)


def tampered(entries, rng):
    """JSON with one entry, at any depth, replaced by something odd, gone, or new."""
    entries = _copied(entries)
    inner = entries
    while True:
        keys = list(inner) if isinstance(inner, dict) else range(len(inner))
        if not len(keys):
            return entries
        key = keys[int(rng.integers(len(keys)))]
        if isinstance(inner[key], (dict, list)) and rng.random() < 0.7:
            inner = inner[key]
            continue
        way = rng.random()
        if way < 0.15:
            del inner[key]
        elif way < 0.3 and isinstance(inner, dict):
            inner["stranger"] = inner[key]
        else:
            inner[key] = ODD_JSON[int(rng.integers(len(ODD_JSON)))]
        return entries


def _copied(entries):
    """A copy all the way down."""
    if isinstance(entries, dict):
        return {key: _copied(value) for key, value in entries.items()}
    return [_copied(value) for value in entries] if isinstance(entries, list) else entries
