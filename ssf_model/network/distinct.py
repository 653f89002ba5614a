"""Distinct maps: what a network makes of a map is worked out once, however often it is read.

Members of an ensemble, and neighbouring windows along a straight fault, often draw the same map.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Union

import numpy as np

from ssf_model.network.numpy_engine import NumpyEngine

MAX_MAPS = 8_192  # remembered: those of some five hundred windows
MAX_BYTES = 2**24  # of all that is remembered of them

# Windows, and what else a network reads of each, to its answers: one array, or one an output.
Run = Callable[..., Union[np.ndarray, tuple[np.ndarray, ...]]]
Tell = Callable[[np.ndarray], Sequence[np.ndarray]]


class DistinctMaps:
    """Asks about maps that it does not remember, and remembers the latest.

    Parameters
    ----------
    tell : function
        From one or more maps, (n, rows, cols) uint8 of 0 and 1, to arrays of n rows, each of which
        hangs on its own map alone, to the bit.
    """

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._places: dict[bytes, int] = {}  # of maps in each array of `_kept`
        self._keys: list[bytes | None] = []  # the maps by their places
        self._kept: list[np.ndarray] = []
        self._following = 0  # the place that the next one takes

    def __call__(self, maps: np.ndarray) -> tuple[np.ndarray, ...]:
        """What is told of maps, (n, rows, cols) uint8 with n at least 1, in their order."""
        keys = [row.tobytes() for row in np.packbits(maps.reshape(len(maps), -1), axis=1)]
        with self._lock:
            places = np.array([self._places.get(key, -1) for key in keys])
            strange = np.flatnonzero(places < 0)
            if not len(strange):
                return tuple(kept[places] for kept in self._kept)
            asked: dict[bytes, int] = {}
            rows = np.array([asked.setdefault(keys[at], len(asked)) for at in strange.tolist()])
            _, first = np.unique(rows, return_index=True)
            found = self._tell(maps[strange[first]])
            answers = tuple(np.empty((len(maps), *one.shape[1:]), one.dtype) for one in found)
            for answer, one, kept in zip(answers, found, self._room(found)):
                answer[places >= 0] = kept[places[places >= 0]]
                answer[strange] = one[rows]
            self._remember(list(asked), found)
        return answers

    def _room(self, found: Sequence[np.ndarray]) -> list[np.ndarray]:
        """The arrays of what is remembered, made for the first answer."""
        if not self._keys:
            each = sum(one[:1].nbytes for one in found)
            self._keys = [None] * max(1, min(MAX_MAPS, MAX_BYTES // max(each, 1)))
            self._kept = [np.empty((len(self._keys), *one.shape[1:]), one.dtype) for one in found]
        return self._kept

    def _remember(self, asked: Sequence[bytes], found: Sequence[np.ndarray]) -> None:
        """Put the latest answers in the places of the oldest."""
        for row, key in list(enumerate(asked))[-len(self._keys) :]:
            place = self._following
            self._following = (place + 1) % len(self._keys)
            oldest = self._keys[place]
            if oldest is not None:
                del self._places[oldest]
            self._keys[place] = key
            self._places[key] = place
            for kept, one in zip(self._kept, found):
                kept[place] = one[row]


class ByDistinctMaps:
    """A function from windows, and what else is told of each, to answers; each to the bit its own.

    Parameters
    ----------
    tell : function
        From (n, rows, cols) uint8 windows to what their maps alone tell, see `DistinctMaps`.
    engine : NumpyEngine
        Does the rest.
    """

    def __init__(self, tell: Tell, engine: NumpyEngine) -> None:
        self._told = DistinctMaps(tell)
        self._engine = engine

    def __call__(
        self, windows: np.ndarray, *others: np.ndarray
    ) -> np.ndarray | tuple[np.ndarray, ...]:
        """One array of answers, or one an output."""
        answers = self._engine.answers(self._told(windows), *others)
        return answers[0] if len(answers) == 1 else answers
