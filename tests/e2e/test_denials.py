"""What a running shop refuses is in its log when it has ended."""

import asyncio
from pathlib import Path

import httpx

from aioutlet.data_folder import LOG
from event_store.opening import open_store
from schemas.codec import decode
from schemas.security import AccessDenied
from tests.e2e.running import SECRET, ShopProcess


async def denied(log: Path) -> list[AccessDenied]:
    store = await asyncio.to_thread(open_store, str(log))
    try:
        events = [decode(stored).event for stored in await store.log(0, types=[AccessDenied.wire_name])]
    finally:
        await store.close()
    return [event for event in events if isinstance(event, AccessDenied)]


async def test_what_both_doors_refused_is_recorded_at_the_latest_when_the_shop_ends(tmp_path: Path) -> None:
    settings = {"AIOUTLET_TOKEN_SECRET": SECRET, "AIOUTLET_DEMO": "false"}
    with ShopProcess(tmp_path / "var", settings) as shop:
        addresses = shop.addresses()
        async with httpx.AsyncClient() as client:
            for number in range(10):
                await client.post(f"{addresses['commandApi']}/orders/{number}/cancel")
                await client.get(f"{addresses['queryApi']}/orders/{number}")
        shop.stop()
        shop.ended()
        facts = await denied(tmp_path / "var" / LOG)
    counts = {route: sum(fact.count for fact in facts if fact.route == route) for route in {f.route for f in facts}}
    assert counts == {"/orders/{order_id}/cancel": 10, "/orders/{order_id}": 10}
    assert {fact.code for fact in facts} == {"unauthorised"}
    assert all(fact.address and fact.address.subject.startswith("strangers-") for fact in facts)
