"""One example of every event, as one order of a lamp and two mugs would record them."""

from dataclasses import replace
from datetime import UTC, date, datetime

from schemas.actor_type import ActorType
from schemas.audit import AuditExported, AuditRead, AuditSection, ReportFormat
from schemas.cart import (
    CartAbandoned,
    CartCheckedOut,
    CartCleared,
    CartCreated,
    CartExpired,
    CartFact,
    CartHandedOver,
    CartItemAdded,
    CartItemQuantityChanged,
    CartItemRemoved,
    CartOwner,
    CartTransferred,
    TransferLine,
    TransferRule,
)
from schemas.config import ConfigChanged, ConfigKey
from schemas.dead_letters import DeadLettersDiscarded, DeadLettersReplayed, LetterKind, LetterRef
from schemas.email_claim import EmailClaimed, EmailReleased
from schemas.envelope import Actor, Client, Envelope
from schemas.ids import derived_id
from schemas.message import Event, Money
from schemas.notification import (
    NotificationFact,
    NotificationFailed,
    NotificationRequested,
    NotificationSent,
    NotificationSuppressed,
    SuppressReason,
    Template,
)
from schemas.order import (
    OrderCancellationRequested,
    OrderCancelled,
    OrderCompleted,
    OrderCreated,
    OrderDelivered,
    OrderFact,
    OrderFailed,
    OrderLine,
    OrderNumberClaimed,
    OrderShipped,
    OrderStatus,
    OrderUpdated,
    PaymentMethod,
)
from schemas.payment import (
    PaymentFact,
    PaymentFailed,
    PaymentProcessed,
    PaymentRefunded,
    PaymentRefundFailed,
    PaymentVoided,
)
from schemas.product import (
    ProductCreated,
    ProductDiscontinued,
    ProductFact,
    ProductPriceChanged,
    ProductRelisted,
    ProductUpdated,
    ProductViewsCounted,
)
from schemas.read_models import (
    RebuildFailed,
    RebuildStarted,
    RebuildVerified,
    VersionDropped,
    VersionFact,
    VersionSwitched,
)
from schemas.review import (
    ReportReason,
    ReviewEdited,
    ReviewFact,
    ReviewModerated,
    ReviewReported,
    ReviewReportsDismissed,
    ReviewSubmitted,
    ReviewWithdrawn,
    ShownAs,
)
from schemas.saga import (
    InventoryConfirmation,
    InventoryRelease,
    InventoryReservation,
    PaymentProcessing,
    PaymentRefund,
    SagaClosed,
    SagaCompensationStarted,
    SagaCompleted,
    SagaFact,
    SagaFailed,
    SagaResolutionProposed,
    SagaResolutionRequested,
    SagaResolved,
    SagaRetryScheduled,
    SagaStarted,
    SagaStepCompleted,
    SagaStepTimedOut,
    SagaStuck,
    ShippingCancel,
    ShippingPreparation,
    Step,
)
from schemas.sealed import Sealed
from schemas.security import AccessDenied, LoginsFailed, RateLimited, SecurityFact
from schemas.shipment import (
    ShipmentFact,
    ShippingCancelled,
    ShippingDelivered,
    ShippingDispatched,
    ShippingFailed,
    ShippingPrepared,
)
from schemas.stream_names import (
    AUDIT_STREAM,
    CONFIG_STREAM,
    DEAD_LETTERS_STREAM,
    READ_MODELS_STREAM,
    cart_stream,
    email_claim_stream,
    notification_stream,
    order_number_stream,
    order_stream,
    payment_stream,
    product_stream,
    review_stream,
    saga_stream,
    security_stream,
    shipment_stream,
    user_stream,
    warehouse_stream,
)
from schemas.user import (
    AddressRemoved,
    AddressSaved,
    EmailChanged,
    EmailChangeRequested,
    EmailVerificationRequested,
    EmailVerified,
    LoggedIn,
    LoggedOut,
    PasswordChanged,
    PasswordResetCompleted,
    PasswordResetRequested,
    ProfileUpdated,
    RolesChanged,
    SessionRevoked,
    TokenReuseDetected,
    UserCreated,
    UserDeactivated,
    UserErased,
    UserFact,
    UserReactivated,
    UserRegistered,
)
from schemas.warehouse import (
    InventoryCommitted,
    InventoryConfirmed,
    InventoryExpired,
    InventoryFailed,
    InventoryReleased,
    InventoryReserved,
    Shortage,
    StockAdjusted,
    StockLine,
    StockLow,
    StockOut,
    StockReceived,
    StockReplenished,
    WarehouseFact,
)

