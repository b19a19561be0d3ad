"""`aioutlet projections`: the versions of read models, built anew, compared with the log, and switched."""

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from aioutlet.admin.output import JsonOption, ask, print_json, print_table
from aioutlet.terminal import colour, give_up

if TYPE_CHECKING:
    from aioutlet.admin.client import AdminClient
    from projectors.rebuild.comparison import Compared

PATH = "/admin/projections"
DIFFERS = 1
"""The exit code where a version is not what the log says, or could not be built."""
LOOK_EVERY = 0.5
"""Seconds between two looks at a rebuild that is waited for."""
projections = typer.Typer(
    no_args_is_help=True, help="The read models: what they hold, built anew from the log while the shop sells."
)
ViewArgument = Annotated[str, typer.Argument(help="A read model, as 'list' names it.", metavar="VIEW")]
ReasonOption = Annotated[str, typer.Option(help="Why, for the log.")]
VersionArgument = Annotated[int, typer.Argument(help="The number of the version.", metavar="VERSION", min=0)]
WHY = "asked for on the command line"


@projections.command("list")
def list_read_models(as_json: JsonOption = False) -> None:
    """List the read models with the version that is read, and how far it is behind the log."""
    found = _find()
    if as_json:
        print_json(found)
        return
    rows = (
        (each["view"], current["name"], current["behind"], len(each["versions"]) - 1)
        for each in found["items"]
        if (current := each["versions"][0])
    )
    print_table(("view", "read from", "events behind", "other versions"), rows)


@projections.command()
def status(view: ViewArgument, as_json: JsonOption = False) -> None:
    """Show the versions of one read model."""
    found = _of_view(_find(), view)
    if as_json:
        print_json(found)
        return
    print_table(("version", "is", "events behind", "compared at", "documents", "differences", ""), map(_row, found))
    for version in found:
        for line in version["shown"]:
            typer.echo(f"{version['rebuild']}: {line}")


@projections.command()
def rebuild(
    view: Annotated[str | None, typer.Argument(help="A read model, as 'list' names it.", metavar="VIEW")] = None,
    every: Annotated[bool, typer.Option("--all", help="All read models, in one pass over the log.")] = False,
    wait: Annotated[bool, typer.Option(help="Wait until it is compared with the log.")] = True,
    reason: ReasonOption = WHY,
) -> None:
    """Build a new version beside the one that is read, from the beginning of the log, and compare it with a fold of it.

    Queries are answered as before; 'switch' changes that. Interrupted here, it goes on there.
    """
    if every is (view is not None):
        give_up("say which: a read model, or --all")
    views = [view] if view else [each["view"] for each in _find()["items"]]
    started = {each: int(_act(f"/{each}/rebuild", reason)["rebuild"]) for each in views}
    for name, number in started.items():
        typer.echo(f"{name}: version {number} is being built")
    if wait:
        are_equal = {name: _wait(name, number) for name, number in started.items()}
        if not all(are_equal.values()):
            raise typer.Exit(DIFFERS)


@projections.command()
def verify(
    view: ViewArgument,
    version: Annotated[int | None, typer.Option(help="By default the one that is read.")] = None,
) -> None:
    """Compare a version with a fold of the whole log, here and now.

    On the services where AIOUTLET_STORE is set, else on the embedded shop in AIOUTLET_DATA, running or not.
    Exit code 0: they agree; 1: they do not; 2: it cannot be told.
    """
    import asyncio

    from aioutlet.data_folder import NotRunning
    from aioutlet.settings import CannotStart, read
    from schemas.errors import LogMismatch, Unavailable

    try:
        found = asyncio.run(_verify(read(), view, version))
    except (CannotStart, NotRunning, LogMismatch, Unavailable) as fault:
        give_up(str(fault))
    for line in found.shown:
        typer.echo(line)
    typer.echo(f"{found.documents} documents up to position {found.position}: {_differing(found.differences)}")
    if found.differences:
        raise typer.Exit(DIFFERS)


@projections.command()
def switch(view: ViewArgument, version: VersionArgument, reason: ReasonOption = WHY) -> None:
    """Have queries answered from a version that equals the log; the one before is kept for 'rollback'."""
    _act(f"/{view}/versions/{version}/switch", reason)
    typer.echo(f"{view}: read from version {version}")


