"""`aioutlet history`: aggregates, documents and whole views as they were, and what caused what."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from aioutlet.admin.output import JsonOption, print_json, print_table
from aioutlet.terminal import give_up

if TYPE_CHECKING:
    from event_store.reading import EventReader
    from schemas.time_travel import PastState

Form = Literal["json", "mermaid", "svg"]
ALL = 100_000
"""Events of one tree: more than any correlation has."""
history = typer.Typer(
    no_args_is_help=True,
    help="The shop as it was, from the log: on the services where AIOUTLET_STORE is set, else on the embedded shop in"
    " AIOUTLET_DATA, running or not. What is personal stays sealed.",
)


AsOfOption = Annotated[
    str | None, typer.Option(metavar="MOMENT", help="A position (12), a version (v3) or a time; by default now.")
]
SinceOption = Annotated[str | None, typer.Option(metavar="MOMENT", help="List what changed since then.")]


@history.command()
def aggregate(
    stream: Annotated[str, typer.Argument(help="Its stream: order-…, product-…, warehouse-main, …")],
    as_of: AsOfOption = None,
    since: SinceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print an aggregate as it was: its stream, folded as the shop folds it to decide."""
    from aioutlet.past.asking import ask_log
    from aioutlet.past.moments import read_moment
    from history.time_travel.aggregates import read_aggregate

    moment, earlier = read_moment(as_of), None if since is None else read_moment(since)

    async def question(log: "EventReader", _: int) -> "PastState":
        return await (await read_aggregate(log, stream, limit=None)).as_of(log, moment, earlier)

    _show(ask_log(question), as_json=as_json)


@history.command()
def document(
    view: Annotated[str, typer.Argument(help="What its view is called: orders, products, stock, …")],
    key: Annotated[str, typer.Argument(help="Its id in the view.")],
    as_of: AsOfOption = None,
    since: SinceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print a document of a read model as it was: the events that touch it, folded as the projectors fold them."""
    from aioutlet.past.asking import ask_log
    from aioutlet.past.moments import read_moment
    from history.time_travel.documents import model_of, read_document

    moment, earlier = read_moment(as_of), None if since is None else read_moment(since)

    async def question(log: "EventReader", partitions: int) -> "PastState":
        past = await read_document(log, model_of(view), key, partitions=partitions, limit=None, look=None)
        return await past.as_of(log, moment, earlier)

    _show(ask_log(question), as_json=as_json)


@history.command()
def view(
    name: Annotated[str, typer.Argument(help="What the view is called: orders, products, stock, …")],
    file: Annotated[Path, typer.Argument(help="A new file; each line becomes a document as JSON.")],
    as_of: AsOfOption = None,
) -> None:
    """Fold a whole read model anew from the log, as it was, into a file; the documents of the shop stay as they are."""
    import json

    from aioutlet.past.asking import ask_log
    from aioutlet.past.moments import read_moment
    from history.time_travel.documents import model_of
    from history.time_travel.views import rebuild_view
    from schemas.documents import Document

    async def question(log: "EventReader", partitions: int) -> tuple[int, dict[str, Document]]:
        until = await moment.position_in(log)
        return until, await rebuild_view(log, model_of(name), until, partitions=partitions)

    moment = read_moment(as_of)
    if file.exists():
        give_up(f"{file} is there already")
    until, documents = ask_log(question)
    with file.open("x", encoding="utf-8") as lines:
        for key in sorted(documents):
            lines.write(json.dumps(documents[key], ensure_ascii=False, sort_keys=True) + "\n")
    typer.echo(f"{len(documents):,} documents as of position {until:,} written to {file}")


@history.command()
def causes(
    of: Annotated[str, typer.Argument(help="A correlation id, or the number of an order (ORD-…).")],
    form: Annotated[Form, typer.Option(help="As JSON, or as a picture.")] = "json",
) -> None:
    """Print all events of one correlation, and which caused which."""
    from aioutlet.past.asking import ask_log
    from history.causation.tree import find_tree
    from history.event_log import EventLog
    from schemas.order_number import NUMBER_BEGINS
    from schemas.time_travel import CausationTree

    async def question(log: "EventReader", _: int) -> CausationTree:
        is_order = of.startswith(NUMBER_BEGINS)
        correlation_id = await EventLog(log).correlation_of_order(of) if is_order else of
        return await find_tree(log, correlation_id, look=None, limit=ALL)

    tree = ask_log(question)
    if form == "json":
        print_json(tree.model_dump(mode="json", by_alias=True, exclude={"mermaid", "svg"}))
    else:
        typer.echo(tree.mermaid if form == "mermaid" else tree.svg, nl=False)


def _show(past: "PastState", *, as_json: bool) -> None:
    if as_json:
        print_json(past.model_dump(mode="json", by_alias=True))
        return
    recorded = f", recorded {past.recorded_at}" if past.recorded_at else ""
    typer.echo(f"{past.name}: version {past.version} of {past.versions}, position {past.position}{recorded}")
    if past.since is None:
        print_json(past.state)
    else:
        print_table(
            (f"since version {past.since}", "before", "after"),
            [(change.path, _word(change.before), _word(change.after)) for change in past.changes],
        )


def _word(value: object) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)
