"""Callers share one question, are told nothing older than their own, and nobody's leaving harms another."""

import asyncio

from edge.coalescer import Coalescer


class Source:
    """Answers with how often it was asked, when it is let."""

    def __init__(self) -> None:
        self.asked: list[set[str]] = []
        self.open = asyncio.Event()

    async def ask(self, wanted: set[str]) -> int:
        self.asked.append(wanted)
        await self.open.wait()
        return len(self.asked)


async def turn() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_those_who_ask_meanwhile_share_the_next_question() -> None:
    source = Source()
    sharing = Coalescer(source.ask)
    first = asyncio.create_task(sharing.ask("a"))
    await turn()
    others = [asyncio.create_task(sharing.ask(name)) for name in ("b", "c", "b")]
    await turn()
    source.open.set()
    assert await first == 1
    assert await asyncio.gather(*others) == [2, 2, 2]
    assert source.asked == [{"a"}, {"b", "c"}]


async def test_one_who_leaves_does_not_take_the_answer_from_the_others() -> None:
    source = Source()
    sharing = Coalescer(source.ask)
    leaving, staying = (asyncio.create_task(sharing.ask("a")) for _ in range(2))
    await turn()
    leaving.cancel()
    await turn()
    source.open.set()
    assert await staying == 1
    assert leaving.cancelled()


async def test_a_failure_is_told_to_all_who_shared_it_and_the_next_asks_anew() -> None:
    failures = [OSError("gone")]

    async def ask(_: set[str]) -> str:
        if failures:
            raise failures.pop()
        return "here"

    sharing = Coalescer(ask)
    told = await asyncio.gather(sharing.ask("a"), sharing.ask("b"), return_exceptions=True)
    assert [str(each) for each in told] == ["gone", "gone"]
    assert await sharing.ask("c") == "here"
