"""Read your own writes: a query with `X-Min-Position: <streamId>@<position>` waits for that position, or fails."""

from asyncio import gather
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, Header
from pydantic import TypeAdapter

from query_api.context import CurrentContext, QueryContext
from schemas.documents import View
from schemas.errors import Invalid, Stale
from schemas.stream_names import STREAM_POSITION, category_of
from schemas.topics import TopicPartition

HEADER = "X-Min-Position"
OPTIONAL_POSITION: TypeAdapter[str | None] = TypeAdapter(str | None)
TIMEOUT = 2.0
"""Seconds that a query waits at most."""


class MinPosition(NamedTuple):
    """The position that a view must have reached in one of its partitions; `header` names it."""

    view: View
    partition: TopicPartition
    position: int
    header: str


def parse_min_position(context: QueryContext, view: View, header: str) -> MinPosition:
    """Parse the header of a query to `view`.

    Raises:
        Invalid: It is malformed, or its stream does not feed this view.
    """
    found = STREAM_POSITION.fullmatch(header)
    if found is None:
        raise Invalid(f"{HEADER} is <streamId>@<position>", header=HEADER)
    stream, position = found.groups()
    if category_of(stream) not in view.categories:
        raise Invalid(f"{stream} is not seen in {view.title}", header=HEADER)
    return MinPosition(view, view.topic_partition_of(stream, context.partitions), int(position), header)


def fresh(view: View, *, timeout: float = TIMEOUT) -> Any:
    """Return a dependency that makes a query to `view` wait for the position in its header.

    Raises:
        Invalid: The header is malformed, or its stream does not feed this view.
        Stale: The view is still behind after `timeout` seconds.
    """

    async def wait(context: CurrentContext, header: Annotated[str | None, Header(alias=HEADER)] = None) -> None:
        if header is not None:
            minimum = parse_min_position(context, view, header)
            await wait_until_remembered(context, minimum, timeout=timeout)
            await confirm_fresh(context, minimum)

    return Depends(wait)


async def wait_until_remembered(context: QueryContext, minimum: MinPosition, *, timeout: float = TIMEOUT) -> None:
    """Wait until the view has reached the position by what is remembered of it, or raise `Stale`.

    Right where what is found then is itself as new as the position, else `confirm_fresh` must follow.
    """
    view, partition, position, header = minimum
    if not await context.watcher.wait_for(context.name_of(view), partition, position, timeout=timeout):
        raise Stale(f"{view.title} has not reached {header} yet")


async def confirm_fresh(context: QueryContext, minimum: MinPosition) -> None:
    """Raise `Stale` unless the stored checkpoint of the view has reached the position.

    What is found then and lacks the event at this position is marked as incomplete.
    """
    view, partition, position, header = minimum
    if not position:
        return
    confirmed = context.watcher.confirm(context.name_of(view), partition, position)
    is_reached, _ = await gather(confirmed, context.incomplete.look())
    if not is_reached:
        raise Stale(f"{view.title} has not reached {header} yet: its documents are built anew")
