"""Values, and copies of them with some fields changed."""

import dataclasses
import pickle

import pytest

from domain.product import PRODUCT
from schemas.values import dataclass, replace
from tests.examples import EXAMPLES


@dataclass(frozen=True, slots=True)
class Pair:
    left: int
    right: tuple[str, ...] = ()


def test_values_are_equal_by_their_fields_and_can_be_keys() -> None:
    assert Pair(1) == Pair(1) != Pair(2)
    assert {Pair(1), Pair(1), Pair(2)} == {Pair(1), Pair(2)}
    assert pickle.loads(pickle.dumps(Pair(1, ("a",)))) == Pair(1, ("a",))


def test_a_class_that_is_not_meant_to_be_a_value_is_refused() -> None:
    with pytest.raises(TypeError, match="frozen"):
        dataclass(slots=True)


def test_the_fields_named_are_changed_and_the_others_kept() -> None:
    pair = Pair(1, ("a",))
    assert replace(pair, left=2) == Pair(2, ("a",))
    assert replace(pair, left=0, right=()) == Pair(0)
    assert replace(pair) == pair
    assert pair == Pair(1, ("a",))


def test_it_does_what_the_library_does() -> None:
    product = PRODUCT.fold([EXAMPLES["product.created"]])  # type: ignore[list-item]
    assert replace(product, for_sale=False) == dataclasses.replace(product, for_sale=False) != product


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(TypeError, match="middle"):
        replace(Pair(1), middle=2)  # type: ignore[call-arg]


def test_a_class_without_slots_is_refused() -> None:
    @dataclasses.dataclass(frozen=True)
    class Open:
        left: int

    with pytest.raises(TypeError, match="Open"):
        replace(Open(1), left=2)


def test_what_follows_from_the_fields_follows_from_those_of_a_copy() -> None:
    @dataclass(frozen=True, slots=True)
    class Doubled:
        left: int
        twice: int = dataclasses.field(init=False)

        def __post_init__(self) -> None:
            self.twice = 2 * self.left  # type: ignore[misc]  # frozen to the type checker alone

    assert (replace(Doubled(1), left=4).twice, Doubled(1).twice) == (8, 2)
