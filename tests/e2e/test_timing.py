"""Nobody learns from the time of an answer whether an address has an account.

`TIMINGS` says how many requests of each kind are timed: 100 unless it is set; `make test-timing` takes 500.
"""

import gc
import math
import os
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from secrets import token_hex
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest

from bench.statistics import Interval, median_difference, spread
from tests.e2e.running import SECRET, ShopProcess

EACH = int(os.environ.get("TIMINGS", "100"))
IS_FULL = EACH >= 500
MOST = 1.0 if IS_FULL else math.inf
"""Milliseconds between the medians: what few requests beside other tests say of one is not worth more."""
SHARE = 0.95 if IS_FULL else 0.999
"""Of the bootstrap interval that must contain 0."""
ROUNDS = 3
"""An interval of 95 % misses 0 once in twenty times although nothing leaks; what leaks, leaks every time."""
WARM_UP = 10
ACCOUNTS = 10
PASSWORD, WRONG = "a pass phrase of the tests, long", "a pass phrase of nobody's, long!"
HEADERS = {"Content-Type": "application/json"}
ALONE = (sys.executable, "-m", "tests.e2e.command_door")
"""Agents and mails would be at work in the same process for a while, and hide differences rather than show them."""
Ask = Callable[[str], tuple[int, bytes]]
"""Sends one request about an address; the status and the body of its answer."""


@dataclass(frozen=True)
class Door:
    """One connection to the command API."""

    connection: HTTPConnection

    def post(self, path: str, body: dict[str, Any]) -> tuple[int, bytes]:
        self.connection.request("POST", path, orjson.dumps(body), HEADERS)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def log_in(self, email: str) -> tuple[int, bytes]:
        return self.post("/auth/login", {"email": email, "password": WRONG})

    def register(self, email: str) -> tuple[int, bytes]:
        return self.post(
            "/auth/register", {"email": email, "password": PASSWORD, "firstName": "Ann", "lastName": "Lee"}
        )

    def reset(self, email: str) -> tuple[int, bytes]:
        return self.post("/auth/password-reset", {"email": email})


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    settings = {
        "AIOUTLET_TOKEN_SECRET": SECRET,
        "AIOUTLET_LOG_LEVEL": "WARNING",
    }
    with ShopProcess(tmp_path_factory.mktemp("timing") / "var", settings, ALONE) as shop:
        place = urlsplit(shop.addresses()["commandApi"])
        connection = HTTPConnection(str(place.hostname), place.port, timeout=60)
        yield Door(connection)
        connection.close()


def address() -> str:
    """An address that has no account; all are of one length."""
    return f"ann.{token_hex(8)}@example.org"


@pytest.fixture(scope="module")
def known(door: Door) -> Sequence[str]:
    """Addresses with accounts."""
    addresses = [address() for _ in range(ACCOUNTS)]
    assert {door.register(each)[0] for each in addresses} == {201}
    return addresses


@contextmanager
def undisturbed() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def timed(ask: Ask, email: str) -> float:
    """Milliseconds until the answer is there."""
    begun = perf_counter()
    ask(email)
    return (perf_counter() - begun) * 1_000


def measured(ask: Ask, known: Sequence[str], number: int) -> tuple[list[float], list[float]]:
    """The times of addresses with and without accounts, in turn; which comes first is left to chance."""
    times: tuple[list[float], list[float]] = ([], [])
    with undisturbed():
        for _ in range(number):
            pair = [(0, random.choice(known)), (1, address())]
            random.shuffle(pair)
            for which, email in pair:
                times[which].append(timed(ask, email))
    return times


def told(name: str, with_account: Sequence[float], without: Sequence[float], found: Interval) -> str:
    lines = [f"\n{name}: {len(with_account)} + {len(without)} requests, in milliseconds"]
    for what, times in (("with an account", with_account), ("without", without)):
        at = spread(times)
        lines.append(
            f"  {what:16} median {at.median:8.3f}   quartiles {at.q1:8.3f} {at.q3:8.3f}"
            f"   from {min(times):8.3f} to {max(times):8.3f}"
        )
    said = f"{found.value:+.3f}   {SHARE:.1%} interval of the difference [{found.low:+.3f}, {found.high:+.3f}]"
    return "\n".join([*lines, f"  difference       {said}"])


def leaks(found: Interval) -> bool:
    return abs(found.value) > MOST or not found.low <= 0 <= found.high


@pytest.mark.exhaustive
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", ["log_in", "register", "reset"])
def test_the_time_of_an_answer_does_not_tell_whether_an_address_has_an_account(
    name: str, door: Door, known: Sequence[str], capsys: pytest.CaptureFixture[str]
) -> None:
    ask: Ask = getattr(door, name)
    measured(ask, known, WARM_UP)
    for _ in range(ROUNDS):
        times = measured(ask, known, EACH)
        found = median_difference(*times, share=SHARE)
        with capsys.disabled():
            print(told(name, *times, found))  # noqa: T201
        if not leaks(found):
            return
    pytest.fail(f"{name} tells by its time whether an address has an account")


@pytest.mark.parametrize("name", ["log_in", "reset"])
def test_the_answer_itself_does_not_tell_it(name: str, door: Door, known: Sequence[str]) -> None:
    ask: Ask = getattr(door, name)
    (status, body), (other_status, other_body) = ask(known[0]), ask(address())
    assert (status, without_names(body)) == (other_status, without_names(other_body))


def test_a_registration_answers_alike_but_for_who_registers(door: Door, known: Sequence[str]) -> None:
    email = address()
    (status, body), (other_status, other_body) = door.register(known[0]), door.register(email)
    assert status == other_status == 201
    ours, theirs = orjson.loads(body), orjson.loads(other_body)
    assert ours.keys() == theirs.keys()
    same = {"email": "", "userId": ""}
    assert ours["user"] | same == theirs["user"] | same
    assert ours["version"] == theirs["version"]


def without_names(body: bytes) -> dict[str, Any]:
    return {name: value for name, value in orjson.loads(body).items() if name != "correlationId"}