NOON = datetime(2026, 3, 14, 12, 0, 0, 250_000, tzinfo=UTC)
LATER = datetime(2026, 3, 14, 12, 15, tzinfo=UTC)

ORDER_ID = "019ceb9e-f0fa-7c3d-a1b2-5f0e9d8c7b6a"
CUSTOMER_ID = "019c6a00-1111-7222-8333-444455556666"
OPERATOR_ID = "019c6a00-7777-7888-9999-aaaabbbbcccc"
AUDITOR_ID = "019c6a00-7777-7888-9999-aaaabbbbcccf"
SECOND_OPERATOR_ID = "019c6a00-7777-7888-9999-aaaabbbbcccd"
PROPOSAL_ID = "019c6a00-7777-7888-9999-aaaabbbbccce"
LAMP_ID = "1082185"
MUG_ID = "995242"
ORDER_NUMBER = "ORD-20260314-7K3QZ"
RESERVATION_ID = derived_id(ORDER_ID, "reservation")
PAYMENT_ID = derived_id(ORDER_ID, "payment")
SHIPMENT_ID = derived_id(ORDER_ID, "shipment")
CART_ID = f"{CUSTOMER_ID}.3"
GUEST_ID = "guest-00112233445566778899aabbccddeeff00112233"
GUEST_CART_ID = f"{GUEST_ID}.1"
MUG_PRICE = Money(amount=899, currency="USD")

LAMP = OrderLine(product_id=LAMP_ID, name="Desk lamp, brass", quantity=1, unit_price=3499)
MUGS = OrderLine(product_id=MUG_ID, name="Steingut-Becher „Grün“", quantity=2, unit_price=899)
HELD = (StockLine(product_id=LAMP_ID, quantity=1), StockLine(product_id=MUG_ID, quantity=2))
CARD = PaymentMethod(token="tok_ok")
ADDRESS_INDEX = "8f14e45fceea167a5a36dedd4bea2543"
ADDRESS = Sealed(subject=CUSTOMER_ID, key="dev", nonce="AAECAwQFBgcICQoL", text="c2VhbGVkIGZvciB0aGUgdGVzdHMgb25seQ")
EMAIL_INDEX = "q3JxLJ0Kq7v1c0pZx8m4yT9w2bN5dF6gH1kL3sR7uVo"
REVIEW_ID = "q83vEjRWeJCrze_-3LqYdlQyEP7cuph2VDIQ_ty6mHZUMhA"
SESSION_ID = "019ceb9e-f0fa-7000-8000-000000005e55"
MAIL_CAUSE = derived_id(ORDER_ID, "mail")
VERIFICATION_ID = "019ceb9e-f0fa-7000-8000-00000000c0de"

DEAD_LETTERS = (
    LetterRef(kind=LetterKind.MESSAGE, consumer="saga", name="41", subject=ORDER_ID, cause="KeyError"),
    LetterRef(kind=LetterKind.TIMER, consumer="saga", name=f"saga-{ORDER_ID}", subject=ORDER_ID, cause="poison"),
)

