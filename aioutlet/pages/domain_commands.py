"""Builds the reference page of commands."""

from collections.abc import Iterator
from importlib import import_module
from types import UnionType
from typing import get_args

from aioutlet.pages.json_schema import fields_table, schemas_of, values_section
from aioutlet.pages.markdown import page, sentence
from schemas.message import Command

SUBJECTS = ("product", "warehouse", "order", "payment", "shipment", "user", "cart", "email_claim", "notification")

LEAD = """\
The commands that the deciders handle. Some are bodies of [HTTP requests](http.md), others are made by the saga and the
agents. A field that is not listed is refused; a refusal is one of the [errors](errors.md)."""


def commands_page() -> str:
    """Return the page of all commands, by subject."""
    commands = {subject: list(commands_of(subject)) for subject in SUBJECTS}
    all_commands = [command for group in commands.values() for command in group]
    schemas = schemas_of(list(all_commands), "validation")
    own = {command: schemas.pop(command.__name__) for command in all_commands}
    sections = [
        f"## {subject.replace('_', ' ').capitalize()}\n\n"
        + "\n\n".join(f"### {c.__name__}\n\n{sentence(c.__doc__)}\n\n{fields_table(own[c])}" for c in group)
        for subject, group in commands.items()
    ]
    return page("Commands", LEAD, *sections, values_section(schemas))


def commands_of(subject: str) -> Iterator[type[Command]]:
    """Yield the commands of one subject: the members of the `…Command` unions of its module."""
    for name, value in vars(import_module(f"schemas.{subject}")).items():
        if name.endswith("Command") and isinstance(value, UnionType):
            yield from get_args(value)
