"""The proof that a mail address is a person's: asked for, given, and for a change of address."""

from starlette.requests import Request

from command_api.accounts.accounts import VERIFICATION_LIFETIME
from command_api.accounts.bodies import EmailChange, MailedToken
from command_api.accounts.limits import limit_by_account, limit_by_address
from command_api.accounts.login import check_own_password
from command_api.accounts.request import request_of_person, user_commands
from command_api.context import CommandContext, CommandRequest, context_of
from command_api.idempotency import ATTEMPTS
from domain.user import User
from event_store.unit_of_work import UnitOfWork, retry_on_conflict
from identity.blind_index import check_address
from identity.mailed_tokens import VERIFY
from schemas.email_claim import ClaimEmail, ReleaseEmail
from schemas.stream_names import email_claim_stream, user_stream
from schemas.user import RequestEmailChange, RequestVerification, VerifyEmail


async def verify_email(request: Request, body: MailedToken) -> tuple[str, UnitOfWork]:
    """Prove an address by its mailed token; return the person's id and the committed unit of work.

    Raises:
        TokenNotValid: The token was never mailed, or its link is spent or has expired.
        EmailTaken: Another account has proven the address first.
    """
    await limit_by_address(request, "mailed token by address")
    context = context_of(request)
    user_id, verification_id = context.accounts.identity.mailed_tokens.read(VERIFY, body.token)
    made = await request_of_person(request, user_id)
    command = VerifyEmail(user_id=user_id, verification_id=verification_id, at=made.cause.at)
    for unit in retry_on_conflict(context.store, attempts=ATTEMPTS):
        before, after = await _prove(unit, made, command)
        await unit.commit()
    if after.email_index != before.email_index:
        secrets, now = context.accounts.identity.store, context.clock()
        await secrets.change_address(user_id, after.email_index, is_claimed=True, at=now)
    else:
        await context.accounts.identity.store.set_claimed(user_id, at=context.clock())
    return user_id, unit


async def _prove(unit: UnitOfWork, request: CommandRequest, command: VerifyEmail) -> tuple[User, User]:
    """Decide the proof, and who holds the addresses from now on; return the account before and after."""
    stream, claims, user_id = user_stream(command.user_id), request.context.email_claims, command.user_id
    await unit.load(request.context.users, [stream])
    before: User = unit.state(stream)
    unit.decide(stream, command, request.cause, subject_id=user_id)
    after: User = unit.state(stream)
    held, given_up = (email_claim_stream(user.email_index) for user in (after, before))
    await unit.load(claims, {held, given_up})
    unit.decide(held, ClaimEmail(user_id=user_id), request.cause, subject_id=user_id)
    if given_up != held:
        unit.decide(given_up, ReleaseEmail(user_id=user_id), request.cause, subject_id=user_id)
    return before, after


async def ask_again(request: CommandRequest, user_id: str) -> UnitOfWork:
    """Ask for the proof of the account's address once more; nothing happens if it is proven."""
    await limit_by_account(request, "verification mail by account")
    return await request.record(
        user_commands(
            request.context,
            RequestVerification(
                user_id=user_id,
                verification_id=request.new_id("verification"),
                expires_at=request.cause.at + VERIFICATION_LIFETIME,
            ),
        )
    )


async def ask_for_change(request: CommandRequest, user_id: str, body: EmailChange) -> UnitOfWork:
    """Ask for the proof of another address, to which the account then changes.

    Raises:
        LoginFailed: The password is not right.
    """
    context = request.context
    email = check_address(body.email)
    await limit_by_account(request, "change of mail address by account")
    await check_own_password(context, user_id, body.password)
    await context.sealer.prepare([user_id])
    return await request.record(user_commands(context, _change(request, user_id, email)))


def _change(request: CommandRequest, user_id: str, email: str) -> RequestEmailChange:
    context: CommandContext = request.context
    return RequestEmailChange(
        user_id=user_id,
        verification_id=request.new_id("verification"),
        email=context.sealer.seal(user_id, email),
        email_index=context.accounts.identity.blind_index.of(email),
        expires_at=request.cause.at + VERIFICATION_LIFETIME,
    )
