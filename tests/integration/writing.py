"""Other processes that append, and what they were told."""

import asyncio
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

Told = set[tuple[str, int, int]]
"""Stream, version and position of every acknowledged event."""


async def started(address: str, *arguments: str) -> asyncio.subprocess.Process:
    """A process that appends to the store at `address`."""
    command = (sys.executable, "-m", "tests.integration.store_writer", address, *arguments)
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)


async def told_by(process: asyncio.subprocess.Process, already: bytes = b"") -> Told:
    """Everything it has told when it has ended; half a line is no acknowledgement."""
    assert process.stdout
    lines = (already + await process.stdout.read()).splitlines(keepends=True)
    await process.wait()
    whole = [line.decode().split() for line in lines if line.endswith(b"\n")]
    return {(stream, int(version), int(position)) for stream, version, position in whole}


async def killed_after(acknowledgements: int, address: str) -> Told:
    """Start a writer, kill it after so many acknowledgements, and answer all that it gave."""
    process = await started(address)
    assert process.stdout
    lines = [await process.stdout.readline() for _ in range(acknowledgements)]
    process.kill()
    told = await told_by(process, b"".join(lines))
    assert len(told) >= acknowledgements
    return told
