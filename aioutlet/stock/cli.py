"""`aioutlet stock`: whether what is shown of the stock is what the log says."""

from typing import TYPE_CHECKING, Annotated

import typer

from aioutlet.terminal import colour, give_up

if TYPE_CHECKING:
    from aioutlet.settings import Settings
    from projectors.verification.stock_reconciliation import Difference, Reconciliation

stock = typer.Typer(no_args_is_help=True, help="The stock of the shop.")


@stock.callback()
def group() -> None:
    """Keep `reconcile` a command of its own."""


@stock.command()
def reconcile(
    repair: Annotated[
        bool, typer.Option("--repair", help="Write what the log says, and give missing signals.")
    ] = False,
) -> None:
    """Compare every stock document with the fold of the whole log, per warehouse and product.

    On the services where AIOUTLET_STORE is set, else on the embedded shop in AIOUTLET_DATA, running or not; a repair
    needs it stopped. Exit code 0: they agree, or do after the repair; 1: they do not; 2: it cannot be told.
    """
    import asyncio

    from aioutlet.data_folder import NotRunning
    from aioutlet.settings import CannotStart, read
    from aioutlet.stock.books import ShopIsRunning
    from schemas.errors import Conflict, LogMismatch, Unavailable

    try:
        found = asyncio.run(_reconcile(read(), to_repair=repair))
    except (CannotStart, NotRunning, ShopIsRunning, LogMismatch, Unavailable, Conflict) as fault:
        give_up(str(fault))
    if not found.agrees:
        raise typer.Exit(1)


async def _reconcile(settings: "Settings", *, to_repair: bool) -> "Reconciliation":
    from aioutlet.stock.books import open_books
    from aioutlet.stock.repair import give_signals, mend_documents
    from projectors.origin import require_match
    from projectors.verification.stock_reconciliation import reconcile_stock

    async with open_books(settings, to_repair=to_repair) as books:
        await require_match(books.database, books.store)
        found = await reconcile_stock(books.store, books.database, partitions=books.partitions)
        _show(found)
        if found.agrees or not to_repair:
            return found
        mended = await mend_documents(books, found.mends)
        given = await give_signals(books, found.missing_signals)
        after = await reconcile_stock(books.store, books.database, partitions=books.partitions)
    typer.echo(f"\nrepaired; documents written: {mended}, signals given: {given}")
    if settings.store and mended:
        typer.echo("restart the projectors now, for they keep documents in memory; then reconcile once more")
    _show(after)
    return after


def _show(found: "Reconciliation") -> None:
    """Print the differences as a table, and one line about everything."""
    for line in _table(found.differences):
        typer.echo(line)
    for warehouse_id, products in sorted(found.missing_signals.items()):
        typer.echo(f"{warehouse_id}: {products} products whose last signal does not say whether some are available")
    for line in found.unreadable:
        typer.echo(f"cannot be read: {line}")
    if found.behind:
        typer.echo(f"{found.behind} events are not in the documents yet, and were not compared")
    read = f"{found.documents} documents against {found.events} events"
    counted = f"differences: {len(found.differences)}, missing signals: {found.missing_signals.total()}"
    verdict = "they agree" if found.agrees else counted
    typer.secho(f"{read}: {verdict}", fg="green" if found.agrees else "red", color=colour())


def _table(differences: "tuple[Difference, ...]") -> list[str]:
    if not differences:
        return []
    heads = ("warehouse", "product", "field", "shown", "in the log")
    rows = [heads, *(tuple("-" if each is None else str(each) for each in row) for row in differences)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
