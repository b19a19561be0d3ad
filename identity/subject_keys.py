"""The keys of persons: made when something of theirs is first sealed, kept wrapped, cached for seconds, and erased."""

import hmac
import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import NamedTuple, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from concurrency.batcher import Batcher
from identity.derivation import derive
from identity.master_key import NONCE_BYTES, MasterKey, random_key
from identity.recent_ids import RecentIds
from identity.records import SubjectKey
from schemas.errors import Poison
from schemas.sealed import Sealed

ERASURE_KNOWN_AFTER = 5.0
"""Seconds after which a key is used nowhere any more that was erased by any process."""
AT_HAND = 2.5
"""Seconds for which a key can be used after it was asked for."""
KEY_LIFETIME = 600.0
"""Seconds for which a person's key is cached: until then an erasure is looked for among the latest ones."""
MAX_CACHED_KEYS = 4_096
INDEX_DIGITS = 32


class SubjectKeyStore(Protocol):
    """What is needed of `identity.store.IdentityStore`."""

    async def subject_keys(self, subjects: Collection[str]) -> list[SubjectKey]:
        """As `IdentityStore.subject_keys`."""

    async def create_subject_keys(self, keys: Sequence[SubjectKey]) -> list[SubjectKey]:
        """As `IdentityStore.create_subject_keys`."""

    async def erase_subject(self, subject: str, *, at: datetime) -> None:
        """As `IdentityStore.erase_subject`."""

    async def erased_since(self, since: datetime) -> frozenset[str]:
        """As `IdentityStore.erased_since`."""


