"""Addresses of the project, which stand in metadata.txt and nowhere else."""

import configparser
from functools import lru_cache

from .door import PLUGIN_FOLDER

CARD = "metadata.txt"


@lru_cache(maxsize=1)
def help_url():
    """Where the documentation is.

    In the zip the card lies in the plugin's folder, in a checkout beside it.
    """
    card = configparser.ConfigParser(interpolation=None)
    for folder in (PLUGIN_FOLDER, PLUGIN_FOLDER.parent):
        if card.read(folder / CARD, encoding="utf-8"):
            break
    return card.get("general", "homepage", fallback="")


def page(name):
    """Address of a page of the documentation, such as "tutorial.html"."""
    return f"{help_url().rstrip('/')}/{name}"
