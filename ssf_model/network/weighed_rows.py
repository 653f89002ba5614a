"""Features that are weighed sums of a network's last maps, from those rows of them that differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ssf_model.network.limits import require
from ssf_model.network.numpy_products import by_numpy, product
from ssf_model.network.numpy_steps import Step


class WeighedRows:
    """The first two steps after the last maps, where these only weigh all places.

    Parameters
    ----------
    tail : sequence of Step
        What comes after the last maps: a Flatten and a Gemm first.
    last : str
        The name of these maps.
    told : sequence of str
        What is read of all steps in the end.
    blank : (1, channels, rows, cols) array
        The last maps of a window without a fault.

    Raises
    ------
    ValueError
        If the network ends otherwise.
    """

    def __init__(
        self, tail: Sequence[Step], last: str, told: Sequence[str], blank: np.ndarray
    ) -> None:
        kinds = [step.op_type for step in tail[:2]]
        require(kinds == ["Flatten", "Gemm"], "an end of its own")
        flat = tail[0].output
        in_a_row = tail[0].inputs[0] == last and tail[1].inputs[0] == flat
        later = {name for step in tail[2:] for name in step.inputs} | set(told)
        require(in_a_row and not {flat, last} & later, "features of another kind")
        if tail[1].operator.linear is None:
            message = "features that are shifted otherwise"
            raise ValueError(message)
        matrix, shift = tail[1].operator.linear
        _, channels, rows, cols = blank.shape
        require(len(matrix) == channels * rows * cols, "weights that do not fit")
        weights = matrix.reshape(channels, rows, cols, -1).transpose(1, 3, 2, 0)
        # (rows, features, values of a row with the channels last)
        self._weights = np.ascontiguousarray(weights).reshape(rows, matrix.shape[1], -1)
        whole = blank[0].transpose(1, 2, 0).reshape(rows, 1, -1).astype(float)
        self._blank = (self._weights * whole).sum(axis=(0, 2)) + np.asarray(shift, dtype=float)

    def features(self, differing: np.ndarray, low: int) -> np.ndarray:
        """Features of windows by where their last maps differ from a blank window's.

        Parameters
        ----------
        differing : (n, channels, rows, cols) float32 array
            How much they differ, from row `low` on; not at all in the other rows.

        Returns
        -------
        features : (n, k) float32 array
            Window by window the same bits, whatever windows come with it.
        """
        count, channels, rows, cols = differing.shape
        values = differing.transpose(0, 2, 3, 1).reshape(count, rows, cols * channels)
        weights = self._weights[low : low + rows]
        # One row of one window at a time, so that BLAS always does the same sums.
        if product() is by_numpy:
            sums = np.matmul(weights, values[..., None])[..., 0]
        else:
            sums = np.einsum("nrv,rkv->nrk", values, weights)
        return (sums.sum(axis=1, dtype=float) + self._blank).astype(np.float32)

    def blank_features(self) -> np.ndarray:
        """Features of a window without a fault, (1, k) float32."""
        return np.atleast_2d(self._blank).astype(np.float32)
