"""The warehouses that orders are shipped from, and where they are."""

from typing import NamedTuple

from schemas.warehouse import MAIN_WAREHOUSE


class WarehouseSite(NamedTuple):
    """A warehouse: its id, and the country (`GB`) or part of one (`US-NY`, ISO 3166) that it is in, if that is said."""

    id: str
    region: str | None = None


ONE_SITE = (WarehouseSite(MAIN_WAREHOUSE),)
"""Those of a shop that is told of none."""


def parse_sites(text: str) -> tuple[WarehouseSite, ...]:
    """Return the sites of `main=US,east=US-NY,leeds`, whose form is checked elsewhere."""
    pairs = (each.partition("=") for each in text.split(","))
    return tuple(WarehouseSite(name, region or None) for name, _, region in pairs)


def write_sites(sites: tuple[WarehouseSite, ...]) -> str:
    """Return the text that `parse_sites` reads."""
    return ",".join(f"{site.id}={site.region}" if site.region else site.id for site in sites)
