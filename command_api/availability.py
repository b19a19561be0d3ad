"""What can be sold of a product now, as the warehouse decides it."""

from collections.abc import Collection

from command_api.context import CommandContext
from schemas.stream_names import warehouse_stream


async def find_available(context: CommandContext, product_ids: Collection[str]) -> dict[str, int]:
    """Return the available pieces per product, 0 of what no warehouse has ever seen."""
    stream = warehouse_stream(context.warehouse)
    warehouse = (await context.warehouses.load_many([stream]))[stream].state
    return {product_id: warehouse.level(product_id).available for product_id in product_ids}
