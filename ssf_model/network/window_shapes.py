"""What shape an operator's answer has, window by window, before anything is run.

A value either has the windows along its first axis, whose number stays open, or is the same for
all. No operator here may touch the windows' axis: one window's answer never hangs on another's.
Source of their meaning: https://onnx.ai/onnx/operators.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ssf_model.network.limits import MAX_VALUES, require

MAX_AXES = 8


@dataclass(frozen=True)
class Value:
    """A value between operators: its shape, without the windows' axis where it has that.

    `constant` is the array where the file holds it.
    """

    shape: tuple[int, ...]
    by_window: bool = True
    constant: np.ndarray | None = None

    def __post_init__(self) -> None:
        fits = len(self.shape) + self.by_window <= MAX_AXES
        require(fits and self.size <= MAX_VALUES, f"an array of shape {self.shape[:MAX_AXES]}")

    @property
    def size(self) -> int:
        """Numbers it holds: of one window, or in all."""
        return math.prod(self.shape)

    @property
    def ndim(self) -> int:
        """Axes, the windows' one too."""
        return len(self.shape) + self.by_window

    def axis(self, axis: Any, ndim: int | None = None) -> int:
        """An axis among those of `shape`, or of as many as `ndim`; not the windows' own."""
        ndim = self.ndim if ndim is None else ndim
        require(isinstance(axis, int) and -ndim <= axis < ndim, f"axis {axis} of {ndim}")
        place = axis % ndim - self.by_window
        require(place >= 0, "an axis that is the windows' own")
        return place

    def like(self, shape: Sequence[int]) -> Value:
        """A value of another shape."""
        return Value(tuple(shape), self.by_window)


@dataclass(frozen=True)
class Call:
    """One node: what goes in (None where left out), its attributes, outputs and the file's opset.

    An attribute whose kind is unknown, a graph above all, has been refused before.
    """

    inputs: tuple[Value | None, ...]
    attributes: Mapping[str, Any]
    n_outputs: int
    opset: int

    def __getitem__(self, place: int) -> Value:
        value = self.given(place)
        if value is None:
            message = f"no input {place}"
            raise ValueError(message)
        return value

    def given(self, place: int) -> Value | None:
        """An input; None where it is left out."""
        return self.inputs[place] if place < len(self.inputs) else None

    def whole_numbers(self, name: str, place: int | None = None) -> list[int] | None:
        """A list that stands as an attribute, or as a constant input; None for neither."""
        given = None if place is None else self.given(place)
        found = self.attributes.get(name)
        if given is not None:
            constant = given.constant
            require(constant is not None and constant.ndim == 1, f"'{name}' that is no constant")
            found = np.asarray(constant).tolist()
        require(
            found is None
            or (
                (isinstance(found, (list, tuple)) and len(found) <= 2 * MAX_AXES)
                and all(isinstance(item, int) for item in found)
            ),
            f"'{name}' that lists no whole numbers",
        )
        return None if found is None else list(found)

    def flag(self, name: str, default: int = 0) -> int:
        """An attribute that is a whole number."""
        value = self.attributes.get(name, default)
        require(isinstance(value, int), f"{name} {value!r}")
        return int(value)


Rule = Callable[[Call], Sequence[Value]]


def same(call: Call) -> list[Value]:
    """As the first input; all others are the same for every window."""
    others = [value for value in call.inputs[1:] if value is not None]
    require(not any(value.by_window for value in others), "a setting that hangs on the window")
    return [call[0].like(call[0].shape)]


def broadcast(call: Call) -> list[Value]:
    """Of several values together, sizes of 1 repeated; windows only ever meet themselves."""
    values = [call[place] for place in range(len(call.inputs))]
    by_window = any(value.by_window for value in values)
    ndim = max(value.ndim for value in values)
    shapes = []
    for value in values:
        shape: tuple[int, ...] = value.shape
        if by_window and value.by_window:
            require(value.ndim == ndim, "values whose windows lie along different axes")
        elif by_window and value.ndim == ndim:
            require(shape[0] == 1, "a constant that tells windows apart by their places")
            shape = shape[1:]
        shapes.append(shape)
    longest = max(len(shape) for shape in shapes)
    sizes = zip(*((1,) * (longest - len(shape)) + shape for shape in shapes))
    return [Value(tuple(_common(size) for size in sizes), by_window)]


def _common(sizes: tuple[int, ...]) -> int:
    """The one size other than 1 along an axis."""
    others = set(sizes) - {1}
    require(len(others) <= 1, f"sizes {sorted(others)} along one axis")
    return others.pop() if others else 1


def inactive_dropout(call: Call) -> list[Value]:
    """Dropout outside training."""
    mode = call.given(2)
    off = mode is None or (mode.constant is not None and not np.any(mode.constant))
    require(off and call.n_outputs == 1, "training_mode")
    return same(call)


def normalized(call: Call) -> list[Value]:
    """Batch normalization by the statistics of training."""
    require(call.flag("training_mode") == 0 and call.n_outputs == 1, "training_mode")
    return same(call)


def along_axis(call: Call) -> list[Value]:
    """The same shape, worked out along an axis, or along it and all after it."""
    call[0].axis(call.flag("axis", -1 if call.opset >= 13 else 1))
    return same(call)


def layer_normalized(call: Call) -> list[Value]:
    """Layer normalization, from an axis on."""
    call[0].axis(call.flag("axis", -1))
    return same(call)


def concat(call: Call) -> list[Value]:
    """Side by side along an axis."""
    values = [call[place] for place in range(len(call.inputs))]
    place = call[0].axis(call.attributes.get("axis"))
    require(
        len({(value.by_window, value.ndim) for value in values}) == 1
        and len({value.shape[:place] + value.shape[place + 1 :] for value in values}) == 1,
        "values that do not go together",
    )
    shape = list(values[0].shape)
    shape[place] = sum(value.shape[place] for value in values)
    return [values[0].like(shape)]


