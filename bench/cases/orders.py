"""B17: orders from the basket to the last event, each of fourteen, beside the same work as a library's system."""

from collections.abc import Sequence

from bench.databases import database
from bench.sampling import Course, Result, Sample
from bench.servers import running
from bench.whole import complete, whole
from bench.workers import module, working
from tests.services.postgres import PostgreSQL

RUNNERS = ("SingleThreadedRunner", "NewSingleThreadedRunner", "MultiThreadedRunner", "NewMultiThreadedRunner")
LAYOUT = "every service a process of its own, one of each"


async def finishing(course: Course) -> Sequence[Result]:
    """Ours goes through HTTP, Kafka and the read models; the peer through its runner alone."""
    enter = course.ends.enter_async_context
    server = await enter(running(PostgreSQL))
    peers = {}
    for runner in RUNNERS:
        log = await enter(database(server.url))
        command = module("bench.sides.system", log, runner)
        peers[runner] = await enter(working(command, complaints=course.scratch / f"{runner}.log"))
    label, peer = await course.best(peers)
    shop = await enter(whole(course.scratch))

    async def ours(seconds: float) -> Sample:
        return (await complete(shop, seconds)).sample()

    return [await course.compare("B17", ours, peer, layout=LAYOUT, runner=label)]
