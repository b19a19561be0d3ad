"""Builds the reference page of who may call what."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from aioutlet.pages.markdown import code, page, table
from aioutlet.pages.openapi import openapi_documents
from edge.access import EXTENSION, AccessRule
from schemas.actor_type import ActorType

NOBODY, UNVERIFIED = "nobody", "unverified"
PEOPLE: Sequence[str] = (
    NOBODY,
    UNVERIFIED,
    ActorType.CUSTOMER,
    ActorType.OPERATOR,
    ActorType.ANALYST,
    ActorType.AUDITOR,
    ActorType.ADMIN,
)
"""Who comes through the BFF: without a credential, with an address that is not verified, and with a role each."""
CALLERS = (*PEOPLE, ActorType.GUEST, ActorType.SYSTEM)
NO, OWN, YES = "no", "own", "yes"

LEAD = """\
Who may call which route: *yes*; *own*, which is what belongs to the caller, while everything else is as if it were not
there (404, or left out of a list); or *no*, which is 401 without a credential and 403 with one. Every refusal of that
kind is recorded. A test calls each route as each of these callers, and as the owner and somebody else; a route that is
not in its application's document does not exist.

*nobody* sends no credential, *unverified* is a person who has registered and not verified the mail address yet. A
person with several roles may what any of them may. *guest* and *system* are no roles of an account: they are the BFF
for a visitor without a session, and services among themselves."""

BFF = """\
## For browsers: `bff`, port 4000

Everybody whose address is verified is a customer, also who has another role besides."""
SERVICES = {
    "command_api": "Commands: `command_api`, port 8000",
    "query_api": "Queries: `query_api`, port 8001",
}


def access_page() -> str:
    """Return the page of the access matrix."""
    documents = openapi_documents()
    for_people = _matrix(documents["bff"], PEOPLE, account_cell)
    others = [f"## {title}\n\n{_matrix(documents[name], CALLERS, cell)}" for name, title in SERVICES.items()]
    return page("Access", LEAD, f"{BFF}\n\n{for_people}", *others)


def rules_of(document: dict[str, Any]) -> Iterator[tuple[str, str, AccessRule]]:
    """Yield method, path and rule of every operation of an OpenAPI document."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield method.upper(), path, AccessRule.of_extension(operation[EXTENSION])


def cell(rule: AccessRule, caller: str) -> str:
    """Return what a caller may do: `YES`, `OWN` or `NO`."""
    if rule.is_public:
        return YES
    if caller == NOBODY or (rule.roles is not None and caller not in rule.roles):
        return NO
    return YES if rule.others is None or caller in rule.others else OWN


def account_cell(rule: AccessRule, caller: str) -> str:
    """Return what an account may do: as `cell`, but whoever has a role is a customer too."""
    roles = [caller] if caller in {NOBODY, UNVERIFIED} else [ActorType.CUSTOMER, caller]
    return max((cell(rule, role) for role in roles), key=(NO, OWN, YES).index)


def _matrix(document: dict[str, Any], callers: Sequence[str], may: Callable[[AccessRule, str], str]) -> str:
    rows = [
        (code(f"{method} {path}"), *(may(rule, caller) for caller in callers))
        for method, path, rule in rules_of(document)
    ]
    return table(("route", *callers), rows)