_EVENTS: tuple[Event, ...] = (
    ProductCreated(
        product_id=LAMP_ID,
        name="Desk lamp, brass",
        department="Home",
        category="Lighting",
        brand="Private",
        description="A lamp that bends.",
        price=Money(amount=3499, currency="USD"),
    ),
    ProductUpdated(
        product_id=LAMP_ID,
        name="Desk lamp, polished brass",
        department="Home",
        category="Lighting",
        brand=None,
    ),
    ProductPriceChanged(
        product_id=LAMP_ID, old=Money(amount=3499, currency="USD"), new=Money(amount=2999, currency="USD")
    ),
    ProductDiscontinued(product_id=LAMP_ID),
    ProductRelisted(product_id=LAMP_ID),
    ProductViewsCounted(product_id=LAMP_ID, minute=NOON, n=17),
    ReviewSubmitted(
        product_id=LAMP_ID,
        user_id=CUSTOMER_ID,
        review_id=REVIEW_ID,
        order_id=ORDER_ID,
        rating=4,
        title=ADDRESS,
        text=ADDRESS,
        shown_as=ShownAs.FIRST_NAME,
        reviewer=ADDRESS,
    ),
    ReviewEdited(
        product_id=LAMP_ID,
        user_id=CUSTOMER_ID,
        rating=2,
        old_rating=4,
        text=ADDRESS,
        shown_as=ShownAs.ANONYMOUS,
    ),
    ReviewWithdrawn(product_id=LAMP_ID, user_id=CUSTOMER_ID, rating=2),
    ReviewModerated(
        product_id=LAMP_ID, user_id=CUSTOMER_ID, by=OPERATOR_ID, visible=False, reason="names a neighbour", rating=2
    ),
    ReviewReported(product_id=LAMP_ID, user_id=CUSTOMER_ID, by=OPERATOR_ID, reason=ReportReason.OFFENSIVE),
    ReviewReportsDismissed(product_id=LAMP_ID, user_id=CUSTOMER_ID, by=OPERATOR_ID, reason="blunt, but fair"),
    StockReceived(warehouse_id="main", receipt_id="receipt-1", items=HELD),
    StockAdjusted(
        warehouse_id="main",
        adjustment_id="count-2026-03",
        product_id=MUG_ID,
        delta=-1,
        reason="one broke",
        by=OPERATOR_ID,
    ),
    StockLow(warehouse_id="main", product_id=MUG_ID, available=9, threshold=10),
    StockOut(warehouse_id="main", product_id=LAMP_ID),
    StockReplenished(warehouse_id="main", product_id=LAMP_ID, available=12),
    InventoryReserved(
        warehouse_id="main", order_id=ORDER_ID, reservation_id=RESERVATION_ID, items=HELD, expires_at=LATER
    ),
    InventoryFailed(
        warehouse_id="main",
        order_id=ORDER_ID,
        shortages=(Shortage(product_id=MUG_ID, requested=2, available=1),),
    ),
    InventoryConfirmed(warehouse_id="main", order_id=ORDER_ID, reservation_id=RESERVATION_ID),
    InventoryReleased(warehouse_id="main", order_id=ORDER_ID, reservation_id=RESERVATION_ID, items=HELD),
    InventoryExpired(warehouse_id="main", order_id=ORDER_ID, reservation_id=RESERVATION_ID, items=HELD),
    InventoryCommitted(warehouse_id="main", order_id=ORDER_ID, reservation_id=RESERVATION_ID, items=HELD),
    OrderNumberClaimed(order_id=ORDER_ID, order_number=ORDER_NUMBER),
    OrderCreated(
        order_id=ORDER_ID,
        order_number=ORDER_NUMBER,
        customer_id=CUSTOMER_ID,
        items=(LAMP, MUGS),
        subtotal=5297,
        tax=437,
        shipping=0,
        total_amount=5734,
        currency="USD",
        rules_version="2026-1",
        shipping_address=ADDRESS,
        billing_address=ADDRESS,
        payment_method=CARD,
    ),
    OrderUpdated(order_id=ORDER_ID, from_=OrderStatus.PENDING, to=OrderStatus.PROCESSING, reason="fulfilment began"),
    OrderCancellationRequested(order_id=ORDER_ID, by=CUSTOMER_ID, reason="customer request"),
    OrderCancelled(order_id=ORDER_ID, reason="customer request"),
    OrderFailed(order_id=ORDER_ID, reason="card declined", failed_step="payment"),
    OrderCompleted(order_id=ORDER_ID),
    OrderShipped(order_id=ORDER_ID),
    OrderDelivered(order_id=ORDER_ID),
    PaymentProcessed(order_id=ORDER_ID, payment_id=PAYMENT_ID, amount=5734, currency="USD"),
    PaymentFailed(order_id=ORDER_ID, code="declined", retriable=False),
    PaymentRefunded(order_id=ORDER_ID, payment_id=PAYMENT_ID, amount=5734, currency="USD"),
    PaymentRefundFailed(order_id=ORDER_ID, payment_id=PAYMENT_ID, code="refund_refused", attempt=3),
    PaymentVoided(order_id=ORDER_ID),
    ShippingPrepared(
        order_id=ORDER_ID,
        shipment_id=SHIPMENT_ID,
        label_id="LBL-7K3QZ",
        tracking_number="TRK-0001",
        carrier="Dummy Parcel",
    ),
    ShippingFailed(order_id=ORDER_ID, code="no_service", retriable=False),
    ShippingCancelled(order_id=ORDER_ID, shipment_id=SHIPMENT_ID),
    ShippingDispatched(order_id=ORDER_ID, shipment_id=SHIPMENT_ID),
    ShippingDelivered(order_id=ORDER_ID, shipment_id=SHIPMENT_ID),
    SagaStarted(
        order_id=ORDER_ID,
        definition_version=1,
        steps=(Step.PAYMENT, Step.INVENTORY, Step.SHIPPING),
        customer_id=CUSTOMER_ID,
        items=(LAMP, MUGS),
        total_amount=5734,
        currency="USD",
        payment_method=CARD,
        shipping_address=ADDRESS,
        warehouse_id="main",
    ),
    PaymentProcessing(
        order_id=ORDER_ID,
        attempt=1,
        customer_id=CUSTOMER_ID,
        amount=5734,
        currency="USD",
        payment_method=CARD,
        idempotency_key=f"{ORDER_ID}-payment",
    ),
    PaymentRefund(
        order_id=ORDER_ID,
        attempt=1,
        amount=5734,
        currency="USD",
        payment_method=CARD,
        idempotency_key=f"{ORDER_ID}-refund",
    ),
    InventoryReservation(order_id=ORDER_ID, attempt=1, warehouse_id="main", items=HELD),
    InventoryRelease(order_id=ORDER_ID, attempt=1, warehouse_id="main"),
    InventoryConfirmation(order_id=ORDER_ID, attempt=1, warehouse_id="main"),
    ShippingPreparation(
        order_id=ORDER_ID, attempt=1, items=HELD, address=ADDRESS, idempotency_key=f"{ORDER_ID}-shipping"
    ),
    ShippingCancel(order_id=ORDER_ID, attempt=1),
    SagaStepTimedOut(order_id=ORDER_ID, step=Step.SHIPPING, direction="forward", attempt=3),
    SagaRetryScheduled(order_id=ORDER_ID, step=Step.PAYMENT, direction="forward", attempt=2, retry_at=LATER),
    SagaStepCompleted(order_id=ORDER_ID, step=Step.PAYMENT, direction="forward"),
    SagaCompensationStarted(
        order_id=ORDER_ID,
        ending="fail",
        reason="no answer from the carrier",
        failed_step=Step.SHIPPING,
        undo=(Step.SHIPPING, Step.INVENTORY, Step.PAYMENT),
    ),
    SagaStuck(order_id=ORDER_ID, step=Step.PAYMENT, reason="refund_refused"),
    SagaResolutionProposed(
        order_id=ORDER_ID,
        proposal_id=PROPOSAL_ID,
        operator=OPERATOR_ID,
        evidence="bank transfer 2026-03-15",
        resolution="mark done",
        step=Step.PAYMENT,
        expires_at=LATER,
    ),
    SagaResolutionRequested(
        order_id=ORDER_ID, operator=OPERATOR_ID, evidence="the provider is well again", resolution="retry"
    ),
    SagaResolved(
        order_id=ORDER_ID,
        operator=OPERATOR_ID,
        evidence="bank transfer 2026-03-15",
        resolution="mark done",
        confirmed_by=SECOND_OPERATOR_ID,
    ),
    SagaCompleted(order_id=ORDER_ID),
    SagaClosed(order_id=ORDER_ID),
    SagaFailed(order_id=ORDER_ID, ending="fail", reason="no answer from the carrier"),
    UserCreated(user_id=CUSTOMER_ID, email=ADDRESS, email_index=EMAIL_INDEX, first_name=ADDRESS, last_name=ADDRESS),
    UserRegistered(user_id=CUSTOMER_ID, email=ADDRESS, name=ADDRESS, first_name=ADDRESS, last_name=ADDRESS),
    EmailVerificationRequested(user_id=CUSTOMER_ID, verification_id=VERIFICATION_ID, expires_at=LATER),
    EmailVerified(user_id=CUSTOMER_ID, verification_id=VERIFICATION_ID),
    EmailChangeRequested(
        user_id=CUSTOMER_ID,
        verification_id=VERIFICATION_ID,
        email=ADDRESS,
        email_index=EMAIL_INDEX,
        expires_at=LATER,
    ),
    EmailChanged(
        user_id=CUSTOMER_ID,
        verification_id=VERIFICATION_ID,
        email=ADDRESS,
        email_index=EMAIL_INDEX,
        previous=ADDRESS,
    ),
    ProfileUpdated(user_id=CUSTOMER_ID, first_name=ADDRESS, last_name=ADDRESS),
    AddressSaved(user_id=CUSTOMER_ID, address_id="home", address=ADDRESS),
    AddressRemoved(user_id=CUSTOMER_ID, address_id="home"),
    RolesChanged(user_id=CUSTOMER_ID, old=(), new=(ActorType.OPERATOR,), by=OPERATOR_ID),
    UserDeactivated(user_id=CUSTOMER_ID, reason="asked for it by telephone", by=OPERATOR_ID),
    UserReactivated(user_id=CUSTOMER_ID, by=OPERATOR_ID),
    UserErased(user_id=CUSTOMER_ID, by=CUSTOMER_ID),
    LoggedIn(user_id=CUSTOMER_ID, email=ADDRESS, session_id=SESSION_ID, outcome="success"),
    LoggedOut(user_id=CUSTOMER_ID, session_id=SESSION_ID),
    SessionRevoked(user_id=CUSTOMER_ID, session_id=SESSION_ID, reason="by user"),
    TokenReuseDetected(user_id=CUSTOMER_ID, session_id=SESSION_ID),
    PasswordResetRequested(user_id=CUSTOMER_ID, reset_id=VERIFICATION_ID, expires_at=LATER),
    PasswordResetCompleted(user_id=CUSTOMER_ID, reset_id=VERIFICATION_ID),
    PasswordChanged(user_id=CUSTOMER_ID),
    EmailClaimed(user_id=CUSTOMER_ID),
    EmailReleased(user_id=CUSTOMER_ID),
    AccessDenied(minute=NOON, route="GET /orders/{order_id}", code="forbidden", count=3, address=ADDRESS),
    LoginsFailed(minute=NOON, route="POST /auth/login", code="login_failed", count=12, address=ADDRESS),
    NotificationRequested(template=Template.RECEIPT, cause_id=MAIL_CAUSE, cause_position=7, order_id=ORDER_ID),
    NotificationSent(message_id=f"<{MAIL_CAUSE}.receipt@shop.example>", order_id=ORDER_ID),
    NotificationFailed(code="smtp_550", attempts=2, user_id=CUSTOMER_ID),
    NotificationSuppressed(reason=SuppressReason.NO_ACCOUNT, order_id=ORDER_ID),
    RateLimited(minute=NOON, route="POST /auth/login", code="too_many_requests", count=90),
    CartCreated(cart_id=CART_ID, owner=CartOwner(type=ActorType.CUSTOMER, id=CUSTOMER_ID)),
    CartItemAdded(cart_id=CART_ID, product_id=MUG_ID, quantity=2, unit_price_seen=MUG_PRICE),
    CartItemQuantityChanged(cart_id=CART_ID, product_id=MUG_ID, old=2, new=3, unit_price_seen=MUG_PRICE),
    CartItemRemoved(cart_id=CART_ID, product_id=MUG_ID, quantity=3),
    CartCleared(cart_id=CART_ID),
    CartTransferred(
        cart_id=CART_ID,
        from_guest_cart_id=GUEST_CART_ID,
        lines=(
            TransferLine(
                product_id=MUG_ID,
                guest_quantity=4,
                user_quantity=2,
                result_quantity=5,
                rule=TransferRule.CAPPED_AT_STOCK,
                unit_price_seen=MUG_PRICE,
            ),
        ),
    ),
    CartHandedOver(cart_id=GUEST_CART_ID, into_cart_id=CART_ID, version=7),
    CartCheckedOut(cart_id=CART_ID, order_id=ORDER_ID, order_number=ORDER_NUMBER),
    CartAbandoned(cart_id=CART_ID),
    CartExpired(cart_id=GUEST_CART_ID),
    ConfigChanged(
        key=ConfigKey.TRENDING,
        version=1,
        old={"view": 1.0, "cartAdd": 4.0, "order": 12.0, "halfLifeHours": 24.0},
        new={"view": 1.0, "cartAdd": 4.0, "order": 20.0, "halfLifeHours": 12.0},
        by=OPERATOR_ID,
        reason="Orders say more than looks",
    ),
    DeadLettersReplayed(letters=DEAD_LETTERS, by=OPERATOR_ID, reason="the release of today mends it"),
    DeadLettersDiscarded(letters=DEAD_LETTERS[:1], by=OPERATOR_ID, reason="the carrier was told by phone"),
    RebuildStarted(view="orders", form=2, rebuild=1, by=OPERATOR_ID, reason="a fault of the fold was mended"),
    RebuildFailed(view="orders", form=2, rebuild=1, cause="SIGKILL"),
    RebuildVerified(
        view="orders",
        form=2,
        rebuild=2,
        position=41,
        documents=3,
        differences=1,
        shown=("orders_2_r2 019ceb9e: status is 'Failed', not 'Shipped'",),
    ),
    VersionSwitched(view="orders", form=2, rebuild=3, instead_of=0, by=OPERATOR_ID, reason="it equals the log"),
    VersionDropped(view="orders", form=2, rebuild=0, by=OPERATOR_ID, reason="nobody goes back to it"),
    AuditRead(minute=NOON, section=AuditSection.ORDER, about=ORDER_ID, by=AUDITOR_ID),
    AuditExported(minute=NOON, format=ReportFormat.CSV, first=date(2026, 2, 1), last=date(2026, 2, 28), by=AUDITOR_ID),
)

