"""Tells the command API which requests were refused here, so that they are recorded as security events."""

from collections.abc import Callable, Sequence

import orjson

from bff.upstream import Upstream, UpstreamRefused, UpstreamRequest
from edge.denials import Denial
from schemas.errors import Unavailable


class DenialReport:
    """Sends counted denials; a repeat of the same ones changes nothing."""

    def __init__(self, commands: Upstream, service_token: Callable[[], str]) -> None:
        """`service_token` issues a token of one of the shop's own services."""
        self._commands = commands
        self._service_token = service_token

    async def send(self, denials: Sequence[Denial]) -> None:
        """Send some.

        Raises:
            Unavailable: They could not be recorded.
        """
        body = {"denials": [denial.model_dump(mode="json", by_alias=True) for denial in denials]}
        request = UpstreamRequest("POST", "/security/denials", {}, content=orjson.dumps(body))
        try:
            await self._commands.ask(request.authorised(self._service_token()))
        except UpstreamRefused as refused:
            raise Unavailable(f"the command API refused them: {refused.code}") from refused
