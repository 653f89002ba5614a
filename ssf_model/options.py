"""What the user may set about how windows are drawn and read."""

from __future__ import annotations

import reprlib
from collections.abc import Sequence
from dataclasses import dataclass

from ssf_model.errors import InputError

AUTO_SENSE = "auto"
SENSES = ("dextral", "sinistral", AUTO_SENSE)
# Axes of (..., rows, cols) that each mirror image turns over.
FLIP_AXES = {"none": (), "across": (-2,), "along": (-1,), "both": (-2, -1)}
FLIPS = {"all": tuple(FLIP_AXES), "none": ("none",)}
AUTO_FLIPS = "auto"
GENERALIZE = ("auto", "never", "always")
ENGINES = ("auto", "onnxruntime", "numpy")
STRETCH_M = 1000.0  # our choice: ten pixels, about what the network's features span (22 px)
MAX_THICKNESS_PX = 16.0  # our choice: a quarter of a window's length is no line any more
MIN_PIXEL_M, MAX_PIXEL_M = 1.0, 10_000.0  # our choice: a window of 64 m to 640 km along strike
MAX_WIDTHS = 32  # our choice: twice a pixel up to the widest; a drawing is 8 kB a window each
MAX_DRAWINGS = 1_000  # our choice: of one window, by width, place and size of a pixel
# Windows are also read moved by this much, half a pixel included: a drawn line changes by where
# it meets the grid (KE of the study's network by 2-8 %, one standard deviation, measured), and
# nobody can tell to 250 m where a window of a fault zone ought to begin.
SHIFT_PX = 2.5
MAX_SHIFT_PX = 12.0  # the largest shift across strike that networks are trained with


@dataclass(frozen=True)
class Options:
    """How windows are drawn and read.

    Attributes
    ----------
    thickness_px : tuple of float, optional
        Line widths in pixels; None for the model's own.
    flips : {"auto", "all", "none"}
        Whether each window is also read mirrored along, across and both. "auto" is "none" for
        networks that answer mirror images alike, as their cards say, else "all".
    sense : {"dextral", "sinistral", "auto"}
        Sense of slip: the experiments are dextral, so a sinistral map is mirrored before the
        network reads it. "auto" takes for each strip that of most of its drawn length, by rake
        or slip type; where none is known the strip is read as dextral and flagged.
    shift_px : float
        Each window is also read moved by so many pixels forth and back along strike, and to
        both sides across it; 0 for where it is alone.
    other_pixel_sizes_m : tuple of float
        Each window is also read around the same middle at these sizes of a pixel: the scale of
        the experiment is known to a factor of two only.
    generalize : {"auto", "never", "always"}
        Whether lines are first generalized to what a camera of the experiments would see:
        "auto" does it in strips that hold a window too dense to be read.

    Raises
    ------
    InputError
        If a value is none of those.
    """

    thickness_px: tuple[float, ...] | None = None
    flips: str = AUTO_FLIPS
    sense: str = "dextral"
    shift_px: float = SHIFT_PX
    other_pixel_sizes_m: tuple[float, ...] = ()
    generalize: str = "auto"

    def __post_init__(self) -> None:
        if self.sense not in SENSES:
            message = f"The sense of slip is one of {', '.join(SENSES)}, not {self.sense!r}."
            raise InputError(message)
        if self.flips not in (AUTO_FLIPS, *FLIPS):
            message = f"Flips are 'auto', 'all' or 'none', not {self.flips!r}."
            raise InputError(message)
        if self.generalize not in GENERALIZE:
            message = f"Lines are generalized {', '.join(GENERALIZE)}, not {self.generalize!r}."
            raise InputError(message)
        if not 0 <= self.shift_px <= MAX_SHIFT_PX:  # also refuses NaN
            message = f"The shift is 0 to {MAX_SHIFT_PX:g} px, not {self.shift_px}."
            raise InputError(message)
        for size in self.other_pixel_sizes_m:
            check_pixel_size(size)
        if self.thickness_px is not None:
            check_widths(self.thickness_px)
        widths = 3 if self.thickness_px is None else len(self.thickness_px)
        sizes = 1 + len(self.other_pixel_sizes_m)
        if widths * sizes * len(self.shifts_px) > MAX_DRAWINGS:
            message = (
                f"{widths} thicknesses at {sizes} sizes of a pixel are too many drawings of each "
                f"window (up to {MAX_DRAWINGS} with their shifts). Name fewer."
            )
            raise InputError(message)

    @property
    def shifts_px(self) -> tuple[tuple[float, float], ...]:
        """How far windows are moved, along and across: nowhere first, then each way."""
        shift = self.shift_px
        if shift == 0:
            return ((0.0, 0.0),)
        return ((0.0, 0.0), (-shift, 0.0), (shift, 0.0), (0.0, -shift), (0.0, shift))


