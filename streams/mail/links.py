"""Where the buttons of mails lead."""

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode

from identity.mailed_tokens import RESET, VERIFY


class MailedTokens(Protocol):
    """Makes the tokens that stand in links; each follows from the id of the proof it is for."""

    def issue(self, purpose: str, *ids: str) -> str:
        """Return the token for a purpose and the ids of an account and of a proof; the same one every time."""


@dataclass(frozen=True, slots=True)
class Links:
    """The pages of the shop at an origin, such as `https://shop.example`."""

    origin: str
    tokens: MailedTokens

    def verification(self, user_id: str, verification_id: str) -> str:
        """Where a mail address is proven."""
        return self._with_token(VERIFY, self.tokens.issue(VERIFY, user_id, verification_id))

    def reset(self, user_id: str, reset_id: str) -> str:
        """Where another password is set."""
        return self._with_token(RESET, self.tokens.issue(RESET, user_id, reset_id))

    @property
    def forgotten(self) -> str:
        """Where a mail for another password is asked for."""
        return f"{self.origin}/{RESET}"

    @property
    def account(self) -> str:
        """The person's account."""
        return f"{self.origin}/account"

    def order(self, order_id: str) -> str:
        """One order."""
        return f"{self.origin}/orders/{order_id}"

    def _with_token(self, page: str, token: str) -> str:
        return f"{self.origin}/{page}?{urlencode({'token': token})}"
