"""Keys of persons that every test has without a store: each follows from its subject."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from identity.derivation import derive
from identity.master_key import MasterKey
from identity.records import SubjectKey
from identity.sealing import Sealer
from identity.subject_keys import SubjectCipher, name_of
from schemas.sealed import Sealed

SECRET = b"a master key of the tests, 32 byt"
MASTER_KEY = MasterKey(SECRET)
KEY_ID = "k-tests"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class DerivedKeys:
    """Has a key of everybody who was not erased."""

    def __init__(self) -> None:
        self.erased = dict[str, datetime]()

    async def subject_keys(self, subjects: Collection[str]) -> list[SubjectKey]:
        return [self._key_of(subject) for subject in subjects]

    async def create_subject_keys(self, keys: Sequence[SubjectKey]) -> list[SubjectKey]:
        return [self._key_of(key.subject) for key in keys]

    async def erase_subject(self, subject: str, *, at: datetime) -> None:
        self.erased[subject] = at

    async def erased_since(self, since: datetime) -> frozenset[str]:
        return frozenset(subject for subject, at in self.erased.items() if at > since)

    def _key_of(self, subject: str) -> SubjectKey:
        if subject in self.erased:
            return SubjectKey(subject, KEY_ID, None, MASTER_KEY.id, NOON, self.erased[subject])
        wrapped = MASTER_KEY.wrap(name_of(subject, KEY_ID), _key(subject))
        return SubjectKey(subject, KEY_ID, wrapped, MASTER_KEY.id, NOON)


def new_sealer(keys: DerivedKeys | None = None) -> Sealer:
    """A sealer with these keys; every one of them opens what another has sealed."""
    return Sealer(keys or DerivedKeys(), MASTER_KEY, SECRET, clock=lambda: NOON)


def seal(subject: str, text: str) -> Sealed:
    """What a sealer of the tests makes of a text."""
    return SubjectCipher(subject, KEY_ID, _key(subject)).seal(text)


def unseal(sealed: Sealed) -> str:
    """The text that a sealer of the tests has sealed."""
    return SubjectCipher(sealed.subject, KEY_ID, _key(sealed.subject)).open(sealed)


def _key(subject: str) -> bytes:
    return derive(SECRET, f"test key of {subject}")
