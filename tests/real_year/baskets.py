"""The real baskets of a span of days, with the time of day at which each was paid, hour by hour."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from aioutlet.journey.baskets import Basket, assembled
from aioutlet.journey.data import Retailer
from tests.recount.retailer import Extent

COLUMNS = ("basket_id", "household_id", "product_id")


class DatedBasket(NamedTuple):
    """A basket, and when it was paid."""

    at: datetime
    basket: Basket

    @property
    def hour(self) -> datetime:
        return self.at.replace(minute=0, second=0, microsecond=0)


def dated_baskets(retailer: Retailer, extent: Extent) -> list[DatedBasket]:
    """Return the baskets of an extent in time order."""
    lines = retailer.lines
    at, first, end = lines["transaction_timestamp"], *(each.replace(tzinfo=None) for each in (extent.start, extent.end))
    some = lines[(at >= first) & (at < end) & (lines["household_id"] % extent.one_in == 0)]
    columns = (some[name].astype(str).tolist() for name in COLUMNS)
    times = [each.replace(tzinfo=UTC) for each in some["transaction_timestamp"].dt.to_pydatetime()]
    rows = zip(times, *columns, some["quantity"].tolist(), strict=True)
    return [
        DatedBasket(moment, *assembled(line[1:] for line in lines_of_one))
        for (moment, _), lines_of_one in groupby(rows, key=itemgetter(0, 1))
    ]


def by_hour(baskets: Sequence[DatedBasket]) -> Iterator[list[DatedBasket]]:
    """Yield the baskets of every hour that has some."""
    for _, some in groupby(baskets, key=lambda each: each.hour):
        yield list(some)
