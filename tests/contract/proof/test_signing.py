"""The signer over every store: what is appended is signed within a second, and what was signed is never signed over."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from unittest.mock import patch

import pytest

from event_store.memory import memory_store
from event_store.store import EventStore
from history.proof.comparison import compare_log
from history.proof.key_ring import KeyRing
from history.proof.leaves import leaf_of
from history.proof.merkle import root_of
from history.proof.signed_log import SignedLog
from history.proof.signed_note import NoteSigner, text_of
from history.proof.signer import LogSigner
from history.proof.tree_head import TreeDamaged, TreeHead, origin_of
from history.proof.tree_store import TreeDiffers, TreeStore
from schemas.codec import Stored
from schemas.errors import Invalid, NotFound, Unavailable
from tests.contract.event_store.conftest import SetClock
from tests.contract.history.story import append, by, tell_story, wrap
from tests.services.waiting import STUCK_AFTER

SECRET = b"a secret of a signer of the tests"


class Signed:
    """How far a signer says that it is."""

    def __init__(self) -> None:
        self.position = -1
        self._moved = asyncio.Event()

    def __call__(self, position: int) -> None:
        self.position = position
        self._moved.set()

    async def reaches(self, position: int) -> None:
        async with asyncio.timeout(STUCK_AFTER):
            while self.position < position:
                await self._moved.wait()
                self._moved.clear()


@asynccontextmanager
async def signing(
    store: EventStore, tree: TreeStore, secret: bytes = SECRET, old_secret: bytes | None = None
) -> AsyncIterator[Signed]:
    """A signer that runs while the context is open."""
    signed = Signed()
    running = asyncio.create_task(LogSigner(store, tree, secret, old_secret=old_secret, signed=signed).run())
    try:
        yield signed
        assert not running.done(), running.exception()
    finally:
        running.cancel()
        await asyncio.wait([running])


async def newest(store: EventStore, tree: TreeStore) -> TreeHead:
    verifier = NoteSigner(SECRET, origin_of(await store.log_id())).verifier
    return TreeHead.of_text(verifier.open(tree.newest_head() or ""))


async def place(store: EventStore, *names: str) -> None:
    for name in names:
        await append(store, wrap(f"order-{name}", by(f"place-{name}", f"c-{name}")))


async def root_of_log(store: EventStore, until: int) -> bytes:
    return root_of([leaf_of(row) for row in await store.log(0, until=until)])


async def test_what_is_appended_is_signed_within_a_second(store: EventStore, clock: SetClock, tree: TreeStore) -> None:
    await tell_story(store, clock)
    async with signing(store, tree) as signed:
        await signed.reaches(8)
        assert (await newest(store, tree)).root == await root_of_log(store, 8)
        for number in range(3):
            await place(store, f"more-{number}")
            began = time.monotonic()
            await signed.reaches(9 + number)
            assert time.monotonic() - began < 1
        assert (await newest(store, tree)).root == await root_of_log(store, 11)


async def test_a_signer_that_was_stopped_goes_on_where_it_was(
    store: EventStore, clock: SetClock, tree: TreeStore
) -> None:
    await tell_story(store, clock)
    async with signing(store, tree) as signed:
        await signed.reaches(8)
    await place(store, "meanwhile")
    async with signing(store, tree) as signed:
        await signed.reaches(9)
    assert [TreeHead.of_text(text_of(note)).size for note in tree.heads()] == [8, 9]
    assert (await newest(store, tree)).root == await root_of_log(store, 9)


async def test_what_is_read_in_many_pages_is_signed_under_few_heads(
    store: EventStore, tree: TreeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("history.proof.leaves.READ_AT_ONCE", 3)
    monkeypatch.setattr("history.proof.signer.SIGNED_AT_ONCE", 10)
    await place(store, *map(str, range(25)))
    async with signing(store, tree) as signed:
        await signed.reaches(25)
    heads = [TreeHead.of_text(text_of(note)) for note in tree.heads()]
    assert [(each.size, each.root) for each in heads] == [(at, await root_of_log(store, at)) for at in (10, 20, 25)]
    assert tree.hashes(0, 0, 25) == [leaf_of(row) for row in await store.log(0)]


async def test_two_signers_at_once_sign_one_log(store: EventStore, tree: TreeStore) -> None:
    async with signing(store, tree) as one, signing(store, tree) as other:
        for number in range(10):
            await place(store, f"each-{number}")
        await asyncio.gather(one.reaches(10), other.reaches(10))
    found = await compare_log(store, tree, KeyRing([NoteSigner(SECRET, origin_of(await store.log_id())).verifier]))
    assert (found.size, found.agrees) == (10, True)


async def fault_of(store: EventStore, tree: TreeStore, secret: bytes = SECRET) -> BaseException:
    async with asyncio.timeout(STUCK_AFTER):
        with pytest.raises((TreeDiffers, TreeDamaged)) as fault:
            await LogSigner(store, tree, secret).run()
    return fault.value


async def test_a_log_that_lost_its_end_is_never_signed_again(store: EventStore, tree: TreeStore) -> None:
    """As when an older backup was put back, and other events came after it."""
    await place(store, "1", "2", "3")
    async with signing(store, tree) as signed:
        await signed.reaches(3)
    before, older = tree.newest_head(), memory_store()
    with patch.object(older, "log_id", store.log_id):
        await place(older, "1", "2")
        shorter = await fault_of(older, tree)
        await place(older, "another", "one more")
        longer = await fault_of(older, tree)
    await older.close()
    assert [fault.positions for fault in (shorter, longer) if isinstance(fault, TreeDiffers)] == [[3], [3]]
    assert tree.newest_head() == before


async def test_another_log_and_another_key_are_refused(store: EventStore, tree: TreeStore) -> None:
    await place(store, "1")
    async with signing(store, tree) as signed:
        await signed.reaches(1)
    before, other = tree.newest_head(), memory_store()
    await place(other, "1")
    for fault in (await fault_of(other, tree), await fault_of(store, tree, b"another secret of 32 characters!")):
        assert "is not signed by" in str(fault)
    await other.close()
    assert tree.newest_head() == before


async def test_a_key_hands_the_log_over_to_the_next(store: EventStore, tree: TreeStore) -> None:
    name, secrets = (
        origin_of(await store.log_id()),
        (SECRET, b"the second secret of this signer", b"a third secret of 32 characters!"),
    )
    first, second, third = (NoteSigner(secret, name).verifier.key for secret in secrets)
    for number, (secret, old) in enumerate(zip(secrets, (None, *secrets[:-1]), strict=True)):
        async with signing(store, tree, secret, old) as signed:
            for at in (1, 2):
                await place(store, f"{number}-{at}")
                await signed.reaches(number * 2 + at)
    heads, ring = list(tree.heads()), KeyRing.of_keys([first])
    opened = [ring.open_signed(note) for note in heads]
    assert [key for _, key in opened] == [first, first, first, second, second, third]
    assert [head.next_key for head, _ in opened] == [None, None, second, None, third, None]
    assert ring.keys == tree.keys() == [first, second, third]
    assert (await compare_log(store, tree, KeyRing.of_keys([first]))).agrees
    assert not (await compare_log(store, tree, KeyRing.of_keys([second]))).agrees
    assert (await SignedLog(store, tree).head()).key == third
    assert "no key is known" not in str(await fault_of(store, tree, SECRET))


async def test_a_key_that_no_head_names_is_refused_though_both_are_given(store: EventStore, tree: TreeStore) -> None:
    await place(store, "1")
    async with signing(store, tree) as signed:
        await signed.reaches(1)
    other, name = b"another secret of 32 characters!", origin_of(await store.log_id())
    with pytest.raises(TreeDamaged, match="is not signed by"):
        KeyRing([NoteSigner(other, name).verifier]).open(tree.newest_head() or "")
    assert "is not signed by" in str(await fault_of(store, tree, other))


async def test_an_event_that_was_changed_long_ago_is_found_while_nothing_else_happens(tree: TreeStore) -> None:
    store = memory_store()
    await place(store, "1", "2", "3")
    async with signing(store, tree) as signed:
        await signed.reaches(3)
    read = store.log

    async def changed(after: int, **asked: Any) -> list[Stored]:
        return [
            row._replace(state=row.state + b" ") if row.position == 2 else row for row in await read(after, **asked)
        ]

    with patch.object(store, "log", changed):
        fault = await fault_of(store, tree)
    await store.close()
    assert (isinstance(fault, TreeDiffers) and fault.positions, str(fault)) == (
        [2],
        "the log differs from its tree at position 2",
    )


async def test_proofs_are_answered_of_what_is_signed_alone(store: EventStore, clock: SetClock, tree: TreeStore) -> None:
    await tell_story(store, clock)
    log = SignedLog(store, tree)
    with pytest.raises(Unavailable, match="nothing of the log is signed yet"):
        await log.head()
    async with signing(store, tree) as signed:
        await signed.reaches(8)
    await place(store, "unsigned")
    with pytest.raises(Unavailable, match="position 9 is not signed yet"):
        await log.prove_event(9)
    with pytest.raises(NotFound):
        await log.prove_event(10)
    for old, new in ((0, None), (5, 4), (3, 9), (9, None)):
        with pytest.raises(Invalid, match="from 1 to 8"):
            await log.prove_growth(old, new)
    proof = await log.prove_event(4)
    assert (proof.position, proof.stream, proof.version, proof.head.size) == (4, "order-2", 1, 8)
    row = (await store.log(3, limit=1))[0]
    assert await log.position_of(row.state.decode().split('"')[3]) == 4
    with pytest.raises(NotFound):
        await log.position_of("019a0000-0000-7000-8000-000000000000")
    compared = await log.compare(1, 100)
    assert (compared.first, compared.last, compared.differing) == (1, 8, [])
