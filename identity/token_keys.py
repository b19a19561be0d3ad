"""The keys that sign access tokens: in the store, wrapped by the master key, and rotated with an overlap."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import NamedTuple

from concurrency.batcher import Batcher
from identity.master_key import MasterKey, random_key
from identity.records import TokenKey
from identity.store import IdentityStore
from schemas.errors import Unavailable

RELOAD_AFTER = 30.0
"""Seconds after which the keys are read again: so long a process signs with a key that another one has rotated."""
LOOK_AGAIN_AFTER = 1.0
"""Seconds between two readings for keys that are not among them: anybody can name such keys."""
OVERLAP = timedelta(minutes=15)
"""For how long a rotated key verifies: longer than the life of a token that was signed `RELOAD_AFTER` later."""


class SigningKey(NamedTuple):
    """A secret and its name, which stands in the head of every token it signs."""

    kid: str
    secret: bytes
    retires_at: datetime | None


class TokenKeys:
    """The keys that are not retired, cached."""

    def __init__(
        self,
        store: IdentityStore,
        master_key: MasterKey,
        *,
        clock: Callable[[], datetime],
        timer: Callable[[], float] = monotonic,
    ) -> None:
        """Read `store`; `timer` tells the age of what was read, in seconds."""
        self._store = store
        self._master_key = master_key
        self._clock = clock
        self._timer = timer
        self._keys: dict[str, SigningKey] = {}
        self._read_at = float("-inf")
        self._looked_at = float("-inf")
        self._reading: Batcher[float, None] = Batcher(self._read)

    async def signing_key(self) -> SigningKey:
        """Return the newest key; the first one is made where there is none."""
        await self._refresh(RELOAD_AFTER)
        if not self._keys:
            await self._store.create_token_key(new_token_key(self._master_key, self._clock()))
            await self._refresh(0.0)
        if not self._keys:
            raise Unavailable("there is no key to sign tokens with")
        return next(iter(self._keys.values()))

    async def secret_of(self, kid: str) -> bytes | None:
        """Return the secret of a key that is not retired."""
        await self._refresh(RELOAD_AFTER)
        if kid not in self._keys and self._timer() - self._looked_at >= LOOK_AGAIN_AFTER:
            self._looked_at = self._timer()
            await self._refresh(0.0)
        key = self._keys.get(kid)
        is_live = key is not None and (key.retires_at is None or key.retires_at > self._clock())
        return key.secret if key and is_live else None

    async def rotate(self) -> str:
        """Sign with a new key from now on, and return its name; other processes follow within `RELOAD_AFTER`."""
        key = new_token_key(self._master_key, self._clock())
        await self._store.rotate_token_key(key, others_retire_at=self._clock() + OVERLAP)
        await self._refresh(0.0)
        return key.kid

    async def _refresh(self, max_age: float) -> None:
        if self._timer() - self._read_at >= max_age:
            await self._reading.ask(self._timer() - max_age)

    async def _read(self, wanted: list[float]) -> None:
        if self._read_at > max(wanted):  # the batch before has read them
            return
        began = self._timer()
        found = await self._store.token_keys(at=self._clock())
        self._keys = {key.kid: self._unwrapped(key) for key in found}
        self._read_at = began

    def _unwrapped(self, key: TokenKey) -> SigningKey:
        known = self._keys.get(key.kid)
        secret = known.secret if known else self._master_key.unwrap(name_of(key.kid), key.wrapped_secret)
        return SigningKey(key.kid, secret, key.retires_at)


def new_token_key(master_key: MasterKey, now: datetime) -> TokenKey:
    """Return a new key as it is kept."""
    kid = secrets.token_hex(8)
    return TokenKey(kid, master_key.wrap(name_of(kid), random_key()), master_key.id, now)


def name_of(kid: str) -> str:
    """Return the name under which the master key wraps a key."""
    return f"token key {kid}"
