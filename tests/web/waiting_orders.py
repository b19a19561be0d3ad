"""Orders that wait: for the carrier, who does not answer, and for an operator, as their refund is refused."""

from tests.e2e.customers import CINCINNATI
from tests.e2e.running import ShopProcess
from tests.web.keepers import any_product, browsing_at, logged_in_customer

UNANSWERED = CINCINNATI | {"postalCode": "00001"}
"""Where the stand-in's carrier never answers."""
REFUSED = CINCINNATI | {"postalCode": "00000"}
"""Where it refuses to deliver."""


async def leave_orders_waiting(shop: ShopProcess) -> None:
    """Place some of each, and wait until one is stuck."""
    async with browsing_at(shop) as browser:
        customer = await logged_in_customer(browser, shop)
        product = (await any_product(browser))["productId"]
        for token in ("tok_ok", "tok_ok", "tok_timeout"):
            await customer.order(product, address=UNANSWERED, token=token)
        stuck = await customer.order(product, address=REFUSED, token="tok_refund_fails")
        await customer.until(stuck["orderId"], "Compensation Stuck")
