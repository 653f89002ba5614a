"""The verb `simulate`: virtual experiments as files."""

from __future__ import annotations

import argparse
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import closing
from pathlib import Path
from typing import Any

from ssf_model.asides import remove_leftovers
from ssf_model.command_line import deaf_children
from ssf_model.errors import InputError, counted
from ssf_model.whole_files import check_output
from training.fitting.apart import Died, answers_apart, killed_reader
from training.fitting.workers import end_with_parent, ended_at_once, told_of_a_kill, told_to_go_on
from training.virtual.parameters import VirtualParameters
from training.virtual.runs import is_complete, plan_experiments, run_experiment, write_experiment


def _run_and_write(parameters: VirtualParameters, path: Path, overwrite: bool) -> str:
    """One task of a worker; the experiment's name."""
    write_experiment(path, run_experiment(parameters), parameters, overwrite=overwrite)
    return parameters.name


def simulate(args: argparse.Namespace) -> None:
    """Run the verb `simulate`."""
    with told_to_go_on():
        _simulate(args)


def _simulate(args: argparse.Namespace) -> None:
    """Simulate what is asked for and not there yet."""
    from tqdm import tqdm

    if args.workers < 1:
        message = f"--workers must be 1 or more, not {args.workers}."
        raise InputError(message)
    plan = plan_experiments(draws=args.draws, seed=args.seed, only=args.only)
    args.out.mkdir(parents=True, exist_ok=True)
    remove_leftovers(args.out)
    tasks = [(each, args.out / f"{each.name}.mat", args.overwrite) for each in plan]
    if args.resume and not args.overwrite:
        there = [(path, parameters) for parameters, path, _ in tasks if path.exists()]
        _check_complete(there)
        tasks = [task for task in tasks if task[1] not in dict(there)]
    for _, path, overwrite in tasks:
        check_output(path, overwrite=overwrite)
    context = multiprocessing.get_context("spawn")
    with (
        told_of_a_kill("A process of the simulation"),
        tqdm(total=len(tasks), desc="simulate", unit="experiment") as bar,
        ProcessPoolExecutor(args.workers, mp_context=context, initializer=end_with_parent) as pool,
    ):
        try:
            with ended_at_once():
                with deaf_children():
                    futures = [pool.submit(_run_and_write, *task) for task in tasks]
                for future in as_completed(futures):
                    bar.set_postfix_str(future.result())
                    bar.update()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    print(f"{counted(len(tasks), 'experiment')} written to {args.out}")


def _check_complete(there: list[tuple[Path, VirtualParameters]]) -> None:
    """Refuse files that are not this run's, read apart: a damaged one can kill its reader."""
    with closing(answers_apart(_is_complete, there, workers=1)) as answers:
        for (path, _), answer in zip(there, answers):
            if isinstance(answer, Died):
                raise killed_reader(path, answer)


def _is_complete(there: tuple[Path, VirtualParameters]) -> bool:
    """Whether a file holds its experiment; a task of a worker."""
    return is_complete(*there)


def add_command(subparsers: Any) -> None:
    """Add `simulate` to the command line."""
    parser = subparsers.add_parser(
        "simulate",
        help="make virtual experiments",
        description="Make virtual wet-kaolin experiments, in the laboratory's .mat format.",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for them")
    parser.add_argument(
        "--draws", type=int, default=1, metavar="N", help="times the 16 experiments (default 1)"
    )
    parser.add_argument("--seed", type=int, default=2026, metavar="S", help="default 2026")
    parser.add_argument("--workers", type=int, default=1, metavar="W", help="processes (default 1)")
    parser.add_argument("--only", nargs="+", default=(), metavar="NAME", help="these alone")
    parser.add_argument("--overwrite", action="store_true", help="replace files that exist")
    parser.add_argument("--resume", action="store_true", help="keep files of this very run")
    parser.set_defaults(run=simulate)
