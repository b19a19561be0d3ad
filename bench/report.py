"""Figures for people and for machines."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bench.sampling import Result


def drawn(results: Sequence[Result], machine: Mapping[str, object]) -> RenderableType:
    """A line for each figure, and on what machine."""
    table = Table("", "ours", "peer or limit", "ours ÷ peer", "95 %", "floor", "goal", "")
    for column in table.columns[3:7]:
        column.justify = "right"
    for result in results:
        table.add_row(*_row(result))
    on = ", ".join(f"{name} {value}" for name, value in machine.items() if name != "packages")
    packages = machine.get("packages")
    versions = ", ".join(f"{name} {number}" for name, number in packages.items()) if isinstance(packages, dict) else ""
    return Group(table, Text(on, style="dim"), Text(versions, style="dim"))


def for_machines(results: Sequence[Result], machine: Mapping[str, object]) -> dict[str, Any]:
    """As JSON would have it."""
    return {"machine": dict(machine), "figures": [_as_json(result) for result in results]}


def _row(result: Result) -> tuple[str, ...]:
    figure = result.figure
    sign = "≤" if figure.is_limit else "≥"
    return (
        figure.name,
        f"{figure.ours}\n[dim]{result.ours.median:,.0f} {figure.unit}[/]",
        f"{figure.peer}\n[dim]{result.peer.median:,.0f} {figure.unit}[/]" if result.peer else "",
        f"{result.value.median:.3g}",
        f"{result.value.low:.3g} to {result.value.high:.3g}",
        f"{sign} {figure.floor:g}",
        f"{sign} {figure.goal:g}",
        _verdict(result),
    )


def _verdict(result: Result) -> str:
    if not result.is_at_floor:
        return "[bold red]below its floor[/]"
    return "[green]goal[/]" if result.is_at_goal else "[yellow]floor[/]"


def _as_json(result: Result) -> dict[str, Any]:
    figure = result.figure
    return {
        "name": figure.name,
        "ours": {"what": figure.ours, "unit": figure.unit, **result.ours._asdict()},
        "peer": {"what": figure.peer, "unit": figure.unit, **result.peer._asdict()} if result.peer else None,
        "ratio" if result.peer else "value": result.value.median,
        "quartiles": [result.value.q1, result.value.q3],
        "interval": [result.value.low, result.value.high],
        "floor": figure.floor,
        "goal": figure.goal,
        "isAtFloor": result.is_at_floor,
        "isAtGoal": result.is_at_goal,
        "pairs": result.pairs,
        "seconds": result.seconds,
        "notes": dict(result.notes),
    }
