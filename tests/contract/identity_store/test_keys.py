"""Wrapped keys: of persons, of tokens, and the root."""

import asyncio
from dataclasses import replace

from identity.records import RootKey
from identity.store import IdentityStore
from tests.contract.identity_store.rows import NOON, at, subject_key, token_key


async def test_keys_are_created_for_those_who_have_none(store: IdentityStore) -> None:
    await store.create_subject_keys([subject_key("ann", b"first")])
    created = await store.create_subject_keys([subject_key("bob"), subject_key("ann", b"second")])
    assert {key.subject: key.wrapped_key for key in created} == {"ann": b"first", "bob": b"wrapped"}
    assert sorted(await store.subject_keys(["ann", "bob", "eve"]), key=lambda key: key.subject) == [
        subject_key("ann", b"first"),
        subject_key("bob"),
    ]
    assert await store.subject_keys([]) == []


async def test_everybody_who_creates_a_key_at_once_gets_the_same(store: IdentityStore) -> None:
    found = await asyncio.gather(
        *(
            store.create_subject_keys([subject_key(name, bytes([number])) for name in names])
            for number, names in enumerate((("ann", "bob"), ("bob", "ann")) * 4)
        )
    )
    assert len({(key.subject, key.wrapped_key) for keys in found for key in keys}) == 2


async def test_an_erased_subject_has_no_key_and_never_gets_another(store: IdentityStore) -> None:
    await store.create_subject_keys([subject_key("ann"), subject_key("bob")])
    await store.erase_subject("ann", at=at(5))
    await store.erase_subject("ann", at=at(9))
    erased = replace(subject_key("ann"), wrapped_key=None, erased_at=at(5))
    assert await store.subject_keys(["ann"]) == [erased]
    assert await store.create_subject_keys([subject_key("ann", b"new")]) == [erased]
    assert await store.subject_keys(["bob"]) == [subject_key("bob")]


async def test_a_subject_that_never_had_a_key_can_be_erased(store: IdentityStore) -> None:
    await store.erase_subject("ann", at=at(5))
    [key] = await store.create_subject_keys([subject_key("ann")])
    assert (key.wrapped_key, key.erased_at) == (None, at(5))


async def test_subjects_erased_since_a_time_are_found(store: IdentityStore) -> None:
    await store.create_subject_keys([subject_key("ann"), subject_key("bob")])
    await store.erase_subject("ann", at=at(5))
    await store.erase_subject("eve", at=at(6))
    assert await store.erased_since(at(4)) == {"ann", "eve"}
    assert await store.erased_since(at(5)) == {"eve"}


async def test_keys_are_rewrapped_page_by_page_and_erased_ones_stay_erased(store: IdentityStore) -> None:
    await store.create_subject_keys([subject_key(name) for name in "abcde"])
    await store.create_subject_keys([subject_key("new", master="m-2")])
    await store.erase_subject("a", at=at(1))
    pages = []
    while page := await store.subject_keys_to_rewrap("m-2", limit=3):
        pages.append(len(page))
        await store.erase_subject("e", at=at(2))
        await store.rewrap_subject_keys([replace(key, wrapped_key=b"again", master_key_id="m-2") for key in page])
    found = {key.subject: key.wrapped_key for key in await store.subject_keys([*"abcde", "new"])}
    again = dict.fromkeys("bcd", b"again")
    assert found == {"a": None, **again, "e": None, "new": b"wrapped"}
    assert sum(pages) in {3, 4}
    await store.rewrap_subject_keys([])


async def test_the_first_token_key_is_created_once(store: IdentityStore) -> None:
    await asyncio.gather(*(store.create_token_key(token_key(f"k-{number}")) for number in range(6)))
    [key] = await store.token_keys(at=NOON)
    await store.create_token_key(token_key("late"))
    assert await store.token_keys(at=NOON) == [key]


async def test_a_rotated_token_key_is_good_until_it_retires(store: IdentityStore) -> None:
    await store.create_token_key(token_key("k-1"))
    await store.rotate_token_key(token_key("k-2", created=10), others_retire_at=at(20))
    retiring = replace(token_key("k-1"), retires_at=at(20))
    assert await store.token_keys(at=at(19)) == [token_key("k-2", created=10), retiring]
    assert await store.token_keys(at=at(20)) == [token_key("k-2", created=10)]
    await store.rotate_token_key(token_key("k-3", created=15), others_retire_at=at(25))
    assert await store.token_keys(at=at(19)) == [
        token_key("k-3", created=15),
        replace(token_key("k-2", created=10), retires_at=at(25)),
        retiring,
    ]


async def test_a_key_that_is_to_retire_is_not_the_newest(store: IdentityStore) -> None:
    await store.create_token_key(token_key("z-1"))
    await store.rotate_token_key(token_key("a-2"), others_retire_at=at(20))
    assert [key.kid for key in await store.token_keys(at=NOON)] == ["a-2", "z-1"]


async def test_a_rotation_deletes_what_is_retired(store: IdentityStore) -> None:
    await store.create_token_key(token_key("k-1"))
    await store.rotate_token_key(token_key("k-2", created=1), others_retire_at=at(2))
    await store.rotate_token_key(token_key("k-3", created=3), others_retire_at=at(4))
    assert [key.kid for key in await store.token_keys(at=at(0))] == ["k-3", "k-2"]


async def test_token_keys_are_rewrapped(store: IdentityStore) -> None:
    await store.create_token_key(token_key("k-1"))
    again = replace(token_key("k-1"), wrapped_secret=b"again", master_key_id="m-2")
    await store.rewrap_token_keys([again])
    assert await store.token_keys(at=NOON) == [again]


async def test_there_is_one_root_key(store: IdentityStore) -> None:
    assert await store.root_key() is None
    roots = [RootKey(bytes([number]), "m-1", NOON) for number in range(6)]
    found = await asyncio.gather(*(store.create_root_key(root) for root in roots))
    assert len(set(found)) == 1
    assert await store.root_key() == found[0]
    again = RootKey(b"again", "m-2", NOON)
    await store.rewrap_root_key(again)
    assert await store.create_root_key(roots[0]) == again
