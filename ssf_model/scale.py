"""The grid on which the experiments were mapped and the networks were trained."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral

from ssf_model.errors import InputError

STRIP_WINDOWS = 5  # windows side by side in one laboratory box (Chaipornkaew et al. 2022)
DRAWN_THICKNESS_PX = (2.0, 3.0, 4.0)  # trace widths of the crustal maps of the same study


@dataclass(frozen=True)
class ExperimentScale:
    """Size of a pixel and of the windows that a network reads.

    Source: Chaipornkaew et al. (2022): 1 cm of clay stands for 1 km of crust, a window
    of 128 x 64 pixels for 12.8 x 6.4 km, and a new window begins every 50 pixels.
    """

    pixel_size_m: float = 100.0  # crustal metres per pixel side
    window_rows: int = 128  # across strike
    window_cols: int = 64  # along strike
    stride_px: int = 50  # from one window's first column to the next one's

    def __post_init__(self) -> None:
        if not 0 < self.pixel_size_m < float("inf"):  # also refuses NaN
            message = f"Pixel size must be above 0 m and finite, not {self.pixel_size_m}."
            raise InputError(message)
        for name in ("window_rows", "window_cols", "stride_px"):
            value = getattr(self, name)
            if not isinstance(value, Integral) or value < 1:
                message = f"{name} must be a whole number of pixels above 0, not {value!r}."
                raise InputError(message)
        if self.stride_px > self.window_cols:
            message = (
                f"A stride of {self.stride_px} px leaves gaps between windows "
                f"{self.window_cols} px wide; use at most {self.window_cols}."
            )
            raise InputError(message)

    @property
    def window_length_m(self) -> float:
        """Length of a window along strike in metres."""
        return self.window_cols * self.pixel_size_m

    @property
    def window_width_m(self) -> float:
        """Width of a window across strike in metres."""
        return self.window_rows * self.pixel_size_m

    def strip_cols(self, n_windows: int) -> int:
        """Columns of a strip that holds exactly `n_windows` windows."""
        return self.window_cols + (n_windows - 1) * self.stride_px
