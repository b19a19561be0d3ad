"""The figures of a day or an hour by SQL over the exported log: a second opinion on what the projectors keep."""

from collections import defaultdict
from typing import Any

from tests.recount.exported_log import ExportedLog

FORMATS = {"day": "%Y%m%d", "hour": "%Y%m%dT%H"}
DEFINITIONS = """
create view placed as
    select data->>'orderId' as id, moment, data->>'currency' as currency, cast(data->>'totalAmount' as bigint) as total,
        data from log where type = 'order.created';
create view lines as
    select id, moment, unnest(from_json(data->'items', '[{"productId": "VARCHAR", "quantity": "BIGINT"}]')) as line
    from placed;
create view standing as
    select id, coalesce(arg_max(log.data->>'to', log.position), 'Pending') as status
    from placed left join log on log.type = 'order.updated' and log.data->>'orderId' = id group by id;
create view money as
    select type, data->>'orderId' as id, min(moment) as moment,
        arg_min(cast(data->>'amount' as bigint), position) as amount,
        arg_min(data->>'currency', position) as currency
    from log where type in ('payment.processed', 'payment.refunded') group by type, data->>'orderId';
create view carts as
    select data->>'cartId' as id, min(moment) filter (type in ('cart.item.added', 'cart.transferred')) as moment,
        coalesce(
            arg_min(type, position) filter (type in ('cart.checked.out', 'cart.handed.over')),
            arg_max(type, position) filter (
                type in ('cart.item.added', 'cart.transferred', 'cart.abandoned', 'cart.expired'))
        ) as last
    from log where type like 'cart.%' group by data->>'cartId' having moment is not null;
create view stock as
    select moment, position, line.quantity as change, 0 as shipped from (
        select moment, position, unnest(from_json(data->'items', '[{"quantity": "BIGINT"}]')) as line
        from log where type = 'stock.received')
    union all select moment, position, cast(data->>'delta' as bigint), 0 from log where type = 'stock.adjusted'
    union all select moment, position, -line.quantity, line.quantity from (
        select moment, position, unnest(from_json(data->'items', '[{"quantity": "BIGINT"}]')) as line
        from log where type = 'inventory.committed');
"""
STATES = {
    "cart.item.added": "open",
    "cart.transferred": "open",
    "cart.checked.out": "ordered",
    "cart.handed.over": "handedOver",
    "cart.abandoned": "abandoned",
    "cart.expired": "abandoned",
}
PAIRS = """
select distinct a.id, a.line.productId, b.line.productId from lines a join lines b
on a.id = b.id and a.line.productId <> b.line.productId
"""
SIGNALS = """
select product, minute, 'view' as signal, sum(n) as n from (
    select data->>'productId' as product, cast(data->>'minute' as timestamptz) at time zone 'UTC' as minute,
        cast(data->>'n' as bigint) as n from log where type = 'product.views.counted') group by all
union all select data->>'productId', date_trunc('minute', moment), 'cart_add', count(*) from log
    where type = 'cart.item.added' group by all
union all select product, date_trunc('minute', moment), 'order', count(*) from (
    select distinct id, moment, line.productId as product from lines) group by all
"""
Figures = dict[str, dict[str, Any]]
"""By day or hour, by name."""


class Recount:
    """Recounts figures of an exported log."""

    def __init__(self, log: ExportedLog) -> None:
        self._log = log
        for definition in DEFINITIONS.split(";"):
            if definition.strip():
                log.define(definition)

    def figures(self, by: str) -> Figures:
        """Return all figures but those of stock, by hour or day."""
        found: Figures = defaultdict(dict)
        for bucket, name, n in self._log.rows(_SUMS, bucket=FORMATS[by]):
            found[bucket][name] = n
        for bucket, last, n in self._log.rows(_CARTS, bucket=FORMATS[by]):
            state = STATES[last]
            found[bucket][f"carts/{state}"] = found[bucket].get(f"carts/{state}", 0) + n
        for bucket, product, n in self._log.rows(_TOP, bucket=FORMATS[by]):
            found[bucket].setdefault("top", []).append((product, n))
        return found

    def stock(self, start: Any, end: Any) -> tuple[int, float]:
        """Return the pieces shipped from `start` to before `end`, and the average on hand over that time."""
        [(shipped, average)] = self._log.rows(_STOCK, start=start, end=end)
        return int(shipped), float(average)

    def together(self) -> dict[str, dict[str, int]]:
        """Return in how many orders each product was with each other one."""
        found: dict[str, dict[str, int]] = defaultdict(dict)
        query = f"select product, other, count(*) from ({PAIRS}) as pairs(id, product, other) group by all"
        for product, other, n in self._log.rows(query):
            found[product][other] = n
        return found

    def trending(self, now: Any, weights: dict[str, float], half_life_hours: float, days: int) -> dict[str, float]:
        """Return the scores of all products of which something was counted in the last days."""
        scores: dict[str, float] = defaultdict(float)
        query = f"""
            select product, signal, sum(n * pow(0.5, epoch($now - minute) / 3600 / {half_life_hours}))
            from ({SIGNALS}) where minute >= date_trunc('day', $now) - interval {days - 1} day group by all
        """
        for product, signal, sum_of_faded in self._log.rows(query, now=now):
            scores[product] += weights[signal] * sum_of_faded
        return scores


_SUMS = """
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
_CARTS = "select strftime(moment, $bucket), last, count(*) from carts group by all"
_TOP = """
select bucket, product, n from (
    select strftime(moment, $bucket) as bucket, line.productId as product, sum(line.quantity) as n
    from lines group by all)
qualify row_number() over (partition by bucket order by n desc, product) <= 10 order by bucket, n desc, product
"""
_STOCK = """
select
    coalesce(sum(shipped) filter (moment >= $start), 0),
    coalesce(sum(change * epoch($end - greatest(date_trunc('second', moment), $start))), 0) / epoch($end - $start)
from stock where moment < $end
"""
