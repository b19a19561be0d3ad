"""A browser before a running shop: it keeps cookies, names its page, and sends the CSRF token that it finds."""

import re
from typing import Any
from urllib.parse import unquote

import httpx

from tests.services.waiting import until

TIMEOUT = 30.0
PASSWORD = "correct horse battery staple"
HOME = {
    "name": "Ada", "line1": "1 Main St", "city": "Springfield", "region": "IL", "postalCode": "62701", "country": "US",
}  # fmt: skip


class Browser(httpx.Client):
    """Speaks to the web's door at `base_url`."""

    def __init__(self, base_url: str) -> None:
        super().__init__(base_url=base_url, timeout=TIMEOUT)

    def does(self, method: str, path: str, status: int, json: Any = None, **headers: str) -> Any:
        """Send what a page of the shop sends, and return the answer, which has this status."""
        page = {"Origin": str(self.base_url), "X-CSRF-Token": self.cookies.get("aioutlet_csrf") or ""}
        answer = self.request(method, f"/bff{path}", json=json, headers=page | headers)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def register(self, email: str) -> Any:
        person = {"email": email, "password": PASSWORD, "firstName": "Ada", "lastName": "L"}
        return self.does("POST", "/auth/register", 201, person)

    def mailed_token(self, email: str, template: str) -> str:
        """The token of the mail of this template, once it has come."""

        def texts() -> list[str]:
            mails = self.does("GET", "/dev/mailbox", 200)["items"]
            return [mail["text"] for mail in mails if (mail["to"], mail["template"]) == (email, template)]

        assert until(lambda: bool(texts()), timeout=TIMEOUT), f"no mail {template}"
        found = re.search(r"token=(\S+)", texts()[0])
        assert found
        return unquote(found[1])
