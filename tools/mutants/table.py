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
    """Tried, killed, equivalent and alive by folder, in Markdown.

    The share killed is of those that are not equivalent.
    """
    known = equivalents()
    rooms: dict[str, Counter] = {}
    for row in rows:
        room = "/".join(Path(row["mutant"]["file"]).parts[:-1])
        ended = "killed" if row["outcome"] in ("killed", "timeout") else "alive"
        if ended == "alive" and row["key"] in known:
            ended = "equivalent"
        for name in (room, "all"):
            rooms.setdefault(name, Counter()).update([ended])
    lines = ["| room | tried | killed | equivalent | alive | killed of the rest |"]
    lines += ["| --- | --- | --- | --- | --- | --- |"]
    for name in [*sorted(set(rooms) - {"all"}), "all"]:
        count = rooms.get(name, Counter())
        tried = sum(count.values())
        rest = tried - count["equivalent"]
        share = f"{100 * count['killed'] / rest:.0f} %" if rest else ""
        cells = [name, tried, count["killed"], count["equivalent"], count["alive"], share]
        lines.append(f"| {' | '.join(str(cell) for cell in cells)} |")
    return "\n".join(lines)
