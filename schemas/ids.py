"""Identifiers: UUIDv7, drawn for new requests and derived from causes everywhere else."""

import hashlib
import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

NewId = Callable[[], str]
"""Draws a new UUIDv7 string; injected, so that a simulation can seed it."""

_VERSION_7 = 0x7 << 76
_VARIANT = 0x2 << 62
_RANDOM_BITS = (1 << 74) - 1
_LOW_BITS = (1 << 62) - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_CAUSES_CACHED = 1_000
_END = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
_CANONICAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
"""A UUIDv7 as we write it; parsed without `uuid.UUID`, which takes half of the time of deriving an id."""
_LENGTHS = frozenset({32, 36, 38, 45})
"""The lengths of a UUID in any spelling; most other strings are ruled out by this."""


def derived_id(cause: str, *names: str) -> str:
    """The UUIDv7 that follows from `cause` and `names`; equal arguments give the same id.

    The 48 time bits are those of `cause` where it is a UUIDv7 (else 0), the rest is SHA-256
    (RFC 9562, 5.7 and 5.8).
    """
    return _assemble(_milliseconds_of(cause), _digest((cause, *names)))


def id_at(time: datetime, *names: str) -> str:
    """The UUIDv7 of `time`, to the microsecond, whose other bits follow from `names`; ids sort by their times.

    The 48 time bits are followed by 12 bits of the fraction of a millisecond (RFC 9562, 6.2, method 3) and 62 of
    SHA-256.
    """
    milliseconds, microseconds = divmod((time - _EPOCH) // _MICROSECOND, 1_000)
    fraction = microseconds * 4_096 // 1_000
    return _assemble(milliseconds, fraction << 62 | _digest(names) & _LOW_BITS)


def time_of(id_: str) -> datetime | None:
    """The time in a UUIDv7, to the millisecond; None where there is none, or one after the year 9999."""
    milliseconds = _milliseconds_of(id_)
    return _EPOCH + timedelta(milliseconds=milliseconds) if 0 < milliseconds < _END else None


def _digest(names: tuple[str, ...]) -> int:
    return int.from_bytes(hashlib.sha256("\x1f".join(names).encode()).digest()[:10])


def _assemble(milliseconds: int, bits: int) -> str:
    bits &= _RANDOM_BITS
    high, low = bits >> 62, bits & _LOW_BITS
    digits = (milliseconds << 80 | _VERSION_7 | high << 64 | _VARIANT | low).to_bytes(16).hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


@lru_cache(_CAUSES_CACHED)  # most causes lead to several ids, one after another
def _milliseconds_of(cause: str) -> int:
    if _CANONICAL.fullmatch(cause):
        return int(cause[:8] + cause[9:13], 16)
    if len(cause) not in _LENGTHS:
        return 0
    try:
        parsed = uuid.UUID(cause)
    except ValueError:
        return 0
    return parsed.int >> 80 if parsed.version == 7 else 0
