"""Headers, paths and queries that no client of good will sends."""

from hypothesis import strategies as st

from tests.integration.openapi.asgi import Headers

LONG = b"x" * 9_000
ODD = (
    b"", b" ", b"\t", b"\xff\xfe", b"\xc3\x28", "日本".encode(), b'"', b'"unclosed', b'"a\\"b"', b"\\", b",", b";=;",
    b"null", b"*", b"0", b"-1", b"9" * 40, b"%00", b"a b", LONG,
)  # fmt: skip
"""Values for any header; the HTTP server lets neither a line break nor NUL through."""
POSITIONS = (
    b"order-x@1", b"order-x@999999999999999999", b"user-x@999999999999999999", b"product-lamp@0", b"product-lamp@1",
    b"warehouse-main@99999", b"order-@1", b"order-x@-1", b"@", b"user-x@1@2", b"order-x@1;user-y@2",
)  # fmt: skip
ORIGINS = (
    b"null", b"https://evil.example", b"http://localhost:4000", b"http://localhost:4000.evil.example", b"http://[::1",
    b"http://user@localhost:4000", b"http://localhost:99999", b"http://[fe80::1%25en0]", b"data:,", b"http://",
)  # fmt: skip
COOKIES = (
    b"aioutlet_refresh", b"aioutlet_refresh=", b"aioutlet_refresh=.", b"aioutlet_refresh=a.b", b"aioutlet_refresh=a.",
    b"aioutlet_refresh=\xff.\xfe", b"aioutlet_access=e30.e30.", b"aioutlet_refresh=a.b; aioutlet_access=x.y.z",
    b"aioutlet_refresh=a.b; aioutlet_csrf=c; aioutlet_written=order-x@999999999999999999", b"; ; =; ==",
    b"aioutlet_written=~~~@@", b'aioutlet_csrf="\xe9"', b"aioutlet_refresh=" + LONG,
)  # fmt: skip
AUTHORIZATIONS = (
    b"Bearer", b"Bearer ", b"bearer x", b"Bearer a.b.c", b"Bearer eyJhbGciOiJub25lIn0.e30.", b"Basic Og==",
    b"Bearer \xff\xfe", b"Bearer " + LONG,
)  # fmt: skip
CONTENT_TYPES = (
    b"text/plain", b"application/xml", b"application/json; charset=latin-1", b"application/json; charset=nonsense",
    b"multipart/form-data", b"application/x-www-form-urlencoded", b"APPLICATION/JSON", b"/", b"application/json;",
)  # fmt: skip
VALUES: dict[bytes, tuple[bytes, ...]] = {
    b"idempotency-key": ODD, b"x-min-position": ODD + POSITIONS, b"x-correlation-id": ODD, b"x-request-id": ODD,
    b"traceparent": ODD, b"origin": ODD + ORIGINS, b"referer": ODD + ORIGINS, b"host": ODD, b"cookie": ODD + COOKIES,
    b"x-csrf-token": ODD, b"authorization": ODD + AUTHORIZATIONS, b"content-type": ODD + CONTENT_TYPES, b"accept": ODD,
    b"content-length": (b"99999999",), b"user-agent": ODD, b"x-forwarded-for": ODD, b"accept-encoding": ODD,
}  # fmt: skip
SEGMENTS = (
    b"%FF%FE", b"%C3%28", b"%00", b"%0A", b"%E0%80%AF", b"%ED%A0%80", b"..", b"%2e%2e", b"..%2F..", b"%2F", b".", b"-",
    b"a" * 64, b"a" * 65, LONG, b"%F0%9F%92%A9", b"$gt", b"a;b", b"a:b", b"a@b", b"%25", b"~", b"me",
)  # fmt: skip
"""Parts of a path, as they are sent."""
QUERIES = (
    b"q=%FF%FE", b"q=\xff", b"q=" + LONG, b"&&&", b"=", b"%", b"q=%00", b"limit=%00", b"limit=1e9", b"skip=-1",
    b"limit=" + b"9" * 5_000, b"cursor=AAAA", b"cursor=%FF", b"ids=,,,", b"ids=" + b"a," * 500, b"q[$gt]=",
    b"productId=" + b"&productId=a" * 300, b"limit=1&limit=2", b"q=%ED%A0%80", b"status=%F0%9F%92%A9", b"q=%22%22",
    b"q=%22-a", b"minPrice=NaN",
)  # fmt: skip

HEADERS: st.SearchStrategy[Headers] = st.lists(
    st.sampled_from(sorted(VALUES)).flatmap(lambda name: st.tuples(st.just(name), st.sampled_from(VALUES[name]))),
    min_size=1, max_size=3,
).map(tuple)  # fmt: skip
