"""The main walk in a browser, over the embedded shop; `tests/e2e/test_services.py` has it over separate services."""

from playwright.async_api import Browser

from tests.e2e.running import ShopProcess
from tests.web.browser import Visit, visiting
from tests.web.keepers import log_in
from tests.web.main_walk import MainWalk
from tests.web.person import Person
from tests.web.staff import Staff


async def test_a_shopper_goes_the_whole_way_and_the_shopkeeper_sends_the_parcel(
    visit: Visit, browser: Browser, shop: ShopProcess, staff: Staff
) -> None:
    async with visiting(browser, visit.url) as keeper:
        await log_in(keeper.page, shop, "admin")
        await MainWalk(Person(visit), keeper, await staff.goods(stock=9)).go()
