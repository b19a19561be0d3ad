"""The session of the browser that sent a request: the cookies it came with, and those that its answer sets."""

from collections.abc import Iterator, Mapping

from starlette.requests import Request

from bff.cookies import ACCESS, CSRF, GUEST, REFRESH, WRITTEN, Cookies
from bff.csrf import CsrfTokens
from bff.tokens import Session
from bff.written import MAX_AGE, WrittenPositions
from schemas.cart_id import GUEST_ID
from schemas.errors import SessionEnded

SCOPE_KEY = "aioutlet.browser_session"
"""The key of the session in a request's scope."""
CSRF_AGE = 30 * 86_400
"""Seconds."""


class BrowserSession:
    """The refresh cookie is `<session id>.<refresh token>`: it alone says that there is a session, and which."""

    def __init__(self, cookies: Cookies, csrf: CsrfTokens, sent: Mapping[str, str]) -> None:
        """Read the cookies that were `sent`; they may be anything."""
        self._cookies = cookies
        self._csrf = csrf
        self._sent_csrf = sent.get(CSRF, "")
        self.id, _, self._refresh_token = sent.get(REFRESH, "").partition(".")
        self._access_token = sent.get(ACCESS)
        self._opened: Session | None = None
        self._is_ended = False
        self._csrf_token: str | None = None
        self.written = WrittenPositions(sent.get(WRITTEN, ""))
        self._sent_guest = sent.get(GUEST, "")
        self._guest_cookie: str | None = None

    @property
    def guest_id(self) -> str | None:
        """The guest that this browser is, if it is one."""
        return self._sent_guest if GUEST_ID.fullmatch(self._sent_guest) else None

    def keep_guest(self, guest_id: str, max_age: int) -> None:
        """Have the browser be this guest for `max_age` more seconds."""
        self._sent_guest, self._guest_cookie = guest_id, self._cookies.write(GUEST, guest_id, max_age)

    def forget_guest(self) -> None:
        """Have the browser be no guest any more."""
        self._sent_guest, self._guest_cookie = "", self._cookies.clear(GUEST)

    @property
    def exists(self) -> bool:
        """Whether the browser has a session; whether that is still open, only the command API knows."""
        return bool(self.id and self._refresh_token)

    @property
    def access_token(self) -> str | None:
        """The access token; None once it has run out, for its cookie goes with it."""
        return self._access_token

    @property
    def refresh_token(self) -> str:
        """The refresh token.

        Raises:
            SessionEnded: The browser has no session.
        """
        if not self.exists:
            raise SessionEnded("there is no session: log in")
        return self._refresh_token

    @property
    def csrf_token(self) -> str:
        """The CSRF token of the session: that which the browser has, if it is valid, else a new one."""
        if self._csrf_token is None:
            is_valid = self._csrf.is_valid(self._sent_csrf, self.id)
            self._csrf_token = self._sent_csrf if is_valid else self._csrf.issue(self.id)
        return self._csrf_token

    def is_submitted(self, header: str) -> bool:
        """Whether a request with this `X-CSRF-Token` was sent by a page that could read the cookie."""
        return self._csrf.is_submitted(self._sent_csrf, header, self.id)

    def open(self, session: Session) -> None:
        """Take the session that was opened or refreshed."""
        self._opened, self._is_ended, self._csrf_token = session, False, None
        self.id, self._refresh_token, self._access_token = (
            session.session_id,
            session.refresh_token,
            session.access_token,
        )
        if session.stream_id and session.position:
            self.written.note(session.stream_id, session.position)

    def end(self) -> None:
        """Forget the session, and have the browser forget it."""
        self._opened, self._is_ended = None, True
        self.id = self._refresh_token = ""
        self._access_token = None

    def set_cookies(self) -> Iterator[str]:
        """Yield the `Set-Cookie` headers of the answer."""
        if self._guest_cookie:
            yield self._guest_cookie
        if self._is_ended:
            yield from map(self._cookies.clear, (ACCESS, REFRESH, CSRF, WRITTEN))
            return
        if self._opened:
            yield self._cookies.write(ACCESS, self._opened.access_token, self._opened.expires_in)
            refresh = f"{self.id}.{self._opened.refresh_token}"
            yield self._cookies.write(REFRESH, refresh, self._opened.refresh_expires_in)
        if self.exists and (self._opened or self.csrf_token != self._sent_csrf):
            yield self._cookies.write(CSRF, self.csrf_token, CSRF_AGE)
        if self.written.is_changed:
            yield self._cookies.write(WRITTEN, self.written.as_cookie(), MAX_AGE)


def browser_session(request: Request) -> BrowserSession:
    """Return the session of a request."""
    session: BrowserSession = request.scope[SCOPE_KEY]
    return session
