"""Pictures as SVG text, in the plain subset (SVG Tiny 1.2) that Qt draws as browsers do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape

import numpy as np

from ssf_model.report.shapes import Dot, Picture, Shape, Words
from ssf_model.tables.cells import printable

FONTS = "DejaVu Sans, Verdana, Arial, Helvetica, sans-serif"
WIDTH_MM = 180.0  # of a page that is 720 units wide: two columns of a journal


def to_svg(picture: Picture, *, standalone: bool = False) -> str:
    """Write a picture as an `svg` element.

    Parameters
    ----------
    picture : Picture
        What to draw.
    standalone : bool
        For a file of its own: with an XML head, a size in millimetres and a white ground.
    """
    return "\n".join(_lines(picture, standalone)) + "\n"


def _lines(picture: Picture, standalone: bool) -> Iterator[str]:
    """The element line by line."""
    width, height = picture.width, picture.height
    size = ""
    if standalone:
        yield '<?xml version="1.0" encoding="UTF-8"?>'
        unit = WIDTH_MM / 720
        size = f' width="{width * unit:.2f}mm" height="{height * unit:.2f}mm"'
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" version="1.2" role="img"{size} '
        f'viewBox="0 0 {width:g} {height:g}" font-family="{FONTS}" '
        f"aria-label={_quoted(printable(picture.title))}>"
    )
    if standalone:
        yield f'<rect width="{width:g}" height="{height:g}" fill="#ffffff"/>'
    writers: dict[type, Callable[..., str]] = {Shape: _shape, Dot: _dot, Words: _words}
    for item in picture.items:
        yield writers[type(item)](item)
    yield "</svg>"


def _shape(shape: Shape) -> str:
    """Lines and areas as one path."""
    close = "Z" if shape.fill is not None else ""
    places = "".join(f"M{_places(part)}{close}" for part in shape.parts)
    style = f' fill="{shape.fill or "none"}"'
    if shape.fill is not None and shape.opacity < 1:
        style += f' fill-opacity="{shape.opacity:g}"'
    if shape.stroke is not None:
        style += f' stroke="{shape.stroke}" stroke-width="{shape.width:g}"'
        style += ' stroke-linejoin="round" stroke-linecap="round"'
    if shape.dash:
        style += f' stroke-dasharray="{",".join(f"{part:g}" for part in shape.dash)}"'
    return _element("path", f' d="{places}"{style}', shape)


def _dot(dot: Dot) -> str:
    """A circle."""
    style = f' fill="{dot.fill}" stroke="{dot.stroke}" stroke-width="{dot.width:g}"'
    return _element("circle", f' cx="{dot.x:.2f}" cy="{dot.y:.2f}" r="{dot.radius:g}"{style}', dot)


def _words(words: Words) -> str:
    """A line of text."""
    style = f' font-size="{words.size:g}" fill="{words.colour}" text-anchor="{words.anchor}"'
    if words.bold:
        style += ' font-weight="bold"'
    if words.angle_deg:
        style += f' transform="rotate({words.angle_deg:g} {words.x:.2f} {words.y:.2f})"'
    name = f" class={_quoted(words.name)}" if words.name else ""
    return f'<text x="{words.x:.2f}" y="{words.y:.2f}"{style}{name}>{_text(words.text)}</text>'


def _element(tag: str, attributes: str, item: Shape | Dot) -> str:
    """An element with what it is as its class and what it shows as its title."""
    name = f" class={_quoted(item.name)}" if item.name else ""
    if not item.label:
        return f"<{tag}{name}{attributes}/>"
    return f"<{tag}{name}{attributes}><title>{_text(item.label)}</title></{tag}>"


def _places(part: np.ndarray) -> str:
    """Places with commas and spaces between them."""
    return " ".join(f"{x:.6g},{y:.6g}" for x, y in np.round(part, 2).tolist())


def _text(text: str) -> str:
    """Text as XML holds it."""
    return escape(printable(text), quote=False)


def _quoted(text: str) -> str:
    """Text as an attribute's value."""
    return f'"{escape(text)}"'
