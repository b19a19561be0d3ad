"""`aioutlet audit`: what the log says, whether it is what was signed, and files by which others see that themselves."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from aioutlet.admin.output import JsonOption, print_json
from aioutlet.audit.events_cli import events, order, report, security, user
from aioutlet.terminal import colour, give_up

if TYPE_CHECKING:
    from aioutlet.audit.signed_parts import SignedParts
    from history.proof.comparison import Comparison

DIFFERS = 1
"""The exit code where something was changed; what cannot be told has `terminal.CANNOT`."""
SAID_EVERY = 100_000
"""Events between two lines of progress."""
T = TypeVar("T")
audit = typer.Typer(
    no_args_is_help=True,
    help="What a running shop's log says, and the proof that it was not changed: that on the services where"
    " AIOUTLET_STORE is set, else on the embedded shop in AIOUTLET_DATA, running or not.",
)
for question in (events, order, user, security, report):
    audit.command()(question)
KeyOption = Annotated[str | None, typer.Option(help="The keys that verify the log's heads, as you have kept them.")]


@audit.command()
def key() -> None:
    """Print the key that verifies the log's heads, and those before it first; keep them apart from the shop."""

    async def work(parts: "SignedParts") -> list[str]:
        return parts.keys.keys

    for each in _run(work):
        typer.echo(each)


@audit.command()
def rotate_key() -> None:
    """Give the embedded shop's log another key; the last head that the one before signs names it.

    Of the services, give the `signer` the new secret as AIOUTLET_LOG_KEY and the one before as AIOUTLET_OLD_LOG_KEY.
    """
    from aioutlet.audit.signed_parts import is_handed_over
    from aioutlet.keys import rotate_log_key
    from aioutlet.settings import WrongSettings, read

    async def work(parts: "SignedParts") -> None:
        settings = read()
        if settings.log_key or settings.store:
            raise WrongSettings("AIOUTLET_LOG_KEY: set it to a new secret, and AIOUTLET_OLD_LOG_KEY to this one")
        if not is_handed_over(parts):
            raise WrongSettings(
                f"AIOUTLET_DATA: {settings.data} has a new key that no head names yet; let the shop run"
            )
        rotate_log_key(settings.data)

    _run(work)
    typer.echo("the log has a new key; start the shop again, and keep what 'aioutlet audit key' prints then")


@audit.command()
def verify(key: KeyOption = None, as_json: JsonOption = False) -> None:
    """Compare the whole log with the hashes and the signed heads in the second place.

    Exit code 0: they agree; 1: they do not, and each position is named; 2: it cannot be told.
    """
    from history.proof.comparison import compare_log

    async def work(parts: "SignedParts") -> "Comparison":
        return await compare_log(parts.log, parts.tree, parts.keys, progress=_say)

    found = _run(work, key)
    if as_json:
        from dataclasses import asdict

        print_json({"agrees": found.agrees, **asdict(found)})
    else:
        _show(found)
    if not found.agrees:
        raise typer.Exit(DIFFERS)


@audit.command()
def export(folder: Annotated[Path, typer.Argument(help="A new folder.")]) -> None:
    """Write all that is signed of the log, with its proof and a verifier that needs nothing else of the shop."""
    from history.proof.export import export_log

    async def work(parts: "SignedParts") -> int:
        return await export_log(parts.log, parts.tree, folder, progress=_say)

    typer.echo(f"{_run(work):,} events written to {folder}")


@audit.command()
def prove(
    event: Annotated[
        str, typer.Argument(help="Its position or its id, or the number of an order: that it was placed.")
    ],
) -> None:
    """Print the proof that an event is in the log; `verify_log.py` of an export verifies it."""
    from history.proof.signed_log import SignedLog

    async def work(parts: "SignedParts") -> dict[str, Any]:
        proof = await SignedLog(parts.log, parts.tree).prove_event(await _position_of(event, parts))
        return proof.model_dump(by_alias=True)

    print_json(_run(work))


async def _position_of(event: str, parts: "SignedParts") -> int:
    from history.event_log import EventLog
    from history.proof.event_ids import find_event
    from schemas.errors import NotFound
    from schemas.order_number import NUMBER_BEGINS
    from schemas.stream_names import order_stream

    if event.isdecimal():
        return int(event)
    if not event.startswith(NUMBER_BEGINS):
        position = await find_event(parts.log, event, looks=None)
    elif order_id := await EventLog(parts.log).order_of_number(event):
        position = await parts.log.position_of(order_stream(order_id), 1)
    else:
        position = None
    if position is None:
        raise NotFound(f"the log has no {event}")
    return position


def _run(work: "Callable[[SignedParts], Awaitable[T]]", key: str | None = None) -> T:
    """Return what is found out, or give up and say why."""
    import asyncio

    from aioutlet.audit.signed_parts import open_signed_parts
    from aioutlet.data_folder import NotRunning
    from aioutlet.settings import CannotStart, read
    from history.proof.tree_head import TreeDamaged
    from history.proof.tree_store import TreeDiffers
    from schemas.errors import NotFound, Unavailable

    async def run() -> T:
        async with open_signed_parts(read(), key) as parts:
            return await work(parts)

    try:
        return asyncio.run(run())
    except (CannotStart, NotRunning, NotFound, Unavailable, TreeDamaged, TreeDiffers, OSError) as fault:
        give_up(str(fault))


def _say(done: int, of: int) -> None:
    if done % SAID_EVERY == 0:
        typer.echo(f"{done:,} of {of:,} events", err=True)


def _show(found: "Comparison") -> None:
    """Print a line for each thing that was changed, and one about everything."""
    for position in found.differing:
        typer.echo(f"position {position}: the event is not that of its leaf")
    for fault in found.faults:
        typer.echo(fault)
    unsigned = f", {found.unsigned:,} events are not signed yet" if found.unsigned else ""
    verdict = (
        "they agree" if found.agrees else f"{len(found.differing):,} positions and {len(found.faults):,} more differ"
    )
    typer.secho(
        f"{found.size:,} events beside {found.heads:,} signed heads: {verdict}{unsigned}",
        fg="green" if found.agrees else "red",
        color=colour(),
    )
