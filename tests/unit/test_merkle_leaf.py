"""The leaf of the Merkle log: its layout is fixed, and no bit of what it covers can change unseen."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.merkle_leaf import leaf_hash

streams = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
places = st.integers(0, 2**64 - 1)


def by_the_layout(position: int, stream: str, version: int, state: bytes) -> bytes:
    name = stream.encode()
    return hashlib.sha256(
        b"\x00"
        + position.to_bytes(8, "big")
        + len(name).to_bytes(4, "big")
        + name
        + version.to_bytes(8, "big")
        + len(state).to_bytes(8, "big")
        + state
    ).digest()


@given(places, streams, places, st.binary(max_size=200))
def test_the_leaf_follows_the_documented_layout(position: int, stream: str, version: int, state: bytes) -> None:
    assert leaf_hash(position, stream, version, state) == by_the_layout(position, stream, version, state)


@pytest.mark.parametrize(
    ("position", "stream", "version", "state", "leaf"),
    [
        (1, "order-1", 1, b"{}", "3238d697dee45c04d49e075b933eb7abeda1f65713b16debdcf4ec67e36a9d1e"),
        (0, "", 0, b"", "11e431c215c5bd334cecbd43148274edf3ffdbd6cd6479fe279577fbe5f52ce6"),
        (2**40, "product-Grün", 7, b'{"a":1}', "223a31b33ade4e9e1aa85d76315fa28f46fff4b34a7f8767215faed17aec032b"),
    ],
)
def test_a_leaf_never_changes_between_releases(
    position: int, stream: str, version: int, state: bytes, leaf: str
) -> None:
    assert leaf_hash(position, stream, version, state).hex() == leaf


@given(st.integers(0, 2**63), st.binary(min_size=1, max_size=60), st.data())
def test_any_bit_changed_in_the_bytes_changes_the_leaf(position: int, state: bytes, data: st.DataObject) -> None:
    bit = data.draw(st.integers(0, len(state) * 8 - 1))
    changed = bytearray(state)
    changed[bit // 8] ^= 1 << bit % 8
    assert leaf_hash(position, "order-1", 1, bytes(changed)) != leaf_hash(position, "order-1", 1, state)


@given(st.integers(0, 63))
def test_any_bit_changed_in_position_stream_or_version_changes_the_leaf(bit: int) -> None:
    leaf = leaf_hash(5, "order-1", 9, b"{}")
    assert leaf_hash(5 ^ 1 << bit, "order-1", 9, b"{}") != leaf
    assert leaf_hash(5, "order-1", 9 ^ 1 << bit, b"{}") != leaf


def test_bytes_cannot_move_between_the_parts() -> None:
    assert leaf_hash(1, "order-1", 1, b"2{}") != leaf_hash(1, "order-12", 1, b"{}")
