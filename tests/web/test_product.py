"""A product's page, and putting it into a cart as a guest."""

import re

from playwright.async_api import Page, Route, expect

from tests.web.browser import Visit
from tests.web.past import Past

BREAD = "/products/5568228"
BANANAS = re.compile("Bananas")


async def in_cart(page: Page, pieces: int) -> None:
    words = "empty" if pieces == 0 else f"{pieces} {'item' if pieces == 1 else 'items'}"
    await expect(page.get_by_role("banner").get_by_role("link", name=f"Cart {words}", exact=True)).to_be_visible()


async def test_a_product_says_what_it_is_what_it_costs_and_whether_there_is_any(visit: Visit) -> None:
    await visit.go(BREAD)
    main = visit.page.get_by_role("main")
    await expect(visit.page).to_have_title("French Bread · AIOutlet")
    await expect(main.get_by_role("heading", level=1)).to_have_text("French Bread")
    await expect(main.get_by_text("$1.50")).to_be_visible()
    await expect(main.get_by_text("In stock")).to_be_visible()
    await expect(main.get_by_role("navigation", name="Where you are").get_by_role("link")).to_have_text(
        ["All products", "Bakery", "Bread"]
    )
    await visit.check()


async def test_a_guest_puts_pieces_into_the_cart_and_finds_them_after_a_reload(visit: Visit) -> None:
    page = visit.page
    await visit.go(BREAD)
    await in_cart(page, 0)
    await page.get_by_role("button", name="One more").click()
    async with page.expect_response("**/items"):
        await page.get_by_role("button", name="Add to cart").click()
        await expect(page.get_by_text("2 are in your cart.")).to_be_visible()
        await in_cart(page, 2)
    await page.reload()
    await in_cart(page, 2)


async def test_more_than_there_are_is_refused_taken_back_and_explained(visit: Visit) -> None:
    page = visit.page
    await visit.go(BREAD)
    available = (await (await page.request.get(f"{visit.url}/bff{BREAD}")).json())["stock"]["available"]
    field = page.get_by_label("Quantity")
    await field.fill(str(available + 5))
    await field.blur()
    await expect(field).to_have_value(str(available))
    await page.get_by_role("button", name="Add to cart").click()
    await in_cart(page, available)
    visit.complaints.allowed.add("409")
    await page.get_by_role("button", name="Add to cart").click()
    said = f"There are only {available}. {available} of them are in your cart."
    await expect(page.get_by_role("alert")).to_have_text(re.compile(re.escape(said)))
    await in_cart(page, available)
    await visit.check()


async def test_many_quick_clicks_are_as_many_pieces(visit: Visit) -> None:
    page = visit.page
    await visit.go("/products?q=bananas")
    add = page.get_by_role("button", name=BANANAS)
    for _ in range(5):
        await add.click()
    await in_cart(page, 5)
    await expect(add).to_have_text("5 in cart")
    await page.wait_for_load_state("networkidle")
    await in_cart(page, 5)
    await page.reload()
    await in_cart(page, 5)


async def test_a_cart_that_the_shop_cannot_change_now_is_as_it_was(visit: Visit) -> None:
    page = visit.page
    await visit.go("/products?q=bananas")
    visit.complaints.allowed.add("503")
    await page.route("**/bff/guest/cart/*/items", lambda route: route.fulfill(status=503, body="{}"))
    add = page.get_by_role("button", name=BANANAS)
    await add.click()
    await expect(page.get_by_role("alert")).to_have_text("A part of the shop does not answer.")
    await in_cart(page, 0)
    await page.unroute("**/bff/guest/cart/*/items")
    await add.click()
    await in_cart(page, 1)
    await expect(page.get_by_role("alert")).to_have_count(0)


