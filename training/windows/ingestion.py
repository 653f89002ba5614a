"""Experiment files of a folder read side by side, and those that fit together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

from ssf_model.errors import InputError, counted
from ssf_model.scale import ExperimentScale
from training.fitting.apart import Died, answers_apart, killed_reader
from training.windows.labelled import LabelledExperiment, labelled_windows, needs_truth

ENDING = ".mat"


def experiment_files(folder: Path) -> list[Path]:
    """List the experiment files of a folder, in the order of their names.

    Raises
    ------
    InputError
        If there is no such folder, or none in it.
    """
    entries = folder.iterdir() if folder.is_dir() else []
    paths = sorted(path for path in entries if path.suffix.lower() == ENDING)
    if not paths:
        message = f"{folder} is no folder with {ENDING} files."
        raise InputError(message)
    return paths


def label_files(
    paths: Sequence[Path], *, pens: Sequence[str], pixel_size_m: float, workers: int
) -> Iterator[LabelledExperiment | InputError]:
    """Read files and cut their windows, in processes of their own, as many as are wanted.

    A damaged file can kill SciPy's reader; then the file is refused, and the others are read.

    Parameters
    ----------
    paths : sequence of Path
        Experiment files.
    pens : sequence of str
        Of `training.windows.labelled.PENS`.
    pixel_size_m : float
        Crustal metres a pixel stands for.
    workers : int
        Processes, 1 or more.

    Yields
    ------
    result : LabelledExperiment or InputError
        A file's windows, or what is wrong with it, in the order of the files.
    """
    label = partial(_label_file, pens=pens, pixel_size_m=pixel_size_m)
    with closing(answers_apart(label, paths, workers=workers)) as answers:
        for path, answer in zip(paths, answers):
            yield killed_reader(path, answer) if isinstance(answer, Died) else answer


def _label_file(
    path: Path, *, pens: Sequence[str], pixel_size_m: float
) -> LabelledExperiment | InputError:
    """Read and cut one file, or say what is wrong with it; runs in a process of its own."""
    from training.experiments.files import read_experiment

    try:
        experiment = read_experiment(path, pixel_size_m=pixel_size_m, with_truth=needs_truth(pens))
        return labelled_windows(experiment, pens=pens)
    except InputError as error:
        return error


def that_fit(
    results: Iterable[tuple[Path, LabelledExperiment | InputError]],
    *,
    left_out: dict[str, str],
    keep_going: bool,
    tell: Callable[[str], None],
) -> Iterator[LabelledExperiment]:
    """Pass on the experiments that were read and have windows like the first one's.

    Parameters
    ----------
    results : iterable of (Path, LabelledExperiment or InputError)
        Files, and what came of them.
    left_out : dict of str to str
        Is filled: name of each file that does not go through, and why.
    keep_going : bool
        Whether the others go on then.
    tell : callable
        Is told each file that is left out, as a line of text.

    Yields
    ------
    labelled : LabelledExperiment
        One by one, as they come.

    Raises
    ------
    InputError
        Of the first file that does not fit, unless the others go on; or if none is left.
    """
    first, names = None, set()
    for path, result in results:
        error = result if isinstance(result, InputError) else None
        if error is None:
            first = result if first is None else first
            error = _misfit(path, result, first, names)
        if error is None:
            names.add(result.name)
            yield result
            continue
        if not keep_going:
            raise error
        left_out[path.name] = str(error).removeprefix(f"{path.name}: ")
        tell(f"left out: {error}")
    if first is None:
        message = f"None of the {counted(len(left_out), 'file')} could be read."
        raise InputError(message)


def _misfit(
    path: Path, labelled: LabelledExperiment, first: LabelledExperiment, names: set[str]
) -> InputError | None:
    """What keeps an experiment out of a folder that begins with another one."""
    if labelled.name in names:
        return InputError(f"{path.name}: another file is called {labelled.name}, too.")
    if labelled.scale != first.scale:
        return InputError(
            f"{path.name}: has windows of {_size(labelled.scale)}, {first.name} of "
            f"{_size(first.scale)}. Ingest each size into a folder of its own."
        )
    return None


def _size(scale: ExperimentScale) -> str:
    """Size and stride of windows in words."""
    return f"{scale.window_rows} x {scale.window_cols} px at stride {scale.stride_px}"
