"""The `aioutlet` command."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from aioutlet.accounts.cli import user
from aioutlet.admin.cli import admin
from aioutlet.analytics.cli import report, sql
from aioutlet.audit.cli import audit
from aioutlet.catalogue.cli import export_catalogue, import_catalogue
from aioutlet.dead_letters.cli import dead_letters
from aioutlet.journey.cli import journey
from aioutlet.keys_cli import app as keys
from aioutlet.mail_cli import mail
from aioutlet.past.cli import history
from aioutlet.past.what_if_cli import what_if
from aioutlet.rebuilds.cli import projections
from aioutlet.replay.cli import replay
from aioutlet.stock.cli import stock
from aioutlet.terminal import colour, give_up
from schemas.actor_type import ActorType

if TYPE_CHECKING:
    import asyncio

    from aioutlet.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="An online shop whose only source of truth is its event log.",
)

app.command()(journey)
app.command("import")(import_catalogue)
app.command("export")(export_catalogue)
app.command()(replay)
app.command()(sql)
app.command()(report)
app.add_typer(user, name="user")
app.add_typer(admin, name="admin")
app.add_typer(dead_letters, name="dead-letters")
app.add_typer(audit, name="audit")
app.add_typer(history, name="history")
app.add_typer(what_if, name="what-if")
app.add_typer(mail, name="mail")
app.add_typer(stock, name="stock")
app.add_typer(projections, name="projections")
app.add_typer(keys, name="keys")


@app.command()
def run() -> None:
    """Run the whole shop until Ctrl-C; everything it keeps is in one folder (AIOUTLET_DATA)."""
    import structlog

    from aioutlet.process_log import configure_process_log

    settings = _settings()
    configure_process_log(settings, "aioutlet")
    structlog.get_logger(__name__).info("opening the shop", data=str(settings.data))

    import asyncio

    import uvloop

    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_keep_shop(settings))
    except* _reasons_to_end() as problems:
        give_up(str(_first(problems)))


def _reasons_to_end() -> tuple[type[Exception], ...]:
    """What is said in one line when it ends the shop or a service; imported once something has."""
    from aioutlet.settings import CannotStart
    from schemas.errors import Unavailable
    from subscriptions.log_watch import LogReplaced

    return (CannotStart, LogReplaced, Unavailable)


def _first(error: BaseException) -> BaseException:
    """The first error of a group, however deep."""
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


def _an_id(value: str) -> str:
    from pydantic import TypeAdapter, ValidationError

    from schemas.message import Id

    try:
        return TypeAdapter[str](Id).validate_python(value)
    except ValidationError as error:
        raise typer.BadParameter(error.errors()[0]["msg"]) from error


@app.command()
def token(
    subject: Annotated[
        str, typer.Option(help="Whose token it is: a customer's or a colleague's id.", callback=_an_id)
    ] = "developer",
    role: Annotated[ActorType, typer.Option(help="What its bearer may do.")] = ActorType.ADMIN,
    hours: Annotated[float, typer.Option(min=0.01, max=24 * 30, help="How long it is good for.")] = 8.0,
) -> None:
    """Print a bearer token for development, signed with this shop's own secret."""
    from aioutlet.keys import token_secret
    from aioutlet.settings import CannotStart
    from identity.tokens import TokenIssuer

    try:
        issuer = TokenIssuer(token_secret(_settings()))
    except CannotStart as fault:
        give_up(str(fault))
    typer.echo(issuer.issue(subject, (role.value,), role.value, timedelta(hours=hours)))


@app.command()
def service(name: Annotated[str, typer.Argument(help="Which one; a wrong name lists them.")]) -> None:
    """Run one service of the shop in this process until Ctrl-C, on AIOUTLET_STORE, _BROKER and _DOCUMENTS.

    Any number of each may run, on any number of machines.
    """
    import asyncio

    import uvloop

    from aioutlet.process_log import configure_process_log
    from aioutlet.services import SERVICES

    if name not in SERVICES:
        give_up(f"there is no service {name!r}; there are: {', '.join(SERVICES)}")
    settings = _settings()
    configure_process_log(settings, name)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_keep_service(name, settings))
    except* _reasons_to_end() as problems:
        give_up(str(_first(problems)))


@app.command()
def migrate() -> None:
    """Make or bring up to date the event store and the identity store on AIOUTLET_STORE, as the owner of their tables.

    Nothing happens where nothing is missing; services of the release before go on working.
    """
    from aioutlet import migration
    from aioutlet.settings import WrongSettings
    from schemas.errors import Unavailable

    try:
        applied = migration.migrate(_settings().log)
    except WrongSettings as wrong:
        give_up(str(wrong))
    except Unavailable as error:
        give_up(f"AIOUTLET_STORE: {error.detail}; see that it runs and lets its owner in")
    typer.echo(f"{applied} steps applied")


@app.command()
def topics(
    replicas: Annotated[int, typer.Option(min=1, max=15, help="Brokers that keep a copy of each topic.")] = 1,
) -> None:
    """Make the topics on AIOUTLET_BROKER that are missing, and say where the others are not as they should be.

    What is there is never changed. The exit code is 1 when a topic has another number of partitions than
    AIOUTLET_PARTITIONS says: then no service can work with it.
    """
    from aioutlet.settings import WrongSettings
    from schemas.errors import Unavailable
    from streams.topic_admin import ensure_topics, topic_specs

    settings = _settings()
    try:
        wanted = topic_specs(partitions=settings.partitions, replicas=replicas)
        made = ensure_topics(settings.bootstrap, wanted)
    except WrongSettings as wrong:
        give_up(str(wrong))
    except Unavailable as error:
        give_up(f"AIOUTLET_BROKER: {error.detail}; see that it runs and can be reached from here")
    for log in wanted:
        state = "made" if log.topic in made.created else "was there"
        typer.echo(f"{log.topic:22} {log.partitions:4} partitions  {state}")
    for difference in made.differences:
        typer.secho(str(difference), fg="red" if difference.is_fatal else "yellow", err=True, color=colour())
    if any(difference.is_fatal for difference in made.differences):
        raise typer.Exit(1)


def _asked_to_stop() -> "asyncio.Event":
    import asyncio
    import signal

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop


async def _keep_service(name: str, settings: "Settings") -> None:
    from aioutlet.gc_tuning import tune_gc
    from aioutlet.services import service

    stop = _asked_to_stop()
    async with service(name, settings) as url:
        tune_gc()
        typer.echo(f"{name} is at work; ask {url}/health/ready")
        await stop.wait()


async def _keep_shop(settings: "Settings") -> None:
    from aioutlet.banner import banner
    from aioutlet.data_folder import DEMO_ACCOUNTS
    from aioutlet.demo.account_file import read_demo_accounts
    from aioutlet.embedded import embedded
    from aioutlet.gc_tuning import tune_gc

    stop = _asked_to_stop()
    async with embedded(settings) as shop:
        tune_gc()
        accounts = read_demo_accounts(settings.data / DEMO_ACCOUNTS) if settings.demo else ()
        typer.echo(banner(shop, accounts, origin=settings.public_origin), color=colour())
        await stop.wait()


def _settings() -> "Settings":
    from aioutlet.settings import WrongSettings, read

    try:
        return read()
    except WrongSettings as wrong:
        give_up(str(wrong))


def main() -> None:
    """Run the command line."""
    app()
