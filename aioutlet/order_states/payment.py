"""The payment of an order, with a provider that answers in every way a provider may: late, never, with faults."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple, Self

from aioutlet.order_states.move import Move
from aioutlet.order_states.side import Numbers, Side, number_of
from domain.payment import PAYMENT, Payment, PaymentPhase, charge_refusal, is_charged
from schemas.payment import PaymentCommand, PaymentEvent, Void
from schemas.saga import Direction, PaymentProcessing, PaymentRefund, SagaRequest, Step
from streams.payment import charge_command, refund_commands
from streams.payment_gateway import GatewayAnswer, RefundAnswer
from streams.provider_books import EntryState

APPROVED = GatewayAnswer(approved=True)
DECLINED = GatewayAnswer(approved=False, code="card_declined")
FAULTY = GatewayAnswer(approved=False, code="provider_error", retriable=True)
REFUSED = GatewayAnswer(approved=False, code="payment_voided")


class Books(NamedTuple):
    """What the provider has done: the only charge of the order, and the request that made it."""

    state: EntryState | None = None
    attempt: int = 0


NOTHING_DONE = Books()


class Outcome(NamedTuple):
    """What the provider may do about one request."""

    name: str
    books: Books
    answer: GatewayAnswer | RefundAnswer | None


@dataclass(frozen=True)
class PaymentSide(Side):
    """The aggregate, the provider's books, and the requests whose charge is announced for later.

    Of several requests only the last is handled, as by `streams.provider_processor`.
    """

    step: ClassVar[Step] = Step.PAYMENT
    payment: Payment = PAYMENT.initial
    books: Books = NOTHING_DONE
    announced: tuple[SagaRequest, ...] = ()

    @property
    def is_busy(self) -> bool:
        return super().is_busy or bool(self.announced)

    def ask(self, request: SagaRequest) -> Self:
        return replace(self, requests=(request,))

    def moves(self) -> Iterator[Move[Side]]:
        for request in self.requests:
            handled = replace(self, requests=())
            yield from handled._charge(request) if isinstance(request, PaymentProcessing) else handled._undo(request)
        for request in self.announced:
            rest = tuple(other for other in self.announced if other is not request)
            yield from replace(self, announced=rest)._charge_late(request)

    def _charge(self, request: SagaRequest) -> Iterator[Move[Side]]:
        if reason := charge_refusal(self.payment):
            yield Move("a late charge is refused", self._record_charge(request, replace(REFUSED, code=reason)))
            return
        for name, books, answer in _charges(self.books, request):
            yield Move(name, replace(self, books=books)._record_charge(request, answer))
        if self.books.state is None:
            yield Move("the provider announces a charge", replace(self, announced=(*self.announced, request)))
            yield Move("the provider has a fault", self._record_charge(request, FAULTY))

    def _charge_late(self, request: SagaRequest) -> Iterator[Move[Side]]:
        """A charge that the provider makes in spite of an undo is at least answered."""
        for name, books, answer in _charges(self.books, request):
            if answer or self.payment.phase is not PaymentPhase.VOIDED:
                yield Move(f"{name} late", replace(self, books=books)._record_charge(request, answer))

    def _undo(self, request: SagaRequest) -> Iterator[Move[Side]]:
        if self.payment.phase is PaymentPhase.REFUNDED:
            again = self._decide([Void(order_id=request.order_id, attempt=request.attempt)])
            yield Move("the provider refunds", again)
            return
        for name, books, answer in _undos(self.books, is_announced=bool(self.announced)):
            yield Move(name, replace(self, books=books)._record_undo(request, answer))

    def _record_charge(self, request: SagaRequest, answer: GatewayAnswer | RefundAnswer | None) -> Self:
        if isinstance(request, PaymentProcessing) and isinstance(answer, GatewayAnswer):
            return self._decide([charge_command(request, answer)])
        return self

    def _record_undo(self, request: SagaRequest, answer: GatewayAnswer | RefundAnswer | None) -> Self:
        if isinstance(request, PaymentRefund) and isinstance(answer, RefundAnswer):
            return self._decide(refund_commands(request, answer, is_charged=is_charged(self.payment)))
        return self

    def _decide(self, commands: Sequence[PaymentCommand]) -> Self:
        payment, events = self.payment, list[PaymentEvent]()
        for command in commands:
            new = PAYMENT.decide(command, payment)
            payment = PAYMENT.fold(new, payment)
            events += new
        return replace(self, payment=payment).answer(*events)

    def waiting(self, direction: Direction) -> Iterator[int]:
        yield from super().waiting(direction)
        if direction == "forward":
            yield from (request.attempt for request in self.announced)

    def renumber(self, direction: Direction, numbers: Numbers, waiting: Numbers) -> Self:
        side = super().renumber(direction, numbers, waiting)
        payment, books = self.payment, self.books
        if direction == "undo":
            return replace(side, payment=replace(payment, undo_attempt=number_of(payment.undo_attempt, waiting)))
        return replace(
            side,
            payment=replace(payment, charge_attempt=number_of(payment.charge_attempt, waiting)),
            books=books._replace(attempt=waiting.get(books.attempt, 0)),
            announced=tuple(each.model_copy(update={"attempt": waiting[each.attempt]}) for each in self.announced),
        )


def _charges(books: Books, request: SagaRequest) -> Iterator[Outcome]:
    """How the provider may answer a charge; it moves money once."""
    made = Books(EntryState.CHARGED, request.attempt) if books.state is None else books
    if books.state is EntryState.REFUSED:
        yield Outcome("the provider declines", books, REFUSED)
    else:
        yield Outcome("the provider charges", made, APPROVED)
    if books.state is None:
        yield Outcome("the provider declines", books, DECLINED)
        yield Outcome("the provider charges and never answers", made, None)
    yield Outcome("the provider never answers", books, None)


def _undos(books: Books, *, is_announced: bool) -> Iterator[Outcome]:
    """How the provider may answer an undo; what it has announced it may charge all the same."""
    returned = RefundAnswer(approved=True, was_charged=True, charge_attempt=books.attempt)
    nothing = RefundAnswer(approved=True, was_charged=False)
    match books.state:
        case EntryState.CHARGED:
            refunded = books._replace(state=EntryState.REFUNDED)
            kept = replace(returned, approved=False, code="refund_refused")
            yield Outcome("the provider refunds", refunded, returned)
            yield Outcome("the provider refunds and never answers", refunded, None)
            yield Outcome("the provider refuses to refund", books, kept)
        case EntryState.REFUNDED:
            yield Outcome("the provider refunds", books, returned)
        case _:
            yield Outcome("the provider has nothing to refund", Books(EntryState.REFUSED), nothing)
            if is_announced:
                yield Outcome("the provider has nothing to refund yet", books, nothing)
    yield Outcome("the provider never answers", books, None)
