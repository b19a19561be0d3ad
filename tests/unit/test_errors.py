"""The error tree is drawn as it is coded, and every leaf has its own word and answer."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest

import schemas.errors
from schemas.errors import AIOutletError, Conflict, Poison

ROOT = AIOutletError.__name__


class Drawn(NamedTuple):
    """One name of the drawing, under which parent, answered with which status (None: the parent's, or none)."""

    parent: str
    status: int | None


def drawn() -> dict[str, Drawn]:
    """Read the tree in the module's docstring: four columns are one level, ` · ` separates siblings."""
    tree: dict[str, Drawn] = {}
    branch = [ROOT]
    for line in (schemas.errors.__doc__ or "").splitlines():
        if match := re.match(r"([│ ]*)[├└]── (\w+(?: · \w+)*)(?: {2,}.*?)?(?: (\d{3}|-))?$", line):
            indent, names, status = match.groups()
            branch = branch[: len(indent) // 4 + 1]
            for name in names.split(" · "):
                tree[name] = Drawn(branch[-1], int(status) if status and status != "-" else None)
            branch.append(names.split(" · ")[-1])
    return tree


def drawn_status(name: str) -> int | None:
    """A refusal without a status of its own is answered like its parent."""
    parent, status = drawn()[name]
    return drawn_status(parent) if status is None and parent != ROOT else status


def coded(of: type[AIOutletError] = AIOutletError) -> Iterator[type[AIOutletError]]:
    for child in of.__subclasses__():
        if child.__module__ == schemas.errors.__name__:
            yield child
            yield from coded(child)


ERRORS = list(coded())
every_error = pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)


def test_the_drawing_lists_every_error_and_no_other() -> None:
    assert set(drawn()) == {error.__name__ for error in ERRORS}


@every_error
def test_the_drawing_shows_the_parent(error: type[AIOutletError]) -> None:
    assert drawn()[error.__name__].parent == error.__bases__[0].__name__


@every_error
def test_the_drawing_shows_the_status(error: type[AIOutletError]) -> None:
    assert drawn_status(error.__name__) == (None if error is Poison else error.status)


def test_every_code_is_used_once() -> None:
    codes = [AIOutletError.code, *(error.code for error in ERRORS)]
    assert len(set(codes)) == len(codes)


@every_error
def test_every_error_has_a_code_of_its_own_and_says_what_it_means(error: type[AIOutletError]) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", vars(error)["code"])
    assert (vars(error)["__doc__"] or "").strip().endswith(".")


@every_error
def test_only_what_never_reaches_http_may_look_like_our_own_fault(error: type[AIOutletError]) -> None:
    assert error is Poison or (400 <= error.status < 600 and error.status != AIOutletError.status)


def test_an_error_carries_a_sentence_and_the_facts() -> None:
    error = AIOutletError("not today", shop="closed")
    assert (str(error), error.detail, dict(error.extra)) == ("not today", "not today", {"shop": "closed"})


def test_a_conflict_names_the_streams_that_moved() -> None:
    assert Conflict(["order-1", "saga-1"]).streams == ("order-1", "saga-1")
    assert "order-1, saga-1" in str(Conflict(["order-1", "saga-1"]))


@pytest.mark.parametrize("error", list(coded()), ids=lambda error: error.__name__)
def test_every_error_has_a_title_of_its_own(error: type[AIOutletError]) -> None:
    assert "title" in vars(error)
    assert [other for other in coded() if other.title == error.title] == [error]


@pytest.mark.parametrize("error", [e for e in coded() if e.status >= 500], ids=lambda error: error.__name__)
def test_no_title_claims_what_a_fault_does_not_know(error: type[AIOutletError]) -> None:
    assert "nothing" not in error.title.lower()
    assert "recorded" not in error.title.lower()
