"""`aioutlet mail`: what mails look like, and those that a running embedded shop has sent."""

import json
from typing import Annotated, Any

import typer

from aioutlet.terminal import give_up

mail = typer.Typer(no_args_is_help=True, help="The mails of the shop.")
MAILBOX = "/bff/dev/mailbox"
TIMEOUT = 5.0
"""Seconds the shop may take to answer."""


@mail.command()
def preview(
    template: Annotated[str, typer.Argument(help="Which one; a wrong name lists them.")],
    html: Annotated[bool, typer.Option("--html", help="As HTML, to be redirected into a file.")] = False,
) -> None:
    """Print a mail, filled with example data."""
    from schemas.notification import Template
    from streams.mail.examples import example
    from streams.mail.rendering import render

    if template not in list(Template):
        give_up(f"there is no mail {template!r}; there are: {', '.join(Template)}")
    mail = render(Template(template), example(Template(template)))
    typer.echo(mail.html if html else f"Subject: {mail.subject}\n\n{mail.text}", nl=False)


@mail.command("list")
def list_mails(
    text: Annotated[bool, typer.Option("--text", help="With what they say.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, with everything.")] = False,
) -> None:
    """List the mails of the running embedded shop, newest first."""
    items = _read_mailbox()
    if as_json:
        typer.echo(json.dumps(items, indent=2, ensure_ascii=False))
        return
    for item in items:
        typer.echo(f"{item['at'][:19]}  {item['template']:19}  {item['to']}  {item['subject']}")
        if text:
            typer.echo("\n" + "\n".join(f"    {line}".rstrip() for line in item["text"].splitlines()) + "\n")
    if not items:
        typer.echo("there is no mail yet")


def _read_mailbox() -> list[dict[str, Any]]:
    import httpx

    url = _shop_url() + MAILBOX
    try:
        answer = httpx.get(url, headers={"Accept": "application/json"}, timeout=TIMEOUT)
    except httpx.HTTPError as error:
        give_up(f"the shop at {url} does not answer ({type(error).__name__}): start it with 'make run'")
    if answer.status_code != httpx.codes.OK:
        give_up(f"{url} answers {answer.status_code}: only the embedded shop keeps its mails")
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def _shop_url() -> str:
    """Where browsers reach the shop that keeps its data in AIOUTLET_DATA."""
    from aioutlet.data_folder import NotRunning, read_addresses
    from aioutlet.settings import WrongSettings, read

    try:
        [url] = read_addresses(read().data, "bff")
    except (WrongSettings, NotRunning) as fault:
        give_up(str(fault))
    return url