EXAMPLES: dict[str, Event] = {event.wire_name: event for event in _EVENTS}
"""Wire name -> its example."""
ADDED = {"attributes": (("Material", "Messing, poliert"), ("Höhe", "42 cm")), "picture": "light-bulb"}
VARIANTS: dict[str, Event] = {
    **{
        f"{name}.v1.described": EXAMPLES[name].model_copy(update=ADDED)
        for name in ("product.created", "product.updated")
    },
    "inventory.expired.v1.numbered": EXAMPLES["inventory.expired"].model_copy(update={"attempt": 1}),
    "saga.resolution.requested.v1.numbered": EXAMPLES["saga.resolution.requested"].model_copy(
        update={"step": Step.PAYMENT, "attempt": 3}
    ),
    **{
        f"{name}.v1.indexed": EXAMPLES[name].model_copy(update={"address_index": ADDRESS_INDEX})
        for name in ("security.access.denied", "security.login.failed", "security.rate.limited")
    },
}
"""Events with optional fields that came later than the event itself, by the name of their golden files."""


def stream_of(event: Event) -> str:
    """The stream this event would stand in."""
    match event:
        case OrderNumberClaimed():
            return order_number_stream(event.order_number)
        case ProductFact():
            return product_stream(event.product_id)
        case ReviewFact():
            return review_stream(event.product_id, event.user_id)
        case WarehouseFact():
            return warehouse_stream(event.warehouse_id)
        case OrderFact():
            return order_stream(event.order_id)
        case PaymentFact():
            return payment_stream(event.order_id)
        case ShipmentFact():
            return shipment_stream(event.order_id)
        case SagaFact():
            return saga_stream(event.order_id)
        case UserFact():
            return user_stream(event.user_id)
        case CartFact():
            return cart_stream(event.cart_id.rpartition(".")[0])
        case EmailClaimed() | EmailReleased():
            return email_claim_stream(EMAIL_INDEX)
        case NotificationFact():
            return notification_stream(MAIL_CAUSE, Template.RECEIPT)
        case SecurityFact():
            return security_stream(event.minute.date(), 0)
        case ConfigChanged():
            return CONFIG_STREAM
        case DeadLettersReplayed() | DeadLettersDiscarded():
            return DEAD_LETTERS_STREAM
        case VersionFact():
            return READ_MODELS_STREAM
        case AuditRead() | AuditExported():
            return AUDIT_STREAM
    raise NotImplementedError(f"{event.wire_name} belongs to no stream known here")


