"""`python -m tests.cluster.buggy service saga`: a service whose saga cannot take the payment of every fourth order.

It is the shop's own command. It has the bug if the file `broken` is in its data folder when it starts.
"""

import os
from pathlib import Path
from typing import Any

import streams.fulfilment
from aioutlet.cli import main
from domain.fulfilment.step import step
from schemas.payment import PaymentProcessed

BROKEN = "broken"
CAUSE = LookupError.__name__


def is_hit(order_id: str) -> bool:
    """Whether an order meets the bug."""
    return int(order_id[-1], 16) % 4 == 0


def broken_step(state: Any, message: Any, **known: Any) -> Any:
    """As `domain.fulfilment.step.step`, with a bug."""
    if isinstance(message, PaymentProcessed) and is_hit(message.order_id):
        raise LookupError("the line that is to be mended")
    return step(state, message, **known)


if __name__ == "__main__":
    if (Path(os.environ["AIOUTLET_DATA"]) / BROKEN).exists():
        vars(streams.fulfilment)["step"] = broken_step
    main()
