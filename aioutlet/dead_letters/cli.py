"""`aioutlet dead-letters`: look at what could not be handled, have it tried again, or give it up."""

import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aioutlet.admin.output import CursorOption, JsonOption, LimitOption, ask, print_json, print_table
from aioutlet.terminal import give_up

if TYPE_CHECKING:
    from aioutlet.admin.client import AdminClient

PATH = "/admin/dead-letters"
dead_letters = typer.Typer(
    no_args_is_help=True, help="What could not be handled, at a running shop: look at it, try it again, give it up."
)
IdsArgument = Annotated[list[str] | None, typer.Argument(help="As 'list' names them.", metavar="[ID]...")]
CauseOption = Annotated[str | None, typer.Option(help="All dead letters of this cause, such as KeyError.")]
ConsumerOption = Annotated[str | None, typer.Option(help="Only those of this consumer, such as saga.")]


@dead_letters.command("list")
def list_dead_letters(
    consumer: ConsumerOption = None,
    cause: Annotated[str | None, typer.Option(help="Only those of this cause.")] = None,
    order: Annotated[str | None, typer.Option(help="Only those of this order, by its id.")] = None,
    waiting: Annotated[
        bool, typer.Option("--waiting", help="What is tried again by itself, instead of dead letters.")
    ] = False,
    limit: LimitOption = 20,
    cursor: CursorOption = None,
    as_json: JsonOption = False,
) -> None:
    """List dead letters, by consumer and position."""
    asked = {
        "consumer": consumer,
        "cause": cause,
        "orderId": order,
        "state": "waiting" if waiting else "dead",
        "limit": min(limit, max_letters()),
        "cursor": cursor,
    }
    page = ask(lambda shop: shop.query(PATH, asked))
    if as_json:
        print_json(page)
        return
    print_table(("id", "consumer", "subject", "cause", "tries", "since"), map(_row, page["items"]))
    for count in page["counts"]:
        of = f"{count['consumer']} ({count['kind']}s), {count['cause']}"
        typer.echo(f"{of}: {count['dead']} dead, {count['waiting']} waiting")
    if page["next"]:
        typer.echo(f"next page: --cursor {page['next']}")


@dead_letters.command()
def show(
    letter: Annotated[str, typer.Argument(help="As 'list' names it.", metavar="ID")], as_json: JsonOption = False
) -> None:
    """Show one of them, with where its error was raised."""
    found = ask(lambda shop: shop.query(f"{PATH}/{letter}"))
    if as_json:
        print_json(found)
        return
    print_table(("", ""), [(name, value) for name, value in found.items() if name != "trace" and value is not None])
    typer.echo(found["trace"])


@dead_letters.command()
def replay(
    ids: IdsArgument = None,
    cause: CauseOption = None,
    consumer: ConsumerOption = None,
    reason: Annotated[str, typer.Option(help="Why, for the log.")] = "replayed from the command line",
    per_second: Annotated[float, typer.Option(min=0.1, max=1_000, help="How many at most in a second.")] = 100.0,
) -> None:
    """Have dead letters tried again: these, or all of a cause.

    Interrupted, it is started again and goes on with what is still dead.
    """
    _require_one(ids, cause)
    decided = ask(lambda shop: _replay(shop, _pages(shop, ids, cause, consumer), reason, per_second))
    typer.echo(f"{decided} replayed")


@dead_letters.command()
def discard(
    ids: Annotated[list[str], typer.Argument(help="As 'list' names them.", metavar="ID...")],
    reason: Annotated[str, typer.Option(help="Why, for the log.")],
) -> None:
    """Give dead letters up: what waits behind them goes on without them, and they are never handled."""
    decided = ask(
        lambda shop: sum(
            int(shop.command("POST", f"{PATH}/discard", {"ids": list(some), "reason": reason})["decided"])
            for some in batched_ids(ids)
        )
    )
    typer.echo(f"{decided} discarded")


def batched_ids(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the ids in groups of one decision each."""
    most = max_letters()
    return (ids[start : start + most] for start in range(0, len(ids), most))


def max_letters() -> int:
    """Return how many dead letters one decision may be about."""
    from schemas.dead_letters import MAX_LETTERS

    return MAX_LETTERS


def _replay(shop: "AdminClient", pages: Iterator[Sequence[str]], reason: str, per_second: float) -> int:
    decided = 0
    for page in pages:
        if decided:
            time.sleep(len(page) / per_second)
        answer = shop.command("POST", f"{PATH}/replay", {"ids": list(page), "reason": reason})
        decided += answer["decided"]
        typer.echo(f"{decided} …", err=True)
    return decided


def _pages(
    shop: "AdminClient", ids: Sequence[str] | None, cause: str | None, consumer: str | None
) -> Iterator[Sequence[str]]:
    if ids:
        yield from batched_ids(ids)
        return
    cursor = None
    while True:
        asked = {"state": "dead", "cause": cause, "consumer": consumer, "limit": max_letters(), "cursor": cursor}
        page = shop.query(PATH, asked)
        if page["items"]:
            yield [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            return


def _require_one(ids: Sequence[str] | None, cause: str | None) -> None:
    if bool(ids) is bool(cause):
        give_up("say which: ids, or --cause")


def _row(item: dict[str, Any]) -> tuple[object, ...]:
    return item["id"], item["consumer"], item["subject"], item["cause"], item["attempts"], item["since"][:19]
