"""`aioutlet keys`: replaces the keys that sign and seal, while the shop runs."""

from collections.abc import Awaitable, Callable

import typer

from aioutlet.terminal import give_up

app = typer.Typer(no_args_is_help=True, help="The keys that sign tokens and seal what is personal.")


@app.command()
def rotate() -> None:
    """Sign access tokens with a new key from now on.

    Every process follows within 30 s, and tokens of the key before stay valid until they expire.
    """
    from identity.parts import IdentityParts

    async def work(identity: IdentityParts) -> str:
        return f"new signing key: {await identity.token_keys.rotate()}"

    _run(work)


@app.command()
def rewrap() -> None:
    """Wrap every key by a new master key: AIOUTLET_MASTER_KEY; the one before is AIOUTLET_OLD_MASTER_KEY.

    It may be stopped and run again. Services that have both keys go on meanwhile.
    """
    from aioutlet.components import now
    from aioutlet.settings import WrongSettings, read
    from identity import rewrap as rewrapping
    from identity.parts import IdentityParts

    async def work(identity: IdentityParts) -> str:
        done = await rewrapping.rewrap(
            identity.store,
            identity.master_key,
            now=now(),
            on_progress=lambda keys: typer.echo(f"{keys} keys of persons wrapped", err=True),
        )
        return f"{done} keys wrapped by the new master key; the old one is needed no more"

    try:
        read().require("old_master_key", "the master key that is to be replaced")
    except WrongSettings as wrong:
        give_up(str(wrong))
    _run(work)


def _run(work: "Callable[..., Awaitable[str]]") -> None:
    """Do it on the identity store of the services (AIOUTLET_STORE), or else of the embedded shop (AIOUTLET_DATA)."""
    import asyncio

    from aioutlet.identity_parts import open_identity
    from aioutlet.settings import CannotStart, read
    from schemas.errors import Unavailable

    async def run() -> str:
        async with open_identity(read()) as identity:
            return await work(identity)

    try:
        typer.echo(asyncio.run(run()))
    except CannotStart as fault:
        give_up(str(fault))
    except Unavailable as error:
        give_up(f"the identity store: {error.detail}")
