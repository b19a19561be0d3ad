"""The stores of `tests/contract/event_store`."""

from tests.contract.event_store.conftest import clock, store

__all__ = ["clock", "store"]
