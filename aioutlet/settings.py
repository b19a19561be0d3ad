"""Every setting there is: read once from the environment (`AIOUTLET_*`), checked at start, failing loudly."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

Port = Annotated[int, Field(ge=0, le=65_535)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]
KAFKA = "kafka://"
Database = Annotated[str, Field(pattern=r"^postgresql://\S+$")]
Documents = Annotated[str, Field(pattern=r"^mongodb(\+srv)?://\S+$")]
Brokers = Annotated[str, Field(pattern=r"^kafka://[\w.-]+:\d+(,[\w.-]+:\d+)*$")]


class Settings(BaseSettings):
    """How this process runs."""

    model_config = SettingsConfigDict(
        env_prefix="AIOUTLET_", frozen=True, extra="ignore", use_attribute_docstrings=True
    )

    data: Path = Path("var")
    """Folder of everything the embedded shop keeps: its log, its documents, its keys."""
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
    """Signs access tokens (32 bytes or more); else the embedded shop makes one and keeps it with its data."""
    master_key: Annotated[str, Field(min_length=32)] | None = None
    """Seals personal fields (32 bytes or more); else the embedded shop makes one and keeps it with its data."""
    demo: bool = True
    """Load the demo catalogue at the first start."""
    payment_deadline: Seconds = 30.0
    """Seconds an attempt to charge may take."""
    inventory_deadline: Seconds = 10.0
    """Seconds an attempt to reserve may take."""
    shipping_deadline: Seconds = 60.0
    """Seconds an attempt to prepare a parcel may take."""
    undo_deadline: Seconds = 30.0
    """Seconds an attempt to undo a step may take."""
    reservation: Seconds = 900.0
    """Seconds stock is held for an order that is not complete."""
    inventory_first: bool = False
    """Reserve before charging, for orders that start from now on."""
    store: Database | None = None
    """Log of the separate services, `postgresql://user:password@host/database`; the embedded shop has its own."""
    broker: Brokers | None = None
    """Kafka of the separate services, `kafka://host:port`, more brokers after commas; the embedded shop has its own."""
    documents: Documents | None = None
    """MongoDB of the separate services, `mongodb://user:password@host/database`; the embedded shop has its own."""
    health_port: Port = 8080
    """Port at which a service without an HTTP door of its own tells how it is; 0 takes a free one."""
    commit_age: Seconds = 60.0
    """Seconds a consumer may have work and get nowhere; then it says that it is not live, and soon after it ends."""
    partitions: Annotated[int, Field(ge=1, le=1_000)] = 12
    """Partitions of every topic of the separate services; settled before the first event and never changed."""

    @property
    def log(self) -> str:
        """Where the separate services keep the log, as the store's clients want it."""
        return self.needed("store", "the services' PostgreSQL, such as postgresql://aioutlet@localhost/aioutlet")

    @property
    def bootstrap(self) -> str:
        """The brokers as Kafka's clients want them: host:port with commas."""
        return self.needed("broker", "the services' Kafka, such as kafka://localhost:9092").removeprefix(KAFKA)

    def needed(self, name: str, example: str) -> str:
        """A setting that the separate services cannot do without.

        Raises:
            WrongSettings: It is said nowhere.
        """
        value: str | None = getattr(self, name)
        if value is None:
            raise WrongSettings(f"AIOUTLET_{name.upper()}: set it to {example}")
        return value


class WrongSettings(Exception):
    """The environment says something no shop can run with."""


def read() -> Settings:
    """The settings of this process.

    Raises:
        WrongSettings: With one line for each variable that is wrong.
    """
    try:
        return Settings()
    except ValidationError as error:
        lines = [f"AIOUTLET_{str(each['loc'][0]).upper()}: {each['msg']}" for each in error.errors()]
        raise WrongSettings("\n".join(lines)) from error
