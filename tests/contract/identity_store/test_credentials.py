"""Whose address and whose password it is."""

from dataclasses import replace

import pytest

from identity.store import IdentityStore
from tests.contract.identity_store.rows import ANN, BOB, at, credential


async def test_a_credential_is_found_by_person_and_by_address(store: IdentityStore) -> None:
    await store.add_credential(credential())
    assert await store.credential(ANN) == await store.credential_of("ann@") == credential()
    assert await store.credential(BOB) is None
    assert await store.credential_of("bob@") is None


async def test_a_person_has_one_credential(store: IdentityStore) -> None:
    await store.add_credential(credential())
    await store.add_credential(credential(password="another"))
    assert await store.credential(ANN) == credential()


async def test_a_credential_may_have_no_password(store: IdentityStore) -> None:
    unset = replace(credential(), password_hash=None)
    await store.add_credential(unset)
    assert await store.credential(ANN) == unset


async def test_of_an_address_the_newest_credential_is_found_and_a_claimed_one_before_it(store: IdentityStore) -> None:
    await store.add_credential(credential("first", created=1))
    await store.add_credential(credential("third", created=3))
    await store.add_credential(credential("second", created=2))
    found = await store.credential_of("ann@")
    assert found
    assert found.user_id == "third"
    await store.set_claimed("first", at=at(4))
    assert await store.credential_of("ann@") == replace(
        credential("first", created=1), is_claimed=True, changed_at=at(4)
    )


async def test_an_address_is_claimed_by_one_person_at_most(store: IdentityStore) -> None:
    await store.add_credential(credential(ANN, is_claimed=True))
    await store.add_credential(credential(BOB, created=1))
    await store.set_claimed(BOB, at=at(2))
    await store.set_claimed(BOB, at=at(3))
    claims = [found.is_claimed for user in (ANN, BOB) if (found := await store.credential(user))]
    assert claims == [False, True]


async def test_a_credential_can_be_added_claimed(store: IdentityStore) -> None:
    await store.add_credential(credential(is_claimed=True))
    assert await store.credential(ANN) == credential(is_claimed=True)


@pytest.mark.parametrize("is_claimed", [True, False])
async def test_a_changed_address_is_found_and_the_one_before_is_not(store: IdentityStore, is_claimed: bool) -> None:
    await store.add_credential(credential(ANN, is_claimed=True))
    await store.add_credential(credential(BOB, "bob@", is_claimed=True))
    await store.change_address(ANN, "bob@", is_claimed=is_claimed, at=at(5))
    assert await store.credential_of("ann@") is None
    found = await store.credential_of("bob@")
    assert found
    assert (found.user_id, found.is_claimed) == (ANN if is_claimed else BOB, True)


async def test_a_password_is_replaced(store: IdentityStore) -> None:
    await store.add_credential(credential())
    await store.set_password(ANN, "new", at=at(9))
    assert await store.credential(ANN) == replace(credential(), password_hash="new", changed_at=at(9))


async def test_a_hash_is_replaced_unless_the_password_was_changed_meanwhile(store: IdentityStore) -> None:
    await store.add_credential(credential(password="old"))
    await store.replace_hash(ANN, "old", "rehashed", at=at(1))
    await store.replace_hash(ANN, "old", "late", at=at(2))
    found = await store.credential(ANN)
    assert found
    assert found.password_hash == "rehashed"


async def test_a_deleted_credential_is_gone_and_its_address_can_be_claimed(store: IdentityStore) -> None:
    await store.add_credential(credential(ANN, is_claimed=True))
    await store.delete_credential(ANN)
    assert await store.credential(ANN) is None
    assert await store.credential_of("ann@") is None
    await store.add_credential(credential(BOB, is_claimed=True))
    found = await store.credential_of("ann@")
    assert found
    assert found.user_id == BOB


async def test_a_hash_is_in_no_text_about_a_credential() -> None:
    assert "$argon2$" not in repr(credential())
