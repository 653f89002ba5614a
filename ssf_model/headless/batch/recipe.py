"""The recipe: models, options and versions, all that a chunk's answer depends on besides itself."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ssf_model import __version__
from ssf_model.errors import WorkersError
from ssf_model.estimate.estimating import estimate_strips
from ssf_model.headless.batch.chunks import Chunk, StripAnswer
from ssf_model.network.model import NO_CARD_VERSION, Model, open_model
from ssf_model.network.onnx_file import read_onnx_bytes
from ssf_model.options import Options
from ssf_model.scale import ExperimentScale


@dataclass(frozen=True)
class ModelFile:
    """An ONNX file that travels: its name and content, and how it is opened.

    `engine` is as `Model.engine` has it; `scale` is for a file without a card.
    """

    name: str
    content: bytes
    engine: str
    scale: ExperimentScale | None

    @property
    def sha256(self) -> str:
        """Checksum of the content."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Recipe:
    """Models, options, and the versions of ssf and numpy that results are promised for."""

    models: tuple[ModelFile, ...]
    options: Options
    ssf: str
    numpy: str


def recipe_of(models: Sequence[Model], options: Options) -> Recipe:
    """Make the recipe of this process: its models and versions."""
    files = [
        ModelFile(
            model.path.name,
            read_onnx_bytes(model.path),
            model.engine,
            model.card.scale if model.card.version == NO_CARD_VERSION else None,
        )
        for model in models
    ]
    return Recipe(tuple(files), options, __version__, np.__version__)


def estimate_chunk(
    chunk: Chunk, recipe: Recipe, threads: int | None = 1
) -> tuple[StripAnswer, ...]:
    """Estimate a chunk, in whatever process this runs.

    Parameters
    ----------
    chunk : Chunk
        From `cut_chunks`.
    recipe : Recipe
        From `recipe_of`. Its models are opened once a process and kept.
    threads : int, optional
        Threads of each model; one, since processes share the cores; None for all cores.

    Returns
    -------
    answers : tuple of StripAnswer
        One for every strip.

    Raises
    ------
    InputError, ModelError
        If a setting, or what a model answers, does not fit.
    WorkersError
        If this process has other versions than the recipe, whose last digits may differ.
    """
    models = _opened(recipe, threads)
    estimates = estimate_strips(chunk.traces, chunk.strips, models, options=recipe.options)
    return tuple(StripAnswer(one.windows, one.raw) for one in estimates)


@lru_cache(maxsize=2)
def _opened(recipe: Recipe, threads: int | None) -> tuple[Model, ...]:
    """A recipe's models, refused where versions differ from the recipe's."""
    _check("ssf", __version__, recipe.ssf)
    _check("numpy", np.__version__, recipe.numpy)
    models = []
    for file in recipe.models:  # which are in no file here: a kill would leave it
        model = open_model(
            file.name,
            engine=file.engine.split()[0],
            scale=file.scale,
            threads=threads,
            content=file.content,
        )
        _check("the engine", model.engine, file.engine)
        models.append(model)
    return tuple(models)


def _check(what: str, here: str, wanted: str) -> None:
    """Refuse a version that could change the last digits of results."""
    if here != wanted:
        message = (
            f"A worker has {here} as {what}, the batch {wanted}; results could differ in their "
            "last digits. Install the same versions on all machines."
        )
        raise WorkersError(message)
