"""Read your own writes: `X-Min-Position: <streamId>@<position>` is waited for, or the answer says it is stale."""

import re
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, Header
from pydantic import TypeAdapter

from query_api.context import CurrentContext, QueryContext
from schemas.documents import View
from schemas.errors import Invalid, Stale
from schemas.stream_names import category_of

HEADER = "X-Min-Position"
OPTIONAL_POSITION: TypeAdapter[str | None] = TypeAdapter(str | None)
TIMEOUT = 2.0
"""Seconds a query waits in all."""
_FORM = re.compile(r"([a-z]+-[A-Za-z0-9][A-Za-z0-9._-]{0,63})@(\d{1,18})")


class MinPosition(NamedTuple):
    """What a command answered: nothing older will do."""

    stream: str
    position: int


def min_position(value: str) -> MinPosition:
    """Read the header, or raise `Invalid`."""
    found = _FORM.fullmatch(value)
    if found is None:
        raise Invalid(f"{HEADER} is <streamId>@<position>", header=HEADER)
    return MinPosition(found[1], int(found[2]))


def fresh(view: View, *, timeout: float = TIMEOUT) -> Any:
    """A dependency that lets a question to `view` pass once the view has seen what the asker has.

    Raises:
        Invalid: The header is malformed, or its stream does not feed this view: no wait could help.
        Stale: Still behind after `timeout` seconds; 503 with `Retry-After`.
    """

    async def wait(context: CurrentContext, wanted: Annotated[str | None, Header(alias=HEADER)] = None) -> None:
        if wanted is not None:
            await wait_until_seen(context, view, wanted, timeout=timeout)

    return Depends(wait)


async def wait_until_seen(context: QueryContext, view: View, wanted: str, *, timeout: float = TIMEOUT) -> None:
    """Wait until the view has seen what the header asks for; raises as `fresh` does."""
    stream, position = min_position(wanted)
    if category_of(stream) not in view.categories:
        raise Invalid(f"{stream} is not seen in {view.name}", header=HEADER)
    partition = view.topic_partition_of(stream, context.partitions)
    if not await context.watcher.reached(view.name, partition, position, timeout=timeout):
        raise Stale(f"{view.name} has not reached {wanted} yet")
