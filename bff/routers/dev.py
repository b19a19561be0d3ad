"""For development: the mails that the shop would have sent."""

from typing import Annotated, cast

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from bff.mailbox import (
    FRAMED,
    POLICY,
    Development,
    MailboxContent,
    ReadMails,
    mail_page,
    mailbox_content,
    mailbox_page,
    newest_first,
)
from bff.origin import PublicOrigin, host_of, is_loopback, normal_origin
from bff.session_layer import NO_SESSION
from schemas.errors import NotFound

router = APIRouter(prefix="/bff/dev", tags=["development"])
HTML = "text/html"
MailId = Annotated[str, Path(max_length=200)]


@router.get("", openapi_extra=NO_SESSION)
async def read_development(request: Request) -> Development:
    """Get what there is for development; a page asks before it leads there."""
    return Development(mailbox=request.app.state.read_mails is not None and _is_asked_by_name(request))


@router.get("/mailbox", response_model=MailboxContent, openapi_extra=NO_SESSION)
async def read_mailbox(request: Request) -> Response:
    """Get the mails, the newest first, as JSON or, for a browser, as HTML; only where the shop keeps them itself."""
    read_mails = cast(ReadMails | None, request.app.state.read_mails)
    if read_mails is None or not _is_asked_by_name(request):
        raise NotFound("there is no mailbox here")
    mails = newest_first(await read_mails())
    if HTML in request.headers.get("accept", ""):
        return HTMLResponse(mailbox_page(mails), headers={"Content-Security-Policy": POLICY})
    return JSONResponse(mailbox_content(mails).model_dump(mode="json"))


@router.get("/mailbox/{mail_id}", response_class=HTMLResponse, openapi_extra=NO_SESSION)
async def read_mail(mail_id: MailId, request: Request) -> HTMLResponse:
    """Get one mail as its reader sees it, for a frame of a page of ours: no script runs in it."""
    read_mails = cast(ReadMails | None, request.app.state.read_mails)
    kept = await read_mails() if read_mails is not None and _is_asked_by_name(request) else ()
    mail = next((each for each in kept if each.id == mail_id), None)
    if mail is None:
        raise NotFound("there is no such mail")
    return HTMLResponse(mail_page(mail), headers=FRAMED)


def _is_asked_by_name(request: Request) -> bool:
    """Whether the request names a host of ours: a page whose name was rebound to this machine names its own."""
    origin = cast(PublicOrigin, request.app.state.origin)
    asked = normal_origin(f"http://{request.headers.get('host', '')}")
    return asked is not None and (is_loopback(asked) or host_of(asked) == host_of(origin.text))
