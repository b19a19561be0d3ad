"""What every run is given."""

import logging
from collections.abc import Iterator

import pytest
import structlog
from hypothesis.vendor import pretty


@pytest.fixture(autouse=True)
def only_errors_are_logged() -> Iterator[None]:
    """Thousands of requests say nothing but what failed."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    yield
    structlog.configure(**before)


@pytest.fixture(autouse=True)
def hypothesis_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Schemathesis replaces the printer of failing examples with one that prints nothing, for the whole process."""
    monkeypatch.setattr("hypothesis.core.RepresentationPrinter", pretty.RepresentationPrinter)
