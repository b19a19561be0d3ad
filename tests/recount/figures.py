"""The figures of a day or an hour by SQL: a second opinion on what the projectors keep."""

from collections import Counter, defaultdict
from typing import Any

from tests.recount.tables import Tables

FORMATS = {"day": "%Y%m%d", "hour": "%Y%m%dT%H"}
STATES = {
    "cart.item.added": "open",
    "cart.transferred": "open",
    "cart.checked.out": "ordered",
    "cart.handed.over": "handedOver",
    "cart.abandoned": "abandoned",
    "cart.expired": "abandoned",
}
Figures = dict[str, Counter[str]]
"""By day or hour, by name."""
SUMS = """
select strftime(moment, $bucket), 'orders', count(*) from placed group by all
union all select strftime(moment, $bucket), 'orders/' || currency, count(*) from placed group by all
union all select strftime(moment, $bucket), 'placed/' || currency, sum(total) from placed group by all
union all select strftime(moment, $bucket), 'status/' || status, count(*)
    from placed join standing using (id) group by all
union all select strftime(moment, $bucket), 'pieces', sum(line.quantity) from lines group by all
union all select strftime(moment, $bucket), 'captured/' || currency, sum(amount) from money
    where type = 'payment.processed' group by all
union all select strftime(moment, $bucket), 'charges', count(*) from money where type = 'payment.processed' group by all
union all select strftime(moment, $bucket), 'refunded/' || currency, sum(amount) from money
    where type = 'payment.refunded' group by all
union all select strftime(moment, $bucket), 'refunds', count(*) from money where type = 'payment.refunded' group by all
union all select strftime(moment, $bucket), 'carts', count(*) from carts group by all
"""
CARTS = "select strftime(moment, $bucket), last, count(*) from carts group by all"
PIECES = "select strftime(moment, $bucket), line.productId, sum(line.quantity) from lines group by all"
STOCK = """
select
    coalesce(sum(shipped) filter (moment >= $start), 0),
    coalesce(sum(change * epoch($end - greatest(date_trunc('second', moment), $start))), 0) / epoch($end - $start)
from stock where moment < $end
"""


class Recount:
    """Recounts the figures of an exported log, or of what is told in its words; each kind once."""

    def __init__(self, log: Tables) -> None:
        self._log = log
        self._figures: dict[str, Figures] = {}
        self._pieces: dict[str, Figures] = {}

    def figures(self, by: str) -> Figures:
        """Return all figures but those of stock and single products, by hour or day."""
        if by not in self._figures:
            self._figures[by] = self._recount_figures(by)
        return self._figures[by]

    def pieces(self, by: str) -> Figures:
        """Return the pieces ordered of each product, by hour or day."""
        if by not in self._pieces:
            self._pieces[by] = self._recount_pieces(by)
        return self._pieces[by]

    def stock(self, start: Any, end: Any) -> tuple[int, float]:
        """Return the pieces shipped from `start` to before `end`, and the average on hand over that time."""
        [(shipped, average)] = self._log.rows(STOCK, start=start, end=end)
        return int(shipped), float(average)

    def _recount_figures(self, by: str) -> Figures:
        found: Figures = defaultdict(Counter)
        for bucket, name, n in self._log.rows(SUMS, bucket=FORMATS[by]):
            found[bucket][name] += int(n)
        for bucket, last, n in self._log.rows(CARTS, bucket=FORMATS[by]):
            found[bucket][f"carts/{STATES[last]}"] += n
        return found

    def _recount_pieces(self, by: str) -> Figures:
        found: Figures = defaultdict(Counter)
        for bucket, product, n in self._log.rows(PIECES, bucket=FORMATS[by]):
            found[bucket][product] = int(n)
        return found
