"""An account from its registration to its end, at the command API alone."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from identity.mailed_tokens import RESET, VERIFY
from schemas.envelope import Envelope
from schemas.stream_names import user_stream
from schemas.user import EmailChangeRequested, EmailVerificationRequested, PasswordResetRequested
from tests.integration.doors.counter import ADDRESS, ANN, LAMP, Counter, basket, key, problem
from tests.sealing import unseal

EMAIL, PASSWORD = "wil@example.org", "correct horse battery staple"
OTHER = "purple monkey dishwasher 9"
PERSON = {"email": EMAIL, "password": PASSWORD, "firstName": "Wilhelmina", "lastName": "Featherstone"}
Session = dict[str, Any]


async def register(counter: Counter, **changed: str) -> Session:
    return await counter.done("POST", "/auth/register", 201, json=PERSON | changed, headers=NOBODY)


NOBODY = {"Authorization": ""}


def bearer(session: Session) -> dict[str, str]:
    return {"Authorization": f"Bearer {session['accessToken']}"}


async def events_of(counter: Counter, session: Session) -> list[Envelope]:
    return await counter.store.stream(user_stream(session["user"]["userId"]))


async def types_of(counter: Counter, session: Session) -> list[str]:
    return [each.type for each in await events_of(counter, session)]


async def mailed(counter: Counter, session: Session) -> str:
    """The token of the last mail to this person."""
    for each in reversed(await events_of(counter, session)):
        tokens, event = counter.accounts.identity.mailed_tokens, each.event
        if isinstance(event, EmailVerificationRequested | EmailChangeRequested):
            return tokens.issue(VERIFY, event.user_id, event.verification_id)
        if isinstance(event, PasswordResetRequested):
            return tokens.issue(RESET, event.user_id, event.reset_id)
    raise AssertionError("no mail was asked for")


async def verify(counter: Counter, session: Session) -> None:
    token = await mailed(counter, session)
    await counter.done("POST", "/auth/verify-email", json={"token": token}, headers=NOBODY)


async def log_in(counter: Counter, email: str = EMAIL, password: str = PASSWORD) -> Session:
    body = {"email": email, "password": password}
    return await counter.done("POST", "/auth/login", json=body, headers=NOBODY)


async def refused_login(counter: Counter, email: str = EMAIL, password: str = PASSWORD) -> dict[str, Any]:
    body = {"email": email, "password": password}
    return await counter.refused(401, "login_failed", "POST", "/auth/login", json=body)


async def joined(counter: Counter, **changed: str) -> Session:
    """The session of somebody whose address is verified."""
    await verify(counter, await register(counter, **changed))
    return await log_in(counter, changed.get("email", EMAIL), changed.get("password", PASSWORD))


async def test_registration_records_the_account_with_who_when_and_from_where(counter: Counter) -> None:
    headers = NOBODY | {"User-Agent": "Lynx/2.9.2", "X-Correlation-ID": "walk-1"}
    session = await counter.done("POST", "/auth/register", 201, json=PERSON, headers=headers)
    user = {key: session["user"][key] for key in ("email", "firstName", "lastName", "roles", "emailVerified")}
    assert user == {
        "email": EMAIL,
        "firstName": "Wilhelmina",
        "lastName": "Featherstone",
        "roles": [],
        "emailVerified": False,
    }
    events = await events_of(counter, session)
    assert [each.type for each in events] == [
        "user.created",
        "auth.user.registered",
        "auth.email.verification.requested",
        "auth.login",
    ]
    assert {(each.correlation_id, each.actor.type, each.subject_id) for each in events} == {
        ("walk-1", "customer", session["user"]["userId"])
    }
    assert events[0].client
    assert events[0].client.user_agent
    assert unseal(events[0].client.user_agent) == "Lynx/2.9.2"
    assert (session["version"], session["position"]) == (4, events[-1].position)


async def test_no_secret_and_no_name_is_in_the_log(counter: Counter) -> None:
    session = await joined(counter)
    log = b"".join(stored.state for stored in await counter.store.log(0))
    for secret in (EMAIL, PASSWORD, "Wilhelmina", session["accessToken"], session["refreshToken"]):
        assert secret.encode() not in log


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (PERSON | {"password": "short"}, "password"),
        (PERSON | {"password": "password123"}, "password"),
        (PERSON | {"password": "wilhelminafeatherstone"}, "password"),
        (PERSON | {"email": "nobody"}, "email"),
        (PERSON | {"firstName": "\u200b"}, "firstName"),
        (PERSON | {"role": "admin"}, "role"),
    ],
    ids=["short", "common", "own name", "no address", "invisible", "unknown field"],
)
async def test_a_registration_is_refused_beside_the_field(counter: Counter, body: dict[str, str], field: str) -> None:
    document = await counter.refused(422, "invalid", "POST", "/auth/register", json=body)
    assert [each["field"] for each in document["errors"]] == [field]


async def test_before_verification_a_person_browses_but_orders_nothing(counter: Counter) -> None:
    session = await register(counter)
    await counter.stock(LAMP)
    answer = await counter.says("POST", "/orders", json=basket(), headers=bearer(session) | key("early"))
    problem(answer, 403, "email_not_verified")


async def test_a_verified_person_orders_for_themselves(counter: Counter) -> None:
    session = await joined(counter)
    assert session["user"]["roles"] == ["customer"]
    order = await counter.done("POST", "/orders", 201, json=basket(), headers=bearer(session) | key("first"))
    [created, *_] = await counter.store.stream(order["streamId"])
    assert created.event.model_dump()["customerId"] == session["user"]["userId"]


async def test_the_link_of_a_mail_works_once_more_and_no_other_does(counter: Counter) -> None:
    session = await register(counter)
    token = await mailed(counter, session)
    for _ in range(2):
        await counter.done("POST", "/auth/verify-email", json={"token": token}, headers=NOBODY)
    assert (await types_of(counter, session)).count("auth.email.verified") == 1
    for wrong in (token[:-1], token + "x", "x", f"a~{token}"):
        await counter.refused(422, "token_not_valid", "POST", "/auth/verify-email", json={"token": wrong})


async def test_a_link_expires_and_another_is_mailed(counter: Counter) -> None:
    session = await register(counter)
    first = await mailed(counter, session)
    counter.clock.pass_(timedelta(hours=49))
    await counter.refused(422, "token_not_valid", "POST", "/auth/verify-email", json={"token": first})
    again = await log_in(counter)
    await counter.done("POST", "/auth/verify-email/resend", 202, headers=bearer(again))
    await verify(counter, session)


async def test_of_two_accounts_with_one_address_the_first_to_prove_it_has_it(counter: Counter) -> None:
    first, second = await register(counter), await register(counter, password=OTHER)
    assert first["user"]["userId"] != second["user"]["userId"]
    await verify(counter, first)
    token = await mailed(counter, second)
    await counter.refused(409, "email_taken", "POST", "/auth/verify-email", json={"token": token})
    assert (await log_in(counter))["user"]["userId"] == first["user"]["userId"]
    await refused_login(counter, password=OTHER)


async def test_two_accounts_that_prove_one_address_at_once_do_not_both_get_it(counter: Counter) -> None:
    sessions = [await register(counter) for _ in range(5)]
    tokens = [await mailed(counter, each) for each in sessions]
    answers = await asyncio.gather(
        *(counter.says("POST", "/auth/verify-email", json={"token": token}) for token in tokens)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]


async def test_an_unknown_address_and_a_wrong_password_are_refused_alike(counter: Counter) -> None:
    await joined(counter)
    documents = [await refused_login(counter, "eve@example.org"), await refused_login(counter, password=OTHER)]
    for document in documents:
        document.pop("correlationId")
    assert documents[0] == documents[1]


async def test_a_session_goes_on_by_its_refresh_token(counter: Counter) -> None:
    session = await joined(counter)
    answer = await counter.done("POST", "/auth/refresh", json={"refreshToken": session["refreshToken"]}, headers=NOBODY)
    assert answer["sessionId"] == session["sessionId"]
    assert answer["refreshToken"] != session["refreshToken"]
    assert "position" not in answer


async def test_two_tabs_that_refresh_at_once_both_go_on(counter: Counter) -> None:
    session = await joined(counter)
    body = {"refreshToken": session["refreshToken"]}
    answers = await asyncio.gather(*(counter.says("POST", "/auth/refresh", json=body) for _ in range(2)))
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len({answer.json()["refreshToken"] for answer in answers}) == 1


async def test_a_spent_token_ends_its_session_and_is_recorded(counter: Counter) -> None:
    session = await joined(counter)
    spent = {"refreshToken": session["refreshToken"]}
    newest = await counter.done("POST", "/auth/refresh", json=spent, headers=NOBODY)
    counter.clock.pass_(timedelta(seconds=11))
    problem(await counter.says("POST", "/auth/refresh", json=spent), 401, "session_ended")
    problem(
        await counter.says("POST", "/auth/refresh", json={"refreshToken": newest["refreshToken"]}), 401, "session_ended"
    )
    problem(await counter.says("PATCH", "/users/me", json={}, headers=bearer(newest)), 401, "session_ended")
    assert (await types_of(counter, session))[-2:] == ["auth.token.reuse.detected", "auth.session.revoked"]


async def test_a_logout_ends_the_session_at_once(counter: Counter) -> None:
    session = await joined(counter)
    await counter.done("POST", "/auth/logout", headers=bearer(session))
    problem(await counter.says("POST", "/auth/logout", headers=bearer(session)), 401, "session_ended")
    refresh = {"refreshToken": session["refreshToken"]}
    problem(await counter.says("POST", "/auth/refresh", json=refresh), 401, "session_ended")
    assert (await types_of(counter, session))[-1] == "auth.logout"


async def test_other_sessions_are_ended_one_by_one_or_all(counter: Counter) -> None:
    own = await joined(counter)
    others = [await log_in(counter) for _ in range(3)]
    await counter.done("DELETE", f"/users/me/sessions/{others[0]['sessionId']}", headers=bearer(own))
    problem(await counter.says("PATCH", "/users/me", json={}, headers=bearer(others[0])), 401, "session_ended")
    await counter.done("DELETE", "/users/me/sessions", headers=bearer(own))
    for other in others:
        problem(await counter.says("PATCH", "/users/me", json={}, headers=bearer(other)), 401, "session_ended")
    await counter.done("PATCH", "/users/me", json={}, headers=bearer(own))


async def test_nobody_ends_the_session_of_another(counter: Counter) -> None:
    own, other = await joined(counter), await joined(counter, email="eve@example.org")
    path = f"/users/me/sessions/{own['sessionId']}"
    await counter.refused(404, "not_found", "DELETE", path, headers=bearer(other))
    await counter.done("PATCH", "/users/me", json={}, headers=bearer(own))


async def test_a_forgotten_password_is_replaced_once_and_ends_every_session(counter: Counter) -> None:
    session = await joined(counter)
    await counter.done("POST", "/auth/password-reset", 202, json={"email": EMAIL}, headers=NOBODY)
    body = {"token": await mailed(counter, session), "password": OTHER}
    await counter.done("POST", "/auth/password-reset/complete", json=body, headers=NOBODY)
    await counter.refused(422, "token_not_valid", "POST", "/auth/password-reset/complete", json=body)
    problem(await counter.says("PATCH", "/users/me", json={}, headers=bearer(session)), 401, "session_ended")
    await refused_login(counter)
    await log_in(counter, password=OTHER)


async def test_a_reset_of_an_unknown_address_answers_the_same_and_records_nothing(counter: Counter) -> None:
    head = await counter.store.head()
    answer = await counter.done("POST", "/auth/password-reset", 202, json={"email": "eve@example.org"}, headers=NOBODY)
    assert (answer, await counter.store.head()) == ({}, head)


async def test_two_uses_of_one_reset_set_one_password(counter: Counter) -> None:
    session = await joined(counter)
    await counter.done("POST", "/auth/password-reset", 202, json={"email": EMAIL}, headers=NOBODY)
    token, passwords = await mailed(counter, session), (OTHER, OTHER[::-1])
    bodies = [{"token": token, "password": password} for password in passwords]
    answers = await asyncio.gather(
        *(counter.says("POST", "/auth/password-reset/complete", json=body) for body in bodies)
    )
    assert sorted(answer.status_code for answer in answers) == [200, 422]
    [right] = [password for password, answer in zip(passwords, answers, strict=True) if answer.status_code == 200]
    await log_in(counter, password=right)


async def test_who_knows_the_password_changes_it_and_keeps_this_session_only(counter: Counter) -> None:
    own, other = await joined(counter), await log_in(counter)
    wrong = {"currentPassword": OTHER, "newPassword": OTHER}
    await counter.refused(401, "login_failed", "POST", "/auth/password", json=wrong, headers=bearer(own))
    weak = {"currentPassword": PASSWORD, "newPassword": "weak"}
    await counter.refused(422, "invalid", "POST", "/auth/password", json=weak, headers=bearer(own))
    right = {"currentPassword": PASSWORD, "newPassword": OTHER}
    await counter.done("POST", "/auth/password", json=right, headers=bearer(own))
    problem(await counter.says("PATCH", "/users/me", json={}, headers=bearer(other)), 401, "session_ended")
    await counter.done("PATCH", "/users/me", json={}, headers=bearer(own))
    await log_in(counter, password=OTHER)


async def test_an_address_is_changed_once_the_new_one_is_proven(counter: Counter) -> None:
    session, new = await joined(counter), "wilhelmina@example.net"
    ask = {"email": new, "password": PASSWORD}
    await counter.done("POST", "/users/me/email", 202, json=ask, headers=bearer(session))
    await log_in(counter)
    await refused_login(counter, new)
    await verify(counter, session)
    assert (await log_in(counter, new))["user"]["email"] == new
    await refused_login(counter)
    await joined(counter, password=OTHER)


async def test_names_and_addresses_are_the_persons_own(counter: Counter) -> None:
    session = await joined(counter)
    await counter.done("PATCH", "/users/me", json={"firstName": "Mina"}, headers=bearer(session))
    assert (await log_in(counter))["user"]["firstName"] == "Mina"
    added = await counter.done("POST", "/users/me/addresses", 201, json={"address": ADDRESS}, headers=bearer(session))
    path = f"/users/me/addresses/{added['addressId']}"
    moved = ADDRESS | {"line1": "10 Downing Street"}
    await counter.done("PUT", path, json={"address": moved}, headers=bearer(session))
    await counter.done("DELETE", path, headers=bearer(session))
    assert (await types_of(counter, session))[-3:] == [
        "user.address.saved",
        "user.address.saved",
        "user.address.removed",
    ]
    wrong = {"address": ADDRESS | {"country": "XX"}}
    await counter.refused(422, "invalid", "POST", "/users/me/addresses", json=wrong, headers=bearer(session))


async def test_an_admin_creates_gives_roles_closes_and_opens(counter: Counter) -> None:
    body = {"email": EMAIL, "firstName": "O", "lastName": "P", "password": PASSWORD, "roles": ["operator"]}
    created = await counter.done("POST", "/users", 201, json=body)
    session = await log_in(counter)
    assert session["user"]["roles"] == ["customer", "operator"]
    path = f"/users/{created['userId']}"
    await counter.done("PUT", f"{path}/roles", json={"roles": []})
    assert (await log_in(counter))["user"]["roles"] == ["customer"]
    await counter.done("POST", f"{path}/deactivate", json={"reason": "left the company"})
    problem(await counter.says("PATCH", "/users/me", json={}, headers=bearer(session)), 401, "session_ended")
    await refused_login(counter)
    await counter.done("POST", f"{path}/reactivate")
    await log_in(counter)
    await counter.refused(409, "email_taken", "POST", "/users", json=body, headers=ANN)


async def test_an_admin_ends_one_session_of_a_person_or_all(counter: Counter) -> None:
    first = await joined(counter)
    second, third = [await log_in(counter) for _ in range(2)]
    path = f"/users/{first['user']['userId']}/sessions"
    await counter.done("DELETE", f"{path}/{second['sessionId']}")
    problem(await counter.says("PATCH", "/users/me", json={}, headers=bearer(second)), 401, "session_ended")
    await counter.done("PATCH", "/users/me", json={}, headers=bearer(third))
    await counter.done("DELETE", path)
    for ended in (first, third):
        problem(await counter.says("PATCH", "/users/me", json={}, headers=bearer(ended)), 401, "session_ended")
    revoked = [each.event for each in await counter.store.stream(f"user-{first['user']['userId']}")][-3:]
    assert {getattr(each, "reason", None) for each in revoked} == {"by admin"}
    await counter.refused(404, "not_found", "DELETE", f"{path}/{second['sessionId']}", headers=ANN)
    await counter.refused(404, "not_found", "DELETE", "/users/nobody/sessions", headers=ANN)
    await log_in(counter)


async def test_whom_an_admin_creates_without_a_password_is_mailed_a_link_to_set_one(counter: Counter) -> None:
    created = await counter.done("POST", "/users", 201, json={"email": EMAIL, "firstName": "O", "lastName": "P"})
    await refused_login(counter)
    token = await mailed(counter, {"user": created})
    body = {"token": token, "password": PASSWORD}
    await counter.done("POST", "/auth/password-reset/complete", json=body, headers=NOBODY)
    await log_in(counter)


async def test_a_forgotten_person_can_be_read_no_more_and_may_come_back(counter: Counter) -> None:
    session = await joined(counter)
    await counter.refused(401, "login_failed", "DELETE", "/users/me", json={"password": OTHER}, headers=bearer(session))
    await counter.done("DELETE", "/users/me", json={"password": PASSWORD}, headers=bearer(session))
    await refused_login(counter)
    problem(await counter.says("PATCH", "/users/me", json={}, headers=bearer(session)), 401, "session_ended")
    user_id = session["user"]["userId"]
    identity = counter.accounts.identity
    assert await identity.store.credential(user_id) is None
    [created, *_] = await events_of(counter, session)
    assert await identity.sealer.open_all([created.event.email]) == [None]  # type: ignore[attr-defined]
    assert (await joined(counter))["user"]["userId"] != user_id


async def test_nobody_is_forgotten_while_an_order_is_in_progress(counter: Counter) -> None:
    session = await joined(counter)
    order = await counter.done("POST", "/orders", 201, json=basket(), headers=bearer(session) | key("first"))
    document = await counter.refused(
        409, "orders_in_progress", "DELETE", "/users/me", json={"password": PASSWORD}, headers=bearer(session)
    )
    assert document["orderIds"] == [order["orderId"]]
