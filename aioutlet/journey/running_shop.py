"""Where a running shop is: as its info file says, or as the settings of its services do."""

from dataclasses import dataclass
from pathlib import Path

from aioutlet.broker import PARTITIONS
from aioutlet.data_folder import books_file, read_addresses
from aioutlet.keys import token_secret
from aioutlet.settings import Settings, http_url


@dataclass(frozen=True, slots=True)
class RunningShop:
    """The APIs of one running shop, where its log and its documents are, and what its tokens are signed with."""

    command_api: str
    query_api: str
    bff: str
    documents: str
    """The URI of its document store."""
    log: str
    """Where its log is, as `open_store` understands it."""
    secret: str
    partitions: int
    """Of every topic."""
    provider_books: Path
    """The file with the books of the payment stand-in; where there is none, they are not compared."""

    @classmethod
    def of(cls, settings: Settings) -> "RunningShop":
        """The separate services where `settings` name their log, else the embedded shop that keeps its data there.

        Raises:
            NotRunning: No shop has written its addresses there.
            WrongSettings: Something of the services is said nowhere.
        """
        return cls._services(settings) if settings.store else cls._embedded(settings)

    @classmethod
    def _services(cls, settings: Settings) -> "RunningShop":
        return cls(
            command_api=http_url(settings.host, settings.command_port),
            query_api=http_url(settings.host, settings.query_port),
            bff=http_url(settings.host, settings.bff_port),
            documents=settings.require("documents", "the MongoDB of the services"),
            log=settings.log,
            secret=settings.require("token_secret", "the secret of the services"),
            partitions=settings.partitions,
            provider_books=books_file(settings),
        )

    @classmethod
    def _embedded(cls, settings: Settings) -> "RunningShop":
        names = ("commandApi", "queryApi", "bff", "documents", "log")
        command_api, query_api, bff, documents, log = read_addresses(settings.data, *names)
        return cls(
            command_api=command_api,
            query_api=query_api,
            bff=bff,
            documents=documents,
            log=log,
            secret=token_secret(settings),
            partitions=PARTITIONS,
            provider_books=books_file(settings),
        )
