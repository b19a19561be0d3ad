"""What was bought together with every product that was ordered."""

from collections.abc import Awaitable, Callable

from tests.e2e.whole_journey.comparison import Comparison, of_each
from tests.recount.analytics import Answer
from tests.recount.tables import Tables
from tests.recount.together import Together, bought_together, is_told, partners_of


async def compare_together(ask: Callable[[str], Awaitable[Answer]], tables: Tables) -> Comparison:
    """Compare the orders and the partners of every product; none may be told too many. `ask` asks about a product."""
    recounted = bought_together(tables)
    inexact: list[str] = []

    async def compare(product: str, together: Together) -> object:
        told = await ask(product)
        if told["missed"]:
            inexact.append(product)
        if is_told(told, together):
            return None
        return product, told["orders"], told["missed"], partners_of(told), together.orders

    differing = await of_each(recounted, compare)
    about = f"{len(recounted):,} products, {len(inexact):,} of them to within what they say to have missed"
    return Comparison("bought together", about, differing)
