"""A side that is a process: it is asked by a line, answers by a line, and its end is not taken for an answer."""

import asyncio
import signal
from pathlib import Path

import pytest

from bench.sampling import Sample
from bench.workers import WorkerFailed, ended, module, working

ADDER = "tests.unit.bench.adder"


async def test_a_worker_works_as_often_as_it_is_asked(tmp_path: Path) -> None:
    async with working(module(ADDER), complaints=tmp_path / "log") as side:
        assert await side(2.0) == Sample(20, 2.0, {"p99": 1.5})
        assert await side(0.5) == Sample(5, 0.5, {"p99": 1.5})


@pytest.mark.parametrize(
    ("how", "complaint"), [("fails", "ZeroDivisionError: what went wrong"), ("babbles", "no JSON")]
)
async def test_a_worker_that_has_no_figure_is_heard(tmp_path: Path, how: str, complaint: str) -> None:
    async with working(module(ADDER, how), complaints=tmp_path / "log") as side:
        with pytest.raises(WorkerFailed, match=complaint):
            await side(1.0)


async def test_a_worker_is_told_its_settings(tmp_path: Path) -> None:
    command = ("sh", "-c", 'read seconds; echo "{\\"done\\": $MUCH, \\"seconds\\": $seconds}"')
    async with working(command, complaints=tmp_path / "log", settings={"MUCH": "7"}) as side:
        assert await side(2.0) == Sample(7, 2.0)


async def test_a_process_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.workers.END", 0.05)
    process = await asyncio.create_subprocess_exec("sleep", "3600")
    await ended(process)
    assert process.returncode == -signal.SIGKILL