class SubjectCipher:
    """Seals and opens fields of one person with one key, by AES-256-GCM in the wire form of `schemas/sealed.py`."""

    __slots__ = ("_cipher", "_index_key", "_key", "key_id", "subject")

    def __init__(self, subject: str, key_id: str, key: bytes) -> None:
        self.subject = subject
        self.key_id = key_id
        self._cipher = AESGCM(key)
        self._key = key
        self._index_key: bytes | None = None

    def seal(self, text: str) -> Sealed:
        """Encrypt `text`; the same text gives another ciphertext every time."""
        nonce = os.urandom(NONCE_BYTES)
        ciphertext = self._cipher.encrypt(nonce, text.encode(), self.subject.encode())
        return Sealed(subject=self.subject, key=self.key_id, nonce=_encode(nonce), text=_encode(ciphertext))

    def index(self, text: str) -> str:
        """Return a blind index of `text`, 32 hexadecimal digits; without the key it tells nothing."""
        self._index_key = self._index_key or derive(self._key, "blind index")
        return hmac.digest(self._index_key, text.encode(), "sha256").hex()[:INDEX_DIGITS]

    def open(self, sealed: Sealed) -> str:
        """Decrypt what `seal` returned.

        Raises:
            Poison: It was changed, or sealed for somebody else or by another key.
        """
        try:
            nonce, ciphertext = _decode(sealed.nonce), _decode(sealed.text)
            return self._cipher.decrypt(nonce, ciphertext, self.subject.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise Poison(f"a field of {self.subject} does not open") from error


class KnownKey(NamedTuple):
    """A person's cipher; without one the person was erased (`is_erased`), or has no key yet."""

    cipher: SubjectCipher | None
    is_erased: bool
    expires_at: float

    @property
    def is_missing(self) -> bool:
        """Whether the person has no key yet."""
        return self.cipher is None and not self.is_erased


class SubjectKeys:
    """The ciphers of persons, cached; those who ask at the same time share one read, and one write.

    One query for all, at most every `AT_HAND` seconds, finds who was erased elsewhere; without it no key is used.
    """

    def __init__(
        self,
        store: SubjectKeyStore,
        master_key: MasterKey,
        *,
        clock: Callable[[], datetime],
        timer: Callable[[], float] = monotonic,
    ) -> None:
        """Keep the keys in `store`; `timer` tells their age in the cache, in seconds."""
        self._store = store
        self._master_key = master_key
        self._clock = clock
        self._timer = timer
        # With cachetools.TTLCache a look-up takes a third of the time of sealing.
        self._cached: dict[str, KnownKey] = {}
        span = timedelta(seconds=KEY_LIFETIME)
        self._erasures = RecentIds(store.erased_since, span=span, max_age=AT_HAND, clock=clock, timer=timer)
        self._reading: Batcher[tuple[str, ...], dict[str, KnownKey]] = Batcher(self._read)
        self._making: Batcher[tuple[str, ...], dict[str, KnownKey]] = Batcher(self._make)

    def known(self, subject: str) -> KnownKey | None:
        """Return what is known of a person's key without asking the store."""
        now = self._timer()
        return self._cached_past(now, subject) if now - self._erasures.read_at < ERASURE_KNOWN_AFTER else None

    def is_at_hand(self, subject: str) -> bool:
        """Whether `find_or_make` has nothing to do for a person: neither to read, nor to make."""
        key = self._cached_past(self._timer() + AT_HAND, subject)
        return key is not None and not key.is_missing and self._erasures.is_fresh

    async def find(self, subjects: Iterable[str]) -> dict[str, KnownKey]:
        """Return what is known of the keys of persons, and will be for `AT_HAND`."""
        if not self._erasures.is_fresh:
            await self._forget_erased()
        keys, missing = self._at_hand(subjects)
        if missing:
            found = await self._reading.ask(missing)
            keys.update((subject, found[subject]) for subject in missing)
        return keys

    async def find_or_make(self, subjects: Iterable[str]) -> dict[str, KnownKey]:
        """As `find`; a key is made, and durable, for each who has none and was not erased."""
        keys = await self.find(subjects)
        if new := tuple(subject for subject, key in keys.items() if key.is_missing):
            made = await self._making.ask(new)
            keys.update((subject, made[subject]) for subject in new)
        return keys

    async def erase(self, subject: str) -> None:
        """Destroy a person's key for ever; here at once, elsewhere after `ERASURE_KNOWN_AFTER`."""
        await self._store.erase_subject(subject, at=self._clock())
        self._remember(subject, KnownKey(None, True, self._timer() + KEY_LIFETIME))

    async def _forget_erased(self) -> None:
        expires_at = self._timer() + KEY_LIFETIME
        for subject in await self._erasures.refresh() & self._cached.keys():
            self._remember(subject, KnownKey(None, True, expires_at))

    def _cached_past(self, until: float, subject: str) -> KnownKey | None:
        """Return what is cached of a person's key, if that holds past `until`."""
        key = self._cached.get(subject)
        return key if key and key.expires_at > until else None

    def _at_hand(self, subjects: Iterable[str]) -> tuple[dict[str, KnownKey], tuple[str, ...]]:
        """What is known for long enough, and who must be asked for."""
        until, keys = self._timer() + AT_HAND, dict[str, KnownKey]()
        missing = []
        for subject in subjects:
            if key := self._cached_past(until, subject):
                keys[subject] = key
            else:
                missing.append(subject)
        return keys, tuple(missing)

    async def _read(self, asked: list[tuple[str, ...]]) -> dict[str, KnownKey]:
        subjects, now = _all(asked), self._timer()
        rows, expires_at = await self._store.subject_keys(subjects), now + KEY_LIFETIME
        found = dict.fromkeys(subjects, KnownKey(None, False, now + ERASURE_KNOWN_AFTER))
        return self._remember_all(found | {row.subject: self._unwrapped(row, expires_at) for row in rows})

    async def _make(self, asked: list[tuple[str, ...]]) -> dict[str, KnownKey]:
        subjects, expires_at = _all(asked), self._timer() + KEY_LIFETIME
        rows = await self._store.create_subject_keys([self._new_key(subject) for subject in subjects])
        return self._remember_all({row.subject: self._unwrapped(row, expires_at) for row in rows})

    def _new_key(self, subject: str) -> SubjectKey:
        key_id = secrets.token_hex(8)
        wrapped = self._master_key.wrap(name_of(subject, key_id), random_key())
        return SubjectKey(subject, key_id, wrapped, self._master_key.id, self._clock())

    def _unwrapped(self, row: SubjectKey, expires_at: float) -> KnownKey:
        if row.wrapped_key is None:
            return KnownKey(None, True, expires_at)
        key = self._master_key.unwrap(name_of(row.subject, row.key_id), row.wrapped_key)
        return KnownKey(SubjectCipher(row.subject, row.key_id, key), False, expires_at)

    def _remember_all(self, keys: dict[str, KnownKey]) -> dict[str, KnownKey]:
        return {subject: self._remember(subject, key) for subject, key in keys.items()}

    def _remember(self, subject: str, key: KnownKey) -> KnownKey:
        """Whoever was erased stays so, and who has a key keeps it: what was read before that may come after it."""
        known = self._cached.pop(subject, None)
        if (known and known.is_erased) or subject in self._erasures.known:
            key = KnownKey(None, True, key.expires_at)
        elif known and known.cipher and key.is_missing:
            key = known
        if len(self._cached) >= MAX_CACHED_KEYS:
            self._cached.pop(next(iter(self._cached)))
        self._cached[subject] = key
        return key


def name_of(subject: str, key_id: str) -> str:
    """Return the name under which the master key wraps a key."""
    return f"subject key {key_id} of {subject}"


def _all(asked: Iterable[tuple[str, ...]]) -> list[str]:
    return list(dict.fromkeys(subject for subjects in asked for subject in subjects))


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
