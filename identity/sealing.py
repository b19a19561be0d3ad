"""Personal fields encrypted per person: the log holds only ciphertext, and erasing a key erases the person's data.

Keys are awaited before (`prepare`), so that sealing itself waits for nothing. What was sealed before there were keys of
persons has the key id `dev`: a key derived from the root key. It stays readable until its person is erased, and nothing
is sealed by it any more.
"""

import hmac
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from time import monotonic

from identity.derivation import derive
from identity.master_key import MasterKey
from identity.subject_keys import KnownKey, SubjectCipher, SubjectKeys, SubjectKeyStore
from schemas.errors import Erased, Poison, Unavailable
from schemas.sealed import Sealed

DERIVED_KEY = "dev"


class Sealer:
    """Seals and opens personal fields of those whose keys were prepared."""

    def __init__(
        self,
        store: SubjectKeyStore,
        master_key: MasterKey,
        root_key: bytes,
        *,
        clock: Callable[[], datetime],
        timer: Callable[[], float] = monotonic,
    ) -> None:
        """Keep the keys in `store`, wrapped by the master key; `timer` tells their age in the cache, in seconds."""
        self._keys = SubjectKeys(store, master_key, clock=clock, timer=timer)
        self._root_key = root_key
        self._fingerprint_key = derive(root_key, "fingerprint")

    async def prepare(self, subjects: Iterable[str]) -> None:
        """Read the keys of subjects, and make those that are missing: for `seal` and `open` in the next 2.5 s.

        Erased subjects are left as they are.

        Raises:
            Unavailable: The store of the keys does not answer.
        """
        if unknown := [subject for subject in subjects if not self._keys.is_at_hand(subject)]:
            await self._keys.find_or_make(unknown)

    def seal(self, subject: str, text: str) -> Sealed:
        """Encrypt `text` with the key of a prepared subject; the same text gives another ciphertext every time.

        Raises:
            Erased: The subject was erased.
            Unavailable: Its key was not prepared.
        """
        key = self._known(subject)
        if key.cipher is None:
            raise _not_prepared(subject)
        return key.cipher.seal(text)

    def index(self, subject: str, text: str) -> str | None:
        """Return the blind index of `text` under the key of a prepared subject, by which equal texts are found.

        It is None where the subject was erased.

        Raises:
            Unavailable: Its key was not prepared.
        """
        key = self._keys.known(subject)
        if key is None or not (key.cipher or key.is_erased):
            raise _not_prepared(subject)
        return key.cipher.index(text) if key.cipher else None

    async def indexes(self, subjects: Iterable[str], text: str) -> list[str]:
        """Return the blind indexes of `text` under the keys of those subjects who have one; no key is made.

        Raises:
            Unavailable: The store of the keys does not answer.
        """
        keys = await self._keys.find(subjects)
        return [key.cipher.index(text) for key in keys.values() if key.cipher]

    def open(self, sealed: Sealed) -> str:
        """Decrypt what was sealed for a prepared subject.

        Raises:
            Erased: The subject was erased.
            Poison: It was changed, belongs to another subject, or there is no such key.
            Unavailable: The key was not prepared.
        """
        return self._open(sealed, self._known(sealed.subject))

    async def open_all(self, sealed: Sequence[Sealed]) -> list[str | None]:
        """Decrypt many fields by one look into the store, for answers: None for each that `open` would refuse.

        No key is made.

        Raises:
            Unavailable: The store of the keys does not answer.
        """
        keys = await self._keys.find({each.subject for each in sealed})
        return [self._open_or_none(each, keys[each.subject]) for each in sealed]

    async def erase(self, subject: str) -> None:
        """Destroy the key of a subject for ever: here at once, in other processes within 5 s."""
        await self._keys.erase(subject)

    def fingerprint(self, data: bytes) -> bytes:
        """Return the HMAC-SHA256 of `data` under a key of its own; it shows only whether two values are equal."""
        return hmac.digest(self._fingerprint_key, data, "sha256")

    def _known(self, subject: str) -> KnownKey:
        if (key := self._keys.known(subject)) is None:
            raise _not_prepared(subject)
        if key.is_erased:
            raise Erased(f"{subject} was erased")
        return key

    def _open_or_none(self, sealed: Sealed, key: KnownKey) -> str | None:
        try:
            return None if key.is_erased else self._open(sealed, key)
        except Poison:
            return None

    def _open(self, sealed: Sealed, key: KnownKey) -> str:
        if sealed.key == DERIVED_KEY:
            return derived_cipher(self._root_key, sealed.subject).open(sealed)
        if key.cipher is None or key.cipher.key_id != sealed.key:
            raise Poison(f"no key {sealed.key} for {sealed.subject}")
        return key.cipher.open(sealed)


def derived_cipher(root_key: bytes, subject: str) -> SubjectCipher:
    """Return the cipher of the key `dev` of a subject."""
    return SubjectCipher(subject, DERIVED_KEY, derive(root_key, f"subject {DERIVED_KEY} {subject}"))


def strangers(at: datetime) -> str:
    """Return the subject of all who have no account, a new one every month, so that its key can be erased in time."""
    return f"strangers-{at:%Y-%m}"


def _not_prepared(subject: str) -> Unavailable:
    return Unavailable(f"the key of {subject} is not at hand")