async def test_two_tabs_show_one_cart(visit: Visit) -> None:
    await visit.go("/products?q=bananas")
    other = await visit.page.context.new_page()
    visit.watch(other)
    await other.goto(f"{visit.url}/products?q=bananas")
    await visit.page.get_by_role("button", name=BANANAS).click()
    await in_cart(visit.page, 1)
    await other.bring_to_front()
    await in_cart(other, 1)


async def test_reviews_are_counted_filtered_and_sorted(visit: Visit, past: Past) -> None:
    page = visit.page
    await visit.go(BREAD)
    reviews = page.get_by_role("region", name="Reviews")
    await expect(reviews.get_by_text("3.8 of 5, from 6 reviews")).to_be_visible()
    await expect(reviews.get_by_role("list").last.get_by_role("listitem")).to_have_count(past.reviews)
    await expect(reviews.get_by_text("bought here").first).to_be_visible()
    await visit.check()
    await reviews.get_by_role("link", name="5 stars: 3 reviews").click()
    await expect(page).to_have_url(re.compile(r"\?stars=5$"))
    await expect(reviews.get_by_role("list").last.get_by_role("listitem")).to_have_count(3)
    await reviews.get_by_role("link", name="All reviews").click()
    await reviews.get_by_label("Sort by").select_option("Worst first")
    await expect(page).to_have_url(re.compile(r"\?sort=lowest$"))
    await expect(reviews.get_by_role("list").last.get_by_role("listitem").first).to_contain_text("Dry")
    await reviews.get_by_role("link", name="2 stars: 0 reviews").click()
    await expect(reviews.get_by_text("No review has so many stars.")).to_be_visible()


async def test_what_is_bought_together_says_in_how_many_orders(visit: Visit, past: Past) -> None:
    await visit.go(BREAD)
    together = visit.page.get_by_role("heading", name="Bought together").locator("..")
    await expect(together.get_by_text("In the 6 orders that had it.")).to_be_visible()
    await expect(together.get_by_role("article").first).to_contain_text("in 4 orders")


async def test_the_first_page_says_what_trends_and_why(visit: Visit, past: Past) -> None:
    async def bread_first(route: Route) -> None:
        """Other tests may have made another product trend more, and a day may have begun since it was bought."""
        answer = await (await route.fetch()).json()
        answer["items"].sort(key=lambda item: item["productId"] != past.bread)
        answer["items"][0]["trending"]["ordersToday"] += 6
        await route.fulfill(json=answer)

    page = visit.page
    await page.route("**/bff/products/trending?*", bread_first)
    await visit.go("/")
    await expect(page.get_by_role("heading", name="Trending now")).to_be_visible()
    bought = re.compile(r"(?<!\d)([6-9]|\d\d+) bought today")
    first = page.get_by_role("article").first
    await expect(first.get_by_role("heading")).to_have_text("French Bread")
    await expect(first).to_contain_text(bought)
    await expect(page.get_by_role("heading", name="Bought together with French Bread")).to_be_visible()
    await visit.check()


async def test_parts_that_do_not_answer_are_named_and_the_rest_is_there(visit: Visit) -> None:
    page = visit.page
    answer = await (await page.request.get(f"{visit.url}/bff{BREAD}")).json()
    parts = {"stock": None, "reviews": None, "boughtTogether": None}
    degraded = answer | parts | {"degraded": list(parts)}
    await page.route(f"**/bff{BREAD}", lambda route: route.fulfill(json=degraded))
    await visit.go(BREAD)
    await expect(page.get_by_text("How many there are is not known right now.")).to_be_visible()
    await expect(page.get_by_text("What is bought together is not known right now.")).to_be_visible()
    await expect(page.get_by_role("button", name="Add to cart")).to_be_enabled()
    await visit.check()


async def test_a_product_that_nobody_knows_is_not_found(visit: Visit) -> None:
    visit.complaints.allowed.add("404")
    await visit.go("/products/nobody-knows")
    await expect(visit.page.get_by_role("heading", level=1)).to_have_text("There is no such page")
    await visit.check()
