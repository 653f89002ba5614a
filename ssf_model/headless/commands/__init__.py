"""The command line: one verb a file (`add_options`, `run`), and what they share."""

from __future__ import annotations
