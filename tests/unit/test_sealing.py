"""Fields are sealed by a key of their person's own, which is destroyed when the person is erased."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import UTC, datetime

import pytest

from identity.master_key import MasterKey
from identity.memory import memory_identity_store
from identity.records import SubjectKey
from identity.root_key import open_root_key, read_root_key
from identity.sealing import DERIVED_KEY, Sealer, derived_cipher, strangers
from identity.store import IdentityStore
from identity.subject_keys import AT_HAND, ERASURE_KNOWN_AFTER, KEY_LIFETIME
from schemas.errors import Erased, Poison, Unavailable
from schemas.sealed import Sealed

SECRET = b"a master key of the tests, 32 byt"
MASTER = MasterKey(SECRET)
OTHER = MasterKey(b"another master key of the tests, ok")
NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
OF_DECISION_7 = (
    '{"sealed":1,"subject":"bob","key":"dev",'
    '"nonce":"m_4yH7cQUtro-X6c","text":"GLM8PYnrMpxvnBP4Z1Qk0z1gtixqhq8rFbs2HBI8"}'
)
"""As the release that had no keys of persons has sealed it."""


class Timer:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def timer() -> Timer:
    return Timer()


@pytest.fixture
async def store() -> AsyncIterator[IdentityStore]:
    opened = memory_identity_store()
    yield opened
    await opened.close()


def process(store: IdentityStore, timer: Timer, master: MasterKey = MASTER) -> Sealer:
    return Sealer(store, master, SECRET, clock=lambda: NOON, timer=timer)


@pytest.fixture
def sealer(store: IdentityStore, timer: Timer) -> Sealer:
    return process(store, timer)


async def seal(sealer: Sealer, subject: str, text: str) -> Sealed:
    await sealer.prepare([subject])
    return sealer.seal(subject, text)


@pytest.mark.parametrize("text", ["", "12 High Street", "北京市", "x" * 4_000])
async def test_open_returns_what_was_sealed_in_every_process(
    store: IdentityStore, timer: Timer, sealer: Sealer, text: str
) -> None:
    sealed = Sealed.model_validate_json((await seal(sealer, "bob", text)).model_dump_json())
    assert sealer.open(sealed) == text
    other = process(store, timer)
    assert await other.open_all([sealed]) == [text]
    assert other.open(sealed) == text


async def test_sealing_twice_gives_different_ciphertexts(sealer: Sealer) -> None:
    first, second = await seal(sealer, "bob", "12 High Street"), await seal(sealer, "bob", "12 High Street")
    assert first.key == second.key
    assert first.nonce != second.nonce
    assert first.text != second.text
    assert "High" not in first.model_dump_json()


async def test_every_person_has_a_key_with_an_id_of_its_own(sealer: Sealer) -> None:
    sealed = [await seal(sealer, person, "x") for person in ("ann", "bob")]
    assert len({each.key for each in sealed} | {DERIVED_KEY}) == 3


async def test_those_who_seal_at_once_use_one_key(store: IdentityStore, timer: Timer) -> None:
    processes = [process(store, timer) for _ in range(4)]
    sealed = await asyncio.gather(*(seal(each, "bob", "x") for each in processes for _ in range(4)))
    assert len({each.key for each in sealed}) == 1
    assert await processes[0].open_all(sealed) == ["x"] * 16


async def test_a_field_cannot_be_moved_to_another_person(sealer: Sealer) -> None:
    of_bob, of_ann = await seal(sealer, "bob", "12 High Street"), await seal(sealer, "ann", "1 Mill Lane")
    with pytest.raises(Poison):
        sealer.open(of_bob.model_copy(update={"subject": "ann", "key": of_ann.key}))


@pytest.mark.parametrize("field", ["nonce", "text"])
async def test_a_changed_field_is_poison(sealer: Sealer, field: str) -> None:
    sealed = await seal(sealer, "bob", "12 High Street")
    value = getattr(sealed, field)
    changed = ("A" if value[0] != "A" else "B") + value[1:]
    with pytest.raises(Poison):
        sealer.open(sealed.model_copy(update={field: changed}))


@pytest.mark.parametrize("text", ["A", "AAAA", "_" * 21])
async def test_what_is_no_ciphertext_is_poison(sealer: Sealer, text: str) -> None:
    with pytest.raises(Poison):
        sealer.open((await seal(sealer, "bob", "x")).model_copy(update={"text": text}))


@pytest.mark.parametrize("key", ["lost", "0" * 16])
async def test_a_key_that_there_is_not_is_poison(sealer: Sealer, key: str) -> None:
    sealed = (await seal(sealer, "bob", "x")).model_copy(update={"key": key})
    with pytest.raises(Poison, match=f"no key {key}"):
        sealer.open(sealed)
    of_nobody = sealed.model_copy(update={"subject": "nobody"})
    assert await sealer.open_all([sealed, of_nobody, await seal(sealer, "bob", "x")]) == [None, None, "x"]


async def test_who_only_opens_makes_no_key(store: IdentityStore, timer: Timer, sealer: Sealer) -> None:
    sealed = derived_cipher(SECRET, "bob").seal("x")
    assert await sealer.open_all([sealed]) == ["x"]
    assert await store.subject_keys(["bob"]) == []


async def test_what_was_not_prepared_is_not_at_hand(sealer: Sealer) -> None:
    with pytest.raises(Unavailable, match="not at hand"):
        sealer.seal("bob", "x")
    await sealer.open_all([derived_cipher(SECRET, "bob").seal("x")])
    with pytest.raises(Unavailable, match="not at hand"):
        sealer.seal("bob", "x")


async def test_an_erased_person_is_erased_here_at_once_and_elsewhere_within_five_seconds(
    store: IdentityStore, timer: Timer, sealer: Sealer
) -> None:
    elsewhere, sealed, of_ann = process(store, timer), await seal(sealer, "bob", "x"), await seal(sealer, "ann", "y")
    old = derived_cipher(SECRET, "bob").seal("z")
    assert await elsewhere.open_all([sealed]) == ["x"]
    await sealer.erase("bob")
    assert await sealer.open_all([sealed, of_ann, old]) == [None, "y", None]
    timer.now += ERASURE_KNOWN_AFTER
    with pytest.raises(Unavailable, match="not at hand"):
        elsewhere.open(sealed)
    assert await elsewhere.open_all([sealed, of_ann, old]) == [None, "y", None]
    for process_ in (sealer, elsewhere):
        await process_.prepare(["bob"])
        with pytest.raises(Erased):
            process_.seal("bob", "x")
        for each in (sealed, old):
            with pytest.raises(Erased):
                process_.open(each)


async def test_a_key_made_while_it_was_looked_for_by_another_is_not_forgotten(
    store: IdentityStore, sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject_keys, create_subject_keys = store.subject_keys, store.create_subject_keys
    begun, ended, made = asyncio.Queue[int](), asyncio.Queue[int](), asyncio.Event()
    await sealer.prepare(["eve"])

    async def look(subjects: Collection[str]) -> list[SubjectKey]:
        found = await subject_keys(subjects)
        begun.put_nowait(len(subjects))
        await ended.get()
        return found

    async def make(keys: Sequence[SubjectKey]) -> list[SubjectKey]:
        await made.wait()
        return await create_subject_keys(keys)

    monkeypatch.setattr(store, "subject_keys", look)
    monkeypatch.setattr(store, "create_subject_keys", make)
    first = asyncio.ensure_future(sealer.prepare(["bob"]))
    assert await begun.get() == 1
    second = asyncio.ensure_future(sealer.open_all([derived_cipher(SECRET, each).seal("x") for each in ("ann", "bob")]))
    await asyncio.sleep(0)  # the second asks while the first looks, and looks before the key is made
    ended.put_nowait(1)
    assert await begun.get() == 2
    made.set()
    await first
    ended.put_nowait(2)
    assert await second == ["x", "x"]
    assert sealer.seal("bob", "x").subject == "bob"


async def test_a_person_erased_while_their_key_is_read_stays_erased(
    store: IdentityStore, timer: Timer, sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = await seal(sealer, "bob", "x")
    timer.now += KEY_LIFETIME
    subject_keys, is_read, may_answer = store.subject_keys, asyncio.Event(), asyncio.Event()

    async def slow(subjects: Collection[str]) -> list[SubjectKey]:
        found = await subject_keys(subjects)
        is_read.set()
        await may_answer.wait()
        return found

    monkeypatch.setattr(store, "subject_keys", slow)
    opening = asyncio.ensure_future(sealer.open_all([sealed]))
    await is_read.wait()
    await sealer.erase("bob")
    may_answer.set()
    await opening
    with pytest.raises(Erased):
        sealer.open(sealed)


async def test_a_person_erased_elsewhere_while_their_key_is_read_is_erased_here_with_the_next_look(
    store: IdentityStore, timer: Timer, sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed, elsewhere = await seal(sealer, "bob", "x"), process(store, timer)
    subject_keys = store.subject_keys

    async def read_before_the_erasure(subjects: Collection[str]) -> list[SubjectKey]:
        found = await subject_keys(subjects)
        await sealer.erase("bob")
        return found

    monkeypatch.setattr(store, "subject_keys", read_before_the_erasure)
    assert await elsewhere.open_all([sealed]) == ["x"]
    monkeypatch.undo()
    timer.now += AT_HAND
    assert await elsewhere.open_all([sealed]) == [None]


async def test_a_key_is_read_once_for_all_who_ask_and_erasures_every_few_seconds(
    store: IdentityStore, timer: Timer, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject_keys, asked = store.subject_keys, list[Collection[str]]()
    erased_since, looked = store.erased_since, list[datetime]()

    async def looking(since: datetime) -> frozenset[str]:
        looked.append(since)
        return await erased_since(since)

    async def recording(subjects: Collection[str]) -> list[SubjectKey]:
        asked.append(subjects)
        return await subject_keys(subjects)

    monkeypatch.setattr(store, "subject_keys", recording)
    monkeypatch.setattr(store, "erased_since", looking)
    sealer = process(store, timer)
    await asyncio.gather(*(sealer.prepare([f"person-{number % 10}"]) for number in range(50)))
    assert [len(each) for each in asked] == [10]
    for seconds, looks, reads in ((1.0, 1, 1), (1.4, 1, 1), (0.2, 2, 1), (KEY_LIFETIME, 3, 2)):
        timer.now += seconds
        await sealer.prepare(["person-1"])
        assert (len(looked), len(asked)) == (looks, reads)


async def test_a_limited_number_of_keys_is_cached(sealer: Sealer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("identity.subject_keys.MAX_CACHED_KEYS", 3)
    for number in range(10):
        await sealer.prepare([f"person-{number}"])
    assert len(sealer._keys._cached) == 3
    assert sealer.seal("person-9", "x").subject == "person-9"


async def test_under_another_master_key_nothing_opens(store: IdentityStore, timer: Timer, sealer: Sealer) -> None:
    sealed = await seal(sealer, "bob", "x")
    with pytest.raises(Unavailable, match="another master key"):
        await process(store, timer, OTHER).open_all([sealed])


async def test_what_was_sealed_before_there_were_keys_of_persons_opens(sealer: Sealer) -> None:
    assert await sealer.open_all([Sealed.model_validate_json(OF_DECISION_7)]) == ["12 High Street"]
    changed = Sealed.model_validate_json(OF_DECISION_7.replace("bob", "ann"))
    assert await sealer.open_all([changed]) == [None]


def test_a_fingerprint_is_that_of_earlier_releases(sealer: Sealer) -> None:
    assert sealer.fingerprint(b"a").hex() == "894aee5908fccb916da43fe7c6134ec044730307406f4eb22a045f14a11f268f"
    assert sealer.fingerprint(b"a") != sealer.fingerprint(b"b")


def test_strangers_have_a_key_for_a_month() -> None:
    assert strangers(NOON) == "strangers-2026-11"


async def test_the_root_key_is_the_first_master_key_and_stays(store: IdentityStore) -> None:
    assert await read_root_key(store, MASTER) == SECRET
    assert await store.root_key() is None
    assert await open_root_key(store, MASTER, now=NOON) == SECRET
    assert await read_root_key(store, MASTER) == SECRET
    with pytest.raises(Unavailable, match="another master key"):
        await open_root_key(store, OTHER, now=NOON)
    kept = await store.root_key()
    assert kept
    assert SECRET not in kept.wrapped_key


def test_a_short_master_key_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        MasterKey(b"short")


def test_a_key_is_unwrapped_only_as_it_was_wrapped() -> None:
    wrapped = MASTER.wrap("one", b"secret")
    assert MASTER.unwrap("one", wrapped) == b"secret"
    assert MASTER.wrap("one", b"secret") != wrapped
    for name, text in (("other", wrapped), ("one", wrapped[:-1]), ("one", b""), ("one", wrapped[:-1] + b"x")):
        with pytest.raises(Unavailable):
            MASTER.unwrap(name, text)
    assert len({MASTER.id, OTHER.id}) == 2
