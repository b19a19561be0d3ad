"""Read your own writes: a query with `X-Min-Position: <streamId>@<position>` waits for that position, or fails."""

import re
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, Header
from pydantic import TypeAdapter

from query_api.context import CurrentContext, QueryContext
from schemas.documents import View
from schemas.errors import Invalid, Stale
from schemas.stream_names import category_of
from schemas.topics import TopicPartition

HEADER = "X-Min-Position"
OPTIONAL_POSITION: TypeAdapter[str | None] = TypeAdapter(str | None)
TIMEOUT = 2.0
"""Seconds that a query waits at most."""
_PATTERN = re.compile(r"([a-z]+-[A-Za-z0-9][A-Za-z0-9._-]{0,63})@(\d{1,18})")


class MinPosition(NamedTuple):
    """The stream and position that a command answered."""

    stream: str
    position: int


def parse_min_position(value: str) -> MinPosition:
    """Parse the header's value, or raise `Invalid`."""
    found = _PATTERN.fullmatch(value)
    if found is None:
        raise Invalid(f"{HEADER} is <streamId>@<position>", header=HEADER)
    return MinPosition(found[1], int(found[2]))


def fresh(view: View, *, timeout: float = TIMEOUT) -> Any:
    """Return a dependency that makes a query to `view` wait for the position in its header.

    Raises:
        Invalid: The header is malformed, or its stream does not feed this view.
        Stale: The view is still behind after `timeout` seconds.
    """

    async def wait(context: CurrentContext, header: Annotated[str | None, Header(alias=HEADER)] = None) -> None:
        if header is not None:
            await wait_until_fresh(context, view, header, timeout=timeout)

    return Depends(wait)


async def wait_until_fresh(context: QueryContext, view: View, header: str, *, timeout: float = TIMEOUT) -> None:
    """Wait until the view has reached the position of the header; raises as `fresh` does."""
    await wait_until_remembered(context, view, header, timeout=timeout)
    await confirm_fresh(context, view, header)


async def wait_until_remembered(context: QueryContext, view: View, header: str, *, timeout: float = TIMEOUT) -> int:
    """As `wait_until_fresh`, but believe what is remembered of the view; return the position.

    Right where what is found then is itself as new as the position, else `confirm_fresh` must follow.
    """
    partition, position = _parse(context, view, header)
    if not await context.watcher.wait_for(view.name, partition, position, timeout=timeout):
        raise Stale(f"{view.title} has not reached {header} yet")
    return position


async def confirm_fresh(context: QueryContext, view: View, header: str) -> None:
    """Raise `Stale` unless the stored checkpoint of the view has reached the position of the header."""
    partition, position = _parse(context, view, header)
    if position and not await context.watcher.confirm(view.name, partition, position):
        raise Stale(f"{view.title} has not reached {header} yet: its documents are built anew")


def _parse(context: QueryContext, view: View, header: str) -> tuple[TopicPartition, int]:
    stream, position = parse_min_position(header)
    if category_of(stream) not in view.categories:
        raise Invalid(f"{stream} is not seen in {view.title}", header=HEADER)
    return view.topic_partition_of(stream, context.partitions), position
