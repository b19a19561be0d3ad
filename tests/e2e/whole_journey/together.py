"""What was bought together with every product that was ordered."""

from tests.browser import Answer, Browser
from tests.e2e.whole_journey.comparison import Comparison, of_each
from tests.recount.analytics import ranked
from tests.recount.exported_log import ExportedLog
from tests.recount.together import Together, bought_together

PARTNERS = 8


async def compare_together(door: Browser, log: ExportedLog) -> Comparison:
    """Compare the orders and the partners of every product; none may be told too many."""
    recounted = bought_together(log)
    inexact: list[str] = []

    async def compare(product: str, together: Together) -> object:
        told = await door.get(f"/bff/products/{product}/bought-together")
        if told["missed"]:
            inexact.append(product)
        is_right = told["orders"] == together.orders and is_ranking(told, together)
        return None if is_right else (product, told["orders"], told["missed"], _partners(told), together.orders)

    differing = await of_each(recounted, compare)
    about = f"{len(recounted):,} products, {len(inexact):,} of them to within what they say to have missed"
    return Comparison("bought together", about, differing)


def is_ranking(told: Answer, together: Together) -> bool:
    """Whether no count is too high, none lower by more than is said, and no product left out that has more."""
    listed, missed, others = _partners(told), told["missed"], together.others
    if not missed:
        return listed == ranked(others)[:PARTNERS]
    least = listed[-1][1] + missed
    return (
        listed == ranked(dict(listed))
        and len(listed) == PARTNERS
        and all(others[each] - missed <= n <= others[each] for each, n in listed)
        and all(n <= least for each, n in others.items() if each not in dict(listed))
    )


def _partners(told: Answer) -> list[tuple[str, int]]:
    return [(each["productId"], each["orders"]) for each in told["items"]]
