"""Ids that nobody may choose, since the doors use these words where an id stands in a path."""

from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from schemas.message import Id

RESERVED_IDS = frozenset(
    {"adjustments", "counts", "departments", "import", "receipts", "trending", "trending-with-reviews"}
)
"""Complete for good, since an id in a log may not lose its page: a new route beside `/{id}` begins with what no id
begins with, as `/-recent` does, or stands elsewhere. `tests/integration/doors/test_routes.py` sees to it."""


def check_not_reserved(value: str) -> str:
    """Return the id, or raise `PydanticCustomError` if it is one of `RESERVED_IDS`."""
    if value in RESERVED_IDS:
        raise PydanticCustomError("reserved_id", "The shop itself uses this word where ids stand; choose another")
    return value


ChosenId = Annotated[Id, AfterValidator(check_not_reserved)]
"""An id that a caller chooses for something new."""
