"""Many maps, or one of thousands of faults: work in chunks, side by side, that can be resumed."""

from __future__ import annotations
