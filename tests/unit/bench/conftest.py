from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress

from bench.sampling import Course


@pytest.fixture
async def course(tmp_path: Path) -> AsyncIterator[Course]:
    """Three pairs of two seconds, which no fake side takes."""
    async with AsyncExitStack() as ends:
        yield Course(3, 2.0, tmp_path, Progress(console=Console(quiet=True)), ends)
