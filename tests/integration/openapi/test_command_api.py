import pytest
from projectors.document_io import Database
from tests.integration.openapi.run import Run
from tests.integration.openapi.shop import open_shop


@pytest.mark.timeout(600)
@pytest.mark.parametrize("which", ["command", "query", "bff"])
async def test_command(mongodb: Database, which: str) -> None:
    async with open_shop(mongodb) as shop:
        run = Run(shop, {"command": shop.counter.app, "query": shop.queries, "bff": shop.bff}[which], which=="bff")
        try:
            await run.ask_everything()
        finally:
            for l, s in run.seconds.items(): print(f"{s:6.2f} {run.gen[l]:6.2f} {run.asked[l]:4} {run.succeeded[l]:4} {l}")
            print(sum(run.seconds.values()), sum(run.gen.values()), run.statuses)
            for f, r in run.faults.items(): print("FAULT", f, "\n   ", r[:1500])
            print("NEVER", set(run.asked)-set(run.succeeded))
    assert not run.faults
