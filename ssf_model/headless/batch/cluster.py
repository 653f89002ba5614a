"""Workers on other machines: a Dask cluster that runs already."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ssf_model.errors import InputError, WorkersError
from ssf_model.headless.batch.chunks import Chunk, StripAnswer
from ssf_model.headless.batch.recipe import Recipe, estimate_chunk
from ssf_model.headless.batch.workers import AHEAD, Workers

SECONDS_TO_CONNECT = 10
MISSING = 'Dask is missing, which --dask needs; run: pip install "ssf[dask]"'


@contextmanager
def cluster_workers(
    recipe: Recipe, address: str, *, seconds: float | None = None
) -> Iterator[Workers]:
    """Give the workers of a Dask cluster; ssf must be installed on them.

    Parameters
    ----------
    recipe : Recipe
        Models travel with every chunk, so that no file need be shared.
    address : str
        Of the scheduler, such as "tcp://10.0.0.5:8786".
    seconds : float, optional
        How long to wait for the scheduler and its first worker (`SECONDS_TO_CONNECT`).

    Raises
    ------
    InputError
        If Dask is not installed, or no scheduler answers at the address or it has no worker.
    """
    try:
        import distributed
    except ImportError as error:
        raise InputError(MISSING) from error
    if seconds is None:
        seconds = SECONDS_TO_CONNECT
    no_answer = (OSError, ValueError, distributed.TimeoutError)
    try:
        client = distributed.Client(address, timeout=seconds, set_as_default=False)
    except no_answer as error:
        message = f"No Dask scheduler answers at {address}; start one with: dask scheduler"
        raise InputError(message) from error
    try:
        try:
            client.wait_for_workers(1, timeout=seconds)
        except no_answer as error:
            message = f"{address} has no workers; start some with: dask worker {address}"
            raise InputError(message) from error
        crew = _Crew(client, address, recipe)
        yield Workers(crew.submit, crew.slots)
    finally:
        client.close()


@dataclass(frozen=True)
class _Crew:
    """A connection to a cluster."""

    client: Any
    address: str
    recipe: Recipe

    def submit(self, chunk: Chunk) -> _FromCluster:
        """Send a chunk to whichever worker is free."""
        with _told_of_losses(self.address):
            future = self.client.submit(estimate_chunk, chunk, self.recipe, pure=False)
        return _FromCluster(future, self.address)

    def slots(self) -> int:
        """How many chunks may be under way: workers come and go."""
        with _told_of_losses(self.address):
            return AHEAD * max(1, sum(self.client.nthreads().values()))


@dataclass(frozen=True)
class _FromCluster:
    """An answer from a worker of the cluster."""

    future: Any
    address: str

    def result(self) -> tuple[StripAnswer, ...]:
        """Wait for it; WorkersError where workers are lost or have no ssf."""
        with _told_of_losses(self.address):
            return self.future.result()


@contextmanager
def _told_of_losses(address: str) -> Iterator[None]:
    """Turn what Dask says of lost workers, or of workers without ssf, into WorkersError."""
    import distributed

    lost = (
        distributed.CancelledError,
        distributed.comm.CommClosedError,
        distributed.TimeoutError,
    )
    try:
        yield
    except ModuleNotFoundError as error:
        message = f"The workers of {address} lack {error.name}; install ssf on them."
        raise WorkersError(message) from error
    except distributed.KilledWorker as error:  # by this very task, on several workers
        message = (
            f"Its windows killed the workers of {address} that took them, one after the other, for "
            "want of memory perhaps. The same command tries them again."
        )
        raise InputError(message) from error
    except lost as error:
        message = (
            f"The cluster at {address} lost its workers or its scheduler "
            f"({type(error).__name__}). The same command goes on where it was."
        )
        raise WorkersError(message) from error
