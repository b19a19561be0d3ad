"""What several tests on parts inside this process stand on."""

from collections.abc import Iterator

import pytest

from aioutlet.broker import MockCluster


@pytest.fixture
def broker() -> Iterator[str]:
    cluster = MockCluster()
    yield cluster.address
    cluster.stop()
