"""Ratings, stock and totals of products: all of which anything is recorded."""

from schemas.stream_names import product_stream
from tests.browser import Answer, Browser
from tests.e2e.customers import Counter
from tests.e2e.whole_journey.comparison import Comparison, departments, of_each, unlike
from tests.recount.exported_log import ExportedLog
from tests.recount.ratings import Rating, is_told, ratings
from tests.recount.stock_levels import AskForPage, read_levels, stock_levels
from tests.recount.tables import Tables

LAST_MADE = "select data->>'productId', position from log where type = 'product.created' order by position desc limit 1"
MADE = "select data->>'department', count(*) from log where type = 'product.created' group by all"


async def compare_ratings(door: Browser, log: ExportedLog) -> Comparison:
    """Compare average, number and histogram of every reviewed product."""
    recounted = ratings(log)

    async def compare(product: str, rating: Rating) -> object:
        page = await door.get(f"/bff/reviews/product/{product}", params={"limit": 1})
        return None if is_told(page, rating) else (product, page["summary"], rating)

    differing = await of_each(recounted, compare)
    shown = sum(each.number for each in recounted.values())
    return Comparison("ratings", f"{len(recounted):,} reviewed products, {shown:,} reviews shown", differing)


async def compare_stock(ask: AskForPage, tables: Tables) -> Comparison:
    """Compare what is on hand, reserved and available of every product in every warehouse."""
    recounted = stock_levels(tables)
    told, total = await read_levels(ask)
    differing = unlike(told | {("total", ""): total}, recounted | {("total", ""): len(recounted)})
    on_hand, reserved = (sum(getattr(each, name) for each in recounted.values()) for name in ("on_hand", "reserved"))
    about = f"{len(recounted):,} products, {on_hand:,} pieces on hand, {reserved:,} of them reserved"
    return Comparison("stock", about, differing)


async def compare_totals(doors: Counter, door: Browser, log: ExportedLog) -> Comparison:
    """Compare how many products there are: in all, by department, in stock, and by the stars that they reach."""
    page = await _read_list(doors, log)
    told = {"all": page["total"]} | await departments(door)
    told |= {f"in stock: {each['value']}": each["count"] for each in page["facets"]["inStock"]}
    told |= {f"{each['value']} stars": each["count"] for each in page["facets"]["ratings"]}
    made: dict[str, int] = dict(log.rows(MADE))
    recounted = {"all": sum(made.values())} | made | _totals(log, sum(made.values()))
    return Comparison("totals", f"{page['total']:,} products, {len(told)} totals", unlike(told, recounted))


async def _read_list(doors: Counter, log: ExportedLog) -> Answer:
    """Read a list of products that has seen the last of them."""
    [(product, position)] = log.rows(LAST_MADE)
    fresh = {"X-Min-Position": f"{product_stream(product)}@{position}"}
    answer = await doors.queries.get("/products", params={"limit": 1}, headers=doors.bearer("staff", "admin") | fresh)
    page: Answer = answer.raise_for_status().json()
    return page


def _totals(log: ExportedLog, products: int) -> dict[str, int]:
    in_stock = len({product for (_, product), level in stock_levels(log).items() if level.available > 0})
    averages = [round((each.average or 0.0) + 1e-9, 2) for each in ratings(log).values()]
    by_stars = {f"{stars} stars": sum(each >= stars for each in averages) for stars in range(1, 6)}
    return {"in stock: True": in_stock, "in stock: False": products - in_stock} | by_stars
