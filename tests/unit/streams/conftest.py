import pytest

from tests.unit.streams.fakes import Counts, SetClock


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def counts() -> Counts:
    return Counts()
