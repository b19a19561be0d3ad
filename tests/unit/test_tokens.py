from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from identity.tokens import REQUIRED_CLAIMS, Identity, TokenIssuer, TokenVerifier
from schemas.actor_type import ActorType
from schemas.envelope import Actor
from schemas.errors import Unauthorised

SECRET = "a secret of the tests, long enough"
OTHER = "another secret of the tests, as long"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def issuer(secret: str = SECRET) -> TokenIssuer:
    return TokenIssuer(secret, clock=lambda: NOON)


def verifier(*, at: datetime = NOON) -> TokenVerifier:
    return TokenVerifier(SECRET, clock=lambda: at)


def sign(claims: dict[str, Any]) -> str:
    """A valid token, but for `claims`; None removes one."""
    merged = {
        "sub": "bob",
        "roles": ["customer"],
        "actorType": "customer",
        "iss": "aioutlet",
        "aud": "aioutlet",
        "iat": NOON,
        "exp": NOON + timedelta(hours=1),
    } | claims
    return jwt.encode({name: value for name, value in merged.items() if value is not None}, SECRET)


async def test_a_token_names_the_actor_and_its_roles() -> None:
    token = issuer().issue("ann", ["admin", "operator"], "admin")
    ann = Actor(type=ActorType.ADMIN, id="ann", roles=("admin", "operator"))
    assert await verifier().verify(token) == Identity(ann, session_id=None)


async def test_a_token_of_another_secret_is_refused() -> None:
    with pytest.raises(Unauthorised, match="not valid"):
        await verifier().verify(issuer(OTHER).issue("ann", ["admin"], "admin"))


async def test_an_expired_token_has_a_detail_of_its_own() -> None:
    token = issuer().issue("ann", lifetime=timedelta(minutes=5))
    with pytest.raises(Unauthorised, match="expired"):
        await verifier(at=NOON + timedelta(minutes=6)).verify(token)


async def test_a_cached_token_expires_too() -> None:
    now = NOON
    caching = TokenVerifier(SECRET, clock=lambda: now)
    token = issuer().issue("ann", lifetime=timedelta(minutes=5))
    assert (await caching.verify(token)).actor.id == "ann"
    now += timedelta(minutes=6)
    for _ in range(2):
        with pytest.raises(Unauthorised, match="expired"):
            await caching.verify(token)


@pytest.mark.parametrize("claim", REQUIRED_CLAIMS)
async def test_a_token_without_a_claim_is_refused(claim: str) -> None:
    with pytest.raises(Unauthorised):
        await verifier().verify(sign({claim: None}))


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "someone else"},
        {"aud": "someone else"},
        {"sub": "../ann"},
        {"sub": ""},
        {"sub": "x" * 65},
        {"roles": ["emperor"]},
        {"roles": "admin"},
        {"actorType": "emperor"},
        {"exp": "soon"},
    ],
)
async def test_a_token_with_a_wrong_claim_is_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(Unauthorised):
        await verifier().verify(sign(claims))


@pytest.mark.parametrize("algorithm", ["HS384", "HS512", "none"])
@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
async def test_only_one_algorithm_is_accepted(algorithm: str) -> None:
    claims = jwt.decode(sign({}), options={"verify_signature": False})
    with pytest.raises(Unauthorised):
        await verifier().verify(jwt.encode(claims, "" if algorithm == "none" else SECRET, algorithm))


@pytest.mark.parametrize("token", ["", ".", "a.b.c", "é", "x" * 4_000])
async def test_what_is_not_a_token_is_refused(token: str) -> None:
    with pytest.raises(Unauthorised):
        await verifier().verify(token)


@pytest.mark.parametrize("part", [TokenIssuer, TokenVerifier])
def test_a_short_secret_is_refused_at_the_start(part: type[TokenIssuer | TokenVerifier]) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        part("short")
