"""What the document server writes to its standard error, which becomes a line of the shop's log."""

import io
import logging
import sqlite3
from collections.abc import Iterator

import pytest

from aioutlet.document_server import PlaceFormatter

PLANTED = {"_id": "order-1", "shippingAddress": "12 High Street"}


@pytest.fixture
def said() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def library(said: io.StringIO) -> Iterator[logging.Logger]:
    """A logger such as those of `nx_27017`."""
    logger = logging.getLogger("nx_27017.handler")
    logger.propagate = False
    handler = logging.StreamHandler(said)
    handler.setFormatter(PlaceFormatter())
    logger.addHandler(handler)
    yield logger
    logger.removeHandler(handler)
    logger.propagate = True


@pytest.mark.parametrize(
    "error", [sqlite3.IntegrityError(f"{PLANTED}"), ValueError(f"{PLANTED}"), KeyError("12 High Street")]
)
def test_a_line_says_where_and_which_error_and_no_words(
    said: io.StringIO, library: logging.Logger, error: Exception
) -> None:
    fault = RuntimeError(f"no room for {PLANTED}")
    fault.__cause__ = error
    library.error(f"Error handling OP_MSG {PLANTED}", exc_info=fault)
    library.error(f"Error in count: {error}")
    library.warning("Error in %s", PLANTED)
    lines = said.getvalue().splitlines()
    assert lines[0].startswith("ERROR nx_27017.handler:")
    assert lines[0].endswith(f" RuntimeError {type(error).__name__}")
    assert len(lines) == 3
    assert "High Street" not in said.getvalue()
