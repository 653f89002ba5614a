"""No verb is left out: each that reads something is tried on what is wrong with it."""

import ssf_model.__main__
import training.__main__
from makers import fuzzed_lines, run_folders, training_verbs
from makers.places import REPOSITORY

ELSEWHERE = {  # verbs of which a whole file of tests is about
    "estimate": "test_maps.py",
    "trace": "test_other_verbs.py",
    "batch": "test_batch_folders.py",
}
# What reads nothing but names and numbers; a file that it goes on from is read as `ingest` does.
READS_NOTHING = {"simulate"}


def first_words(lines):
    return {line.split()[0] for line in lines}


def test_every_verb_of_the_command_line_is_tried():
    for verb, file in ELSEWHERE.items():
        text = (REPOSITORY / "tests" / "fuzz" / file).read_text(encoding="utf-8")
        assert f'"{verb}"' in text or f'"{verb} ' in text, verb
    tried = first_words(line for line, _, _ in fuzzed_lines.VERBS.values()) | set(ELSEWHERE)
    assert {verb for verb, *_ in ssf_model.__main__.VERBS} == tried


def test_every_verb_of_training_is_tried():
    modules = [name.rpartition(".")[2] for name in training.__main__.VERB_MODULES]
    tried = first_words(run_folders.VERBS.values())
    tried |= first_words(line for line, _, _ in training_verbs.LINES.values()) | READS_NOTHING
    assert {name.replace("_", "-") for name in modules} == tried
