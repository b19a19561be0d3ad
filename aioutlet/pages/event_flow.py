"""Who writes and who reads each event, found in the code: what a module makes, and what a consumer asks for."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

from aioutlet.pages.markdown import code
from command_api.main import CONFIG_TYPES, PRODUCT_TYPES
from projectors.models.registry import MODELS
from schemas.message import Event
from schemas.registry import EVENTS
from streams.accounts import AccountSecrets
from streams.fulfilment import Fulfilment
from streams.inventory import Inventory
from streams.notification import Notifications
from streams.payment import Payments
from streams.processor import Processor
from streams.shipping import Shipping

ROOT = Path(__file__).parents[2]
PROCESSORS: tuple[type[Processor], ...] = (Fulfilment, Payments, Inventory, Shipping, Notifications, AccountSecrets)
WRITERS = ("domain", "command_api", "streams", "query_api", "aioutlet")
"""The folders of those who make events, the deciders first: where one makes an event, others only hand it on."""
ASKS_FOR_A_CLASS = {"isinstance", "issubclass", "cast"}


def writers_of(event: type[Event]) -> list[str]:
    """Return the files that make an event."""
    for folder in WRITERS:
        named = [path for path, text in _files(folder).items() if event.__name__ in text]
        if makers := [path.relative_to(ROOT).as_posix() for path in named if event in _made_in(path)]:
            return makers
    return []


def readers_of(event: type[Event]) -> dict[str, list[str]]:
    """Return by kind those who read an event of others: agents, read models, and caches of the command API."""
    name = event.wire_name
    readers = {
        "agent": [processor.consumer for processor in PROCESSORS if name in processor.types],
        "read model": [model.view.name for model in MODELS if name in model.types],
        "cache of the command API": [
            cached for cached, types in {"products": PRODUCT_TYPES, "config": CONFIG_TYPES}.items() if name in types
        ],
    }
    return {kind: names for kind, names in readers.items() if names}


def describe_flow(event: type[Event]) -> str:
    """Return who writes and who reads an event as a sentence."""
    readers = [_listed(kind, names) for kind, names in readers_of(event).items()]
    return f"Written by {_joined(map(code, writers_of(event)))}; read by {_joined(readers) or 'no consumer'}."


def _listed(kind: str, names: list[str]) -> str:
    return f"the {kind}{'s' if len(names) > 1 else ''} {_joined(map(code, names))}"


def _joined(names: Iterable[str]) -> str:
    *others, last = [*names] or [""]
    return f"{', '.join(others)} and {last}" if others else last


@cache
def _files(folder: str) -> dict[Path, str]:
    """Return the text of a folder's modules."""
    return {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / folder).rglob("*.py"))}


@cache
def _made_in(path: Path) -> set[type[Event]]:
    """Return the events that a module makes."""
    names = vars(import_module(".".join(path.relative_to(ROOT).with_suffix("").parts)))
    classes = {name: value for name, value in names.items() if value in EVENTS.values()}
    return {
        classes[name.id]
        for node in ast.walk(ast.parse(path.read_bytes()))
        for name in _makes(node)
        if isinstance(name, ast.Name) and name.id in classes
    }


def _makes(node: ast.AST) -> Iterator[ast.expr]:
    """Yield what a call calls or hands on, and what a table holds: there a class stands for an event to be made."""
    match node:
        case ast.Call(func=ast.Name(id=name)) if name in ASKS_FOR_A_CLASS:
            pass
        case ast.Call(func=called, args=handed_on):
            yield from (called, *handed_on)
        case ast.Dict(values=held):
            yield from held
