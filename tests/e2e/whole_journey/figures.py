"""The figures of the shop: every one of every hour and day of its log."""

from datetime import datetime

from tests.browser import Browser
from tests.e2e.whole_journey.comparison import Comparison
from tests.recount.analytics import check_analytics
from tests.recount.exported_log import ExportedLog
from tests.recount.figures import FORMATS, Recount

SPAN = "select min(moment), max(moment) from log"


async def compare_figures(keeper: Browser, log: ExportedLog) -> Comparison:
    """Compare all figures by hour and by day; the first that differs fails."""
    [(first, last)] = log.rows(SPAN)
    asked = {"from": _written(first), "to": _written(last)}
    recount, figures = Recount(log), 0
    for by in FORMATS:
        figures += check_analytics(await keeper.get("/bff/admin/analytics", params=asked | {"by": by}), recount)
    return Comparison("analytics", f"{figures:,} figures by {' and '.join(FORMATS)}", [])


def _written(moment: datetime) -> str:
    return f"{moment.isoformat()}Z"
