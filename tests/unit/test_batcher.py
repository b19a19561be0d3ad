"""What many want of a collection in one moment is one trip, whose outcome all of them are told."""

import asyncio
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from projectors.batcher import Batcher

SHELF: Any = SimpleNamespace(name="orders")
OTHER: Any = SimpleNamespace(name="stock")


class Trips:
    """Remembers for whom it went; it fails for those who want too much."""

    def __init__(self) -> None:
        self.gone: list[tuple[str, Sequence[int]]] = []
        self.has_left = asyncio.Event()

    async def go(self, collection: Any, wants: Sequence[int]) -> int:
        self.gone.append((collection.name, wants))
        self.has_left.set()
        await asyncio.sleep(0)
        if max(wants) > 100:
            raise ValueError("too much")
        return sum(wants)


async def test_what_is_wanted_in_one_moment_is_one_trip() -> None:
    trips = Trips()
    together = Batcher(trips.go)
    assert await asyncio.gather(*(together.want(SHELF, want) for want in (1, 2, 3))) == [6, 6, 6]
    assert trips.gone == [("orders", [1, 2, 3])]


async def test_each_collection_has_its_own() -> None:
    trips = Trips()
    together = Batcher(trips.go)
    assert list(await asyncio.gather(together.want(SHELF, 1), together.want(OTHER, 2))) == [1, 2]
    assert sorted(trips.gone) == [("orders", [1]), ("stock", [2])]


async def test_who_comes_while_others_are_on_their_way_goes_next() -> None:
    trips = Trips()
    together = Batcher(trips.go)
    first = asyncio.create_task(together.want(SHELF, 1))
    await trips.has_left.wait()
    assert await together.want(SHELF, 2) == 2
    assert await first == 1


async def test_what_fails_fails_for_all_and_the_next_go_again() -> None:
    together = Batcher(Trips().go)
    outcomes = await asyncio.gather(*(together.want(SHELF, want) for want in (1, 101)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ValueError, ValueError]
    assert await together.want(SHELF, 1) == 1


async def test_one_who_leaves_does_not_take_it_from_the_others() -> None:
    together = Batcher(Trips().go)
    leaver, other = (asyncio.create_task(together.want(SHELF, want)) for want in (1, 2))
    await asyncio.sleep(0)
    leaver.cancel()
    assert await other == 3
    with pytest.raises(asyncio.CancelledError):
        await leaver
