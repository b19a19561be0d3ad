"""The carrier simulator answers by postal code and attempt alone."""

from schemas.saga import ShippingPreparation
from schemas.sealed import Sealed
from schemas.warehouse import StockLine
from streams.carrier import Carrier, CarrierAnswer, DummyCarrier

CARRIER: Carrier = DummyCarrier()
ADDRESS = Sealed(subject="c-1", key="dev", nonce="bm9uY2U", text="dGV4dA")


def preparation(order_id: str = "o-1", attempt: int = 1) -> ShippingPreparation:
    return ShippingPreparation(
        order_id=order_id,
        attempt=attempt,
        items=(StockLine(product_id="p", quantity=1),),
        address=ADDRESS,
        idempotency_key=f"{order_id}/shipping",
    )


async def label(order_id: str) -> str | None:
    answer = await CARRIER.prepare(preparation(order_id), "90210")
    return answer.label_id if answer else None


async def test_an_ordinary_address_gets_its_label() -> None:
    answer = await CARRIER.prepare(preparation(), "90210")
    assert answer is not None
    assert answer.accepted
    assert all((answer.label_id, answer.tracking_number, answer.carrier))


async def test_a_repeated_request_gets_the_same_label_and_another_order_another() -> None:
    assert await label("o-1") == await label("o-1")
    assert await label("o-1") != await label("o-2")


async def test_five_zeros_are_refused_for_good() -> None:
    answer = await CARRIER.prepare(preparation(), "00000")
    assert answer == CarrierAnswer(accepted=False, code="address_refused")


async def test_00001_is_never_answered() -> None:
    assert await CARRIER.prepare(preparation(), "00001") is None


async def test_00002_fails_twice_and_then_prepares() -> None:
    answers = [await CARRIER.prepare(preparation(attempt=attempt), "00002") for attempt in (1, 2, 3)]
    assert [answer and (answer.accepted, answer.retriable) for answer in answers] == [
        (False, True),
        (False, True),
        (True, False),
    ]
