"""Every error the platform raises on purpose; `code` is part of the API, `status` is the HTTP status.

AIOutletError
├── Invalid                the request is not valid                               422
│   ├── IdempotencyKeyReused   the key came with another body                    422
│   ├── FileUnreadable         nothing of the file can be read                   422
│   └── TokenNotValid          a mailed token is unknown, spent or expired       422
├── MissingIdempotencyKey  the request needs an Idempotency-Key                  400
├── Malformed              the body is not JSON                                  400
├── TooLarge               more bytes than a request may have                    413
├── HeadTooLarge           more bytes than a request line and headers may have   431
├── ClientTooSlow          the rest of the request did not come in time          408
├── Unauthorised           no credential, or not a valid one                     401
│   ├── LoginFailed            no such account, or another password              401
│   └── SessionEnded           the session has expired or was revoked            401
├── Forbidden              the caller may not do this                            403
│   ├── EmailNotVerified       the caller may, once the address is verified      403
│   └── CsrfFailed · OriginRefused
├── TooManyRequests        more than one caller or account may send              429
├── NotFound               no such stream or document                            404
│   └── CartEnded              a guest's cart was not used for long, and is gone     404
├── Refused                the command breaks a business rule                    409
│   ├── ProductExists · ProductNotForSale · ProductIncomplete · TooManyAttributes
│   ├── CurrencyDiffers · CurrencyNotAccepted
│   ├── TotalDiffers · OrderOnItsWay · TransitionRefused
│   ├── ReceiptExists · AdjustmentExists · ChargeContradicted
│   ├── StockWouldBeNegative · OrderNotReady · NotReplayable
│   ├── SagaNotStuck · ResolutionUnderWay · ProposalGone · SecondPersonNeeded
│   ├── NotAvailable · CartFull · CartEmpty · AlreadyCheckedOut · AlreadyTransferred
│   ├── NotPurchased · ReviewExists · OwnReview
│   └── UserExists · UserNotActive · EmailTaken · AddressBookFull · OrdersInProgress
│   ├── UserExists · UserNotActive · EmailTaken · AddressBookFull · OrdersInProgress
│   ├── RebuildUnderWay · VersionNotVerified · VersionInUse
│   └── ConfigVersionDiffers
├── Conflict               a stream changed meanwhile; safe to retry             409
├── IdempotencyKeyTaken    another caller used this idempotency key first        409
├── Stale                  the read model is still behind                        503
├── Unavailable            a part we need does not answer                        503
│   ├── LogMismatch            the documents are of another log                  503
│   └── StreamUnreadable       a stream many depend on cannot be read            503
├── DefinitionUnknown      a saga runs by a definition of another release        503
├── TooManyConnections     as many connections as may be                         503
└── Poison                 bytes we can never read                               -
    └── Erased                 the key of a person's data was destroyed          410
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class AIOutletError(Exception):
    """The root; `detail` is for people, `extra` travels in the problem document."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "A fault of ours"
    """What callers read first in a problem document; it claims no more than what every such error knows."""

    def __init__(self, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra: Mapping[str, Any] = extra


class Invalid(AIOutletError):
    """The request cannot be read as what it should be."""

    status = 422
    code = "invalid"
    title = "The request is not valid"


class IdempotencyKeyReused(Invalid):
    """The same key came with another body."""

    code = "idempotency_key_reused"
    title = "The Idempotency-Key was used for another body"


class TokenNotValid(Invalid):
    """A token that was mailed is unknown, spent or expired."""

    code = "token_not_valid"
    title = "The link is not valid"


class FileUnreadable(Invalid):
    """Nothing of a file can be read, because of what stands in `line`."""

    code = "file_unreadable"
    title = "The file cannot be read"


class MissingIdempotencyKey(AIOutletError):
    """An effect must be repeatable safely."""

    status = 400
    code = "idempotency_key_missing"
    title = "An Idempotency-Key is needed"


class Malformed(AIOutletError):
    """The body is not JSON."""

    status = 400
    code = "malformed"
    title = "The body is not JSON"


class TooLarge(AIOutletError):
    """More bytes than a request may have."""

    status = 413
    code = "too_large"
    title = "The request is too large"


class HeadTooLarge(AIOutletError):
    """More bytes than a request line and its headers may have; the connection is closed."""

    status = 431
    code = "head_too_large"
    title = "The request line and headers are too large"


class ClientTooSlow(AIOutletError):
    """The rest of the request did not come in time; nothing was done, and the connection is closed."""

    status = 408
    code = "request_timeout"
    title = "The request did not come in time"


class Unauthorised(AIOutletError):
    """No credential, or not a valid one."""

    status = 401
    code = "unauthorised"
    title = "No valid credential"


class LoginFailed(Unauthorised):
    """There is no such account, or it has another password; nobody is told which."""

    code = "login_failed"
    title = "Address and password do not match"


class SessionEnded(Unauthorised):
    """The session has expired or was revoked."""

    code = "session_ended"
    title = "The session has ended"


class Forbidden(AIOutletError):
    """Not yours to ask."""

    status = 403
    code = "forbidden"
    title = "Not allowed"


class EmailNotVerified(Forbidden):
    """What the account may do once its address is verified."""

    code = "email_not_verified"
    title = "The address is not verified yet"


class CsrfFailed(Forbidden):
    """The request has no CSRF token of its session, as one that another site has a browser send."""

    code = "csrf_failed"
    title = "The CSRF token is missing or wrong"


class OriginRefused(Forbidden):
    """A page of another origin may not change anything."""

    code = "origin_refused"
    title = "The request comes from another origin"


class TooManyRequests(AIOutletError):
    """An account or an address has sent more than it may; `retry_after` are seconds."""

    status = 429
    code = "too_many_requests"
    title = "Too many requests"

    def __init__(self, detail: str, *, retry_after: int) -> None:
        """`retry_after` is in whole seconds, 1 or more."""
        super().__init__(detail, retry_after=retry_after)
        self.retry_after = retry_after


class NotFound(AIOutletError):
    """No such stream or document."""

    status = 404
    code = "not_found"
    title = "Not found"


class CartEnded(NotFound):
    """A guest's cart that was not used for as long as such carts are kept."""

    code = "cart_expired"
    title = "The guest's cart has expired"


class Refused(AIOutletError):
    """The command breaks a business rule. Nothing was recorded."""

    status = 409
    code = "refused"
    title = "The request breaks a rule of the shop"


class ProductExists(Refused):
    """Another product has this id."""

    code = "product_exists"
    title = "Another product has this id"


class ProductNotForSale(Refused):
    """The product was discontinued."""

    code = "product_not_for_sale"
    title = "The product was discontinued"


class ProductIncomplete(Refused):
    """A new product needs more than was said of it; `missing` names the fields."""

    code = "product_incomplete"
    title = "The new product is not complete"


class TooManyAttributes(Refused):
    """The product would have more attributes than one may have."""

    code = "too_many_attributes"
    title = "Too many attributes"


class CurrencyDiffers(Refused):
    """One order, one currency."""

    code = "currency_differs"
    title = "The currencies differ"


class CurrencyNotAccepted(Refused):
    """The rules of prices have no shipping fee in this currency."""

    code = "currency_not_accepted"
    title = "The shop does not sell in this currency"


class TotalDiffers(Refused):
    """The customer saw another total; the quote says what it is now."""

    code = "total_differs"
    title = "The total has changed"


class NotAvailable(Refused):
    """More pieces than are available; `available` says how many are, `in_cart` how many the cart has."""

    code = "not_available"
    title = "So many are not available"


class CartFull(Refused):
    """The cart has as many products as an order may."""

    code = "cart_full"
    title = "The cart is full"


class CartEmpty(Refused):
    """There is nothing in the cart to order."""

    code = "cart_empty"
    title = "The cart is empty"


class AlreadyCheckedOut(Refused):
    """This round of the cart became an order before; `order_id` and `order_number` name it."""

    code = "cart_checked_out"
    title = "The cart was ordered already"


class AlreadyTransferred(Refused):
    """The guest's cart was taken over into a person's, where its lines are."""

    code = "cart_transferred"
    title = "The guest's cart was taken over"


class OrderOnItsWay(Refused):
    """Shipped goods are returned, not cancelled."""

    code = "order_on_its_way"
    title = "The order is on its way"


class OrderNotReady(Refused):
    """The goods may not leave: the saga has work to do or to undo, or the stock is not confirmed."""

    code = "order_not_ready"
    title = "The order may not be shipped now"


class TransitionRefused(Refused):
    """The order cannot go there from here; `allowed` says where it can."""

    code = "transition_refused"
    title = "The order cannot go there from here"


class StockWouldBeNegative(Refused):
    """A count cannot fall below what is reserved."""

    code = "stock_would_be_negative"
    title = "The count would fall below what is reserved"


class ReceiptExists(Refused):
    """Another delivery was received under this id."""

    code = "receipt_exists"
    title = "Another delivery was received under this id"


class AdjustmentExists(Refused):
    """Another adjustment was made under this id."""

    code = "adjustment_exists"
    title = "Another adjustment was made under this id"


class ChargeContradicted(Refused):
    """The provider refuses a charge that it has approved before."""

    code = "charge_contradicted"
    title = "The charge was approved before"


class SagaNotStuck(Refused):
    """Only a stuck saga can be resolved."""

    code = "saga_not_stuck"
    title = "The saga is not stuck"


class NotReplayable(Refused):
    """An event without a place on Kafka: nobody waits for it; it can only be given up."""

    code = "not_replayable"
    title = "It cannot be tried again"


class RebuildUnderWay(Refused):
    """A version of this view is being built; `rebuild` names it."""

    code = "rebuild_under_way"
    title = "A version is being built already"


class VersionNotVerified(Refused):
    """Queries are answered only from a version that equals the log; `state` says where this one stands."""

    code = "version_not_verified"
    title = "The version was not found equal to the log"


class VersionInUse(Refused):
    """Queries are answered from this version: it cannot be removed."""

    code = "version_in_use"
    title = "The version is in use"


class ResolutionUnderWay(Refused):
    """A way out was asked for already, and the saga has not taken it yet."""

    code = "resolution_under_way"
    title = "A way out was asked for already"


class ProposalGone(Refused):
    """The proposal has expired, was replaced by another one, or was never made."""

    code = "proposal_gone"
    title = "The proposal does not stand any more"


class SecondPersonNeeded(Refused):
    """Nobody confirms what they have proposed themselves."""

    code = "second_person_needed"
    title = "Somebody else must confirm it"


class UserExists(Refused):
    """There is an account under this id."""

    code = "user_exists"
    title = "There is such a user already"


class UserNotActive(Refused):
    """The account was deactivated."""

    code = "user_not_active"
    title = "The account is deactivated"


class EmailTaken(Refused):
    """Another account has proven this address."""

    code = "email_taken"
    title = "Another account has this address"


class AddressBookFull(Refused):
    """The book has as many addresses as it may."""

    code = "address_book_full"
    title = "The address book is full"


class OrdersInProgress(Refused):
    """A person is not forgotten while an order of theirs is in work; `order_ids` lists them."""

    code = "orders_in_progress"
    title = "Orders are in progress"


class NotPurchased(Refused):
    """A product is reviewed by who has bought and received it."""

    code = "not_purchased"
    title = "The product was not bought, or has not come yet"


class ReviewExists(Refused):
    """One person, one review of a product; it can be edited."""

    code = "review_exists"
    title = "You have reviewed this product already"


class OwnReview(Refused):
    """A review is reported by others than its author."""

    code = "own_review"
    title = "This is your own review"


class ConfigVersionDiffers(Refused):
    """Somebody changed the configuration meanwhile; `version` is the one in force."""

    code = "config_version_differs"
    title = "The configuration was changed meanwhile"


class Conflict(AIOutletError):
    """Streams moved while we were deciding. Nothing was recorded; load, decide and append again."""

    status = 409
    code = "conflict"
    title = "Somebody else was faster"

    def __init__(self, streams: Sequence[str]) -> None:
        super().__init__(f"moved meanwhile: {', '.join(streams)}")
        self.streams = tuple(streams)


class IdempotencyKeyTaken(AIOutletError):
    """Another caller answered this idempotency key first; nothing of ours was recorded."""

    status = 409
    code = "answer_taken"
    title = "The Idempotency-Key was answered meanwhile"


class Stale(AIOutletError):
    """The read model has not reached the position asked for; try again shortly."""

    status = 503
    code = "stale"
    title = "The answer is not fresh enough yet"


class Unavailable(AIOutletError):
    """A part we need does not answer; whether anything was recorded is unknown."""

    status = 503
    code = "unavailable"
    title = "A part we need does not answer"


class LogMismatch(Unavailable):
    """The documents were folded from another log, or from events that this log no longer has; build them anew."""

    code = "log_mismatch"
    title = "The documents are not of this log"


class StreamUnreadable(Unavailable):
    """A stream that many depend on has an event that this release cannot read; nothing was recorded."""

    code = "stream_unreadable"
    title = "A part of the log cannot be read"


class DefinitionUnknown(AIOutletError):
    """A saga is pinned to a version of its definition that this release does not have."""

    status = 503
    code = "definition_unknown"
    title = "The order runs by the rules of another release"


class TooManyConnections(AIOutletError):
    """The server holds as many connections as it may; nothing was done, and this one is closed."""

    status = 503
    code = "too_many_connections"
    title = "Too many connections"


class Poison(AIOutletError):
    """Bytes that can never be read: never retried."""

    code = "poison"
    title = "Unreadable data"


class Erased(Poison):
    """Data of a person who was erased: its key is destroyed, and nothing is sealed for that person any more."""

    status = 410
    code = "erased"
    title = "The person's data was erased"
