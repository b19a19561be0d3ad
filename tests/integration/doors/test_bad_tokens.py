"""Tokens that are not good: refused by both doors alike, before a byte of the body is read."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import orjson
import pytest

from identity.tokens import LEEWAY, TokenIssuer
from tests.accounts import SECRET
from tests.doors import bearer
from tests.integration.doors.counter import Counter, basket, key, problem
from tests.integration.doors.reader import Reader

HOUR = timedelta(hours=1)


def claims(**changed: object) -> dict[str, Any]:
    now = datetime.now(UTC)
    said = {
        "sub": "bob",
        "roles": ["customer"],
        "actorType": "customer",
        "iss": "aioutlet",
        "aud": "aioutlet",
        "iat": now,
        "exp": now + HOUR,
    } | changed
    return {name: value for name, value in said.items() if value is not None}


def signed(secret: str = SECRET, algorithm: str = "HS256", **changed: object) -> str:
    return jwt.encode(claims(**changed), secret, algorithm)


def tampered() -> str:
    """Good header and signature around other claims."""
    header, said, signature = signed().split(".")
    inside = orjson.loads(base64.urlsafe_b64decode(said + "=="))
    forged = base64.urlsafe_b64encode(orjson.dumps(inside | {"roles": ["admin"], "sub": "ann"})).rstrip(b"=").decode()
    return f"{header}.{forged}.{signature}"


def unsigned() -> str:
    return jwt.encode(claims(roles=["admin"]), "", "none")


def stripped() -> str:
    """What `none` looks like when the header still says HS256."""
    return signed().rpartition(".")[0] + "."


BAD: dict[str, Callable[[], str]] = {
    "of another secret": lambda: signed("another secret of the tests, as long"),
    "tampered with": tampered,
    "alg none": unsigned,
    "alg none in capitals": lambda: unsigned().replace("eyJhbGciOiJub25lI", "eyJhbGciOiJOT05FI"),
    "without its signature": stripped,
    "of a stronger algorithm": lambda: signed(algorithm="HS512"),
    "of another issuer": lambda: signed(iss="somebody"),
    "for another audience": lambda: signed(aud="somebody"),
    "without an issuer": lambda: signed(iss=None),
    "without an audience": lambda: signed(aud=None),
    "without an end": lambda: signed(exp=None),
    "without roles": lambda: signed(roles=None),
    "of a role nobody knows": lambda: signed(roles=["emperor"]),
    "of a subject that is no id": lambda: signed(sub="bob; drop"),
    "not begun yet": lambda: signed(nbf=datetime.now(UTC) + HOUR),
    "cut short": lambda: signed()[:-10],
    "no token": lambda: "nonsense",
}
pytestmark = pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")


@pytest.mark.parametrize("name", BAD)
async def test_a_token_that_is_not_good_opens_neither_door(counter: Counter, blind: Reader, name: str) -> None:
    said = {"Authorization": f"Bearer {BAD[name]()}"}
    refusal = await counter.refused(401, "unauthorised", "POST", "/orders", json=basket(), headers=said | key("k"))
    assert "expired" not in refusal["detail"]
    answer = await blind.asks("/orders", headers=said)
    problem(answer, 401, "unauthorised")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("said", [None, "", "Bearer", "Bearer ", "Basic Ym9iOmJvYg==", "Token x", "bearer\t"])
async def test_a_missing_token_opens_neither_door(counter: Counter, blind: Reader, said: str | None) -> None:
    headers = {} if said is None else {"Authorization": said}
    await counter.refused(401, "unauthorised", "POST", "/orders", json=basket(), headers=headers | key("k"))
    problem(await blind.asks("/orders", headers=headers), 401, "unauthorised")


async def test_an_expired_token_is_told_that_it_has_expired(counter: Counter, blind: Reader) -> None:
    said, blind_said = [
        {"Authorization": f"Bearer {issuer.issue('bob', lifetime=-timedelta(seconds=LEEWAY + 1))}"}
        for issuer in (TokenIssuer(SECRET, clock=counter.clock), TokenIssuer(SECRET))
    ]
    refusal = await counter.refused(401, "unauthorised", "POST", "/orders", json=basket(), headers=said | key("k"))
    assert "expired" in refusal["detail"]
    assert "expired" in problem(await blind.asks("/orders", headers=blind_said), 401, "unauthorised")["detail"]


async def test_who_has_no_token_has_no_say_in_how_much_is_read(counter: Counter) -> None:
    body = b"{" * 10_000_000
    await counter.refused(401, "unauthorised", "POST", "/orders", content=body)


async def test_the_scheme_may_be_spelled_as_one_likes(counter: Counter) -> None:
    said = {
        "Authorization": bearer(TokenIssuer(SECRET), "bob", "customer")["Authorization"].replace("Bearer", "bEaReR")
    }
    assert (await counter.says("POST", "/orders", json=basket(), headers=said | key("k"))).status_code == 201


async def test_a_token_in_the_address_is_no_token(counter: Counter, blind: Reader) -> None:
    await counter.refused(401, "unauthorised", "POST", f"/orders?access_token={signed()}", json=basket())
    problem(await blind.asks(f"/orders?access_token={signed()}"), 401, "unauthorised")
