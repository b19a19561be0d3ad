"""The bodies of answers to an admin's browser: stock, orders, sagas, lag and the configuration."""

from typing import Any

from bff.answers import Order, Product
from schemas.accepted import Accepted
from schemas.config import ConfigKey
from schemas.message import IncompleteFrom, Message, Time
from schemas.saga import Direction, Step


class ProductAccepted(Accepted):
    """A command about a product was recorded."""

    product_id: str


class AdminProducts(Message):
    """One part of the list of all products, also the discontinued ones; `next` is the cursor of the next part."""

    items: list[Product]
    total: int
    skip: int
    limit: int
    next: str | None


class RowError(Message):
    """One thing that is wrong with a row, which begins on physical line `line` of what was sent."""

    line: int
    product_id: str | None
    field: str | None
    code: str
    detail: str


class CatalogueImported(Message):
    """How many rows were read and what they led to; one that changes several things counts at each."""

    dry_run: bool
    rows: int
    created: int
    updated: int
    price_changed: int
    relisted: int
    discontinued: int
    unchanged: int
    failed: int
    errors: list[RowError]
    errors_left_out: int
    recorded: Accepted | None


class StockOfProduct(Message):
    """The pieces of one product in one warehouse; `name` is null of a product that is not described yet."""

    product_id: str
    name: str | None
    warehouse_id: str
    on_hand: int
    reserved: int
    available: int
    received: int
    adjusted: int
    shipped: int
    incomplete_from: IncompleteFrom = None


class Stocks(Message):
    """One part of the list of what is in the warehouses; `next` is the cursor of the next part."""

    items: list[StockOfProduct]
    total: int
    skip: int
    limit: int
    next: str | None


class ReceiptAccepted(Accepted):
    """A delivery was recorded."""

    receipt_id: str


class AdjustmentAccepted(Accepted):
    """A corrected count was recorded."""

    adjustment_id: str


class SagaRequest(Message):
    """The request that waits for its answer, or for the time to be sent again."""

    step: Step
    direction: Direction
    attempt: int
    retry_at: Time | None = None


class SagaProgress(Message):
    """The state of the order's fulfilment, and the request that runs, if one does."""

    state: str
    request: SagaRequest | None = None


class AdminOrder(Order):
    """An order as an admin sees it: with the rules it was priced by, and where its fulfilment stands."""

    rules_version: str
    saga: SagaProgress


class CauseDecided(Message):
    """So many dead letters were decided about; `next` goes on with the rest, if there are more."""

    decided: int
    next: str | None


class ConfigAccepted(Accepted):
    """The version of a key that is in force now; `version` is that of the stream."""

    key: ConfigKey
    config_version: int


class ConfigVersion(Message):
    """The value of a key in one version; version 0 is what was released, which nobody has set."""

    key: ConfigKey
    version: int
    value: dict[str, Any]
    by: str | None = None
    reason: str | None = None
    changed_at: Time | None = None


class ConfigChange(Message):
    """One version of a key without its value."""

    version: int
    by: str | None = None
    reason: str | None = None
    changed_at: Time | None = None


class ConfigHistory(ConfigVersion):
    """The value in force, and one part of the list of its versions, the newest first."""

    versions: list[ConfigChange]
    total: int
    next: str | None
