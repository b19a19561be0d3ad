"""What becomes of carts."""

from collections import Counter

from projectors.folding import fold
from projectors.models.cart_rounds import CART_ROUNDS
from tests.histories import events, recorded


def figures(*names: str, **about: object) -> dict[str, int]:
    """What the day's total has after these events of one round."""
    wanted = [each for each in recorded(events(*names, **about)) if each.type in CART_ROUNDS.types]
    sums: Counter[str] = Counter()
    for change in fold(CART_ROUNDS, {}, wanted).share_changes:
        if change.bucket == "20260314":
            sums[change.name] += change.total
    return {name: n for name, n in sums.items() if n}


ROUND = {"cart_id": "ann.1"}
ADDED = ("cart.created", "cart.item.added", "cart.item.added")


def test_a_cart_begins_with_its_first_line() -> None:
    assert figures("cart.created", **ROUND) == {}
    assert figures(*ADDED, **ROUND) == {"carts": 1, "carts/open": 1}


def test_a_cart_is_ordered_abandoned_taken_up_again_or_handed_over() -> None:
    assert figures(*ADDED, "cart.checked.out", **ROUND) == {"carts": 1, "carts/ordered": 1}
    assert figures(*ADDED, "cart.abandoned", **ROUND) == {"carts": 1, "carts/abandoned": 1}
    assert figures(*ADDED, "cart.abandoned", "cart.item.added", **ROUND) == {"carts": 1, "carts/open": 1}
    assert figures(*ADDED, "cart.handed.over", **ROUND) == {"carts": 1, "carts/handedOver": 1}


def test_what_has_ended_stays_as_it_ended() -> None:
    assert figures(*ADDED, "cart.checked.out", "cart.abandoned", **ROUND) == {"carts": 1, "carts/ordered": 1}


def test_the_next_round_is_another_cart() -> None:
    first = recorded(events("cart.item.added", "cart.checked.out", **ROUND))
    second = recorded(events("cart.transferred", cart_id="ann.2"), after=2)
    states = {
        key: document and document["state"]
        for key, document in fold(CART_ROUNDS, {}, [*first, *second]).documents.items()
    }
    assert states == {"ann.1": "ordered", "ann.2": "open"}
