"""Counts of mutants by room, and those known to change nothing."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

EQUIVALENT = Path(__file__).with_name("equivalent.json")


def equivalents() -> dict[str, str]:
    """Why a mutant cannot be told from the code, by its key; read one by one by a person."""
    if not EQUIVALENT.exists():
        return {}
    rows = json.loads(EQUIVALENT.read_text(encoding="utf-8"))
    return {
        f"{row['file']}|{row['line']}|{row['column']}|{row['operator']}|{row['occurrence']}": row[
            "why"
        ]
        for row in rows
    }


def table(rows: list[dict]) -> str:
    """Tried, killed at first and in the end, equivalent and alive by folder, in Markdown.

    The share killed is of those that are not equivalent.
    """
    known = equivalents()
    rooms: dict[str, Counter] = {}
    for row in rows:
        room = "/".join(Path(row["mutant"]["file"]).parts[:-1])
        ended = "killed" if row["outcome"] in ("killed", "timeout") else "alive"
        if ended == "alive" and row["key"] in known:
            ended = "equivalent"
        at_first = ["at first"] if row["first"] in ("killed", "timeout") else []
        for name in (room, "all"):
            rooms.setdefault(name, Counter()).update(["tried", ended, *at_first])
    head = ("room", "tried", "killed at first", "killed", "equivalent", "alive", "of the rest")
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"]
    for name in [*sorted(set(rooms) - {"all"}), "all"]:
        count = rooms.get(name, Counter())
        rest = count["tried"] - count["equivalent"]
        share = f"{100 * count['killed'] / rest:.0f} %" if rest else ""
        counts = [count[what] for what in ("tried", "at first", "killed", "equivalent", "alive")]
        lines.append(f"| {' | '.join(map(str, [name, *counts, share]))} |")
    return "\n".join(lines)
