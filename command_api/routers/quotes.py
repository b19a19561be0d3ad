"""`POST /quotes`: what an order would cost now. Nothing is recorded, and nothing is held."""

from decimal import Decimal
from typing import Annotated

from fastapi import APIRouter
from pydantic import AfterValidator, Field

from command_api.context import CurrentCaller
from command_api.places.address import find_place
from command_api.responses import Quoted
from command_api.routers.place_order import (
    MAX_LINES,
    BasketLine,
    currency_of,
    load_products,
    order_lines,
    rules_in_force,
)
from domain.pricing import Rules, quote, region_of
from edge.auth import CurrentActor
from schemas.address import CountryCode, PostalCode
from schemas.message import Command
from schemas.order import OrderTerms
from schemas.quantities import quantities_of
from schemas.text import Line

router = APIRouter(prefix="/quotes", tags=["orders"])


class Destination(Command):
    """What the price of an order depends on in its shipping address."""

    country: CountryCode
    region: Line | None = None
    city: Line | None = None
    postal_code: PostalCode | None = None


def _complete(destination: Destination) -> Destination:
    place = find_place(destination.country, destination.region, destination.city, destination.postal_code)
    return destination.model_copy(update=place._asdict())


class NewQuote(Command):
    """What is to be ordered, and where it is to go; without a destination the tax is not known yet."""

    items: Annotated[tuple[BasketLine, ...], Field(min_length=1, max_length=MAX_LINES)]
    destination: Annotated[Destination, AfterValidator(_complete)] | None = None


@router.post("")
async def quote_order(body: NewQuote, _: CurrentActor, caller: CurrentCaller) -> Quoted:
    """Price a basket by the catalogue and the rules of now, as an order would be."""
    wanted = quantities_of(body.items)
    products = await load_products(caller.context, wanted)
    rules, currency = await rules_in_force(caller.context), currency_of(products)
    terms = _terms(rules, body.destination, currency)
    quoted = quote(tuple(order_lines(wanted, products)), terms)
    is_taxed = body.destination is not None
    return Quoted(
        subtotal=quoted.subtotal,
        tax=quoted.tax if is_taxed else None,
        tax_rate=f"{terms.tax.normalize():f}" if is_taxed else None,
        shipping=quoted.shipping,
        free_from=terms.free_from,
        total_amount=quoted.total,
        currency=currency,
        rules_version=terms.rules_version,
    )


def _terms(rules: Rules, destination: Destination | None, currency: str) -> OrderTerms:
    if destination:
        return rules.terms(region=region_of(destination.country, destination.region), currency=currency)
    fee = rules.fee_in(currency)
    return OrderTerms(rules_version=rules.version, tax=Decimal(0), fee=fee.amount, free_from=fee.free_from)
