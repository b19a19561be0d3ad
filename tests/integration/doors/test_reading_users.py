"""People at the query door: everybody their own profile, admins all of them, and nothing sealed for anybody."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from projectors.document_io import Database
from schemas.actor_type import ActorType
from schemas.documents import USERS_VIEW
from schemas.message import Event
from tests.examples import EXAMPLES
from tests.histories import recorded
from tests.integration.doors.counter import ADDRESS, BOB, EVE, who
from tests.integration.doors.people import (
    CLIENT,
    client,
    closed,
    erased,
    joined,
    logged_in,
    mail_of,
    promoted,
    verified,
    with_address,
)
from tests.integration.doors.reader import Reader, index_of

PEOPLE = [
    *verified("bob"),
    *with_address("bob"),
    *logged_in("bob", "s1", "s2"),
    *joined("eve"),
    *verified("olive", roles=(ActorType.OPERATOR,)),
    *verified("carl"),
    *closed("carl"),
    *verified("gone"),
    *with_address("gone"),
    *logged_in("gone", "s9"),
    *erased("gone"),
]


async def happens(reader: Reader, history: Sequence[Event], *, after: int = 0) -> None:
    """Each with the client of its person."""
    envelopes = recorded(history, after=after)
    await reader.sees([replace(each, client=client(each.event.user_id)) for each in envelopes])  # type: ignore[attr-defined]  # all are about a person


@pytest.fixture
async def people(reader: Reader) -> None:
    await happens(reader, PEOPLE)


async def listed(reader: Reader, **asked: object) -> list[str]:
    answer = await reader.told("/admin/users", params=asked)
    if "limit" not in asked:
        assert answer["total"] == len(answer["items"])
    return [item["userId"] for item in answer["items"]]


async def test_a_person_reads_their_profile_in_the_clear(reader: Reader, people: None) -> None:
    me = await reader.told("/users/me", headers=BOB)
    assert (me["userId"], me["email"], me["firstName"], me["lastName"]) == (
        "bob",
        "bob@example.org",
        "Bob",
        "Featherstone",
    )
    assert (me["roles"], me["state"], me["emailVerified"]) == (["customer"], "active", True)
    assert me["addresses"] == [{"addressId": "home", "address": ADDRESS | {"label": "home"}}]
    assert (me["loginCount"], me["lastLoginAt"]) == (2, "2026-03-14T12:00:05.250000Z")
    assert not me.keys() & {"_id", "emailIndex", "created", "isDeactivated"}


async def test_sessions_say_from_where_they_were_opened(reader: Reader, people: None) -> None:
    sessions = (await reader.told("/users/me", headers=BOB))["sessions"]
    assert [session["sessionId"] for session in sessions] == ["s1", "s2"]
    assert sessions[0] == CLIENT | {
        "sessionId": "s1",
        "openedAt": "2026-03-14T12:00:04.250000Z",
        "isCurrent": False,
    }


async def test_the_session_that_asks_is_the_current_one(reader: Reader, people: None) -> None:
    issued = await reader.identity.token_issuer.issue("bob", ["customer"], session_id="s2")
    sessions = (await reader.told("/users/me", headers={"Authorization": f"Bearer {issued.token}"}))["sessions"]
    assert [session["sessionId"] for session in sessions if session["isCurrent"]] == ["s2"]


async def test_who_has_not_verified_yet_reads_their_own_profile(reader: Reader, people: None) -> None:
    me = await reader.told("/users/me", headers=who("eve", kind="customer"))
    assert (me["userId"], me["roles"], me["state"], me["emailVerified"]) == ("eve", [], "unverified", False)


async def test_staff_reads_its_own_profile(reader: Reader, people: None) -> None:
    me = await reader.told("/users/me", headers=who("olive", "customer", "operator"))
    assert (me["userId"], me["roles"]) == ("olive", ["customer", "operator"])


@pytest.mark.parametrize("kind", sorted(set(ActorType) - {ActorType.CUSTOMER}))
async def test_another_kind_of_actor_with_a_persons_id_has_no_account(reader: Reader, people: None, kind: str) -> None:
    await reader.refused(404, "not_found", "/users/me", headers=who("bob", kind))
    await reader.refused(404, "not_found", "/users/me/export", headers=who("bob", kind))


async def test_a_token_without_an_account_finds_none(reader: Reader, people: None) -> None:
    await reader.refused(404, "not_found", "/users/me", headers=who("nobody", "customer"))


async def test_an_admin_reads_everybodys_profile_and_others_do_not(reader: Reader, people: None) -> None:
    bob = await reader.told("/admin/users/bob")
    assert bob == await reader.told("/users/me", headers=BOB)
    for headers in (BOB, EVE, who("olive", "operator")):
        for path in ("/admin/users", "/admin/users/bob", "/admin/users/nobody", "/admin/users/bob/export"):
            await reader.refused(403, "forbidden", path, headers=headers)
    await reader.refused(404, "not_found", "/admin/users/nobody")


async def test_of_an_erased_person_nothing_personal_is_answered_or_stored(
    reader: Reader, people: None, mongodb: Database
) -> None:
    gone = await reader.told("/admin/users/gone")
    assert (gone["userId"], gone["state"], gone["roles"]) == ("gone", "erased", [])
    assert [gone[name] for name in ("email", "firstName", "lastName", "lastLoginAt")] == [None] * 4
    assert (gone["addresses"], gone["sessions"]) == ([], [])
    assert "sealed" not in str(await mongodb[USERS_VIEW.name].find_one({"_id": "gone"}))
    assert await listed(reader, q=mail_of("gone")) == []


async def test_what_can_be_read_no_more_is_null_and_the_rest_is_answered(
    reader: Reader, people: None, mongodb: Database
) -> None:
    [bob] = await mongodb[USERS_VIEW.name].find({"_id": "bob"}).to_list()
    for field in (bob["email"], bob["addresses"][0]["address"], bob["sessions"][0]["client"]["ip"]):
        field["key"] = "lost"
    await mongodb[USERS_VIEW.name].replace_one({"_id": "bob"}, bob)
    me = await reader.told("/users/me", headers=BOB)
    assert (me["email"], me["firstName"], me["addresses"][0]["address"]) == (None, "Bob", None)
    assert (me["sessions"][0]["ip"], me["sessions"][0]["userAgent"]) == (None, CLIENT["userAgent"])


async def test_the_documents_hold_nothing_personal_in_the_clear(
    reader: Reader, people: None, mongodb: Database
) -> None:
    stored = str(await mongodb[USERS_VIEW.name].find().to_list())
    assert "'bob'" in stored
    secrets = [mail_of("bob"), "Featherstone", "Bob", *CLIENT.values(), ADDRESS["line1"], ADDRESS["name"]]
    assert not [secret for secret in secrets if secret in stored]


async def test_an_admin_lists_people_the_newest_first(reader: Reader, people: None) -> None:
    answer = await reader.told("/admin/users")
    assert [item["userId"] for item in answer["items"]] == ["gone", "carl", "olive", "eve", "bob"]
    assert answer.keys() == {"items", "total", "nextCursor"}
    assert not [item for item in answer["items"] if item.keys() & {"addresses", "sessions"}]
    assert answer["items"][-1]["email"] == mail_of("bob")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"state": "active"}, ["olive", "bob"]),
        ({"state": "unverified"}, ["eve"]),
        ({"state": "deactivated"}, ["carl"]),
        ({"state": "erased"}, ["gone"]),
        ({"role": "customer"}, ["carl", "olive", "bob"]),
        ({"role": "operator"}, ["olive"]),
        ({"role": "admin"}, []),
        ({"role": "customer", "state": "active"}, ["olive", "bob"]),
        ({"role": "operator", "state": "deactivated"}, []),
        ({"q": "bob@example.org"}, ["bob"]),
        ({"q": " Bob@Example.org"}, ["bob"]),
        ({"q": "bo@example.org"}, []),
        ({"q": "bob@example.org", "state": "active", "role": "customer"}, ["bob"]),
        ({"q": "bob@example.org", "state": "erased"}, []),
    ],
)
async def test_people_are_found_by_role_state_and_whole_address(
    reader: Reader, people: None, asked: dict[str, str], found: list[str]
) -> None:
    assert await listed(reader, **asked) == found


async def test_the_totals_follow_what_happens(reader: Reader, people: None) -> None:
    await happens(reader, [*promoted("bob", ActorType.ADMIN), *erased("carl")], after=100)
    assert await listed(reader, role="admin") == ["bob"]
    assert await listed(reader, state="erased") == ["gone", "carl"]
    assert await listed(reader, role="customer") == ["olive", "bob"]


@pytest.mark.parametrize("asked", [{}, {"state": "active"}, {"role": "customer"}])
async def test_pages_lead_to_the_end_and_nobody_comes_twice(reader: Reader, asked: dict[str, str]) -> None:
    await happens(reader, [event for number in range(10) for event in verified(f"person-{number}")])
    for limit in (1, 3, 5, 10):
        seen: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = await reader.told("/admin/users", params=asked | cursor | {"limit": limit})
            assert page["total"] == 10
            seen += [item["userId"] for item in page["items"]]
            if page["nextCursor"] is None:
                break
            cursor = {"cursor": page["nextCursor"]}
        assert seen == [f"person-{number}" for number in reversed(range(10))]


async def test_all_who_gave_an_address_are_found_by_it_and_counted(reader: Reader) -> None:
    """Only one of them can have verified it."""
    twins = [EXAMPLES["user.created"].model_copy(update={"user_id": f"twin-{number}"}) for number in range(5)]
    index = index_of("twin@example.org")
    await happens(reader, [*verified("bob"), *(each.model_copy(update={"email_index": index}) for each in twins)])
    pages = [await reader.told("/admin/users", params={"q": "twin@example.org", "limit": n}) for n in (2, 5)]
    assert [(len(page["items"]), page["total"]) for page in pages] == [(2, 5), (5, 5)]
    last = {"q": "twin@example.org", "cursor": pages[0]["nextCursor"]}
    assert (await reader.told("/admin/users", params=last))["total"] == 5
    assert (await reader.told("/admin/users", params={"q": "twin@example.org", "skip": 4}))["total"] == 5


async def test_a_cursor_is_good_for_its_own_list_only(reader: Reader, people: None) -> None:
    cursor = (await reader.told("/admin/users", params={"limit": 1}))["nextCursor"]
    for asked in ({"state": "active"}, {"role": "customer"}, {"q": mail_of("bob")}):
        await reader.refused(422, "invalid", "/admin/users", params=asked | {"cursor": cursor})
    await reader.refused(422, "invalid", "/admin/users", params={"cursor": cursor[::-1]})


@pytest.mark.parametrize(
    "asked",
    [{"role": "guest"}, {"role": ""}, {"state": "lost"}, {"q": ""}, {"q": "a\x00"}, {"q": "x" * 501}, {"email": "bob"}],
)
async def test_a_question_is_held_to_its_form(reader: Reader, asked: dict[str, Any]) -> None:
    refusal = await reader.refused(422, "invalid", "/admin/users", params=asked)
    assert {error["in"] for error in refusal["errors"]} == {"query"}
    assert "x" * 501 not in str(refusal)
