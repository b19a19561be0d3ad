"""What orders would have cost by other rules of tax and shipping.

Where an order goes is sealed. Its region follows from the tax that was recorded, as far as regions differ by that:
where they do not, and would by the candidate, the tax is only known to be between two amounts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import cast

from pydantic import ValidationError

from domain.pricing import CONFIGURED, RULES, Rules, configured_rules, released_pricing, round_half_up
from history.what_if.configuration import read_configs, value_of
from history.what_if.log import Period, ReadOnlyLog, read_events
from schemas.config import ConfigKey, PricingRules
from schemas.errors import CurrencyNotAccepted, Invalid
from schemas.order import OrderCreated
from schemas.what_if import (
    MAX_ORDERS,
    MAX_SHOWN,
    Between,
    PricedCurrency,
    PricedOrder,
    PricingCandidate,
    PricingDifference,
    Span,
)

ELSEWHERE = "ZZ"
"""A country that no rules name (ISO 3166 keeps it free)."""


async def what_if_priced(
    log: ReadOnlyLog, change: PricingCandidate, period: Period, *, limit: int = MAX_ORDERS
) -> PricingDifference:
    """Price the recorded orders of a period, the `limit` oldest, by the rules in force with a change."""
    configs = await read_configs(log, period.until)
    rules = {**RULES, **{config.rules.version: config.rules for config in configs}}
    candidate = _with_change(value_of(configs[-1], ConfigKey.PRICING, released_pricing()), change)
    orders, refused, last, left_out = list[PricedOrder](), defaultdict[str, int](int), period.until, False
    async for envelope in read_events(log, period, [OrderCreated.wire_name]):
        if len(orders) + sum(refused.values()) == limit:
            last, left_out = envelope.position - 1, True
            break
        created = cast(OrderCreated, envelope.event)
        try:
            orders.append(_price(created, envelope.position, rules.get(created.rules_version), candidate))
        except CurrencyNotAccepted:
            refused[created.currency] += 1
    return PricingDifference(
        span=Span(first=period.after + 1, last=last, left_out=left_out),
        currencies=tuple(_sum_up(orders, refused)),
        orders=tuple(sorted(filter(_is_changed, orders), key=_size_of_change, reverse=True)[:MAX_SHOWN]),
    )


def read_candidate(tax: Iterable[str], other_tax: str | None, fees: Iterable[str]) -> PricingCandidate:
    """Return the candidate of rates as `US-OH:7.25` and fees as `USD:499:4000`.

    Raises:
        Invalid: One of them is none.
    """
    try:
        parts = [fee.split(":") for fee in fees]
        return PricingCandidate.model_validate(
            {
                "tax": dict(rate.split(":") for rate in tax),
                "other_tax": other_tax,
                "fees": {currency: {"amount": int(fee), "free_from": int(free)} for currency, fee, free in parts},
            }
        )
    except ValidationError as error:
        raise Invalid(error.errors()[0]["msg"]) from error
    except ValueError as error:
        raise Invalid("a rate is REGION:PERCENT, and a fee CURRENCY:FEE:FREE_FROM") from error


def _with_change(value: PricingRules, change: PricingCandidate) -> Rules:
    changed = value.model_copy(
        update={
            "tax": value.tax | change.tax,
            "other_tax": value.other_tax if change.other_tax is None else change.other_tax,
            "fees": value.fees | change.fees,
        }
    )
    return replace(configured_rules(changed, 0), version=f"{CONFIGURED}candidate")


def _price(created: OrderCreated, position: int, recorded: Rules | None, candidate: Rules) -> PricedOrder:
    shipping = candidate.fee_in(created.currency).of(created.subtotal)
    taxes = _possible_taxes(created, recorded, candidate)
    low, high = min(taxes), max(taxes)
    return PricedOrder(
        order_id=created.order_id,
        order_number=created.order_number,
        position=position,
        currency=created.currency,
        tax=created.tax,
        shipping=created.shipping,
        total=created.total_amount,
        candidate_tax=Between(low=low, high=high),
        candidate_shipping=shipping,
        candidate_total=Between(low=created.subtotal + low + shipping, high=created.subtotal + high + shipping),
    )


def _possible_taxes(created: OrderCreated, recorded: Rules | None, candidate: Rules) -> set[int]:
    """Return what the candidate takes in each region whose recorded tax is the order's; in all, if none has it."""
    regions = {*(recorded.tax if recorded else ()), *candidate.tax, ELSEWHERE}
    by_region = {region: tax for region in regions if (tax := _tax(created.subtotal, candidate, region)) is not None}
    possible = {
        tax for region, tax in by_region.items() if recorded and _tax(created.subtotal, recorded, region) == created.tax
    }
    return possible or set(by_region.values())


def _tax(subtotal: int, rules: Rules, region: str) -> int | None:
    """Return the tax in a region, None in a country that is taxed by its parts."""
    try:
        return round_half_up(subtotal, rules.tax_in(region))
    except Invalid:
        return None


def _is_changed(order: PricedOrder) -> bool:
    return not order.candidate_total.low == order.candidate_total.high == order.total


def _size_of_change(order: PricedOrder) -> int:
    between = order.candidate_total
    return max(abs(between.low - order.total), abs(between.high - order.total))


def _sum_up(orders: Iterable[PricedOrder], refused: Mapping[str, int]) -> list[PricedCurrency]:
    by_currency = defaultdict[str, list[PricedOrder]](list)
    for order in orders:
        by_currency[order.currency].append(order)
    return [
        PricedCurrency(
            currency=currency,
            orders=len(found),
            changed=sum(map(_is_changed, found)),
            undecided=sum(order.candidate_tax.low != order.candidate_tax.high for order in found),
            refused=refused.get(currency, 0),
            tax=sum(order.tax for order in found),
            shipping=sum(order.shipping for order in found),
            total=sum(order.total for order in found),
            candidate_tax_low=sum(order.candidate_tax.low for order in found),
            candidate_tax_high=sum(order.candidate_tax.high for order in found),
            candidate_shipping=sum(order.candidate_shipping for order in found),
            candidate_total_low=sum(order.candidate_total.low for order in found),
            candidate_total_high=sum(order.candidate_total.high for order in found),
        )
        for currency in sorted(by_currency.keys() | refused.keys())
        for found in [by_currency[currency]]
    ]
