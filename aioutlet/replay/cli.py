"""`aioutlet replay`: events of the log, as they happened, to the terminal, a file or a new topic."""

from typing import Annotated

import typer

from aioutlet.terminal import colour, give_up

INTERRUPTED = 130
"""The exit code after Ctrl-C."""


def replay(
    to: Annotated[
        str | None,
        typer.Argument(help="A .jsonl or .parquet file, kafka:TOPIC, or - for JSON Lines; the terminal, if left out."),
    ] = None,
    stream: Annotated[list[str] | None, typer.Option(help="Only this stream; repeat it for more.")] = None,
    category: Annotated[list[str] | None, typer.Option(help="Only streams that begin so, such as order.")] = None,
    kind: Annotated[
        list[str] | None, typer.Option("--type", help="Only events of this type; 'order.*' for all.")
    ] = None,
    order: Annotated[str | None, typer.Option(help="Only streams of an order, by its id or number.")] = None,
    correlation: Annotated[str | None, typer.Option(help="Only what one request led to.")] = None,
    first: Annotated[int, typer.Option(min=1, help="From this position on.")] = 1,
    last: Annotated[
        int | None, typer.Option(min=1, help="Up to this position; by default, as far as the log goes.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="Recorded at this time or later; UTC without a zone.")] = None,
    until: Annotated[str | None, typer.Option(help="Recorded before this time.")] = None,
    speed: Annotated[
        float, typer.Option(min=0, help="1: as fast as it happened, 60: a minute a second; 0: at once.")
    ] = 0.0,
) -> None:
    """Replay events of the log in their order; nothing acts on them, and what is sealed stays so.

    A file or a topic that was interrupted goes on when the same is asked for again, with no event twice or missing.
    """
    import asyncio

    from aioutlet.analytics.extra import need
    from aioutlet.data_folder import NotRunning
    from aioutlet.replay.run_replay import PARQUET, ReplayRequest, run_replay
    from aioutlet.replay.selecting import Asked
    from aioutlet.settings import CannotStart, read
    from history.replay.plan import OtherReplay
    from schemas.errors import Invalid, Unavailable

    if to and to.endswith(PARQUET):
        need("duckdb")
    asked = Asked(stream or (), category or (), kind or (), order, correlation, since, until)
    try:
        done = asyncio.run(run_replay(read(), ReplayRequest(asked, first, last, to, speed)))
    except (CannotStart, NotRunning, Invalid, OtherReplay, Unavailable, OSError) as fault:
        give_up(str(fault))
    except KeyboardInterrupt:
        goes_on = "; the same command goes on from there" if to not in (None, "-") else ""
        typer.secho(f"interrupted{goes_on}", fg="yellow", err=True, color=colour())
        raise typer.Exit(INTERRUPTED) from None
    taken_up = f", taken up after position {done.taken_up:,}" if done.taken_up else ""
    rate = f" ({done.events / done.seconds:,.0f}/s)" if done.seconds else ""
    target = f" to {to}" if to not in (None, "-") else ""
    typer.echo(f"{done.events:,} events{target} in {done.seconds:,.1f} s{rate}{taken_up}", err=True)
