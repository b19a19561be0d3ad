"""Passwords: hashed by argon2id (RFC 9106) in threads of their own, as many at once as the machine can bear."""

import asyncio
import secrets
import unicodedata
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import BoundedSemaphore
from typing import NamedTuple, TypeVar

import argon2
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from schemas.errors import Unavailable

T = TypeVar("T")

MEMORY, PASSES, LANES = 19_456, 2, 1
"""KiB, and argon2's t and p: what OWASP holds to be the least."""
SALT_BYTES, HASH_BYTES = 16, 32
MAX_LENGTH = 128
"""Characters."""
THREADS = 2
WAITING = 64
"""Passwords that may wait for a thread: some two seconds' work."""


class Verification(NamedTuple):
    """Whether a password is right; `new_hash` is to be kept instead of the hash whose parameters are not today's."""

    is_right: bool
    new_hash: str | None = None


class PasswordHasher:
    """Hashes and verifies passwords; to be closed at the end."""

    def __init__(
        self, *, threads: int = THREADS, waiting: int = WAITING, memory: int = MEMORY, passes: int = PASSES
    ) -> None:
        """Hash at most `threads` passwords at once, while at most `waiting` others wait."""
        self._argon = argon2.PasswordHasher(
            time_cost=passes, memory_cost=memory, parallelism=LANES, hash_len=HASH_BYTES, salt_len=SALT_BYTES
        )
        self._nobodys_hash = _random_hash(memory, passes)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="passwords")
        self._places = BoundedSemaphore(threads + waiting)

    async def hash(self, text: str) -> str:
        """Return the hash to keep, with its parameters and salt.

        Raises:
            Unavailable: Too many passwords wait already.
        """
        return await self._run(partial(self._argon.hash, _to_bytes(text)))

    async def verify(self, text: str, stored: str | None) -> Verification:
        """Compare a password with a stored hash; without one it is wrong, after as long a time.

        Raises:
            Unavailable: Too many passwords wait already.
        """
        return await self._run(partial(self._verify, _to_bytes(text), stored or self._nobodys_hash))

    async def close(self) -> None:
        """Finish what was begun, and end the threads."""
        await asyncio.to_thread(self._threads.shutdown)

    def _verify(self, password: bytes, stored: str) -> Verification:
        try:
            self._argon.verify(stored, password)
        except VerifyMismatchError:
            return Verification(is_right=False)
        except (VerificationError, InvalidHashError) as error:
            raise Unavailable("a stored password hash cannot be read") from error
        return Verification(True, self._argon.hash(password) if self._argon.check_needs_rehash(stored) else None)

    async def _run(self, work: Callable[[], T]) -> T:
        if not self._places.acquire(blocking=False):
            raise Unavailable("too many passwords are being checked; try again in some seconds")
        future = self._threads.submit(work)
        future.add_done_callback(lambda _: self._places.release())
        return await asyncio.wrap_future(future)


def normalise(text: str) -> str:
    """Return a password as it is hashed: in NFC, so that every keyboard types the same."""
    return unicodedata.normalize("NFC", text)


def _to_bytes(text: str) -> bytes:
    """What is too long was never accepted: it is cut, so that its hash takes no longer, and marked as another."""
    normal = normalise(text[: 4 * MAX_LENGTH])
    return (normal if len(normal) <= MAX_LENGTH else f"{normal[:MAX_LENGTH]}\0too long").encode(errors="surrogatepass")


def _random_hash(memory: int, passes: int) -> str:
    """A hash of no password, which takes as long to compare as any other."""
    salt, digest = (b64encode(secrets.token_bytes(size)).rstrip(b"=").decode() for size in (SALT_BYTES, HASH_BYTES))
    return f"$argon2id$v=19$m={memory},t={passes},p={LANES}${salt}${digest}"