def flatten(call: Call) -> list[Value]:
    """All axes of a window as one."""
    value, axis = call[0], call.flag("axis", 1)
    require(-value.ndim <= axis <= value.ndim, f"axis {axis}")
    axis = axis if axis >= 0 else axis + value.ndim
    if value.by_window:
        require(axis == 1, f"axis {axis}: windows must stay apart")
        return [value.like([value.size])]
    return [value.like([math.prod(value.shape[:axis]), math.prod(value.shape[axis:])])]


def reshape(call: Call) -> list[Value]:
    """Another shape: 0 keeps an axis, -1 is what remains."""
    value, sizes = call[0], call.whole_numbers("shape", 1)
    require(sizes is not None and 0 < len(sizes) <= MAX_AXES, "a shape that the file does not give")
    sizes = sizes or []
    require(call.flag("allowzero") == 0 or 0 not in sizes, "allowzero")
    require(min(sizes) >= -1 and sizes.count(-1) <= 1, f"shape {sizes}")
    require(0 not in sizes[value.ndim :], f"shape {sizes}")
    full = [None, *value.shape] if value.by_window else list(value.shape)
    wanted = [full[at] if size == 0 else size for at, size in enumerate(sizes)]
    if value.by_window:
        require(sizes[0] in (0, -1), f"shape {sizes}: the number of windows must stay")
        wanted = wanted[1:]
    require(None not in wanted, f"shape {sizes}")
    shape = [size for size in wanted if size is not None]
    if -1 in shape:
        known = -math.prod(shape)
        require(known > 0 and value.size % known == 0, f"shape {sizes}")
        shape[shape.index(-1)] = value.size // known
    require(math.prod(shape) == value.size, f"shape {sizes} for {value.size} numbers")
    return [value.like(shape)]


def transpose(call: Call) -> list[Value]:
    """Axes in another order, windows first."""
    value = call[0]
    order = call.whole_numbers("perm") or list(range(value.ndim))[::-1]
    require(sorted(order) == list(range(value.ndim)), f"perm {order}")
    if value.by_window:
        require(order[0] == 0, f"perm {order}: windows must stay first")
        order = [axis - 1 for axis in order[1:]]
    return [value.like([value.shape[axis] for axis in order])]


def squeeze(call: Call) -> list[Value]:
    """Without some axes of size 1."""
    value, axes = call[0], call.whole_numbers("axes", 1)
    require(axes is not None, "no axes")
    places = {value.axis(axis) for axis in axes or ()}
    require(all(value.shape[place] == 1 for place in places), f"axes {axes} that are not 1")
    return [value.like([size for at, size in enumerate(value.shape) if at not in places])]


def unsqueeze(call: Call) -> list[Value]:
    """With more axes of size 1, at these places of the result."""
    value, axes = call[0], call.whole_numbers("axes", 1) or []
    ndim = value.ndim + len(axes)
    require(ndim <= MAX_AXES, f"{len(axes)} more axes")
    places = {value.axis(axis, ndim) for axis in axes}
    require(len(places) == len(axes), f"axes {axes}")
    rest = iter(value.shape)
    length = len(value.shape) + len(axes)
    return [value.like([1 if at in places else next(rest) for at in range(length)])]


def slice_(call: Call) -> list[Value]:
    """Part of some axes."""
    value = call[0]
    starts, ends = call.whole_numbers("starts", 1) or [], call.whole_numbers("ends", 2) or []
    axes = call.whole_numbers("axes", 3)
    axes = list(range(len(starts))) if axes is None else axes
    steps = call.whole_numbers("steps", 4) or [1] * len(starts)
    require(len(starts) == len(ends) == len(axes) == len(steps) and 0 not in steps, "lists")
    shape = list(value.shape)
    for start, end, axis, step in zip(starts, ends, axes, steps):
        place = value.axis(axis)
        shape[place] = len(range(*slice(start, end, step).indices(value.shape[place])))
    return [value.like(shape)]


def split(call: Call) -> list[Value]:
    """An axis in parts: of given sizes, or all alike."""
    value, parts = call[0], call.n_outputs
    place = value.axis(call.flag("axis"))
    size = value.shape[place]
    sizes = call.whole_numbers("split", 1) or [-(-size // max(parts, 1))] * (parts - 1)
    sizes = sizes if len(sizes) == parts else [*sizes, size - sum(sizes)]
    fit = len(sizes) == parts and min(sizes) >= 0 and sum(sizes) == size
    require(fit, f"parts of {sizes} in {size}")
    return [value.like([*value.shape[:place], part, *value.shape[place + 1 :]]) for part in sizes]


def reduced(call: Call) -> list[Value]:
    """One number for all along some axes."""
    value, axes = call[0], call.whole_numbers("axes", 1)
    require(bool(axes), "no axes")
    places = {value.axis(axis) for axis in axes or ()}
    keep = call.flag("keepdims", 1)
    kept = [1 if at in places else size for at, size in enumerate(value.shape)]
    return [value.like(kept if keep else [s for at, s in enumerate(kept) if at not in places])]


def padded(call: Call) -> list[Value]:
    """With more at both ends of axes."""
    value, pads = call[0], call.whole_numbers("pads", 1) or []
    require(len(pads) == 2 * value.ndim and min(pads) >= 0, f"pads {pads}")
    added = [low + high for low, high in zip(pads, pads[value.ndim :])]
    if value.by_window:
        require(pads[0] == pads[value.ndim] == 0, "pads among windows")
        added = added[1:]
    return [value.like([size + more for size, more in zip(value.shape, added)])]
