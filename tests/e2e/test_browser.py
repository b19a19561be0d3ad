"""A person in a browser joins a real shop, orders, and forgets the password, all through the web's door."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.e2e.browser import HOME, PASSWORD, TIMEOUT, Browser
from tests.e2e.running import ShopProcess
from tests.services.waiting import until

ADA, ANOTHER = "ada@example.org", "a much longer battery staple"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where browsers reach a shop that sells something."""
    with ShopProcess(Path(tmp_path_factory.mktemp("shop")) / "var") as shop:
        yield shop.addresses()["bff"]


@pytest.fixture
def browser(address: str) -> Iterator[Browser]:
    with Browser(address) as browser:
        yield browser


def product_for_sale(browser: Browser) -> str:
    assert until(lambda: bool(browser.does("GET", "/products", 200)["items"]), timeout=TIMEOUT)
    product: str = browser.does("GET", "/products", 200)["items"][0]["productId"]
    return product


def test_a_person_joins_orders_and_sets_another_password(browser: Browser) -> None:
    basket = {"items": [{"productId": product_for_sale(browser), "quantity": 1}], "shippingAddress": HOME}
    assert browser.register(ADA)["requiresVerification"] is True
    key = {"Idempotency-Key": "first"}
    assert browser.does("POST", "/orders", 403, basket, **key)["code"] == "email_not_verified"
    browser.does("POST", "/auth/verify-email", 200, {"token": browser.mailed_token(ADA, "welcome")})
    assert browser.does("GET", "/me", 200)["roles"] == ["customer"]

    placed = browser.does("POST", "/orders", 201, basket, **key)
    assert browser.does("POST", "/orders", 201, basket, **key) == placed
    assert [order["orderId"] for order in browser.does("GET", "/orders", 200)["items"]] == [placed["orderId"]]
    shown = browser.does("GET", f"/orders/{placed['orderId']}", 200)
    assert HOME.items() <= shown["shippingAddress"].items()

    browser.does("PATCH", "/me", 200, {"firstName": "Augusta"})
    assert browser.does("GET", "/me", 200)["firstName"] == "Augusta"
    browser.does("POST", "/me/addresses", 201, {"address": HOME})
    [saved] = browser.does("GET", "/me/addresses", 200)["items"]
    assert HOME.items() <= saved["address"].items()
    assert browser.does("GET", "/me/export", 200)["profile"]["email"] == ADA

    browser.does("POST", "/auth/password-reset", 202, {"email": ADA})
    token = browser.mailed_token(ADA, "password-reset")
    browser.does("POST", "/auth/password-reset/complete", 200, {"token": token, "password": ANOTHER})
    assert browser.does("GET", "/me", 401)["code"] == "session_ended"
    assert browser.cookies.get("aioutlet_refresh") is None
    assert browser.does("POST", "/auth/login", 401, {"email": ADA, "password": PASSWORD})["code"] == "login_failed"
    browser.does("POST", "/auth/login", 200, {"email": ADA, "password": ANOTHER})
    assert len(browser.does("GET", "/me/sessions", 200)["items"]) == 1
    browser.does("POST", "/auth/logout", 200)
    assert browser.does("GET", "/me", 401)["code"] == "unauthorised"


def test_two_tabs_whose_token_has_run_out_both_go_on_and_so_does_the_browser(browser: Browser) -> None:
    browser.register("grace@example.org")
    before = browser.cookies.get("aioutlet_refresh")
    browser.cookies.delete("aioutlet_access")
    with ThreadPoolExecutor(5) as tabs:
        answers = list(tabs.map(lambda _: browser.get("/bff/me"), range(5)))
    assert [answer.status_code for answer in answers] == [200] * 5
    assert len({answer.cookies.get("aioutlet_refresh") for answer in answers}) == 1
    assert browser.cookies.get("aioutlet_refresh") != before
    browser.does("POST", "/auth/refresh", 200)
    assert browser.does("GET", "/me", 200)["email"] == "grace@example.org"


def test_nobody_sees_or_cancels_the_orders_of_another(browser: Browser, address: str) -> None:
    basket = {"items": [{"productId": product_for_sale(browser), "quantity": 1}], "shippingAddress": HOME}
    browser.register("bob@example.org")
    browser.does("POST", "/auth/verify-email", 200, {"token": browser.mailed_token("bob@example.org", "welcome")})
    placed = browser.does("POST", "/orders", 201, basket, **{"Idempotency-Key": "bobs"})
    with Browser(address) as other:
        customer = other.register("eve@example.org")["user"]["userId"]
        other.does("POST", "/auth/verify-email", 200, {"token": other.mailed_token("eve@example.org", "welcome")})
        other.does("GET", f"/orders/{placed['orderId']}", 404)
        other.does("POST", f"/orders/{placed['orderId']}/cancel", 404)
        other.does("PUT", f"/orders/{placed['orderId']}/status", 403, {"status": "Shipped"})
        other.does("GET", "/admin/users", 403)
        assert other.does("GET", "/orders", 200)["items"] == []
    browser.does("POST", "/orders", 403, basket | {"customerId": customer}, **{"Idempotency-Key": "eves"})
