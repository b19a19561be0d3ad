"""What can be sold of a product now, as the warehouses decide it."""

from collections.abc import Collection

from command_api.context import CommandContext
from schemas.stream_names import warehouse_stream


async def find_available(context: CommandContext, product_ids: Collection[str]) -> dict[str, int]:
    """Return the available pieces per product in all warehouses, 0 of what none has ever seen.

    One order is served by one warehouse: more than the fullest of them has cannot be sold at once.
    """
    streams = [warehouse_stream(site.id) for site in context.sites]
    warehouses = [loaded.state for loaded in (await context.warehouses.load_many(streams)).values()]
    return {each: sum(warehouse.level(each).available for warehouse in warehouses) for each in product_ids}
