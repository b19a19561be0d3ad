"""`aioutlet audit events|order|user|security|report`: every event of a running shop, as auditors ask for it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from aioutlet.admin.output import CursorOption, JsonOption, LimitOption, ask, print_json, print_table

TIME = ["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
SinceOption = Annotated[datetime | None, typer.Option(formats=TIME, help="From this time on, in UTC.")]
UntilOption = Annotated[datetime | None, typer.Option(formats=TIME, help="Before this time, in UTC.")]
OldestOption = Annotated[bool, typer.Option("--oldest", help="The oldest come first.")]
DayOption = Annotated[datetime | None, typer.Option(formats=TIME[:1], help="In UTC.")]
COLUMNS = ("position", "recorded", "event", "by", "what")
WHAT = 24
"""Characters of what is said of an event in a table."""


def events(
    person: Annotated[str | None, typer.Option(help="An id or a mail address.")] = None,
    order: Annotated[str | None, typer.Option(help="An id or a number.")] = None,
    event_type: Annotated[
        list[str] | None, typer.Option("--type", help="Such as order.failed or 'auth.*'; may be repeated.")
    ] = None,
    correlation: Annotated[str | None, typer.Option(help="All that one request led to.")] = None,
    outcome: Annotated[str | None, typer.Option(help="success or failure.")] = None,
    address: Annotated[str | None, typer.Option(help="The network address of a client.")] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    oldest: OldestOption = False,
    limit: LimitOption = 20,
    cursor: CursorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find events by what is known of them; all that is given must hold."""
    asked = {
        "person": person,
        "order": order,
        "type": event_type,
        "correlationId": correlation,
        "outcome": outcome,
        "address": address,
    }
    _list("/audit/events", asked | _part(since, until, oldest, limit, cursor), as_json)


def order(
    order: Annotated[str, typer.Argument(help="An id or a number.")],
    limit: LimitOption = 200,
    cursor: CursorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the life cycle of an order, the oldest event first."""
    _list(f"/audit/orders/{order}", {"limit": limit, "cursor": cursor}, as_json)


def user(
    user_id: Annotated[str, typer.Argument(metavar="ID", help="The id of a person.")],
    since: SinceOption = None,
    until: UntilOption = None,
    oldest: OldestOption = False,
    limit: LimitOption = 20,
    cursor: CursorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a person did, and what was done about them."""
    _list(f"/audit/users/{user_id}", _part(since, until, oldest, limit, cursor), as_json)


def security(
    since: SinceOption = None,
    until: UntilOption = None,
    oldest: OldestOption = False,
    limit: LimitOption = 20,
    cursor: CursorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show logins, what was refused, what people with rights changed, and who read the audit."""
    _list("/audit/security", _part(since, until, oldest, limit, cursor), as_json)


def report(
    first: DayOption = None,
    last: DayOption = None,
    file: Annotated[
        Path | None, typer.Option(help="Where to write it: a .html that prints, a .csv, or a .json.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Report on a period of whole days, by default the last 30."""
    asked = {"first": first and f"{first:%Y-%m-%d}", "last": last and f"{last:%Y-%m-%d}"}
    if file is not None and file.suffix != ".json":
        content = ask(lambda shop: shop.file("/audit/report", asked | {"format": file.suffix[1:]}))
        file.write_bytes(content)
        typer.echo(f"{len(content):,} bytes written to {file}")
        return
    found = ask(lambda shop: shop.query("/audit/report", asked))
    if file is not None:
        import json

        file.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
        typer.echo(f"the report is written to {file}")
    elif as_json:
        print_json(found)
    else:
        _show_report(found)


def _part(
    since: datetime | None, until: datetime | None, oldest: bool, limit: int, cursor: str | None
) -> dict[str, object]:
    return {
        "since": _instant(since),
        "until": _instant(until),
        "sort": "oldest" if oldest else None,
        "limit": limit,
        "cursor": cursor,
    }


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.replace(tzinfo=UTC).isoformat()


def _list(path: str, asked: dict[str, object], as_json: bool) -> None:
    page = ask(lambda shop: shop.query(path, asked))
    if as_json:
        print_json(page)
        return
    print_table(COLUMNS, map(_row, page["items"]))
    if page["next"]:
        typer.echo(f"next page: --cursor {page['next']}")


def _row(event: dict[str, Any]) -> tuple[object, ...]:
    actor = event["actor"] or {}
    by = "shop" if actor.get("type") == "system" else actor.get("type")
    facts = ", ".join(str(value) for name, value in event["facts"].items() if name not in {"orderId", "userId"})
    said = f"{facts[: WHAT - 1]}…" if len(facts) > WHAT else facts
    failed = " !" if event["outcome"] == "failure" else ""
    return event["position"], (event["recordedAt"] or "")[:19], event["type"] + failed, by, said


def _show_report(found: dict[str, Any]) -> None:
    typer.echo(f"{found['first']} to {found['last']}: {found['events']:,} events, {found['failures']:,} failures")
    rows = ((each["type"], each["outcome"], f"{each['count']:,}") for each in found["types"])
    print_table(("event", "outcome", "count"), rows)
    print_table(COLUMNS, map(_row, found["notable"]), title="security trail")
    if head := found["head"]:
        typer.echo(f"signed: the first {head['size']:,} events, root {head['root']}")
