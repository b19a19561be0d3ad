"""`aioutlet what-if`: what recorded history would have led to by other rules."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from aioutlet.admin.output import JsonOption, print_json, print_table
from aioutlet.terminal import give_up

if TYPE_CHECKING:
    from event_store.reading import EventReader
    from history.what_if.deciders import DeciderDifference
    from schemas.what_if import PricingDifference, Span, StepsDifference, TrendingDifference

StepName = Literal["payment", "inventory", "shipping"]
ALL = 10**12
"""Orders of one answer: more than any log has."""
SHOWN = 20
"""Rows of a table; `--json` has more."""
what_if = typer.Typer(
    no_args_is_help=True,
    help="What recorded history would have led to by other rules: computed from the log alone, without any effect. On"
    " the services where AIOUTLET_STORE is set, else on the embedded shop in AIOUTLET_DATA, running or not.",
)
SinceOption = Annotated[str | None, typer.Option(metavar="TIME", help="Only what was recorded then or later.")]
UntilOption = Annotated[str | None, typer.Option(metavar="TIME", help="Only what was recorded before.")]


@what_if.command()
def pricing(
    tax: Annotated[list[str] | None, typer.Option(metavar="REGION:PERCENT", help="A rate, US-OH:7.25.")] = None,
    other_tax: Annotated[str | None, typer.Option(metavar="PERCENT", help="The rate of all other regions.")] = None,
    fee: Annotated[
        list[str] | None, typer.Option(metavar="CURRENCY:FEE:FREE", help="In minor units, USD:499:4000.")
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    as_json: JsonOption = False,
) -> None:
    """Price the recorded orders by other rates of tax and shipping fees than those in force."""
    from aioutlet.past.asking import ask_log
    from history.what_if.log import period_of
    from history.what_if.pricing import read_candidate, what_if_priced

    first, last = _time(since), _time(until)

    async def question(log: "EventReader", _: int) -> "PricingDifference":
        candidate = read_candidate(tax or (), other_tax, fee or ())
        return await what_if_priced(log, candidate, await period_of(log, first, last), limit=ALL)

    found = ask_log(question)
    if as_json:
        print_json(found.model_dump(mode="json", by_alias=True))
        return
    _say(found.span)
    print_table(
        ("currency", "orders", "changed", "undecided", "refused", "total", "by the candidate"),
        [
            (each.currency, each.orders, each.changed, each.undecided, each.refused, each.total,
             _range(each.candidate_total_low, each.candidate_total_high))
            for each in found.currencies
        ],
    )  # fmt: skip


@what_if.command()
def trending(
    view: Annotated[float | None, typer.Option(help="What a view weighs.")] = None,
    cart_add: Annotated[float | None, typer.Option(help="What a cart add weighs.")] = None,
    order: Annotated[float | None, typer.Option(help="What an order weighs.")] = None,
    half_life_hours: Annotated[float | None, typer.Option(help="After so many hours a count weighs half.")] = None,
    at: Annotated[str | None, typer.Option(metavar="TIME", help="As of then; by default now.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Rank the products by other weights than those in force; a weight that is not given is as released."""
    from datetime import UTC, timedelta

    from pydantic import ValidationError

    from aioutlet.past.asking import ask_log
    from history.what_if.log import period_of
    from history.what_if.trending import what_if_weighed
    from query_api.trending_ranking import DAYS, Ranking
    from schemas.config import TrendingWeights

    given = {"view": view, "cart_add": cart_add, "order": order, "half_life_hours": half_life_hours}
    try:
        weights = TrendingWeights.model_validate({name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        give_up(error.errors()[0]["msg"])
    now = _time(at) or datetime.now(UTC)

    async def question(log: "EventReader", _: int) -> "TrendingDifference":
        period = await period_of(log, now - timedelta(days=DAYS), now)
        return await what_if_weighed(log, weights, period, rank=Ranking, now=now)

    found = ask_log(question)
    if as_json:
        print_json(found.model_dump(mode="json", by_alias=True))
        return
    typer.echo(f"{found.moved:,} products would have another rank")
    rows = [(each.product_id, each.rank, each.candidate_rank) for each in found.products[:SHOWN]]
    print_table(("product", "rank", "by the candidate"), rows)


@what_if.command()
def steps(
    first: Annotated[StepName, typer.Option(help="The step that is taken first.")] = "inventory",
    since: SinceOption = None,
    until: UntilOption = None,
    as_json: JsonOption = False,
) -> None:
    """Drive the recorded orders through the saga with another step first, by the answers that were recorded."""
    from aioutlet.past.asking import ask_log
    from history.what_if.log import period_of
    from history.what_if.steps import what_if_ordered
    from schemas.saga import Step

    taken, begin, end = [Step(first), *(step for step in Step if step != first)], _time(since), _time(until)

    async def question(log: "EventReader", _: int) -> "StepsDifference":
        return await what_if_ordered(log, taken, await period_of(log, begin, end), limit=ALL)

    found = ask_log(question)
    if as_json:
        print_json(found.model_dump(mode="json", by_alias=True))
        return
    _say(found.span)
    typer.echo(
        f"{found.orders:,} orders: {found.changed:,} would have gone another way, "
        f"of {found.unknown:,} one cannot tell; {found.refunds_avoided:,} refunds avoided, "
        f"{found.charges_added:,} charges added"
    )
    rows = [(each.order_id, each.state, each.candidate_state, each.unknown) for each in found.shown[:SHOWN]]
    print_table(("order", "ended", "by the candidate", "not known from"), rows)


@what_if.command()
def decider(
    category: Annotated[str, typer.Argument(help="Of which streams: order, product, …")],
    candidate: Annotated[str, typer.Argument(metavar="MODULE:NAME", help="The candidate, as Python imports it.")],
    until: UntilOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fold every stream of a category by a candidate decider too, and list the streams whose states differ."""
    from aioutlet.past.asking import ask_log
    from history.time_travel.aggregates import DECIDERS
    from history.what_if.deciders import what_if_folded
    from history.what_if.log import period_of

    if category not in DECIDERS:
        give_up(f"there are no aggregates {category}; there are: {', '.join(DECIDERS)}")
    loaded, end = _load(candidate), _time(until)

    async def question(log: "EventReader", _: int) -> "DeciderDifference":
        return await what_if_folded(log, category, loaded, await period_of(log, None, end))

    found = ask_log(question)
    if as_json:
        rows = [
            {"stream": stream, "changes": [each.model_dump(by_alias=True) for each in changes]}
            for stream, changes in found.differing
        ]
        print_json({"streams": found.streams, "differing": rows})
        return
    typer.echo(f"{found.streams:,} streams: {len(found.differing):,} would be in another state")
    print_table(
        ("stream", "fields"),
        [(stream, ", ".join(each.path for each in changes[:5])) for stream, changes in found.differing[:SHOWN]],
    )


def _load(name: str) -> Any:
    from importlib import import_module

    from domain.decider import Decider

    module, _, attribute = name.partition(":")
    try:
        loaded = getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        give_up(f"{name} cannot be imported: {error}")
    if not isinstance(loaded, Decider):
        give_up(f"{name} is no Decider")
    return loaded


def _time(text: str | None) -> datetime | None:
    from aioutlet.past.moments import read_moment

    if text is None:
        return None
    if (at := read_moment(text).at) is None:
        raise typer.BadParameter(f"{text} is no time (2026-03-01T12:00:00Z)")
    return at


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"


def _say(span: "Span") -> None:
    typer.echo(f"positions {span.first:,} to {span.last:,}")
