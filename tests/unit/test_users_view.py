"""What a person's document tells after these events."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from projectors.folding import fold
from projectors.models.users import MAX_SESSIONS, USERS
from schemas.actor_type import ActorType
from schemas.documents import Document, label
from schemas.envelope import Client, Envelope
from schemas.message import Event
from schemas.sealed import Sealed
from tests.examples import ADDRESS, CUSTOMER_ID, EMAIL_INDEX, EXAMPLES, SESSION_ID
from tests.histories import events, recorded

CREATED = EXAMPLES["user.created"]
OTHER = ADDRESS.model_copy(update={"text": "b3RoZXI"})


def fold_people(envelopes: Sequence[Envelope]) -> dict[str, Document]:
    return fold(USERS, {}, [envelope for envelope in envelopes if envelope.type in USERS.types]).documents


def person_after(*names: str, **changed: object) -> Document:
    return person_of([CREATED, *events(*names, **changed)])


def person_of(history: Sequence[Event]) -> Document:
    return fold_people(recorded(history))[CUSTOMER_ID]


def counts_after(*history: Event) -> dict[str, int]:
    counts: dict[str, int] = {}
    wanted = [envelope for envelope in recorded(history) if envelope.type in USERS.types]
    for count in fold(USERS, {}, wanted).tally_changes:
        counts[count.label] = counts.get(count.label, 0) + count.change
    return {name: count for name, count in counts.items() if count}


def test_a_new_account_is_unverified_and_has_no_roles_yet() -> None:
    person = person_of(events("user.created", roles=(ActorType.OPERATOR,)))
    assert (person["state"], person["emailVerified"], person["roles"]) == ("unverified", False, [])
    assert person["grantedRoles"] == ["operator"]
    assert (person["addresses"], person["sessions"], person["loginCount"], person["lastLoginAt"]) == ([], [], 0, None)
    assert person["createdAt"] == person["updatedAt"] == "2026-03-14T12:00:01.250000Z"


def test_what_is_personal_stays_as_sealed_as_in_the_events() -> None:
    person = person_after()
    assert [person[name] for name in ("email", "firstName", "lastName")] == [ADDRESS.model_dump()] * 3
    assert person["emailIndex"] == EMAIL_INDEX


def test_a_proven_address_makes_a_customer_with_the_roles_given() -> None:
    person = person_after("user.role.changed", "auth.email.verified")
    assert (person["state"], person["emailVerified"], person["roles"]) == ("active", True, ["customer", "operator"])
    assert person_after("auth.email.verified", "user.role.changed")["roles"] == ["customer", "operator"]
    twice = (ActorType.CUSTOMER, ActorType.ADMIN, ActorType.ADMIN)
    roles = person_after("auth.email.verified", "user.role.changed", new=twice)["roles"]
    assert (roles, {type(role) for role in roles}) == (["customer", "admin"], {str})


def test_staff_is_who_has_another_role_than_a_customers() -> None:
    role = "user.role.changed"
    assert [person_after(*names)["isStaff"] for names in ((), ("auth.email.verified",), (role,))] == [False] * 3
    assert person_after(role, "auth.email.verified")["isStaff"]


def test_another_address_is_proven_and_found_by_its_own_index() -> None:
    person = person_after("user.email.changed", email=OTHER, email_index="i" * 32)
    assert (person["email"], person["emailIndex"]) == (OTHER.model_dump(), "i" * 32)
    assert (person["state"], person["emailVerified"]) == ("active", True)


def test_names_are_the_last_ones() -> None:
    person = person_after("user.profile.updated", first_name=OTHER)
    assert (person["firstName"], person["lastName"]) == (OTHER.model_dump(), ADDRESS.model_dump())


def test_an_account_is_closed_and_opened_again_as_it_was() -> None:
    closed = person_after("auth.email.verified", "user.deactivated")
    assert (closed["state"], closed["roles"]) == ("deactivated", ["customer"])
    assert person_after("auth.email.verified", "user.deactivated", "user.reactivated")["state"] == "active"
    assert person_after("user.deactivated", "user.reactivated")["state"] == "unverified"


def test_addresses_keep_their_order_and_are_changed_in_place() -> None:
    saved = [*events("user.address.saved"), *events("user.address.saved", address_id="work")]
    moved = events("user.address.saved", address=OTHER)
    assert person_of([CREATED, *saved, *moved])["addresses"] == [
        {"addressId": "home", "address": OTHER.model_dump()},
        {"addressId": "work", "address": ADDRESS.model_dump()},
    ]
    removed = person_of([CREATED, *saved, *events("user.address.removed")])["addresses"]
    assert [entry["addressId"] for entry in removed] == ["work"]


def logged_in(*numbers: int) -> list[Event]:
    return [event for number in numbers for event in events("auth.login", session_id=f"session-{number}")]


def test_a_login_opens_a_session_from_where_it_came() -> None:
    client = Client(ip=ADDRESS, user_agent=OTHER)
    [created, login] = recorded([CREATED, *events("auth.login")])
    person = fold_people([created, replace(login, client=client)])[CUSTOMER_ID]
    assert person["sessions"] == [
        {
            "sessionId": SESSION_ID,
            "openedAt": "2026-03-14T12:00:02.250000Z",
            "client": {"ip": ADDRESS.model_dump(), "userAgent": OTHER.model_dump()},
        }
    ]
    assert (person["loginCount"], person["lastLoginAt"]) == (1, "2026-03-14T12:00:02.250000Z")


@pytest.mark.parametrize("end", ["auth.logout", "auth.session.revoked"])
def test_a_session_that_ended_is_not_listed(end: str) -> None:
    person = person_of([CREATED, *logged_in(1, 2), *events(end, session_id="session-1")])
    assert [(session["sessionId"], session["client"]) for session in person["sessions"]] == [("session-2", {})]
    assert person["loginCount"] == 2


def test_only_the_newest_sessions_are_kept_and_each_once() -> None:
    person = person_of([CREATED, *logged_in(*range(MAX_SESSIONS + 10), MAX_SESSIONS)])
    kept = [session["sessionId"] for session in person["sessions"]]
    assert len(kept) == len(set(kept)) == MAX_SESSIONS
    assert (kept[0], kept[-1]) == ("session-10", f"session-{MAX_SESSIONS}")


EVERYTHING = (
    "auth.email.verified", "user.role.changed", "user.profile.updated", "user.address.saved", "auth.login",
    "user.email.changed",
)  # fmt: skip


def test_an_erased_person_leaves_an_id_a_state_and_times() -> None:
    person = person_after(*EVERYTHING, "user.erased")
    assert person == {
        "_id": CUSTOMER_ID,
        "userId": CUSTOMER_ID,
        "state": "erased",
        "roles": [],
        "isStaff": False,
        "created": 1,
        "createdAt": "2026-03-14T12:00:01.250000Z",
        "updatedAt": "2026-03-14T12:00:08.250000Z",
        "version": 8,
        "position": 8,
    }
    assert "sealed" not in str(person)


@pytest.mark.parametrize("late", sorted(USERS.types))
def test_nothing_comes_back_after_the_erasure(late: str) -> None:
    assert person_after("user.erased", late) == person_after("user.erased")


@pytest.mark.parametrize("name", sorted(USERS.types - {"user.created"}))
def test_what_happened_to_nobody_makes_nobody(name: str) -> None:
    assert fold_people(recorded(events(name))) == {}


def test_every_change_says_when_and_which_it_was() -> None:
    for name in sorted(USERS.types - {"user.created"}):
        person = person_after(name)
        assert (person["version"], person["position"]) == (2, 2), name
        assert person["updatedAt"] == "2026-03-14T12:00:02.250000Z", name


def test_other_streams_of_the_topic_are_no_part_of_it() -> None:
    others = {"auth.email.claimed", "auth.email.released", "security.access.denied", "security.login.failed"}
    assert others.isdisjoint(USERS.types)
    assert USERS.view.categories == {"user"}


def test_people_are_counted_by_state_and_role() -> None:
    unverified = {label(): 1, label(state="unverified"): 1}
    assert counts_after(CREATED) == unverified
    assert counts_after(CREATED, *events("auth.email.verified", "user.role.changed")) == {
        label(): 1,
        label(state="active"): 1,
        label(role="customer"): 1,
        label(role="operator"): 1,
        label(role="customer", state="active"): 1,
        label(role="operator", state="active"): 1,
    }
    assert counts_after(CREATED, *events(*EVERYTHING, "user.erased")) == {label(): 1, label(state="erased"): 1}


def test_no_document_holds_a_name_in_the_clear() -> None:
    person = person_after(*EVERYTHING)
    for field in (person["email"], person["firstName"], person["lastName"], person["addresses"][0]["address"]):
        assert Sealed.model_validate(field) == ADDRESS
