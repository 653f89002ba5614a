"""A verb to be killed, stopped or given too little room, and how it is begun again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from makers.fork_server import Server

OVER = "--overwrite"


@dataclass(frozen=True)
class Road:
    """A verb with its arguments; `{0}` in them is the folder of the inputs."""

    verb: str
    words: str
    again: str  # what is added to begin anew after a kill, as the docs say
    former: str  # words of an earlier run into the same outputs, which gave something else
    module: str = "ssf_model"
    before: str = ""
    most_left: int = 1  # hidden folders: one for each output that is made at a time
    grows: tuple[str, ...] = ()  # what may be there before it is final: its files are whole
    shares: bool = False  # several runs may work on its outputs at once, to another end
    whole_folders: tuple[str, ...] = ()  # folders that are there with all files or not at all

    def is_growing(self, name: str) -> bool:
        """Whether an output's name is one of what grows."""
        return f"{name}/".startswith(tuple(f"{each}/" for each in self.grows))


def do(server: Server, module: str, folder: Path, words: str, *, before: str = "") -> None:
    """Run a verb that must work; `{0}` in its words is the folder that it runs in."""
    done = server.run(module, words.format(folder).split(), folder, before=before)
    assert done.code == 0, done.said
