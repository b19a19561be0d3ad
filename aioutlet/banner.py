"""The first screen of a shop that has opened."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import typer

from aioutlet.data_folder import Addresses
from aioutlet.demo.account_file import DemoAccount

FIRST_REQUEST = "curl '{}/bff/products?q=bread'"
TUTORIAL = "docs/tutorial/first-order.md: your first order, in ten minutes"


def banner(shop: Addresses, accounts: Sequence[DemoAccount] = (), *, origin: str | None = None) -> str:
    """Where the shop is reached, who may log in, what to try first, and how to stop it.

    In colours that `typer.echo` may strip; `accounts` are those of the demo, `origin` is where browsers reach the shop.
    """
    front = origin if origin and _port(origin) in (_port(shop.bff), None) else shop.bff
    rows = (
        f"  {typer.style('AIOutlet is open.', fg='green', bold=True)}",
        "",
        _row("Shop", typer.style(front, fg="cyan"), "open it in a browser"),
        _row("Commands", typer.style(shop.command_api, fg="cyan"), "POST /orders, /products …"),
        _row("Queries", typer.style(shop.query_api, fg="cyan"), "GET /products, /orders …"),
        _row("Log", _short(Path(shop.log))),
        *_demo_rows(accounts),
        "",
        "  Try it in another terminal:",
        "",
        f"    {FIRST_REQUEST.format(front)}",
        "",
        _row("Next", TUTORIAL),
        _row("Stop", "Ctrl-C; everything is kept."),
    )
    return "\n{}\n".format("\n".join(rows))


def _demo_rows(accounts: Sequence[DemoAccount]) -> Iterator[str]:
    if accounts:
        yield ""
        yield "  Demo accounts, one for each role, with their passwords (AIOUTLET_DEMO):"
        yield ""
    width = max((len(each.email) for each in accounts), default=0)
    for each in accounts:
        yield f"    {each.email:{width}}  {each.password}"


def _port(url: str) -> int | None:
    return urlsplit(url).port


def _row(name: str, *words: str) -> str:
    return "  ".join((f"  {name:8}", *words))


def _short(path: Path) -> str:
    """From the working directory on, where it is below it."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
