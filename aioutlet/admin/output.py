"""How the commands of an admin ask, print and give up: tables for people, `--json` for scripts."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

from aioutlet.terminal import colour, give_up

if TYPE_CHECKING:
    from aioutlet.accounts.admin_api import AdminRefused
    from aioutlet.admin.client import AdminClient

REFUSED = 1
"""The exit code of a command that the shop refused; one that could not ask has `terminal.CANNOT`."""
ADVICE = {
    "config_version_differs": "read it again ('aioutlet admin config get'), and set it from what it is now",
    "not_replayable": "give it up ('aioutlet dead-letters discard'); the log keeps the event",
    "transition_refused": "an order is shipped once it is prepared, and delivered once it is shipped",
    "order_on_its_way": "an order that has left is no longer cancelled",
    "saga_not_stuck": "look at it again ('aioutlet admin sagas show')",
    "proposal_gone": "look at it again ('aioutlet admin sagas show')",
    "second_person_needed": "ask another operator to confirm it",
    "currency_differs": "a price changes within its currency",
    "product_not_for_sale": "relist it first",
    "stock_would_be_negative": "look at what is there ('aioutlet admin stock list')",
    "unauthorised": "the shop has another token secret: AIOUTLET_DATA or AIOUTLET_TOKEN_SECRET must be its own",
}
"""What helps, by the code of a refusal."""
T = TypeVar("T")
JsonOption = Annotated[bool, typer.Option("--json", help="As JSON, with everything.")]
LimitOption = Annotated[int, typer.Option(min=1, max=200, help="How many at most.")]
CursorOption = Annotated[str | None, typer.Option(help="Where the page before said that the next one begins.")]


def ask(request: Callable[["AdminClient"], T]) -> T:
    """Return what a running shop answers, or give up and say why."""
    from aioutlet.accounts.admin_api import AdminRefused
    from aioutlet.admin.client import open_client
    from aioutlet.data_folder import NotRunning
    from aioutlet.settings import CannotStart

    try:
        return request(open_client())
    except (NotRunning, CannotStart) as fault:
        give_up(str(fault))
    except AdminRefused as refused:
        _give_up(refused)


def print_json(answer: object) -> None:
    """Print an answer as JSON."""
    import json

    typer.echo(json.dumps(answer, indent=2, ensure_ascii=False))


def print_table(headers: Sequence[str], rows: Iterable[Sequence[object]], *, title: str | None = None) -> None:
    """Print a table; a cell that is None is empty."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(*headers, title=title, title_justify="left", box=None, pad_edge=False)
    for row in rows:
        table.add_row(*("" if cell is None else escape(str(cell)) for cell in row))
    Console(no_color=colour() is False or None).print(table)


def print_page(page: dict[str, Any]) -> None:
    """Say how many there are, and where the next page begins."""
    typer.echo(f"{len(page['items'])} of {page['total']:,}")
    if cursor := page.get("next"):
        typer.echo(f"next page: --cursor {cursor}")


def _give_up(refused: "AdminRefused") -> NoReturn:
    code = refused.extra.get("refused")
    if code is None:
        give_up(refused.detail)
    advice = f"\n{ADVICE[code]}" if code in ADVICE else ""
    typer.secho(f"refused: {refused.detail}{advice}", fg="red", err=True, color=colour())
    raise typer.Exit(REFUSED)
