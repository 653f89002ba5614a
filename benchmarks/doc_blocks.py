"""Tables in documents that a command makes anew, each between a pair of markers.

    <!-- made by benchmarks/study.py: crustal faults -->
    ...
    <!-- end of crustal faults -->

What stands between them is replaced; all else stays to the last byte.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ssf_model.errors import InputError

BEGIN, END = "<!-- made by benchmarks/study.py: {} -->", "<!-- end of {} -->"
A_BEGIN = re.compile(re.escape(BEGIN).replace(r"\{\}", "(.*?)"))


def put_blocks(text: str, blocks: Mapping[str, str], *, names: tuple[str, ...], place: str) -> str:
    """Put tables between their markers.

    Parameters
    ----------
    text : str
        A document.
    blocks : mapping of str to str
        Tables by name. One for which the document has no markers is passed over.
    names : tuple of str
        All names that there are. Markers of one that is not among `blocks` keep what they hold.
    place : str
        What to call the document in a refusal.

    Returns
    -------
    text : str

    Raises
    ------
    InputError
        If the document has no markers, some of a name that there is not, the same twice, or a
        beginning without its end behind it.
    """
    found = A_BEGIN.findall(text)
    if not found:
        message = f"{place}: has no marker such as {BEGIN.format(names[0])}."
        raise InputError(message)
    for name in found:
        if name not in names:
            message = f"{place}: nothing makes '{name}'; there is {', '.join(names)}."
            raise InputError(message)
        if found.count(name) > 1 or text.count(END.format(name)) != 1:
            message = f"{place}: '{name}' needs one marker to begin and one to end."
            raise InputError(message)
        head, rest = text.split(BEGIN.format(name))
        if END.format(name) not in rest or A_BEGIN.search(rest.split(END.format(name))[0]):
            message = f"{place}: the end of '{name}' does not follow its beginning."
            raise InputError(message)
        if name in blocks:
            tail = rest.split(END.format(name))[1]
            text = f"{head}{BEGIN.format(name)}\n\n{blocks[name]}\n\n{END.format(name)}{tail}"
    return text
