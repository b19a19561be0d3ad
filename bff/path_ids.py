"""Ids in paths that a service is asked for, where some words are addresses of the service itself."""

from typing import Annotated

from pydantic import AfterValidator

from schemas.errors import NotFound
from schemas.message import Id
from schemas.reserved_ids import RESERVED_IDS


def _check(value: str) -> str:
    """Raise `NotFound` for a word that is nobody's id: behind it the service has something else."""
    if value in RESERVED_IDS:
        raise NotFound(f"there is nothing with the id {value}")
    return value


PathId = Annotated[Id, AfterValidator(_check)]
