"""Builds the reference page of ids."""

from aioutlet.pages.markdown import code, page, table
from aioutlet.settings import Settings
from command_api.idempotency import CLAIM_RETENTION, RETENTION
from schemas.actor_type import ActorType
from schemas.errors import AdjustmentExists, ChargeContradicted, IdempotencyKeyReused, ProductExists, ReceiptExists
from schemas.reserved_ids import RESERVED_IDS

LEAD = """\
An id is 1 to 64 letters, digits, `.`, `_` and `-`, a letter or a digit first; capitals count. An id that a caller gives
is kept as it is. Ids that the shop gives are UUIDv7 (RFC 9562) in lower case."""

RESERVED = f"""\
## Ids that nobody may choose

Where an id stands in a path, the shop's own addresses have these words: {", ".join(map(code, sorted(RESERVED_IDS)))}.
A new product, receipt or adjustment of such an id is refused with 422 `reserved_id`. The list does not grow: what comes
later stands elsewhere, or begins with a character that no id begins with."""

TIMES = """\
## What an id tells

The first 48 bits of an id that the shop gives to an order, a product, a receipt or an adjustment are the time of the
request in milliseconds, and the next 12 a fraction of it: such ids sort by their times, to the microsecond. That also
holds under an `Idempotency-Key`, whatever the key says. The other bits follow by hash from key and body, or are random.
An id of a payment, shipment or reservation follows from that of its order, an id of an event from that of its cause;
they begin with the time of these."""

SAME = f"""\
## The same id again

A command that names an id may be repeated. The same content gets the first answer, with its version and position,
however much has happened since; other content is refused and changes nothing:

{{rows}}

The content of a receipt is its pieces per product, in whatever order and lines they are listed; that of an adjustment
its product, pieces and reason, whoever sends it.

An [`Idempotency-Key`](http.md#headers) does the same for a request without an id of its own. `"abc"`, a string of a
structured field (RFC 9651) as the IETF draft writes it, and `abc` are the same key. It is one caller's, for one route.
Its answer is kept for {RETENTION.total_seconds() / 3_600:g} hours; an order is found again by its key and body for
{CLAIM_RETENTION.days // 365} years. What was not sent, or says what it says when left out, is no part of the body here:
so a request is the same for a later release that has more optional fields."""

KNOWN = f"""\
## Ids that must be known

| id | is known if |
| --- | --- |
| product | it is in the catalogue; otherwise 404 |
| warehouse | it is one of `AIOUTLET_WAREHOUSES` (`{Settings.model_fields["warehouses"].default}` if not set), which \
orders are shipped from; otherwise 422 beside the field, and the known ones are named |
| customer | always: whoever an admin names |
| cart (`<ownerId>.<round>`) | it is the customer's own, and its round has begun; otherwise 404 |
| guest (`guest-` and 40 hexadecimal digits) | always: one that nobody has seen has an empty cart |

Goods that stand in another warehouse, from the time before this rule, are shown there as on hand, and none of them as
available, for they cannot be bought."""

ACTORS = f"""\
## Who somebody is

An actor is its kind and its subject together. The kinds are:
{", ".join(map(code, ActorType))}.

A customer's orders are those with its subject as `customerId`. An actor of another kind with the same subject is
somebody else: it owns nothing of the customer's, has other idempotency keys, and its orders have a `customerId` that
follows from its kind and subject."""


def ids_page() -> str:
    """Return the page of ids."""
    refusals = (
        ("receipt (`receiptId`)", ReceiptExists),
        ("adjustment (`adjustmentId`)", AdjustmentExists),
        ("product (`productId`)", ProductExists),
        ("charge (`orderId` and `attempt`)", ChargeContradicted),
        ("`Idempotency-Key`", IdempotencyKeyReused),
    )
    rows = [(name, f"{error.status} [`{error.code}`](errors.md)") for name, error in refusals]
    return page("Ids", LEAD, RESERVED, TIMES, SAME.format(rows=table(("id of", "other content"), rows)), KNOWN, ACTORS)
