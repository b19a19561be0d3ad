"""Which warehouse an order is given to: the nearest one that can serve all of it."""

from collections.abc import Iterable, Sequence

from domain.warehouse.state import Warehouse
from schemas.quantities import Quantities
from schemas.warehouse_sites import WarehouseSite


def by_nearness(sites: Iterable[WarehouseSite], region: str) -> Sequence[WarehouseSite]:
    """The sites in the same part of the country first, then those in the same country; else as they are listed.

    Args:
        sites: The warehouses.
        region: Where the goods are to go, as `domain.pricing.region_of` writes it.
    """
    country = region.partition("-")[0]
    return sorted(sites, key=lambda site: _distance(site.region or "", region, country))


def can_serve(warehouse: Warehouse, wanted: Quantities) -> bool:
    """Whether all of it is available now."""
    return all(warehouse.level(product_id).available >= quantity for product_id, quantity in wanted)


def _distance(place: str, region: str, country: str) -> int:
    if place == region:
        return 0
    return 1 if place.partition("-")[0] == country else 2
