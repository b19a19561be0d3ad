"""`aioutlet journey`: real baskets through a running shop, and the proof that all came out right."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aioutlet.terminal import CANNOT

if TYPE_CHECKING:
    from rich.console import Console

    from aioutlet.journey.baskets import Basket
    from schemas.product import CreateProduct


def journey(
    orders: Annotated[int, typer.Option(min=1, help="How many real baskets to place.")] = 2_000,
    rate: Annotated[float, typer.Option(min=0, help="Orders per second; 0: as fast as HTTP takes them.")] = 0.0,
    concurrency: Annotated[int, typer.Option(min=1, help="Requests under way at once, at most.")] = 32,
    skip: Annotated[int, typer.Option(min=0, help="Begin after so many baskets of the year.")] = 0,
    decline: Annotated[float, typer.Option(min=0, max=1, help="Share of baskets whose payment is declined.")] = 0.0,
    data: Annotated[Path | None, typer.Option(help="The running shop's folder, if not AIOUTLET_DATA.")] = None,
    run: Annotated[str | None, typer.Option(help="Name of the run; the same name takes it up again.")] = None,
    give_up_after: Annotated[
        float, typer.Option(min=1, help="Seconds without progress after which to give up.")
    ] = 60.0,
    all_products: Annotated[bool, typer.Option(help="List every product, not only those asked for.")] = False,
    direct: Annotated[
        bool, typer.Option("--direct", help="Send orders to the command API at once: no accounts, no carts.")
    ] = False,
    write: Annotated[Path | None, typer.Option("--report", help="Write the figures to this JSON file.")] = None,
) -> None:
    """Shop as the households of a real retailer did, wait until each order is fulfilled, and check everything."""
    import asyncio

    import httpx
    import orjson
    from rich.console import Console

    from aioutlet.data_folder import NotRunning
    from aioutlet.journey.data import ExtraMissing
    from aioutlet.journey.load_generator import Plan
    from aioutlet.journey.report import drawn
    from aioutlet.journey.run_journey import run_journey
    from aioutlet.journey.running_shop import RunningShop
    from aioutlet.settings import CannotStart, read

    console = Console()
    try:
        settings = read() if data is None else read().model_copy(update={"data": data})
        RunningShop.of(settings)
        baskets, products = _read(console, orders, skip, everything=all_products)
        plan = Plan(run or f"{datetime.now(UTC):%Y%m%dT%H%M%S}", baskets, rate, concurrency, decline, give_up_after)
        made = asyncio.run(run_journey(console, settings, plan, products, is_direct=direct))
    except (ExtraMissing, NotRunning, CannotStart, httpx.HTTPError, ExceptionGroup) as error:
        console.print(why(error), style="bold red", markup=False)
        raise typer.Exit(CANNOT) from error
    console.print(drawn(made))
    if write:
        write.write_bytes(orjson.dumps(made.for_machines(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    raise typer.Exit(made.exit_code)


def why(error: Exception) -> str:
    """What is wrong; a group comes from requests under way at once, and must say nothing but that the shop is away."""
    import httpx

    if not isinstance(error, ExceptionGroup):
        return str(error)
    away, other = error.split(httpx.HTTPError)
    if other or not away:
        raise error
    return f"the shop does not answer: {_first(away)}"


def _first(error: Exception) -> Exception:
    return _first(error.exceptions[0]) if isinstance(error, ExceptionGroup) else error


def _read(console: "Console", count: int, skip: int, *, everything: bool) -> "tuple[list[Basket], list[CreateProduct]]":
    from aioutlet.journey.baskets import demand
    from aioutlet.journey.data import load

    with console.status("reading the retailer's year"):
        retailer = load()
        baskets = retailer.baskets(count, skip=skip)
        products = retailer.catalogue(None if everything else demand(baskets))
    lines = sum(len(basket.items) for basket in baskets)
    console.print(f"{len(baskets):,} real baskets of {lines:,} lines; {len(products):,} products")
    left_out = "; ".join(f"{count:,} {reason}" for reason, count in retailer.left_out.items())
    console.print(f"lines left out of the whole year: {left_out}", style="dim")
    return baskets, products
