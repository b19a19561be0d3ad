"""The outside parties: a payment provider and a carrier, which outlive every process, and the service of keys."""

import base64
import hashlib
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable
from typing import ClassVar, TypeVar

from schemas.errors import Unavailable
from schemas.saga import PaymentProcessing, PaymentRefund, ShippingCancel, ShippingPreparation, Step
from schemas.sealed import Sealed
from streams.carrier import CarrierAnswer, DummyCarrier, label_for
from streams.payment_gateway import DummyGateway, GatewayAnswer, RefundAnswer
from streams.provider_books import BookEntry, EntryState
from tests.simulation.faults import Kind, Port
from tests.simulation.process import Process

T = TypeVar("T")
SLOW = 120.0
"""Seconds that a call may take; the deadline of a call is much shorter."""


class Books:
    """The provider's books in a dictionary, which count how often the money of an order was moved."""

    def __init__(self) -> None:
        self._entries: dict[str, BookEntry] = {}
        self.moves = Counter[tuple[str, EntryState]]()

    def find(self, order_id: str) -> BookEntry | None:
        return self._entries.get(order_id)

    def write(self, entry: BookEntry, *, unless: frozenset[EntryState]) -> BookEntry:
        known = self._entries.get(entry.order_id)
        if known and known.state in unless:
            return known
        if known is None or known.state is not entry.state:
            self.moves[entry.order_id, entry.state] += 1
        self._entries[entry.order_id] = entry
        return entry

    def entries(self) -> Iterable[BookEntry]:
        return self._entries.values()


class Outside:
    """What the outside parties have done."""

    def __init__(self) -> None:
        self.books = Books()
        self.keys: dict[tuple[str, str], set[str]] = defaultdict(set)
        """The idempotency keys with which each order's money or label was asked for, by order and kind."""
        self.labels: dict[str, str] = {}
        """Printed and not voided, by order."""
        self.gateway = DummyGateway(books=self.books)  # type: ignore[arg-type]  # a dictionary instead of a file


class SlowCalls:
    """Calls of one process: they take time, and may be made although nobody is told."""

    step: ClassVar[Step]

    def __init__(self, outside: Outside, process: Process) -> None:
        self.outside = outside
        self.process = process

    async def ask(self, call: Callable[[], Awaitable[T]]) -> T:
        process = self.process
        fault = process.simulation.faults.next(Port.PROVIDER)
        await process.wait_a_little()
        if process.loop.time() < process.simulation.setup.back_at.get(self.step, 0.0):
            raise ConnectionError("the provider is away")
        if slowest := process.simulation.setup.slowest_provider:
            await process.loop.pause(max(0.0, 2 * process.simulation.random.random() - 1) * slowest)
        if fault is None:
            return await call()
        await process.strike(fault)
        if fault.kind is Kind.PROVIDER_ERROR and fault.size < 0.5:
            raise ConnectionError("the provider was not reached")
        if fault.kind is Kind.TIMEOUT and fault.size < 0.5:
            await process.loop.pause(SLOW * fault.size)
        answer = await call()
        if fault.kind is Kind.TIMEOUT:
            await process.loop.pause(SLOW * fault.size)
        if fault.kind is Kind.PROVIDER_ERROR:
            raise ConnectionError("the provider's answer was lost")
        if fault.kind is Kind.CRASH_AFTER:
            await process.die(fault)
        return answer


class SimulatedGateway(SlowCalls):
    """The production stand-in for a payment provider, as one process reaches it."""

    step = Step.PAYMENT

    async def charge(self, request: PaymentProcessing) -> GatewayAnswer | None:
        self.outside.keys[request.order_id, "charge"].add(request.idempotency_key)
        return await self.ask(lambda: self.outside.gateway.charge(request))

    async def refund(self, request: PaymentRefund) -> RefundAnswer | None:
        return await self.ask(lambda: self.outside.gateway.refund(request))


class SimulatedCarrier(SlowCalls):
    """The production stand-in for a carrier, which remembers its labels."""

    step = Step.SHIPPING

    async def prepare(self, request: ShippingPreparation, postal_code: str | None) -> CarrierAnswer | None:
        self.outside.keys[request.order_id, "label"].add(request.idempotency_key)
        return await self.ask(lambda: self._print(request, postal_code))

    async def cancel(self, request: ShippingCancel) -> None:
        await self.ask(lambda: self._void(request))

    async def _print(self, request: ShippingPreparation, postal_code: str | None) -> CarrierAnswer | None:
        answer = await DummyCarrier().prepare(request, postal_code)
        if answer and answer.accepted:
            self.outside.labels[request.order_id] = str(label_for(request.order_id).label_id)
        return answer

    async def _void(self, request: ShippingCancel) -> None:
        self.outside.labels.pop(request.order_id, None)


class OpenSealer:
    """Takes the place of `identity.sealing.Sealer`: what it seals is not secret, so that a run is always the same."""

    def __init__(self, process: Process, port: Port = Port.KEYS) -> None:
        self._process = process
        self._port = port

    async def prepare(self, subjects: Iterable[str]) -> None:
        await self._process.call(self._port, lambda: None, fail=lambda fault: _error_of(fault.size))

    def seal(self, subject: str, text: str) -> Sealed:
        return sealed(subject, text)

    def open(self, field: Sealed) -> str:
        return base64.urlsafe_b64decode(field.text + "==").decode()

    def fingerprint(self, data: bytes) -> bytes:
        return hashlib.sha256(data).digest()


def sealed(subject: str, text: str) -> Sealed:
    """A field in the wire form of a sealed one."""
    encoded = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    return Sealed(subject=subject, key="open", nonce="AAAAAAAAAAAAAAAA", text=encoded)


def _error_of(size: float) -> Exception:
    return Unavailable("no keys") if size < 0.3 else ZeroDivisionError("a handler's bug")
