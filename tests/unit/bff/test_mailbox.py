"""The mails of a shop that sends none, as a page and as JSON."""

from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from tests.unit.bff.shop import SECURE, Browser, FakeShop, door_of

PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@dataclass(frozen=True)
class Letter:
    id: str
    at: datetime
    html: str = "<html><head></head><body>Hello</body></html>"
    to: str = "ada@example.org"
    subject: str = "Welcome"
    template: str = "welcome"
    text: str = "Hello"


@dataclass(frozen=True)
class Letters:
    letters: tuple[Letter, ...]

    async def __call__(self) -> tuple[Letter, ...]:
        return self.letters


class Frames(HTMLParser):
    """Collects what stands in frames, and every tag outside of them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.frames: list[dict[str, str | None]] = []
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "iframe":
            self.frames.append(dict(attributes))


OLD = Letter("m1", datetime(2026, 1, 1, tzinfo=UTC))
EVIL = Letter(
    "m2",
    datetime(2026, 1, 2, tzinfo=UTC),
    html='"><script>alert(1)</script>',
    subject='<script>"</script>',
    text="</pre><script>",
)
MAILBOX = Letters((OLD, EVIL))


async def test_the_newest_mail_comes_first(shop: FakeShop) -> None:
    async with door_of(shop, read_mails=MAILBOX) as door, Browser(door) as stranger:
        items = (await stranger.get("/bff/dev/mailbox")).json()["items"]
    assert [item["id"] for item in items] == ["m2", "m1"]
    assert items[1] == {
        "id": "m1", "to": OLD.to, "subject": OLD.subject, "template": OLD.template, "at": "2026-01-01T00:00:00+00:00",
        "text": OLD.text, "html": OLD.html,
    }  # fmt: skip


async def test_each_mail_stands_in_a_frame_where_no_script_runs_and_links_open_beside_it(shop: FakeShop) -> None:
    async with door_of(shop, read_mails=MAILBOX) as door, Browser(door) as stranger:
        answer = await stranger.get("/bff/dev/mailbox", headers=PAGE)
    page = Frames(answer.text)
    assert answer.headers["content-type"].startswith("text/html")
    assert "script" not in page.tags
    assert "script-src" not in answer.headers["content-security-policy"]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    evil, old = page.frames
    assert evil["srcdoc"] == f'<base target="_blank">{EVIL.html}'
    assert old["srcdoc"] == OLD.html.replace("<head>", '<head><base target="_blank">')
    for frame in page.frames:
        assert "allow-scripts" not in (frame["sandbox"] or "")
        assert "allow-same-origin" not in (frame["sandbox"] or "")


async def test_an_empty_mailbox_says_so(shop: FakeShop) -> None:
    async with door_of(shop, read_mails=Letters(())) as door, Browser(door) as stranger:
        assert "no mail yet" in (await stranger.get("/bff/dev/mailbox", headers=PAGE)).text


async def test_a_shop_that_sends_its_mails_has_no_mailbox(shop: FakeShop) -> None:
    async with door_of(shop) as door, Browser(door) as stranger:
        assert (await stranger.get("/bff/dev/mailbox")).status_code == 404


@pytest.mark.parametrize(
    ("origin", "host", "status"),
    [
        ("http://localhost:4000", "127.0.0.1:51000", 200),
        ("http://localhost:4000", "[::1]:4000", 200),
        ("http://localhost:4000", "rebound.evil.example:4000", 404),
        ("http://localhost:4000", "", 404),
        (SECURE, "shop.example.org", 200),
        (SECURE, "evil.example.org", 404),
    ],
)
async def test_a_page_whose_name_was_rebound_to_this_machine_does_not_read_mails(
    shop: FakeShop, origin: str, host: str, status: int
) -> None:
    async with door_of(shop, origin, read_mails=MAILBOX) as door, Browser(door) as stranger:
        assert (await stranger.get("/bff/dev/mailbox", headers={"Host": host})).status_code == status


async def test_a_page_can_ask_whether_there_is_a_mailbox_before_it_leads_there(shop: FakeShop) -> None:
    async with door_of(shop, read_mails=MAILBOX) as door, Browser(door) as stranger:
        assert (await stranger.get("/bff/dev")).json() == {"mailbox": True, "events": False}
    async with door_of(shop) as door, Browser(door) as stranger:
        assert (await stranger.get("/bff/dev")).json() == {"mailbox": False, "events": False}


async def test_one_mail_is_shown_in_frames_of_ours_alone_and_runs_no_script(shop: FakeShop) -> None:
    async with door_of(shop, read_mails=MAILBOX) as door, Browser(door) as stranger:
        answer = await stranger.get("/bff/dev/mailbox/m2")
        assert answer.text == f'<base target="_blank">{EVIL.html}'
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("sandbox allow-popups ")
        assert "frame-ancestors 'self'" in policy
        assert not {"allow-scripts", "allow-same-origin", "script-src"} & {*policy.replace(";", "").split()}
        assert answer.headers["x-frame-options"] == "SAMEORIGIN"
        assert (await stranger.get("/bff/dev/mailbox/m3")).status_code == 404
        assert (await stranger.get("/bff/dev/mailbox/m2", headers={"Host": "evil.example:4000"})).status_code == 404
    async with door_of(shop) as door, Browser(door) as stranger:
        assert (await stranger.get("/bff/dev/mailbox/m2")).status_code == 404
