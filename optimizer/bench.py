"""`faubourg bench`: run, compare and draw the benchmarks (in a clone)."""

from __future__ import annotations

import sys
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from optimizer.core.refusal import Fault, Refusal

if TYPE_CHECKING:
    from types import ModuleType

DONE, DOES_NOT_HOLD = 0, 1

bench = typer.Typer(
    help="Run, compare and draw the benchmarks (in a clone).",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


class Suite(StrEnum):
    """What is measured."""

    CI = "ci"
    QUALITY = "quality"
    SCALE = "scale"
    SPEED = "speed"
    PEERS = "peers"
    HOTELS = "hotels"
    ROUTING = "routing"


TimeLimit = Annotated[
    float | None, typer.Option("--time-limit", min=0.1, help="Seconds of solving.")
]


@bench.command("run")
def bench_run(
    suite: Annotated[Suite, typer.Option(help="What is measured.")],
    instances: Annotated[
        Path | None, typer.Option(help="Folder with best_known.csv and the files beside it.")
    ] = None,
    family: Annotated[list[str] | None, typer.Option(help="Only this family (repeat).")] = None,
    instance: Annotated[list[str] | None, typer.Option(help="Only this instance (repeat).")] = None,
    sample: Annotated[
        int | None, typer.Option(min=1, help="So many instances of each family, evenly spread.")
    ] = None,
    solver: Annotated[
        list[str] | None, typer.Option(help="Only this solver: faubourg or a peer (repeat).")
    ] = None,
    time_limit: TimeLimit = None,
    threads: Annotated[int | None, typer.Option(min=1, help="Threads of our solvers.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Rows: a line each in .jsonl, a list in .json.")
    ] = None,
) -> None:
    """Run a suite; exit 1 when a row of ours failed or was not verified."""
    front = _benchmarks()
    options = front.Options(
        instances=instances or front.LITERATURE,
        families=tuple(family or ()),
        names=tuple(instance or ()),
        sample=sample,
        solvers=tuple(solver or ()),
        time_limit_s=time_limit,
        threads=threads,
    )
    held = front.run(suite.value, options, out=out, say=typer.echo)
    raise typer.Exit(DONE if held else DOES_NOT_HOLD)


@bench.command("compare")
def bench_compare(
    old: Annotated[Path, typer.Argument(help="Rows of the baseline.")],
    new: Annotated[Path, typer.Argument(help="Rows to judge.")],
) -> None:
    """Say what has become worse; exit 1 when something has."""
    held = _benchmarks().compare(old, new, typer.echo)
    raise typer.Exit(DONE if held else DOES_NOT_HOLD)


@bench.command("report")
def bench_report(
    files: Annotated[list[Path], typer.Argument(help="Files of rows.")],
    out: Annotated[Path, typer.Option(help="Folder for the tables and the page.")] = Path(
        "results/benchmarks"
    ),
) -> None:
    """Write a Markdown table and a page with plots."""
    for path in _benchmarks().report(files, out):
        typer.echo(str(path))


def _benchmarks() -> ModuleType:
    """Return the front of the benchmarks: beside this package, or in the folder we stand in.

    Raises
    ------
    Refusal
        F821 outside a clone.
    """
    for root in (Path(__file__).resolve().parent.parent, Path.cwd()):
        if (root / "benchmarks" / "front.py").is_file():
            if str(root) not in sys.path:
                sys.path.insert(0, str(root))
            return import_module("benchmarks.front")
    cause = "the benchmarks are not part of the installed package"
    raise Refusal(Fault("bench", "F821", cause, "run this in a clone of the repository"))
