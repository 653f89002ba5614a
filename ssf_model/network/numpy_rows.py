"""Rows of a network's maps: which ones a row reads, and how they are put together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ssf_model.network.numpy_operators import Reach


def chained(reaches: Sequence[Reach]) -> Reach:
    """The reach of steps one after the other."""
    extent, stride, pad = 0, 1, 0
    for reach in reaches:
        extent, pad = extent + stride * reach.extent, pad + stride * reach.pad_top
        stride *= reach.stride
    return Reach(extent, stride, pad)


def rows_between(
    maps: np.ndarray, blank: np.ndarray, low: int, start: int, stop: int
) -> np.ndarray:
    """Rows start..stop: those of `maps`, which begin at row `low`, and of a blank window around."""
    high = low + maps.shape[2]
    middle = maps[:, :, max(start - low, 0) : max(stop - low, 0)]
    pieces = [blank[:, :, start:low], middle, blank[:, :, high:stop]]
    shape = (len(maps), *maps.shape[1:2])
    wide = [
        np.broadcast_to(piece, (*shape, *piece.shape[2:])).transpose(0, 2, 3, 1)
        for piece in pieces
        if piece.shape[2]
    ]
    # joined with the channels last, as the convolution wants them in memory
    return (wide[0] if len(wide) == 1 else np.concatenate(wide, axis=1)).transpose(0, 3, 1, 2)
