"""Asks the log of a shop by SQL: of a copy in columns beside it, which is brought up to its end before."""

from collections.abc import Callable
from typing import TypeVar

from aioutlet.open_log import open_log
from aioutlet.replay.progress import shown
from aioutlet.settings import Settings
from history.tables.database import LogDatabase
from history.tables.parts import open_parts

T = TypeVar("T")
FOLDER = "analytics"
"""The folder of the copy, in AIOUTLET_DATA."""


async def ask_log(settings: Settings, question: Callable[[LogDatabase], T]) -> T:
    """Return what a question finds in all that is in the log now.

    Raises:
        CannotStart: A setting is wrong.
        NotRunning: There is no shop in the folder.
        QueryRefused: The question is wrong.
        Unavailable: The log does not answer.
        OSError: The copy cannot be written.
    """
    async with open_log(settings) as log:
        with shown("reading the log", 1, await log.head()) as progress:
            async with open_parts(log, settings.data / FOLDER, progress=progress) as parts:
                with LogDatabase(parts) as database:
                    return question(database)
