"""Every setting there is: read once from the environment (`AIOUTLET_*`), checked at start, failing loudly."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

Port = Annotated[int, Field(ge=0, le=65_535)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]


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
    """From which level on lines are written; each is one JSON object."""
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
