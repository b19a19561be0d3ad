"""Where a running shop is, as its info file says."""

from dataclasses import dataclass

import orjson

from aioutlet.broker import PARTITIONS
from aioutlet.keys import token_secret
from aioutlet.settings import Settings

INFO = "shop.json"


class NotRunning(Exception):
    """No shop has left its addresses there."""


@dataclass(frozen=True, slots=True)
class Running:
    """The doors of one running shop, where its log and its documents are, and what its tokens are signed with."""

    command_api: str
    query_api: str
    documents: str
    """The URI of its document store."""
    log: str
    """The path of its SQLite log."""
    secret: str
    partitions: int = PARTITIONS
    """Of every topic."""

    @classmethod
    def of(cls, settings: Settings) -> "Running":
        """The shop that keeps its data where `settings` say.

        Raises:
            NotRunning: It has written no addresses there.
        """
        try:
            info = orjson.loads((settings.data / INFO).read_bytes())
            doors = (info["commandApi"], info["queryApi"], info["documents"], info["log"])
        except (OSError, LookupError, ValueError) as error:
            raise NotRunning(f"no shop is running on {settings.data}: start it with 'make run'") from error
        return cls(*doors, token_secret(settings))
