"""The pages that `make screenshots` takes, each as its person finds it; who makes a page adds it here."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Page

from tests.web import shot_steps as steps
from tests.web.shot_steps import press


@dataclass(frozen=True)
class Shot:
    """A page: the name of its files, its address, and what is done once it is open.

    With a `role` it is opened in a session of the demo's person who has it, or of who in the story is called so. An
    address may name ids of the story.
    """

    name: str
    path: str
    then: Callable[[Page], Awaitable[None]] | None = None
    role: str | None = None
    whole: bool = False
    """Whether the page is taken to its end even though something was done on it."""


SHOTS = (
    Shot("landing", "/"),
    Shot("landing-suggestions", "/", then=steps.type_bread),
    Shot("landing-known", "/", role="ada"),
    Shot("catalogue", "/products"),
    Shot("catalogue-filtered", "/products?q=bread&department=Grocery&brand=Store+brand&sort=price"),
    Shot("catalogue-filters", "/products?department=Bakery", then=steps.open_filters),
    Shot("catalogue-nothing", "/products?q=gold+bars"),
    Shot("product", "/products/5568228"),
    Shot("product-plain", "/products/948953"),
    Shot("product-review", "/products/5568228", then=press("Write a review", "radio"), role="ada"),
    Shot("behind-glass", "/products/5568228", then=steps.look_behind_the_glass),
    Shot("cart", "/cart", role="ada"),
    Shot("cart-empty", "/cart"),
    Shot("checkout", "/checkout", role="wil"),
    Shot("checkout-errors", "/checkout", then=steps.order_without_address, role="wil", whole=True),
    Shot("checkout-known", "/checkout", role="ada"),
    Shot("checkout-visitor", "/checkout"),
    Shot("order-under-way", "/orders/{under_way}", role="ada"),
    Shot("order-prepared", "/orders/{prepared}?placed=true", role="ada"),
    Shot("order-delivered", "/orders/{delivered}", role="ada"),
    Shot("order-failed", "/orders/{failed}", role="ada"),
    Shot("orders", "/orders", role="ada"),
    Shot("orders-none", "/orders", role="wil"),
    Shot("login", "/login"),
    Shot("login-wrong", "/login", then=steps.log_in_wrongly),
    Shot("register", "/register"),
    Shot("register-errors", "/register", then=press("Open the account", "alert"), whole=True),
    Shot("verify-bad-link", "/verify-email?token=made-up"),
    Shot("reset", "/reset-password"),
    Shot("reset-asked", "/reset-password", then=steps.ask_for_a_mail),
    Shot("reset-new", "/reset-password?token=made-up"),
    Shot("account", "/account", role="ada"),
    Shot("account-visitor", "/account"),
    Shot("account-addresses", "/account/addresses", role="ada"),
    Shot("account-address-new", "/account/addresses", then=press("Add an address"), role="wil", whole=True),
    Shot("account-sessions", "/account/sessions", role="ada"),
    Shot("account-reviews", "/account/reviews", role="ada"),
    Shot("account-data", "/account/data", role="ada"),
    Shot("account-erase", "/account/data", then=press("Erase the account", "dialog"), role="ada"),
    Shot("erased", "/erased"),
    Shot("console", "/console", role="admin"),
    Shot("console-overview", "/console/overview", role="admin"),
    Shot("console-orders", "/console/orders", role="admin"),
    Shot("console-order", "/console/orders?order={prepared}", role="admin"),
    Shot("console-orders-nothing", "/console/orders?customer=nobody@example.com", role="admin"),
    Shot("console-refused", "/console/orders", role="ada"),
    Shot("console-products", "/console/products", role="admin"),
    Shot("console-product", "/console/products?product={coffee}", role="admin"),
    Shot("console-product-new", "/console/products", then=press("New product", "dialog"), role="admin"),
    Shot("console-import", "/console/products", then=press("Import a file", "dialog"), role="admin"),
    Shot("console-stock", "/console/stock", role="admin"),
    Shot("console-shelf", "/console/stock", then=steps.open_first_row, role="admin"),
    Shot("console-reviews", "/console/reviews", role="admin"),
    Shot("console-review", "/console/reviews", then=steps.open_first_row, role="admin"),
    Shot("console-people", "/console/people", role="admin"),
    Shot("console-person", "/console/people", then=steps.open_first_row, role="admin"),
    Shot("console-configuration", "/console/configuration", role="admin"),
    Shot("console-configuration-version", "/console/configuration", then=press("As released"), role="admin"),
    Shot("console-sagas", "/console/sagas", role="operator"),
    Shot("console-saga-stuck", "/console/sagas?state=STUCK", then=steps.open_first_row, role="admin"),
    Shot("console-saga-dialog", "/console/sagas?state=STUCK", then=steps.ask_for_a_way_out, role="operator"),
    Shot("console-stuck-order", "/console/sagas?state=STUCK", then=steps.open_whole_order, role="admin", whole=True),
    Shot("console-whole-order", "/console/order?order={prepared}", role="admin", whole=True),
    Shot("console-letters", "/console/dead-letters", role="operator"),
    Shot("console-letters-cause", "/console/dead-letters?cause=LookupError&state=dead", role="operator"),
    Shot("console-letter", "/console/dead-letters", then=steps.open_first_letter, role="operator", whole=True),
    Shot("console-letter-discard", "/console/dead-letters", then=steps.give_up_first_letter, role="operator"),
    Shot("console-letter-replay", "/console/dead-letters", then=steps.try_all_of_a_cause_again, role="operator"),
    Shot("console-projections", "/console/projections", role="operator"),
    Shot("console-projection", "/console/projections?view=orders", role="operator", whole=True),
    Shot("console-letters-nothing", "/console/dead-letters?kind=timer", role="operator"),
    Shot("console-parked-order", "/console/order?order={parked}", role="operator", whole=True),
    Shot("console-mailbox", "/console/mailbox", role="admin"),
    Shot("console-mail", "/console/mailbox", then=steps.open_first_row, role="admin"),
    Shot("console-events", "/console/events", role="admin"),
    Shot("console-event", "/console/events?type=order.created", then=steps.open_first_event, role="admin", whole=True),
    Shot("console-audit", "/console/audit", role="auditor"),
    Shot(
        "console-audit-proved",
        "/console/audit?type=order.created",
        then=steps.prove_first_event,
        role="auditor",
        whole=True,
    ),
    Shot("console-audit-order", "/console/audit?section=order&order={prepared}", role="auditor", whole=True),
    Shot("console-audit-security", "/console/audit?section=security", role="auditor"),
    Shot("console-audit-report", "/console/audit?section=report", role="auditor", whole=True),
    Shot("console-audit-nothing", "/console/audit?person=nobody", role="auditor"),
    Shot("console-time", "/console/time-travel?of=orders/{prepared}&version=4", role="analyst", whole=True),
    Shot("console-time-begin", "/console/time-travel", role="analyst"),
    Shot("console-what-if", "/console/what-if?currency=USD&fee=1299&free=9000", role="analyst", whole=True),
    Shot("console-what-if-steps", "/console/what-if?rule=steps", role="analyst"),
    Shot("console-events-nothing", "/console/events?stream=order-never", role="auditor"),
    Shot("console-replay", "/console/replay?type=order.*&speed=60.0", role="analyst"),
    Shot("console-replay-nothing", "/console/replay?stream=order-never", role="analyst"),
    Shot("not-found", "/no/such/page"),
)
