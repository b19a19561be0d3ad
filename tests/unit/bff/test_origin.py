"""What a public origin may be, and whose pages may change something."""

import pytest

from bff.origin import PublicOrigin, normal_origin, origin_of, public_origin


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("http://localhost:4000", "http://localhost:4000"),
        ("http://127.0.0.1", "http://127.0.0.1"),
        ("http://[::1]:4000", "http://[::1]:4000"),
        ("HTTPS://Shop.Example.org:443/", "https://shop.example.org"),
        ("https://shop.example.org:8443", "https://shop.example.org:8443"),
    ],
)
def test_an_origin_is_taken_as_browsers_write_it(said: str, meant: str) -> None:
    assert public_origin(said) == PublicOrigin(meant)


@pytest.mark.parametrize(
    "said",
    [
        "http://shop.example.org", "http://10.0.0.1:4000", "http://localhost.example.org", "localhost:4000", "",
        "https://shop.example.org/shop", "https://shop.example.org?x", "https://ada@shop.example.org", "ftp://localhost",
        "https://", "https://shop.example.org:port", "https://shop.example.org:99999", "null", "https://a b",
    ],
)  # fmt: skip
def test_what_is_no_origin_or_not_safe_over_http_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="an origin"):
        public_origin(said)


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        ("http://localhost:4000", "anything", True),
        ("http://LOCALHOST:4000", "anything", True),
        ("http://127.0.0.1:4000", "127.0.0.1:4000", True),
        ("http://localhost:3000", "localhost:3000", True),
        ("http://localhost:3000", "localhost:4000", False),
        ("http://evil.example:4000", "evil.example:4000", False),
        ("https://localhost:4000", "localhost:4000", False),
        ("null", "null", False),
    ],
)
def test_on_this_machine_a_page_may_also_change_what_it_came_from(origin: str, host: str, allowed: bool) -> None:
    assert public_origin("http://localhost:4000").allows(origin, host) is allowed


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://shop.example.org", True),
        ("https://shop.example.org:443", True),
        ("http://shop.example.org", False),
        ("https://evil.shop.example.org", False),
        ("http://localhost:4000", False),
    ],
)
def test_over_https_only_the_origin_itself_may(origin: str, allowed: bool) -> None:
    assert public_origin("https://shop.example.org").allows(origin, normal_origin(origin) or "") is allowed


def test_a_referer_has_its_pages_origin() -> None:
    assert origin_of("https://shop.example.org/a/b?c://d") == "https://shop.example.org"
    assert origin_of("https://shop.example.org?x") == "https://shop.example.org"
    assert origin_of("nonsense") == "nonsense"
