"""Compresses answers that are worth it: zstd, Brotli or gzip, by what the browser takes.

Never a stream of events; and never an answer that has a token in it, whose length would tell of the token (BREACH):
those of logging in, and the mails of the development mailbox.
"""

from starlette.types import ASGIApp, Receive, Scope, Send
from starlette_compress import CompressMiddleware, remove_compress_type

from bff.caching import CodingTags, EntityTags
from edge.event_streams import MEDIA_TYPE

MIN_BYTES = 1_000
"""Smaller answers go into one packet anyway."""
WITH_TOKENS = ("/bff/auth/", "/bff/dev/")


class Compression:
    """Compresses and tags the answers to `GET`."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        remove_compress_type(MEDIA_TYPE)
        self._tagged = EntityTags(app)
        self._compressed = CodingTags(CompressMiddleware(self._tagged, minimum_size=MIN_BYTES))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        compresses = scope["type"] == "http" and scope["method"] == "GET" and not scope["path"].startswith(WITH_TOKENS)
        await (self._compressed if compresses else self._tagged)(scope, receive, send)
