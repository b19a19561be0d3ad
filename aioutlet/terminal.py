"""How every command speaks to the terminal: in colour where one reads, and in one red line before it gives up."""

import os
from typing import NoReturn

import typer

CANNOT = 2
"""The exit code of a command that cannot do what it was asked for."""


def colour() -> bool | None:
    """Never under NO_COLOR (https://no-color.org), else where a terminal reads."""
    return False if os.environ.get("NO_COLOR") else None


def give_up(why: str) -> NoReturn:
    """Say why on standard error, and end with the exit code `CANNOT`."""
    typer.secho(why, fg="red", err=True, color=colour())
    raise typer.Exit(CANNOT)
