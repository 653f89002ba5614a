"""Workers on other machines: a Dask cluster that runs already."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ssf_model.batch.chunks import StripAnswer
from ssf_model.batch.recipe import Recipe, estimate_chunk
from ssf_model.batch.workers import AHEAD, Workers
from ssf_model.errors import InputError, SsfError, WorkersError

SECONDS_TO_CONNECT = 10
MISSING = 'Dask is missing, which --dask needs; run: pip install "ssf[dask]"'


@contextmanager
def cluster_workers(
    recipe: Recipe, address: str, *, seconds: float = SECONDS_TO_CONNECT
) -> Iterator[Workers]:
    """Give the workers of a Dask cluster; ssf must be installed on them.

    Parameters
    ----------
    recipe : Recipe
        Models travel with every chunk, so that no file need be shared.
    address : str
        Of the scheduler, such as "tcp://10.0.0.5:8786".
    seconds : float
        How long to wait for the scheduler and its first worker.

    Raises
    ------
    InputError
        If Dask is not installed, or no scheduler answers at the address or it has no worker.
    """
    try:
        import distributed
    except ImportError as error:
        raise InputError(MISSING) from error
    try:
        client = distributed.Client(address, timeout=seconds, set_as_default=False)
    except (OSError, ValueError) as error:
        message = f"No Dask scheduler answers at {address}; start one with: dask scheduler"
        raise InputError(message) from error
    try:
        try:
            client.wait_for_workers(1, timeout=seconds)
        except OSError as error:
            message = f"{address} has no workers; start some with: dask worker {address}"
            raise InputError(message) from error
        yield Workers(
            lambda chunk: _FromCluster(
                client.submit(estimate_chunk, chunk, recipe, pure=False), address
            ),
            lambda: AHEAD * max(1, sum(client.nthreads().values())),
        )
    finally:
        client.close()


@dataclass(frozen=True)
class _FromCluster:
    """An answer from a worker of the cluster."""

    future: Any
    address: str

    def result(self) -> tuple[StripAnswer, ...]:
        """Wait for it; WorkersError where workers are lost or have no ssf."""
        import distributed

        try:
            return self.future.result()
        except SsfError:
            raise
        except ModuleNotFoundError as error:
            message = f"The workers of {self.address} lack {error.name}; install ssf on them."
            raise WorkersError(message) from error
        except (distributed.KilledWorker, distributed.CancelledError, OSError) as error:
            message = (
                f"The cluster at {self.address} lost its workers or its scheduler "
                f"({type(error).__name__}). The same command goes on where it was."
            )
            raise WorkersError(message) from error
