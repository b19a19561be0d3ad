"""For development: the mails that the shop would have sent."""

from typing import cast

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from bff.mailbox import POLICY, Development, MailboxContent, ReadMails, mailbox_content, mailbox_page, newest_first
from bff.origin import PublicOrigin, host_of, is_loopback, normal_origin
from bff.session_layer import NO_SESSION
from schemas.errors import NotFound

router = APIRouter(prefix="/bff/dev", tags=["development"])
HTML = "text/html"


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


def _is_asked_by_name(request: Request) -> bool:
    """Whether the request names a host of ours: a page whose name was rebound to this machine names its own."""
    origin = cast(PublicOrigin, request.app.state.origin)
    asked = normal_origin(f"http://{request.headers.get('host', '')}")
    return asked is not None and (is_loopback(asked) or host_of(asked) == host_of(origin.text))
