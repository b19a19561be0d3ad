"""A database of PostgreSQL for a test: fresh, migrated, and its alone."""

from collections.abc import Iterator
from urllib.parse import quote, urlencode
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.postgres import PostgresDatastore
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from aioutlet.migration import migrate


def address(server: str, **changes: str) -> str:
    """The URL of another database of the same server, or of the same one in another manner."""
    return f"postgresql:///?{urlencode(conninfo_to_dict(server) | changes, quote_via=quote)}"


def library_datastore(database: str, *, by_functions: bool = False) -> PostgresDatastore:
    """The same database as the library sees it."""
    at = {name: str(value) for name, value in conninfo_to_dict(database).items()}
    return PostgresDatastore(
        at["dbname"],
        at["host"],
        at["port"],
        at["user"],
        "",
        pool_size=10,
        originator_id_type="text",
        enable_db_functions=by_functions,
    )


@pytest.fixture(scope="session")
def migrated(postgres_url: str) -> Iterator[str]:
    """The name of a migrated database that is copied and never used."""
    name = _created(postgres_url)
    migrate(address(postgres_url, dbname=name))
    yield name
    _dropped(postgres_url, name)


@pytest.fixture
def empty_database(postgres_url: str) -> Iterator[str]:
    """The address of a database that nobody has migrated."""
    name = _created(postgres_url)
    yield address(postgres_url, dbname=name)
    _dropped(postgres_url, name)


@pytest.fixture
def database(postgres_url: str, migrated: str) -> Iterator[str]:
    """The address of a migrated database, as its owner."""
    name = _created(postgres_url, migrated)
    yield address(postgres_url, dbname=name)
    _dropped(postgres_url, name)


def _created(server: str, template: str = "template0") -> str:
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(template)))
    return name


def _dropped(server: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))
