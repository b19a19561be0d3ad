"""A cart snapshot's version is moved whenever the state's fields change, or the same events lead to another state."""

from typing import get_args

import orjson

from domain.cart.snapshot import CART_SNAPSHOT_VERSION, dump, load
from domain.cart.state import CartPhase
from schemas.cart import CartEvent
from tests.contract.golden.cart_snapshots import HISTORY, OF_GUESTS, PATH, cart_snapshot_file, states

ADVICE = (
    f"cart snapshots are no longer what {CART_SNAPSHOT_VERSION} says: move CART_SNAPSHOT_VERSION in "
    "domain/cart/snapshot.py, and write its golden file by `python -m tests.contract.golden`"
)


def test_the_state_is_what_its_version_says() -> None:
    assert PATH.exists(), ADVICE
    assert PATH.read_bytes() == cart_snapshot_file()[PATH], ADVICE


def test_the_golden_states_are_loaded_as_the_folds_of_their_histories() -> None:
    golden = orjson.loads(PATH.read_bytes())["states"]
    assert {name: load(orjson.dumps(state)) for name, state in golden.items()} == states(), ADVICE
    assert all(load(dump(cart)) == cart for cart in states().values())


def test_the_golden_histories_have_every_event_and_end_in_every_phase() -> None:
    histories = [HISTORY, *OF_GUESTS.values()]
    assert {type(event) for history in histories for event in history} == set(get_args(CartEvent))
    assert {cart.phase for cart in states().values()} == set(CartPhase)
