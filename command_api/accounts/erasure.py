"""To forget a person: nothing while an order of theirs is in work, then the log's word, then the key."""

from collections.abc import AsyncIterator

from command_api.accounts.login import user_of
from command_api.accounts.request import user_commands
from command_api.accounts.sessions import revoke_sessions
from command_api.context import CommandContext, CommandRequest, StreamCommand
from domain.fulfilment.state import Saga, State
from event_store.unit_of_work import UnitOfWork
from schemas.codec import decode_event
from schemas.email_claim import ReleaseEmail
from schemas.errors import NotFound, OrdersInProgress
from schemas.order import OrderCreated
from schemas.stream_names import email_claim_stream, saga_stream
from schemas.user import EraseUser

ENDED = frozenset({State.COMPLETED, State.SHIPPED, State.FAILED, State.CANCELLED})
PAGE = 1_000
MAX_LISTED = 20
"""Orders named in a refusal."""


async def erase(request: CommandRequest, user_id: str) -> UnitOfWork:
    """Forget a person; what was sealed for them can be read no more once this returns.

    After a crash between the event and the keys, the agent of accounts goes on from the event.

    Raises:
        NotFound: There is no such account.
        OrdersInProgress: Orders of theirs have not ended; `order_ids` lists them.
    """
    context = request.context
    user = await user_of(context, user_id)
    if not user.exists:
        raise NotFound(f"there is no user {user_id}", user_id=user_id)
    if orders := [order_id async for order_id in orders_in_progress(context, user_id)]:
        detail = f"{len(orders)} orders are in progress; erase once they have ended"
        raise OrdersInProgress(detail, order_ids=orders[:MAX_LISTED])
    await revoke_sessions(request, user_id, reason="erased")
    release = StreamCommand(
        context.email_claims, email_claim_stream(user.email_index), ReleaseEmail(user_id=user_id), user_id
    )
    erasing = EraseUser(user_id=user_id, by=request.actor.id)
    unit = await request.record([*user_commands(context, erasing), release])
    await context.accounts.identity.store.delete_credential(user_id)
    await context.sealer.erase(user_id)
    return unit


async def orders_in_progress(context: CommandContext, customer_id: str) -> AsyncIterator[str]:
    """Yield the orders of a customer whose saga has not ended; reads the log's placed orders, so it is for rare use."""
    after, name = 0, customer_id.encode()
    while page := await context.store.log(after, limit=PAGE, types=[OrderCreated.wire_name]):
        after = page[-1].position
        created = [decode_event(stored) for stored in page if name in stored.state]
        own = [each.order_id for each in created if isinstance(each, OrderCreated) and each.customer_id == customer_id]
        loaded = await context.sagas.load_many(saga_stream(order_id) for order_id in own)
        for order_id in own:
            saga: Saga = loaded[saga_stream(order_id)].state
            if saga.state not in ENDED:
                yield order_id
