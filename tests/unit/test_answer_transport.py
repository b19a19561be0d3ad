"""How the parts of an answer are written to its connection."""

import asyncio
from collections.abc import Iterable
from typing import cast

import pytest

from aioutlet.http_protocol import AnswerTransport


class Connection:
    """Remembers what each write had."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []
        self.is_closed = False

    def write(self, data: bytes) -> None:
        self.writes.append(data)

    def writelines(self, parts: Iterable[bytes]) -> None:
        self.writes.append(b"".join(parts))

    def close(self) -> None:
        self.is_closed = True

    def is_closing(self) -> bool:
        return self.is_closed


@pytest.fixture
def connection() -> Connection:
    return Connection()


@pytest.fixture
async def answers(connection: Connection) -> AnswerTransport:
    return AnswerTransport(cast(asyncio.Transport, connection), asyncio.get_running_loop())


async def turn() -> None:
    """Until the event loop's next turn."""
    turned = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(turned.set_result, None)
    await turned


async def test_a_head_and_the_body_after_it_are_one_write(connection: Connection, answers: AnswerTransport) -> None:
    for number in (b"1", b"2"):
        answers.write(b"head" + number)
        answers.write(b"body" + number)
        answers.end()
    await turn()
    assert connection.writes == [b"head1body1", b"head2body2"]


async def test_a_head_whose_body_comes_later_does_not_wait_for_it(
    connection: Connection, answers: AnswerTransport
) -> None:
    answers.write(b"head")
    assert connection.writes == []
    await turn()
    assert connection.writes == [b"head"]
    answers.write(b"event")
    assert connection.writes == [b"head", b"event"]


async def test_a_body_of_several_parts_is_written_as_they_come(
    connection: Connection, answers: AnswerTransport
) -> None:
    for part in (b"head", b"one", b"two"):
        answers.write(part)
    assert connection.writes == [b"headone", b"two"]


async def test_a_head_without_a_body_is_written_when_the_answer_ends(
    connection: Connection, answers: AnswerTransport
) -> None:
    answers.write(b"head")
    answers.end()
    assert connection.writes == [b"head"]
    await turn()
    assert connection.writes == [b"head"]


async def test_a_head_is_written_before_the_connection_is_closed(
    connection: Connection, answers: AnswerTransport
) -> None:
    answers.write(b"head")
    answers.close()
    assert (connection.writes, answers.is_closing()) == ([b"head"], True)


async def test_nothing_is_written_to_a_connection_that_was_closed_meanwhile(
    connection: Connection, answers: AnswerTransport
) -> None:
    answers.write(b"head")
    connection.close()
    await turn()
    assert connection.writes == []
