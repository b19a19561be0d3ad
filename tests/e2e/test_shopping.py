"""A shopper's whole way through the shop in one process."""

from tests.e2e.account_walk import Place
from tests.e2e.customers import Counter
from tests.e2e.running import ShopProcess
from tests.e2e.shopping_log import check_log
from tests.e2e.shopping_walk import ShoppingWalk


async def test_a_shopper_goes_the_whole_way_and_the_log_tells_it_without_a_secret(
    place: Place, ask: Counter, shop: ShopProcess
) -> None:
    walk = ShoppingWalk(place, ask=ask)
    await walk.go()
    await check_log(walk)
    assert [secret for secret in (*walk.secrets, walk.guest_id) if secret in shop.errors()] == []