@projections.command()
def rollback(view: ViewArgument, reason: ReasonOption = WHY) -> None:
    """Have queries answered from the version before the last switch again."""
    typer.echo(f"{view}: read from version {_act(f'/{view}/rollback', reason)['rebuild']} again")


@projections.command()
def drop(view: ViewArgument, version: VersionArgument, reason: ReasonOption = WHY) -> None:
    """Remove a version that queries are not answered from, or give up its rebuild."""
    _act(f"/{view}/versions/{version}/drop", reason)
    typer.echo(f"{view}: version {version} is removed")


@projections.command()
def reset() -> None:
    """Drop the documents on AIOUTLET_DOCUMENTS if they are not of the log on AIOUTLET_STORE.

    Then the projectors build them anew, and queries are answered again. Documents of the log stay.
    """
    import asyncio

    from aioutlet.services import drop_documents_of_another_log
    from aioutlet.settings import CannotStart, read
    from schemas.errors import Unavailable

    try:
        outcome = asyncio.run(drop_documents_of_another_log(read()))
    except (CannotStart, Unavailable) as problem:
        give_up(str(problem))
    typer.echo(outcome)


async def _verify(settings: Any, view: str, version: int | None) -> "Compared":
    from aioutlet.stock.books import open_books
    from projectors.models.registry import MODEL_BY_TITLE
    from projectors.origin import require_match
    from projectors.rebuild.comparison import compare
    from projectors.rebuild.pointers import current_models, with_version

    if (model := MODEL_BY_TITLE.get(view)) is None:
        give_up(f"there is no read model {view}; 'aioutlet projections list' names them")
    async with open_books(settings, to_repair=False) as books:
        await require_match(books.database, books.store)
        [current] = await current_models(books.database, [model])
        chosen = current if version is None else with_version(model, version)
        return await compare(books.database, books.store, chosen, partitions=books.partitions)


def _find() -> dict[str, Any]:
    found: dict[str, Any] = ask(lambda shop: shop.query(PATH))
    return found


def _act(path: str, reason: str) -> dict[str, Any]:
    def send(shop: "AdminClient") -> dict[str, Any]:
        return shop.command("POST", PATH + path, {"reason": reason})

    return ask(send)


def _of_view(found: dict[str, Any], view: str) -> list[dict[str, Any]]:
    versions: list[dict[str, Any]] | None = next(
        (each["versions"] for each in found["items"] if each["view"] == view), None
    )
    if versions is None:
        give_up(f"there is no read model {view}; 'aioutlet projections list' names them")
    return versions


def _wait(view: str, number: int) -> bool:
    """Wait until a version is built and compared, say how far it is, and return whether it equals the log."""
    said, was_seen = "", False
    while True:
        version = next((each for each in _of_view(_find(), view) if each["rebuild"] == number), None)
        if version is None:
            if was_seen:
                typer.echo(f"{view}: version {number} was given up")
                return False
            time.sleep(LOOK_EVERY)  # the projectors have not heard of it yet
            continue
        was_seen = True
        if version["state"] != "building":
            break
        if (line := _progress(version["progress"])) != said:
            typer.echo(f"{view}: {line}", err=True)
            said = line
        time.sleep(LOOK_EVERY)
    if version["state"] == "failed":
        typer.secho(f"{view}: version {number} could not be built", fg="red", err=True, color=colour())
        return False
    compared = f"{version['documents']} documents, compared at position {version['comparedAt']}"
    typer.echo(f"{view}: version {number} has {compared}: {_differing(version['differences'])}")
    return bool(version["state"] == "verified")


def _progress(progress: dict[str, Any] | None) -> str:
    if progress is None or not progress["head"]:
        return "waiting"
    rate = f"{progress['eventsPerSecond']:,.0f} events/s"
    left = "" if progress["secondsLeft"] is None else f", {progress['secondsLeft']:.0f} s left"
    return f"{progress['phase']}, {progress['position']:,} of {progress['head']:,}, {rate}{left}"


def _differing(differences: int) -> str:
    return f"{differences} differences" if differences else "equal to the log"


def _row(version: dict[str, Any]) -> tuple[object, ...]:
    role = "read" if version["isCurrent"] else "read before" if version["isPrevious"] else ""
    told = _progress(version["progress"]) if version["state"] == "building" else role
    names = ("rebuild", "state", "behind", "comparedAt", "documents", "differences")
    return (*(version[name] for name in names), told)
