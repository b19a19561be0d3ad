"""The page of commands."""

from collections.abc import Iterator
from importlib import import_module
from types import UnionType
from typing import get_args

from aioutlet.pages.markdown import page, sentence
from aioutlet.pages.shapes import fields, schemas_of, value_sections
from schemas.message import Command

SUBJECTS = ("product", "warehouse", "order", "payment", "shipment")

LEAD = """\
Everything that can be asked of the deciders. Some commands are bodies of [HTTP requests](http.md), some are made by
the saga and the agents. A field that is not listed is refused; a refusal is one of the [errors](errors.md)."""


def commands_page() -> str:
    """Every command, by whom it is asked of."""
    commands = {subject: list(commands_of(subject)) for subject in SUBJECTS}
    every = [command for asked in commands.values() for command in asked]
    schemas = schemas_of(list(every), "validation")
    own = {command: schemas.pop(command.__name__) for command in every}
    sections = [
        f"## {subject.capitalize()}\n\n"
        + "\n\n".join(f"### {c.__name__}\n\n{sentence(c.__doc__)}\n\n{fields(own[c])}" for c in asked)
        for subject, asked in commands.items()
    ]
    return page("Commands", LEAD, *sections, value_sections(schemas))


def commands_of(subject: str) -> Iterator[type[Command]]:
    """The commands of one subject: the members of its module's unions of that name."""
    for name, value in vars(import_module(f"schemas.{subject}")).items():
        if name.endswith("Command") and isinstance(value, UnionType):
            yield from get_args(value)
