"""Every template filled with made-up data, for people who look at a mail before it is sent."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from schemas.notification import Template
from streams.mail.contexts import (
    CONTEXTS,
    AccountContext,
    Context,
    EndContext,
    Line,
    OrderContext,
    PaymentContext,
    ProofContext,
    ShipmentContext,
)

_ORIGIN = "http://localhost:4000"
_ORDER: Mapping[str, Any] = MappingProxyType(
    {
        "link": f"{_ORIGIN}/orders/019ceb9e-f0fa-7c3d-a1b2-5f0e9d8c7b6a",
        "name": "Ada",
        "number": "ORD-20260314-7K3QZ",
        "lines": (Line("Desk lamp, brass", 1, "34.99 USD"), Line("Stoneware mug, green", 2, "17.98 USD")),
        "more": 0,
        "subtotal": "52.97 USD",
        "tax": "4.37 USD",
        "shipping": "0.00 USD",
        "total": "57.34 USD",
    }
)
_AT = "14 March 2026, 12:00 UTC"
_PROOF = ProofContext(link=f"{_ORIGIN}/verify-email?token=an-example", expires="15 March 2026, 12:00 UTC")
_BY_CLASS: Mapping[type[Context], Context] = MappingProxyType(
    {
        Context: Context(link=f"{_ORIGIN}/reset-password"),
        ProofContext: _PROOF,
        AccountContext: AccountContext(
            link=f"{_ORIGIN}/reset-password", name="Ada", what="Your password was changed.", at=_AT
        ),
        OrderContext: OrderContext(**_ORDER),
        PaymentContext: PaymentContext(**_ORDER, amount="57.34 USD", at=_AT),
        ShipmentContext: ShipmentContext(**_ORDER, carrier="AIOutlet Post", tracking_number="AO004217730912"),
        EndContext: EndContext(**_ORDER, reason="Not everything was in stock."),
    }
)


_CHANGED: Mapping[Template, Mapping[str, str]] = MappingProxyType(
    {
        Template.EMAIL_CHANGE_NOTICE: {"what": "Another address was entered for your account."},
        Template.EMAIL_CHANGED: {"what": "Your account has another address.", "link": f"{_ORIGIN}/account"},
        Template.PASSWORD_RESET: {"link": f"{_ORIGIN}/reset-password?token=an-example"},
        Template.ORDER_CANCELLED: {"reason": "The order was cancelled."},
    }
)
"""What is different in one template from others with the same kind of context."""


def example(template: Template) -> Context:
    """Return the context of a template as a person named Ada would see it."""
    return replace(_BY_CLASS[CONTEXTS[template]], **_CHANGED.get(template, {}))
