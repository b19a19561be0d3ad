"""The command line: what it offers, the tokens it prints, and how it says what is wrong."""

import asyncio
import re
from pathlib import Path

import jwt
import pytest
from typer.testing import CliRunner, Result

from aioutlet.banner import banner
from aioutlet.cli import app
from aioutlet.data_folder import Addresses
from aioutlet.demo.account_file import DemoAccount
from identity.tokens import TokenVerifier
from schemas.actor_type import ActorType
from schemas.envelope import Actor

SECRET = "a secret of the tests, long enough"


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("AIOUTLET_DATA", str(tmp_path))
    monkeypatch.setenv("AIOUTLET_TOKEN_SECRET", SECRET)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def aioutlet(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def bearer_of(token: str, secret: str = SECRET) -> Actor:
    return asyncio.run(TokenVerifier(secret).verify(token)).actor


def test_without_a_word_it_says_what_it_can_do() -> None:
    result = aioutlet()
    assert {"run", "token", "journey"} <= set(result.output.split())
    assert "event log" in result.output


@pytest.mark.parametrize("command", ["run", "token", "journey"])
def test_every_command_says_what_it_does(command: str) -> None:
    result = aioutlet(command, "--help")
    assert result.exit_code == 0
    assert f"aioutlet {command}" in result.output.replace("root", "aioutlet")
    assert len(result.output.splitlines()) > 4


def test_a_token_is_an_admins_for_eight_hours_unless_said_otherwise() -> None:
    result = aioutlet("token")
    assert result.exit_code == 0
    token = result.output.strip()
    actor = bearer_of(token)
    assert (actor.id, actor.type, actor.roles) == ("developer", "admin", ("admin",))
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 8 * 3_600


@pytest.mark.parametrize("role", ActorType)
def test_a_token_is_for_whom_and_what_one_asks(role: ActorType) -> None:
    result = aioutlet("token", "--subject", "me", "--role", role, "--hours", "0.5")
    actor = bearer_of(result.output.strip())
    assert (actor.id, actor.type, actor.roles) == ("me", role, (role,))


def test_only_the_token_is_printed_so_that_a_shell_can_use_it() -> None:
    assert len(aioutlet("token").output.split()) == 1


def test_without_a_secret_of_its_own_the_shops_is_used(monkeypatch: pytest.MonkeyPatch, own_folder: Path) -> None:
    monkeypatch.delenv("AIOUTLET_TOKEN_SECRET")
    one, two = aioutlet("token").output.strip(), aioutlet("token", "--subject", "me").output.strip()
    kept = (own_folder / "token.secret").read_text()
    assert [bearer_of(token, kept).id for token in (one, two)] == ["developer", "me"]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("token", "--role", "emperor"), "--role"),
        (("token", "--hours", "0"), "--hours"),
        (("token", "--hours", "721"), "--hours"),
        (("token", "--hours", "soon"), "--hours"),
        (("token", "--subject", "me@example.org"), "--subject"),
        (("token", "--subject", ""), "--subject"),
        (("token", "--colour", "red"), "--colour"),
        (("journey", "--orders", "0"), "--orders"),
        (("journey", "--decline", "2"), "--decline"),
        (("fly",), "fly"),
    ],
)
def test_a_wrong_word_is_named(words: tuple[str, ...], named: str) -> None:
    result = aioutlet(*words)
    assert result.exit_code == 2
    assert named in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", ["run", "token", "journey"])
def test_a_wrong_setting_is_named_and_nothing_begun(
    monkeypatch: pytest.MonkeyPatch, own_folder: Path, command: str
) -> None:
    monkeypatch.setenv("AIOUTLET_COMMAND_PORT", "high")
    result = aioutlet(command)
    assert result.exit_code == 2
    assert "AIOUTLET_COMMAND_PORT: " in result.output
    assert "Traceback" not in result.output
    assert list(own_folder.iterdir()) == []


SHOP = Addresses(
    "http://127.0.0.1:65535",
    "http://127.0.0.1:65534",
    "http://127.0.0.1:65533",
    "127.0.0.1:65532",
    "mongodb://127.0.0.1:1",
    "log.sqlite",
)


def test_the_first_screen_fits_an_old_terminal_and_says_where_how_and_how_to_stop() -> None:
    screen = re.sub(r"\x1b\[\d+m", "", banner(SHOP))
    assert max(len(line) for line in screen.splitlines()) <= 80
    places = [screen.index(address) for address in (SHOP.bff, SHOP.command_api, SHOP.query_api)]
    assert places == sorted(places)
    assert f"curl '{SHOP.bff}/bff/products?q=bread'" in screen
    assert screen.splitlines()[-1].startswith("  Stop ")


@pytest.mark.parametrize(
    ("origin", "front"),
    [
        ("http://localhost:65535", "http://localhost:65535"),
        ("https://shop.example", "https://shop.example"),
        ("http://localhost:4000", SHOP.bff),
    ],
)
def test_the_first_screen_names_the_shop_as_its_mails_do(origin: str, front: str) -> None:
    """Cookies of `localhost` are not sent to 127.0.0.1: a link in a mail would find nobody logged in."""
    screen = re.sub(r"\x1b\[\d+m", "", banner(SHOP, origin=origin))
    assert f"  Shop      {front}  " in screen
    assert f"curl '{front}/bff/products?q=bread'" in screen


def test_the_first_screen_says_who_may_log_in() -> None:
    accounts = [DemoAccount(ActorType.OPERATOR, "operator@example.com", "drawn-for-this-one")]
    screen = banner(SHOP, accounts)
    assert "    operator@example.com  drawn-for-this-one\n" in screen
    assert max(len(line) for line in re.sub(r"\x1b\[\d+m", "", screen).splitlines()) <= 80


def test_the_first_screen_names_the_log_from_here(own_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = SHOP._replace(log=str(own_folder / "var" / "log.sqlite"))
    assert str(own_folder) in banner(shop)
    monkeypatch.chdir(own_folder)
    assert "  var/log.sqlite\n" in banner(shop)


@pytest.mark.parametrize("no_colour", ["", "1"])
def test_what_is_wrong_is_red_unless_colours_are_unwanted(monkeypatch: pytest.MonkeyPatch, no_colour: str) -> None:
    monkeypatch.setenv("NO_COLOR", no_colour)
    monkeypatch.setenv("AIOUTLET_COMMAND_PORT", "high")
    result = CliRunner().invoke(app, ["token"], color=True)
    assert ("\x1b[31m" in result.output) is (no_colour == "")
