"""The warehouses of the shop: which one a request means, and which one an order is given to."""

from command_api.context import CommandContext
from domain.warehouse.nearest import by_nearness, can_serve
from edge.problems import field_error
from schemas.errors import Invalid
from schemas.quantities import Quantities
from schemas.stream_names import warehouse_stream


def known_warehouse(context: CommandContext, warehouse_id: str | None) -> str:
    """Return the warehouse of a request, by default the first of the shop's.

    Raises:
        Invalid: Nothing is sold from it; `warehouses` lists those from which something is.
    """
    known = [site.id for site in context.sites]
    if warehouse_id is None:
        return known[0]
    if warehouse_id not in known:
        detail = f"no such warehouse; known are {', '.join(known)}"
        error = field_error("warehouseId", "unknown_warehouse", detail)
        raise Invalid(detail, errors=[error], warehouses=known)
    return warehouse_id


async def find_warehouse(context: CommandContext, region: str, wanted: Quantities) -> str:
    """Return the nearest warehouse that can serve all of an order now, or else the nearest.

    Where there is only one nothing is read. Otherwise the nearest is read as it is now, and the others only if it is
    short. Nothing is reserved: the reservation decides, and says what is short.
    """
    if len(context.sites) == 1:
        return context.sites[0].id
    nearest, *others = [site.id for site in by_nearness(context.sites, region)]
    if await _first_that_can(context, [nearest], wanted):
        return nearest
    return await _first_that_can(context, others, wanted) or nearest


async def _first_that_can(context: CommandContext, warehouse_ids: list[str], wanted: Quantities) -> str | None:
    streams = {warehouse_id: warehouse_stream(warehouse_id) for warehouse_id in warehouse_ids}
    loaded = await context.warehouses.load_many(streams.values())
    return next((each for each, stream in streams.items() if can_serve(loaded[stream].state, wanted)), None)
