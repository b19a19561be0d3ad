"""A shop of separate services with the real parts it stands on: everything that can be hurt."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.cluster.cluster import Cluster
from tests.cluster.service import PROGRAM
from tests.services.kafka import Kafka
from tests.services.mongo import JavaDocuments
from tests.services.part import Part, Say, silent
from tests.services.places import removed_at_last, session_home
from tests.services.postgres import PostgreSQL
from tests.smtp_server import PostOffice, post_office_beside

PARTS: tuple[type[Part], ...] = (PostgreSQL, Kafka, JavaDocuments)


@dataclass(frozen=True)
class Stage:
    """The services, and the parts that keep what they acknowledged when they are killed."""

    cluster: Cluster
    postgres: Part
    kafka: Part
    mails: PostOffice
    """Where the service `notification` sends them."""

    @property
    def home(self) -> Path:
        """Where the services keep their things."""
        return self.cluster.home


@contextmanager
def staged(
    postgres: Part,
    kafka: Part,
    documents: Part,
    *,
    saga: int,
    settings: Mapping[str, str] = {},
    program: Sequence[str] = PROGRAM,
    say: Say = silent,
) -> Iterator[Stage]:
    """The shop at work on these parts, which run, with so many saga workers; nothing of it is left at the end."""
    with removed_at_last(session_home()) as home, post_office_beside() as mails:
        cluster = Cluster(
            home,
            store=postgres.url,
            broker=kafka.url,
            documents=documents.url,
            smtp=mails.url,
            workers={"saga": saga},
            settings=settings,
            program=program,
            say=say,
        )
        cluster.set_up()
        cluster.start()
        yield Stage(cluster, postgres=postgres, kafka=kafka, mails=mails)
