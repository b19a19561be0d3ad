"""Settings come from the environment, are checked at once, and are named when they are wrong."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from aioutlet.components import released_config
from aioutlet.settings import Settings, WrongSettings, read
from schemas.config import ConfigKey, DeadlineRules
from schemas.warehouse_sites import WarehouseSite

ANYTHING = {"data", "provider_books", "tree"}
"""Settings that take any text."""
STEPS = ("PAYMENT", "INVENTORY", "SHIPPING", "UNDO")
SECRET = "0123456789abcdef0123456789abcde"


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As on a machine where nothing is set."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"AIOUTLET_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


def test_nothing_need_be_set() -> None:
    settings = read()
    assert (settings.data, settings.host) == (Path("var"), "127.0.0.1")
    assert (settings.bff_port, settings.public_origin, settings.proxies) == (
        4000,
        "http://localhost:4000",
        "127.0.0.0/8,::1/128",
    )
    assert (settings.command_port, settings.query_port) == (8000, 8001)
    assert settings.token_secret is settings.master_key is None
    assert settings.demo is True
    assert (settings.log_format, settings.log_requests) == ("auto", None)


@pytest.mark.parametrize(
    ("name", "said", "meant"),
    [
        ("DATA", "/srv/shop", Path("/srv/shop")),
        ("HOST", "::1", "::1"),
        ("HOST", "[::1]", "::1"),
        ("HOST", "::", "::"),
        ("HOST", "fe80::1%eth0", "fe80::1%eth0"),
        ("HOST", "shop.example.org", "shop.example.org"),
        ("CONNECTIONS", "50", 50),
        ("HEADER_TIMEOUT", "1.5", 1.5),
        ("BODY_TIMEOUT", "90", 90.0),
        ("IDLE_TIMEOUT", "5", 5.0),
        (
            "STORE",
            "postgresql://ada:a%25b@[::1]:5432,db-2:5433/shop?sslmode=require",
            "postgresql://ada:a%25b@[::1]:5432,db-2:5433/shop?sslmode=require",
        ),
        ("STORE", "postgresql:///shop?host=%2Fvar%2Frun", "postgresql:///shop?host=%2Fvar%2Frun"),
        ("DOCUMENTS", "mongodb+srv://ada:b@cluster.example.org/shop", "mongodb+srv://ada:b@cluster.example.org/shop"),
        ("BROKER", "kafka://[::1]:9092,b:9093", "kafka://[::1]:9092,b:9093"),
        ("SMTP", "smtp://a%40b:p%3Aw@mail.example.org:587", "smtp://a%40b:p%3Aw@mail.example.org:587"),
        ("SMTP", "smtps://mail.example.org", "smtps://mail.example.org"),
        ("MAIL_FROM", "The shop <shop@example.org>", "The shop <shop@example.org>"),
        ("MAIL_FROM", "shop@example.org", "shop@example.org"),
        ("PUBLIC_ORIGIN", "https://shop.example.org", "https://shop.example.org"),
        ("COMMAND_PORT", "0", 0),
        ("PROXIES", "10.0.0.0/8, ::1", "10.0.0.0/8, ::1"),
        ("RATE_LIMITS", "off", "off"),
        ("WAREHOUSES", "Ost-2", "Ost-2"),
        ("WAREHOUSES", "main=us,east=US-NY, leeds = GB ", "main=US,east=US-NY,leeds=GB"),
        ("WAREHOUSES", "a=US-ny,b=CA-Quebec,c", "a=US-NY,b=CA-QC,c"),
        ("QUERY_PORT", "65535", 65_535),
        ("BFF_PORT", "0", 0),
        ("PUBLIC_ORIGIN", "https://Shop.example.org/", "https://shop.example.org"),
        ("PUBLIC_ORIGIN", "http://[::1]:4000", "http://[::1]:4000"),
        ("PROXIES", "10.0.0.0/8,::1", "10.0.0.0/8,::1"),
        ("COMMAND_URL", "http://command-api:8000", "http://command-api:8000"),
        ("QUERY_URL", "https://[::1]/", "https://[::1]/"),
        ("LOG_LEVEL", "WARNING", "WARNING"),
        ("LOG_FORMAT", "console", "console"),
        ("LOG_REQUESTS", "true", True),
        ("LOG_REQUESTS", "0", False),
        ("TOKEN_SECRET", SECRET + "f", SECRET + "f"),
        ("MASTER_KEY", SECRET + "f", SECRET + "f"),
        ("LOG_KEY", SECRET + "f", SECRET + "f"),
        ("TREE", "/srv/tree", "/srv/tree"),
        ("TREE", "s3+http://key:a%2Fb@[::1]:9000/bucket/a/b", "s3+http://key:a%2Fb@[::1]:9000/bucket/a/b"),
        ("TREE", "s3://k:s@s3.example.org/bucket?region=eu-west-1", "s3://k:s@s3.example.org/bucket?region=eu-west-1"),
        ("DEMO", "false", False),
        ("DEMO", "0", False),
        ("PAYMENT_DEADLINE", "0.5", 0.5),
        ("INVENTORY_DEADLINE", "86400", 86_400.0),
        ("SHIPPING_DEADLINE", "1e2", 100.0),
        ("UNDO_DEADLINE", "7", 7.0),
        ("RESERVATION", "60.5", 60.5),
        ("INVENTORY_FIRST", "true", True),
        ("SECOND_PERSON", "3600", 3_600.0),
    ],
)
def test_every_setting_is_read_from_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, said: str, meant: object
) -> None:
    monkeypatch.setenv(f"AIOUTLET_{name}", said)
    assert getattr(read(), name.lower()) == meant


@pytest.mark.parametrize("name", sorted(set(Settings.model_fields) - ANYTHING))
def test_nonsense_is_refused_and_its_variable_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"AIOUTLET_{name.upper()}", "?!")
    with pytest.raises(WrongSettings, match=f"^AIOUTLET_{name.upper()}: "):
        read()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("COMMAND_PORT", "-1"),
        ("COMMAND_PORT", "65536"),
        ("QUERY_PORT", "8001.5"),
        ("QUERY_PORT", ""),
        ("PUBLIC_ORIGIN", "http://shop.example.org"),
        ("PUBLIC_ORIGIN", "localhost:4000"),
        ("COMMAND_URL", "http://command-api:8000/orders"),
        ("QUERY_URL", "query-api:8001"),
        ("PROXIES", "10.0.0.1/8"),
        ("PROXIES", ""),
        ("WAREHOUSES", ""),
        ("WAREHOUSES", "main,"),
        ("WAREHOUSES", "main,main=US"),
        ("WAREHOUSES", "main="),
        ("WAREHOUSES", "=US"),
        ("WAREHOUSES", "main=UK"),
        ("WAREHOUSES", "main=US-XX"),
        ("WAREHOUSES", "main=US-"),
        ("WAREHOUSES", "main=US=CA"),
        ("WAREHOUSES", "ma in"),
        ("LOG_LEVEL", "TRACE"),
        ("LOG_FORMAT", "xml"),
        ("LOG_REQUESTS", ""),
        ("TOKEN_SECRET", SECRET),
        ("MASTER_KEY", ""),
        ("PAYMENT_DEADLINE", "0"),
        ("PAYMENT_DEADLINE", "-1"),
        ("PAYMENT_DEADLINE", "nan"),
        ("INVENTORY_DEADLINE", "0.009"),
        ("UNDO_DEADLINE", "1e-9"),
        ("RESERVATION", "inf"),
        ("RESERVATION", "86401"),
        ("TREE", " "),
        ("TREE", "s3://s3.example.org/bucket"),
        ("TREE", "s3://key:a/b@s3.example.org/bucket"),
        ("TREE", "s3://key:secret@s3.example.org"),
        ("TREE", "gs://key:secret@storage.example.org/bucket"),
        ("DEMO", "maybe"),
        ("SMTP", "http://mail.example.org"),
        ("SMTP", "smtp://ada@mail.example.org"),
        ("MAIL_FROM", "The shop"),
        ("MAIL_FROM", "The shop <shop@example.org>, ada@example.org"),
    ],
)
def test_a_value_out_of_bounds_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, said: str) -> None:
    monkeypatch.setenv(f"AIOUTLET_{name}", said)
    with pytest.raises(WrongSettings, match=f"^AIOUTLET_{name}: [^\n]+$"):
        read()


@pytest.mark.parametrize(
    ("port", "origin", "reached"),
    [
        (None, None, "http://localhost:4000"),
        ("5000", None, "http://localhost:5000"),
        ("0", None, "http://localhost:4000"),
        ("5000", "http://localhost:3000", "http://localhost:3000"),
        ("8443", "https://shop.example.org", "https://shop.example.org"),
        (None, "https://shop.example.org", "https://shop.example.org"),
    ],
)
def test_browsers_are_sent_to_the_port_that_is_listened_on_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch, port: str | None, origin: str | None, reached: str
) -> None:
    for name, value in (("BFF_PORT", port), ("PUBLIC_ORIGIN", origin)):
        if value is not None:
            monkeypatch.setenv(f"AIOUTLET_{name}", value)
    assert read().public_origin == reached


@pytest.mark.parametrize("port", ["65536", "-1", "4000.5", "", "٤٠٠٠"])
def test_a_port_that_is_none_is_the_only_fault(monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    monkeypatch.setenv("AIOUTLET_BFF_PORT", port)
    with pytest.raises(WrongSettings, match=r"^AIOUTLET_BFF_PORT: [^\n]+$"):
        read()


def test_everything_that_is_wrong_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIOUTLET_COMMAND_PORT", "high")
    monkeypatch.setenv("AIOUTLET_RESERVATION", "0")
    with pytest.raises(WrongSettings) as wrong:
        read()
    assert [line.partition(":")[0] for line in str(wrong.value).splitlines()] == [
        "AIOUTLET_COMMAND_PORT",
        "AIOUTLET_RESERVATION",
    ]


@pytest.mark.parametrize(
    ("shipping", "reservation", "said"),
    [
        ("901", None, "901.0, and AIOUTLET_RESERVATION is 900.0"),
        ("900", None, "900.0, and AIOUTLET_RESERVATION is 900.0"),
        (None, "60", "60.0, and AIOUTLET_RESERVATION is 60.0"),
        (None, "0.5", "60.0, and AIOUTLET_RESERVATION is 0.5"),
        ("86400", "86400", "86400.0, and AIOUTLET_RESERVATION is 86400.0"),
    ],
)
def test_an_attempt_to_ship_that_outlasts_its_reservation_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, shipping: str | None, reservation: str | None, said: str
) -> None:
    for name, value in (("SHIPPING_DEADLINE", shipping), ("RESERVATION", reservation)):
        if value is not None:
            monkeypatch.setenv(f"AIOUTLET_{name}", value)
    with pytest.raises(WrongSettings) as wrong:
        read()
    [line] = str(wrong.value).splitlines()
    assert line.startswith(f"AIOUTLET_SHIPPING_DEADLINE: {said}: ")
    assert line.endswith("; lower the first, or raise the second")


@pytest.mark.parametrize("shortest", STEPS)
@pytest.mark.parametrize("longest", STEPS)
def test_deadlines_that_are_accepted_at_the_start_are_values_of_the_configuration(
    monkeypatch: pytest.MonkeyPatch, shortest: str, longest: str
) -> None:
    """The query API reads what was released as it reads what an admin has set."""
    monkeypatch.setenv("AIOUTLET_RESERVATION", "86400")
    monkeypatch.setenv(f"AIOUTLET_{longest}_DEADLINE", "86399.9")
    monkeypatch.setenv(f"AIOUTLET_{shortest}_DEADLINE", "0.01")
    released = released_config(read())[ConfigKey.DEADLINES]
    assert DeadlineRules.model_validate(released.model_dump(mode="json")) == released


@pytest.mark.parametrize("name", ["TOKEN_SECRET", "MASTER_KEY", "LOG_KEY", "STORE", "DOCUMENTS", "SMTP"])
def test_a_secret_that_is_wrong_is_not_repeated(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"AIOUTLET_{name}", "hunter2")
    with pytest.raises(WrongSettings) as wrong:
        read()
    assert "hunter2" not in str(wrong.value)


def test_secrets_are_not_in_what_settings_look_like(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TOKEN_SECRET", "MASTER_KEY", "LOG_KEY"):
        monkeypatch.setenv(f"AIOUTLET_{name}", SECRET + "f")
    monkeypatch.setenv("AIOUTLET_STORE", f"postgresql://ada:{SECRET}@host/shop")
    monkeypatch.setenv("AIOUTLET_DOCUMENTS", f"mongodb://ada:{SECRET}@host/shop")
    monkeypatch.setenv("AIOUTLET_SMTP", f"smtp://ada:{SECRET}@host")
    assert SECRET not in repr(read())
    assert SECRET not in str(read())


def test_variables_of_others_are_none_of_our_business(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMAND_PORT", "nonsense")
    monkeypatch.setenv("HOST", "nonsense")
    assert read().host == "127.0.0.1"


def test_settings_do_not_change_while_the_shop_runs() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        read().host = "0.0.0.0"  # type: ignore[misc]


def test_the_warehouses_are_read_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read().sites == (WarehouseSite("main"),)
    monkeypatch.setenv("AIOUTLET_WAREHOUSES", "north=GB,main")
    assert read().sites == (WarehouseSite("north", "GB"), WarehouseSite("main"))


def test_the_name_of_before_is_refused_and_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIOUTLET_WAREHOUSE", "north")
    with pytest.raises(WrongSettings, match=r"^AIOUTLET_WAREHOUSE is called AIOUTLET_WAREHOUSES now$"):
        read()
