"""All settings: read once from the environment (`AIOUTLET_*`) and validated at start."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.message import Id
from schemas.warehouse import MAIN_WAREHOUSE

Port = Annotated[int, Field(ge=0, le=65_535)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]
KAFKA = "kafka://"
Database = Annotated[str, Field(pattern=r"^postgresql://\S+$")]
Documents = Annotated[str, Field(pattern=r"^mongodb(\+srv)?://\S+$")]
Brokers = Annotated[str, Field(pattern=r"^kafka://[\w.-]+:\d+(,[\w.-]+:\d+)*$")]


class Settings(BaseSettings):
    """The settings of this process."""

    model_config = SettingsConfigDict(
        env_prefix="AIOUTLET_", frozen=True, extra="ignore", use_attribute_docstrings=True
    )

    data: Path = Path("var")
    """Folder of the embedded shop's log, documents and keys."""
    host: str = "127.0.0.1"
    """Address the HTTP services listen on."""
    command_port: Port = 8000
    """Port of the command API; 0 takes a free one."""
    query_port: Port = 8001
    """Port of the query API; 0 takes a free one."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """From which level on lines are written, to standard error."""
    log_format: Literal["auto", "console", "json"] = "auto"
    """Short lines for people (`console`) or an object each (`json`); `auto`: `console` on a terminal, else `json`."""
    log_requests: bool | None = None
    """Whether each request has a line; if not set, as `json` and at `DEBUG` it has. One that fails (5xx) always has."""
    token_secret: Annotated[str, Field(min_length=32)] | None = None
    """Secret that signs access tokens (32 characters or more); the embedded shop creates one in its data folder."""
    master_key: Annotated[str, Field(min_length=32)] | None = None
    """Key that seals personal fields (32 characters or more); the embedded shop creates one in its data folder."""
    demo: bool = True
    """Load the demo catalogue at the first start."""
    warehouse: Id = MAIN_WAREHOUSE
    """Id of the warehouse that orders are shipped from; goods for any other are refused."""
    payment_deadline: Seconds = 30.0
    """Seconds an attempt to charge may take."""
    inventory_deadline: Seconds = 10.0
    """Seconds an attempt to reserve may take."""
    shipping_deadline: Seconds = 60.0
    """Seconds an attempt to prepare a shipment may take."""
    undo_deadline: Seconds = 30.0
    """Seconds an attempt to undo a step may take."""
    provider_timeout: Seconds = 10.0
    """Seconds one call to the payment provider or the carrier may take; what it did meanwhile is asked for again."""
    provider_calls: Annotated[int, Field(ge=1, le=10_000)] = 64
    """How many calls to the payment provider may run at once, and how many to the carrier."""
    provider_books: Path | None = None
    """File with the books of the payment stand-in, `provider.sqlite` in the data folder by default; `payment` and
    `deadlines` need the same."""
    reservation: Seconds = 900.0
    """Seconds for which stock is reserved for an order that is not complete."""
    inventory_first: bool = False
    """Reserve stock before charging, for orders placed from now on."""
    store: Database | None = None
    """PostgreSQL of the separate services, `postgresql://user:password@host/database`; the embedded shop needs none."""
    broker: Brokers | None = None
    """Kafka of the separate services, `kafka://host:port`, more brokers after commas; the embedded shop needs none."""
    documents: Documents | None = None
    """MongoDB of the separate services, `mongodb://user:password@host/database`; the embedded shop has its own."""
    health_port: Port = 8080
    """Port of health and metrics of a service without an HTTP API; 0 takes a free one."""
    commit_age: Seconds = 60.0
    """Seconds a consumer may have work and finish nothing before it reports that it is not live, and then exits."""
    partitions: Annotated[int, Field(ge=1, le=1_000)] = 12
    """Partitions of every topic of the separate services; never change it after the first event."""

    @property
    def log(self) -> str:
        """The URL of the services' PostgreSQL, which holds the log."""
        return self.require("store", "the services' PostgreSQL, such as postgresql://aioutlet@localhost/aioutlet")

    @property
    def bootstrap(self) -> str:
        """The brokers as Kafka's clients take them: host:port, separated by commas."""
        return self.require("broker", "the services' Kafka, such as kafka://localhost:9092").removeprefix(KAFKA)

    def require(self, name: str, example: str) -> str:
        """Return a setting that the separate services need.

        Raises:
            WrongSettings: It is not set.
        """
        value: str | None = getattr(self, name)
        if value is None:
            raise WrongSettings(f"AIOUTLET_{name.upper()}: set it to {example}")
        return value


def books_file(settings: Settings) -> Path:
    """Return the file with the books of the payment stand-in."""
    return settings.provider_books or settings.data / "provider.sqlite"


class WrongSettings(Exception):
    """Settings are missing or invalid; the message has a line for each."""


def read() -> Settings:
    """Read the settings of this process.

    Raises:
        WrongSettings: With one line for each invalid variable.
    """
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"AIOUTLET_{str(each['loc'][0]).upper()}: {each['msg']}" for each in error.errors()]
        raise WrongSettings("\n".join(lines)) from error