def recorded_example(wire_name: str) -> Envelope:
    """The example of this type as the store would give it back."""
    return recorded(EXAMPLES[wire_name])


def recorded(event: Event) -> Envelope:
    """An event as the store would give it back: version 3 of its stream, at position 41."""
    request_id = "019ceb9e-f000-7000-8000-00000000beef"
    return Envelope(
        id=derived_id(ORDER_ID, "example", event.wire_name),
        stream=stream_of(event),
        version=3,
        event=event,
        occurred_at=NOON,
        correlation_id=ORDER_ID,
        causation_id=request_id,
        request_id=request_id,
        traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        recorded_at=NOON,
        position=41,
    )


def everything_known() -> Envelope:
    """An envelope with every optional field set: a customer, at a door, from an address."""
    return Envelope(
        id=derived_id(ORDER_ID, "example", "everything"),
        stream=order_stream(ORDER_ID),
        version=1,
        event=EXAMPLES["order.created"],
        occurred_at=NOON,
        correlation_id="checkout-7",
        causation_id="checkout-7",
        actor=Actor(type=ActorType.CUSTOMER, id=CUSTOMER_ID, roles=("customer",)),
        request_id="019ceb9e-f000-7000-8000-00000000beef",
        traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        client=Client(ip=ADDRESS, user_agent=ADDRESS),
        subject_id=CUSTOMER_ID,
        recorded_at=LATER,
        position=7,
    )


def indexed_client() -> Envelope:
    """The same, since the network of a client has a blind index."""
    return replace(everything_known(), client=Client(ip=ADDRESS, user_agent=ADDRESS, ip_index=ADDRESS_INDEX))
