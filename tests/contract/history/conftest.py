"""The stores of `tests/contract/event_store`, and a log with a story in it."""

from tests.contract.event_store.conftest import clock, store

__all__ = ["clock", "store"]
