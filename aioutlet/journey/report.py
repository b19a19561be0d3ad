"""What a run came to, for people and for machines."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from aioutlet.journey.households import ShoppingFigures
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
    shopping: "Shopping | None" = None
    """What was done besides ordering; None where orders were placed at once."""

    @property
    def ok(self) -> bool:
        """Every basket was taken, every order reached an end, every review was taken, and every check holds."""
        wrong = self.not_placed or self.lost or self.stuck or (self.shopping and self.shopping.not_reviewed)
        return not wrong and all(check.ok for check in self.checks)

    @property
    def exit_code(self) -> int:
        """0, or 1 when something is wrong."""
        return 0 if self.ok else 1

    def for_machines(self) -> dict[str, Any]:
        """As JSON would have it."""
        return asdict(self) | {"ok": self.ok}


@dataclass(frozen=True, slots=True)
class Shopping:
    """What the households of a run did besides ordering."""

    accounts: int
    """Opened in this run."""
    cart_changes: int
    guest_carts: int
    """Taken over at a login."""
    adjusted_lines: int
    reviews: int
    reviews_changed: int
    """Of products that were bought and reviewed before."""
    not_reviewed: Mapping[str, int]
    """Reviews the shop did not take, by the code of its problem."""
    changed: Waits


def report(run: Run, checks: Sequence[Check] = (), shopping: ShoppingFigures | None = None) -> Report:
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
        shopping=_shopping(run, shopping) if shopping else None,
    )


def _shopping(run: Run, figures: ShoppingFigures) -> Shopping:
    return Shopping(
        accounts=figures.accounts,
        cart_changes=figures.cart_changes,
        guest_carts=figures.guest_carts,
        adjusted_lines=figures.adjusted_lines,
        reviews=figures.reviews,
        reviews_changed=figures.reviews_changed,
        not_reviewed=dict(run.ledger.not_reviewed.most_common()),
        changed=Waits.of(figures.changed_in),
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
    if made.shopping:
        rows |= _shopping_rows(made.shopping)
    for name, count in rows.items():
        if count:
            table.add_row(name, f"{count:,}")
    table.add_row("orders/s", f"{made.orders_per_second:,.1f}")
    table.add_row("seconds", f"{made.seconds:,.1f}")
    return table


def _shopping_rows(shopping: Shopping) -> dict[str, int]:
    rows = {
        "accounts opened": shopping.accounts,
        "changes of carts": shopping.cart_changes,
        "guests' carts taken over": shopping.guest_carts,
        "lines adjusted thereby": shopping.adjusted_lines,
        "reviews": shopping.reviews,
        "reviews changed": shopping.reviews_changed,
    }
    return rows | {f"not reviewed, {code}": count for code, count in shopping.not_reviewed.items()}


def _waits(made: Report) -> Table:
    table = Table("latency, ms", "p50", "p95", "p99", "longest", caption_justify="left")
    for column in table.columns[1:]:
        column.justify = "right"
    rows = [("due → acknowledged", made.acknowledged)]
    if made.shopping:
        rows = [("change of a cart", made.shopping.changed), ("due → ordered, cart and all", made.acknowledged)]
    for name, waits in (*rows, ("acknowledged → completed and visible", made.completed_and_visible)):
        figures = (waits.p50, waits.p95, waits.p99, waits.longest)
        table.add_row(name, *(f"{seconds * 1000:,.0f}" for seconds in figures))
    table.caption = f"seen by asking again and again: up to {made.resolution * 1000:,.0f} ms too long"
    return table


def _checks(made: Report) -> Table:
    table = Table("check", "", "found")
    for check in made.checks:
        table.add_row(check.name, "[green]ok[/]" if check.ok else "[red]no[/]", check.found)
    return table
