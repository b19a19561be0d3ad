"""Who holds a key keeps others with that key waiting, in their order, and nobody else."""

import asyncio

import pytest

from concurrency.keyed_locks import KeyedLocks


async def test_holders_of_one_key_follow_each_other_in_the_order_they_came() -> None:
    locks, seen = KeyedLocks(), list[int]()

    async def work(number: int) -> None:
        async with locks.hold(["a", f"own-{number}"]):
            seen.append(number)
            await asyncio.sleep(0)
            seen.append(number)

    await asyncio.gather(*map(work, range(20)))
    assert seen == [number for number in range(20) for _ in range(2)]


async def test_holders_of_different_keys_do_not_wait() -> None:
    locks, barrier = KeyedLocks(), asyncio.Barrier(2)

    async def work(key: str) -> None:
        async with locks.hold([key]):
            await barrier.wait()

    async with asyncio.timeout(10):
        await asyncio.gather(work("a"), work("b"))


async def test_keys_named_in_any_order_never_deadlock() -> None:
    locks = KeyedLocks()

    async def work(*keys: str) -> None:
        async with locks.hold(keys):
            await asyncio.sleep(0)

    async with asyncio.timeout(10):
        await asyncio.gather(*(work("a", "b") if number % 2 else work("b", "a", "a") for number in range(50)))


async def test_a_key_is_free_again_after_an_error_or_a_cancellation() -> None:
    locks = KeyedLocks()
    with pytest.raises(ZeroDivisionError):
        async with locks.hold(["a"]):
            raise ZeroDivisionError
    async with locks.hold(["a"]):
        waiting = asyncio.ensure_future(_hold(locks, "a"))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    async with asyncio.timeout(10), locks.hold(["a"]):
        pass


async def _hold(locks: KeyedLocks, key: str) -> None:
    async with locks.hold([key]):
        pass
