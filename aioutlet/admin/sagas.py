"""`aioutlet admin sagas`: where orders wait, what could be done, and doing it."""

from typing import Annotated, Any

import typer

from aioutlet.admin.money import shown
from aioutlet.admin.order_argument import OrderArgument, id_of_order
from aioutlet.admin.output import CursorOption, JsonOption, LimitOption, ask, print_json, print_page, print_table

sagas = typer.Typer(no_args_is_help=True, help="Sagas: list, show, retry, mark-done, force-fail, confirm.")
EvidenceOption = Annotated[str, typer.Option(help="What was settled, and how you know; it is recorded.")]
StepOption = Annotated[str | None, typer.Option(help="Only while the undo of this step is given up.")]


@sagas.command("list")
def list_sagas(
    state: Annotated[str | None, typer.Option(help="Such as STUCK; by default those under way.")] = None,
    step: Annotated[str | None, typer.Option(help="payment, inventory or shipping.")] = None,
    stale_for: Annotated[int | None, typer.Option(help="Seconds for which nothing has happened.", min=0)] = None,
    limit: LimitOption = 20,
    cursor: CursorOption = None,
    as_json: JsonOption = False,
) -> None:
    """List sagas, first those that have not moved for longest."""
    asked = {"state": state, "step": step, "staleFor": stale_for, "limit": limit, "cursor": cursor}
    page = ask(lambda shop: shop.query("/admin/sagas", asked))
    if as_json:
        print_json(page)
        return
    print_table(("order", "state", "waits for", "until", "last moved"), map(_row, page["items"]))
    print_page(page)


@sagas.command("show")
def show_saga(order: OrderArgument, as_json: JsonOption = False) -> None:
    """Show one saga, and what each thing that can be done about it would lead to."""
    found = ask(lambda shop: shop.query(f"/admin/sagas/{id_of_order(shop, order)}"))
    if as_json:
        print_json(found)
        return
    print_table(("", ""), _facts(found))
    print_table(("would", "then", "asks for", "then undoes", "never undone"), map(_preview, found["actions"]))


@sagas.command()
def retry(order: OrderArgument, evidence: EvidenceOption, step: StepOption = None) -> None:
    """Let a stuck saga repeat the undo that failed."""
    _resolve(order, "retry", evidence, step)


@sagas.command("mark-done")
def mark_done(order: OrderArgument, evidence: EvidenceOption, step: StepOption = None) -> None:
    """Take the undo that failed as done, and go on with the next one."""
    _resolve(order, "mark-done", evidence, step)


@sagas.command("force-fail")
def force_fail(order: OrderArgument, evidence: EvidenceOption, step: StepOption = None) -> None:
    """End a stuck order as failed without the undo that is stuck."""
    _resolve(order, "force-fail", evidence, step)


@sagas.command()
def confirm(order: OrderArgument, proposal: Annotated[str, typer.Option(help="The id of the proposal.")]) -> None:
    """Confirm what another operator has proposed."""
    ask(lambda shop: shop.command("POST", f"/admin/sagas/{id_of_order(shop, order)}/confirm", {"proposalId": proposal}))
    typer.echo(f"{order}  confirmed")


def _resolve(order: str, action: str, evidence: str, step: str | None) -> None:
    body = {"evidence": evidence} | ({"step": step} if step else {})
    answer = ask(lambda shop: shop.command("POST", f"/admin/sagas/{id_of_order(shop, order)}/{action}", body))
    waits = answer.get("proposalId")
    typer.echo(
        f"{order}  {action} " + (f"proposed as {waits}: another operator must confirm it" if waits else "asked for")
    )


def _row(saga: dict[str, Any]) -> tuple[str, ...]:
    request = saga["request"]
    until = (request["retryAt"] or request["deadline"]) if request else None
    return saga["orderNumber"] or saga["orderId"], saga["state"], _waits_for(saga), _time(until), _time(saga["movedAt"])


def _facts(saga: dict[str, Any]) -> list[tuple[str, object]]:
    proposal = saga["proposal"]
    proposed = f"{proposal['resolution']} ({proposal['proposalId']}), by {proposal['operator']}" if proposal else ""
    return [
        ("order", f"{saga['orderNumber']}  {saga['orderId']}"),
        ("total", shown(saga["totalAmount"], saga["currency"])),
        ("state", f"{saga['state']} since {_time(saga['since'])}"),
        ("waits for", _waits_for(saga)),
        ("because", saga["stuckReason"] or saga["reason"] or ""),
        ("done", ", ".join(saga["done"])),
        ("still to do", ", ".join(saga["remaining"])),
        ("to undo", ", ".join(saga["undo"])),
        ("proposed", f"{proposed}, until {_time(proposal['expiresAt'])}" if proposal else ""),
    ]


def _waits_for(saga: dict[str, Any]) -> str:
    if saga["state"] == "STUCK":
        return "an operator"
    request = saga["request"]
    return f"{request['step']} ({request['direction']} {request['attempt']})" if request else ""


def _preview(action: dict[str, Any]) -> tuple[str, ...]:
    asks = ", ".join(f"{each['step']} ({each['direction']} {each['attempt']})" for each in action["requests"])
    second = ", once confirmed" if action["needsSecondPerson"] else ""
    name = action["action"] + second
    return (
        name,
        f"{action['state']}, {action['orderStatus']}",
        asks,
        ", ".join(action["toUndo"]),
        ", ".join(action["left"]),
    )


def _time(text: str | None) -> str:
    return text[:19] if text else ""
