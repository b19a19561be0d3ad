import re

import pytest

from edge.context import context_from_headers

UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"


def headers(**values: str) -> list[tuple[bytes, bytes]]:
    return [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in values.items()]


def test_a_request_without_ids_gets_new_ones() -> None:
    context = context_from_headers([])
    assert UUID7.fullmatch(context.request_id)
    assert context.correlation_id == context.request_id
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", context.traceparent)


def test_the_ids_of_a_request_are_kept() -> None:
    context = context_from_headers(headers(x_correlation_id="basket:42", x_request_id="try.1"))
    assert (context.correlation_id, context.request_id) == ("basket:42", "try.1")


@pytest.mark.parametrize("malformed", ["", " ", "a b", "a\nb", '"', "é", "-a", "x" * 129])
def test_malformed_ids_are_replaced(malformed: str) -> None:
    context = context_from_headers(headers(x_correlation_id=malformed, x_request_id=malformed))
    assert UUID7.fullmatch(context.correlation_id)
    assert UUID7.fullmatch(context.request_id)


def test_a_trace_continues_with_a_new_span() -> None:
    context = context_from_headers(headers(traceparent=PARENT))
    assert context.traceparent.startswith(f"00-{TRACE}-")
    assert context.traceparent.endswith("-01")
    assert context.traceparent != PARENT


def test_an_unsampled_trace_stays_unsampled() -> None:
    assert context_from_headers(headers(traceparent=PARENT[:-2] + "00")).traceparent.endswith("-00")


@pytest.mark.parametrize(
    "malformed",
    [
        "ff" + PARENT[2:],
        PARENT.upper(),
        f"00-{'0' * 32}-b7ad6b7169203331-01",
        f"00-{TRACE}-{'0' * 16}-01",
        PARENT[:-1],
        "nonsense",
    ],
)
def test_a_malformed_trace_is_replaced(malformed: str) -> None:
    assert TRACE not in context_from_headers(headers(traceparent=malformed)).traceparent
