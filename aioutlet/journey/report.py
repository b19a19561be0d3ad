"""What a run came to, for people and for machines."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from aioutlet.journey.load_generator import Run
from aioutlet.journey.pacing import Waits


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be so, and what was found."""

    name: str
    ok: bool
    found: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one run; seconds and orders per second."""

    run: str
    offered: int
    placed: int
    completed: int
    cancelled: int
    failed: Mapping[str, int]
    """Orders that ended without success, by failed step and reason."""
    not_placed: Mapping[str, int]
    """Baskets the shop did not take, by the code of its problem."""
    lost: int
    """Acknowledged, and unknown to the read model."""
    stuck: int
    """Known, and without an end."""
    seconds: float
    orders_per_second: float
    """Orders that reached their end, over the time from the first basket to the last end."""
    acknowledged: Waits
    completed_and_visible: Waits
    resolution: float
    """How much too long a wait for completion may have been measured, at worst."""
    retries: int
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Every basket was taken, every order reached an end, and every check holds."""
        return not (self.not_placed or self.lost or self.stuck) and all(check.ok for check in self.checks)

    @property
    def exit_code(self) -> int:
        """0, or 1 when something is wrong."""
        return 0 if self.ok else 1

    def for_machines(self) -> dict[str, Any]:
        """As JSON would have it."""
        return asdict(self) | {"ok": self.ok}


def report(run: Run, checks: Sequence[Check] = ()) -> Report:
    """Add a finished run up."""
    ledger, seconds = run.ledger, run.elapsed
    ended = ledger.outcomes.total()
    known = len(ledger.seen)
    return Report(
        run=run.plan.run,
        offered=ledger.offered,
        placed=ledger.placed,
        completed=ledger.outcomes["completed"],
        cancelled=ledger.outcomes["cancelled"],
        failed=dict(ledger.failures.most_common()),
        not_placed=dict(ledger.not_placed.most_common()),
        lost=len(ledger.pending) - known,
        stuck=known,
        seconds=seconds,
        orders_per_second=ended / seconds if seconds else 0.0,
        acknowledged=Waits.of(ledger.answered),
        completed_and_visible=Waits.of(ledger.finished),
        resolution=run.resolution,
        retries=ledger.retries,
        checks=tuple(checks),
    )


def drawn(made: Report) -> RenderableType:
    """The report as tables."""
    verdict = Text("all is well" if made.ok else "something is wrong", style="bold green" if made.ok else "bold red")
    return Group(_orders(made), _waits(made), _checks(made), verdict)


def _orders(made: Report) -> Table:
    table = Table("orders", "", title=f"journey {made.run}", title_justify="left")
    table.columns[1].justify = "right"
    table.add_row("offered", f"{made.offered:,}")
    table.add_row("placed", f"{made.placed:,}")
    table.add_row("completed", f"{made.completed:,}")
    rows = {"cancelled": made.cancelled, "lost": made.lost, "stuck": made.stuck, "requests sent again": made.retries}
    rows |= {f"failed, {reason}": count for reason, count in made.failed.items()}
    rows |= {f"not placed, {code}": count for code, count in made.not_placed.items()}
    for name, count in rows.items():
        if count:
            table.add_row(name, f"{count:,}")
    table.add_row("orders/s", f"{made.orders_per_second:,.1f}")
    table.add_row("seconds", f"{made.seconds:,.1f}")
    return table


def _waits(made: Report) -> Table:
    table = Table("latency, ms", "p50", "p95", "p99", "longest", caption_justify="left")
    for column in table.columns[1:]:
        column.justify = "right"
    for name, waits in (
        ("due → acknowledged", made.acknowledged),
        ("acknowledged → completed and visible", made.completed_and_visible),
    ):
        figures = (waits.p50, waits.p95, waits.p99, waits.longest)
        table.add_row(name, *(f"{seconds * 1000:,.0f}" for seconds in figures))
    table.caption = f"seen by asking again and again: up to {made.resolution * 1000:,.0f} ms too long"
    return table


def _checks(made: Report) -> Table:
    table = Table("check", "", "found")
    for check in made.checks:
        table.add_row(check.name, "[green]ok[/]" if check.ok else "[red]no[/]", check.found)
    return table