def check_pixel_size(size_m: float) -> None:
    """Refuse a size of a pixel at which nothing can be read.

    Raises
    ------
    InputError
        If it is below `MIN_PIXEL_M` or above `MAX_PIXEL_M`, or no number.
    """
    if not MIN_PIXEL_M <= size_m <= MAX_PIXEL_M:  # also refuses NaN
        message = (
            f"A pixel is {MIN_PIXEL_M:g} to {MAX_PIXEL_M:g} m wide on the ground, not {size_m} m."
        )
        raise InputError(message)


def check_widths(thickness_px: Sequence[float]) -> None:
    """Refuse widths of lines that cannot be drawn.

    Raises
    ------
    InputError
        If there is none, there are more than `MAX_WIDTHS`, or one is not above 0 or above
        `MAX_THICKNESS_PX`.
    """
    fits = all(0 < value <= MAX_THICKNESS_PX for value in thickness_px)
    if not fits or not 0 < len(thickness_px) <= MAX_WIDTHS:
        message = (
            f"Line thicknesses are up to {MAX_WIDTHS} numbers above 0 and up to "
            f"{MAX_THICKNESS_PX:g} px, not {reprlib.repr(tuple(thickness_px))}."
        )
        raise InputError(message)


def check_sense(sense: str, *, told: bool) -> None:
    """Refuse a sense that is to be found where no attribute is `told` that could tell it.

    Raises
    ------
    InputError
        If the sense is "auto" and nothing is told.
    """
    if sense == AUTO_SENSE and not told:
        message = (
            "The sense 'auto' needs a field with rakes or slip types. Name one, or give the sense "
            "as dextral or sinistral."
        )
        raise InputError(message)


def check_trend(trend_deg: float | None) -> None:
    """Refuse a trend that is given and no azimuth.

    Raises
    ------
    InputError
        If it is not a number from -360 to 360.
    """
    if trend_deg is not None and not -360 <= trend_deg <= 360:  # also refuses NaN
        message = f"The trend must be an azimuth in degrees, -360 to 360, not {trend_deg:g}."
        raise InputError(message)


def parse_thickness(text: str) -> tuple[float, ...]:
    """Read line widths in pixels from text such as "2,3,4".

    Raises
    ------
    InputError
        If it is no list of up to `MAX_WIDTHS` numbers above 0 and up to `MAX_THICKNESS_PX`, or
        names one twice.
    """
    values = _numbers(text)
    if not values or not all(0 < value <= MAX_THICKNESS_PX for value in values):
        message = (
            f"Line thicknesses are numbers above 0 and up to {MAX_THICKNESS_PX:g} px with commas "
            f"or semicolons between them, such as 2,3,4; {reprlib.repr(text)} is not."
        )
        raise InputError(message)
    check_widths(values)
    _refuse_repeats("line thickness", values)
    return values


def parse_pixel_sizes(text: str) -> tuple[float, ...]:
    """Read sizes of a pixel in metres from text such as "88,120".

    Raises
    ------
    InputError
        If it is no list of finite numbers above 0, or names one twice.
    """
    values = _numbers(text)
    if not values or not all(0 < value < float("inf") for value in values):
        message = (
            "Pixel sizes are numbers of metres above 0 with commas or semicolons between them, "
            f"such as 64,88,120; {reprlib.repr(text)} is not."
        )
        raise InputError(message)
    if len(values) > MAX_DRAWINGS:
        message = f"{len(values)} sizes of a pixel are too many. Name fewer."
        raise InputError(message)
    _refuse_repeats("pixel size", values)
    return values


def _refuse_repeats(what: str, values: tuple[float, ...]) -> None:
    """Refuse a value that is named twice: it would count twice in the median."""
    for value in values:
        if values.count(value) > 1:
            message = f"The {what} {value:g} is named twice; name each once."
            raise InputError(message)


def _numbers(text: str) -> tuple[float, ...]:
    """Numbers with commas or semicolons between them; none where one is no number.

    2,5;3 has both, and would be three numbers to us and two to whoever writes decimal commas.
    """
    separator = ";" if ";" in text else ","
    try:
        return tuple(float(entry) for entry in text.split(separator))
    except ValueError:
        return ()
