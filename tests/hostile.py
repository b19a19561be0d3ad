"""Bytes and JSON that nobody promised: what every decoder must survive."""

from typing import Any

from hypothesis import strategies as st

NOT_EVEN_CLOSE = (b"", b"[]", b"{}", b"null", b"0", b'"text"', b"true", b"\xff\xfe", b"{", b'{"type":1}', b"[" * 2_000)

ANY_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


def with_one_field_changed(fields: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """`fields` with any one of them, also one level down, replaced by any JSON or left out."""
    nested = [name for name, value in fields.items() if isinstance(value, dict) and value]
    here = st.builds(lambda name, value: {**fields, name: value}, st.sampled_from(sorted(fields)), ANY_JSON)
    gone = st.builds(
        lambda name: {key: value for key, value in fields.items() if key != name}, st.sampled_from(sorted(fields))
    )
    if not nested:
        return here | gone
    below = st.sampled_from(nested).flatmap(
        lambda name: with_one_field_changed(fields[name]).map(lambda inner: {**fields, name: inner})
    )
    return here | gone | below
