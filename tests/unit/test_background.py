"""Nothing outlives its context, and what fails in the background is not kept quiet."""

import asyncio

import pytest

from concurrency.background import background


async def fail() -> None:
    raise OSError("gone")


async def test_work_runs_while_the_context_is_open_and_ends_with_it() -> None:
    is_running, ended = asyncio.Event(), []

    async def work() -> None:
        is_running.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("work")

    async with background(work()):
        await is_running.wait()
        assert ended == []
    assert ended == ["work"]


async def test_work_that_fails_ends_the_context() -> None:
    with pytest.raises(ExceptionGroup) as failed:
        async with background(fail()):
            await asyncio.Event().wait()
    assert [str(each) for each in failed.value.exceptions] == ["gone"]


async def test_a_context_that_fails_ends_the_work() -> None:
    ended = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("work")

    async def fail_beside_it() -> None:
        async with background(work()):
            await asyncio.sleep(0)
            await fail()

    with pytest.raises(ExceptionGroup):
        await fail_beside_it()
    assert ended == ["work"]


async def test_work_ends_in_its_own_time_when_a_task_beside_its_context_fails() -> None:
    is_running, ended = asyncio.Event(), []

    async def work() -> None:
        is_running.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)  # a second cancellation would interrupt it here
            ended.append("work")

    async def fail_when_it_runs() -> None:
        await is_running.wait()
        await fail()

    async def fail_beside_it() -> None:
        async with asyncio.TaskGroup() as tasks, background(work()):
            tasks.create_task(fail_when_it_runs())
            await asyncio.Event().wait()

    with pytest.raises(ExceptionGroup):
        await fail_beside_it()
    assert ended == ["work"]
