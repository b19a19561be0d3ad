"""All settings: read once from the environment (`AIOUTLET_*`) and validated at start."""

import os
import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bff.origin import public_origin
from schemas.config import Seconds as StepSeconds
from schemas.message import Id
from schemas.warehouse import MAIN_WAREHOUSE
from schemas.warehouse_sites import WarehouseSite, parse_sites, write_sites

MIN_SECRET = 32
"""Characters."""
MAX_SHOWN = 80
"""Characters of a wrong value that are repeated."""
MAX_PORT = 65_535
KAFKA = "kafka://"
CONTRADICTION = "settings_contradict"
"""The type of an error about settings of which each is valid alone."""
RENAMED = {"AIOUTLET_WAREHOUSE": "AIOUTLET_WAREHOUSES"}
"""Names from before, which are refused: the shop would sell from elsewhere."""
_HOST = r"([\w.-]+|\[[0-9A-Fa-f:.]+\])"
_BUCKET = re.compile(
    rf"s3(\+http)?://[^\s/:@?#]+:[^\s/:@?#]+@{_HOST}(:\d{{1,5}})?/[a-z0-9][a-z0-9.-]+(/[\w.-]+)*(\?region=[\w-]+)?"
)
_HOST_AND_PORT = re.compile(rf"({_HOST}|(%2F[\w.%-]+))?(:\d{{1,5}})?")


def _check_path(value: object) -> object:
    if isinstance(value, str) and not value.strip():
        raise ValueError("a path is not empty")
    return value


def _check_host(value: str) -> str:
    host = value[1:-1] if re.fullmatch(r"\[.*:.*\]", value) else value
    if not re.fullmatch(r"[\w.-]+|[0-9A-Fa-f:.]+(%[\w.-]+)?", host):
        raise ValueError("an address of this machine is a name, an IPv4 or an IPv6 address")
    return host


def _check_address(value: str) -> str:
    """Refuse an address in which a driver would take a part of the password for something else, and repeat it."""
    if re.search(r"%(?![0-9A-Fa-f]{2})", value):
        raise ValueError("a % stands before two hexadecimal digits; one in a password is written %25")
    authority = re.split(r"[/?]", value.partition("://")[2], maxsplit=1)[0]
    credentials, _, hosts = authority.rpartition("@")
    if "#" in value or value.count("@") != ("@" in authority) or "@" in credentials:
        raise ValueError("an @ or # in a password is written %40 or %23")
    if not all(_HOST_AND_PORT.fullmatch(host) for host in hosts.split(",")):
        raise ValueError("behind user and password stand host and port; a / ? or : in these is written %2F, %3F or %3A")
    return value


def _check_networks(value: str) -> str:
    for network in value.split(","):
        try:
            ip_network(network.strip())
        except ValueError:
            raise ValueError("a network is an address, or an address and the length of its prefix") from None
    return value


def _check_warehouses(value: str) -> str:
    sites = tuple(_check_site(*each.partition("=")) for each in value.split(","))
    if len({site.id for site in sites}) < len(sites):
        raise ValueError("a warehouse is named once")
    return write_sites(sites)


def _check_site(name: str, separator: str, region: str) -> WarehouseSite:
    try:
        warehouse_id: str = TypeAdapter(Id).validate_python(name.strip())
    except ValidationError:
        raise ValueError(f"{_shorten(name)} is no id of a warehouse") from None
    return WarehouseSite(warehouse_id, _check_region(region.strip()) if separator else None)


def _check_region(value: str) -> str:
    """Return a country or part of one as orders name it."""
    from command_api.places.countries import find_country  # reads much, and only who names a region needs it

    code, separator, part = value.upper().partition("-")
    country = find_country(code)
    known = country.find_part(part) if country and separator else code
    if country is None or known is None:
        raise ValueError(f"{_shorten(value)} is no country (ISO 3166-1) or part of one (ISO 3166-2)")
    return f"{code}-{known}" if separator else code


def _check_origin(value: str) -> str:
    return public_origin(value).text


def _check_mail_server(value: str) -> str:
    from streams.mail.smtp import smtp_server  # where there is such a setting, its process sends mails

    smtp_server(value)
    return value


def _check_sender(value: str) -> str:
    from streams.mail.transport import sender

    return str(sender(value))


def _check_tree(value: str) -> str:
    """Refuse what is neither a path nor the address of a bucket."""
    if "://" not in value:
        _check_path(value)
        return value
    if not _BUCKET.fullmatch(value):
        raise ValueError(
            "the address of a bucket is s3://key:secret@host/bucket, with /prefix and ?region=… behind it if need be; a"
            " / or : in the secret is written %2F or %3A"
        )
    return value


Port = Annotated[int, Field(ge=0, le=MAX_PORT)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]
LongSeconds = Annotated[float, Field(gt=0, le=366 * 86_400)]
NamedPath = Annotated[Path, BeforeValidator(_check_path)]
Host = Annotated[str, AfterValidator(_check_host)]
Secret = Annotated[str, Field(min_length=MIN_SECRET)]
Database = Annotated[str, Field(pattern=r"^postgresql://\S+$"), AfterValidator(_check_address)]
Documents = Annotated[str, Field(pattern=r"^mongodb(\+srv)?://\S+$"), AfterValidator(_check_address)]
Url = Annotated[str, Field(pattern=rf"^https?://{_HOST}(:\d{{1,5}})?/?$")]
Networks = Annotated[str, AfterValidator(_check_networks)]
Warehouses = Annotated[str, AfterValidator(_check_warehouses)]
Origin = Annotated[str, AfterValidator(_check_origin)]
MailServer = Annotated[str, AfterValidator(_check_mail_server)]
Tree = Annotated[str, AfterValidator(_check_tree)]
Sender = Annotated[str, AfterValidator(_check_sender)]
Brokers = Annotated[str, Field(pattern=rf"^kafka://{_HOST}:\d+(,{_HOST}:\d+)*$")]


class Settings(BaseSettings):
    """The settings of this process."""

    model_config = SettingsConfigDict(
        env_prefix="AIOUTLET_",
        frozen=True,
        extra="ignore",
        use_attribute_docstrings=True,
        hide_input_in_errors=True,
    )

    data: NamedPath = Path("var")
    """Folder of the embedded shop's log, documents and keys."""
    host: Host = "127.0.0.1"
    """Address the HTTP services listen on: a name, an IPv4 or an IPv6 address; `::` is every address."""
    command_port: Port = 8000
    """Port of the command API; 0 takes a free one."""
    query_port: Port = 8001
    """Port of the query API; 0 takes a free one."""
    bff_port: Port = 4000
    """Port that browsers reach, or the proxy before it; 0 takes a free one."""
    public_origin: Origin = "http://localhost:4000"
    """Where browsers reach the shop: scheme, host and port. Cookies and mailed links follow it; over http it is
    `localhost`, `127.0.0.1` or `[::1]`. If not set, its port is that of `AIOUTLET_BFF_PORT`, unless that is 0."""
    proxies: Networks = "127.0.0.0/8,::1/128"
    """Networks of one's own proxies and services, separated by commas, whose `X-Forwarded-For` is believed."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """From which level on lines are written, to standard error."""
    log_format: Literal["auto", "console", "json"] = "auto"
    """Short lines for people (`console`) or an object each (`json`); `auto`: `console` on a terminal, else `json`."""
    log_requests: bool | None = None
    """Whether each request has a line; if not set, as `json` and at `DEBUG` it has. One that fails (5xx) always has."""
    token_secret: Secret | None = Field(default=None, repr=False)
    """Secret that signs access tokens (32 characters or more); the embedded shop creates one in its data folder."""
    master_key: Secret | None = Field(default=None, repr=False)
    """Key that wraps all other keys (32 characters or more); the embedded shop creates one in its data folder."""
    old_master_key: Secret | None = Field(default=None, repr=False)
    """The master key before, while `aioutlet keys rewrap` has not replaced it everywhere."""
    log_key: Secret | None = Field(default=None, repr=False)
    """Key from which the heads of the log's tree are signed (32 characters or more); of the separate services only
    `signer` needs it, and the embedded shop creates one in its data folder."""
    old_log_key: Secret | None = Field(default=None, repr=False)
    """The log key before, until a head that it signs has named the new one: `aioutlet audit key` then prints both."""
    tree: Tree | None = Field(default=None, repr=False)
    """The second place of the log's proof: a folder, `tree` in the data folder by default, or a bucket at an
    S3-compatible address, `s3://key:secret@host/bucket/prefix?region=…` (`s3+http://` without TLS). Put it where nobody
    can change it who can change the log. `signer` writes to it, and `query-api` reads it."""
    demo: bool = True
    """Load the demo catalogue at the first start."""
    warehouses: Warehouses = MAIN_WAREHOUSE
    """The warehouses that orders are shipped from, separated by commas, each with the country or part of one that it is
    in: `main=US,east=US-NY,leeds=GB`; where there is one only, its id is enough. An order is given to the nearest that
    has all of it: in the same part, in the same country, or the first here. Goods for any other are refused."""
    payment_deadline: StepSeconds = 30.0
    """Seconds an attempt to charge may take."""
    inventory_deadline: StepSeconds = 10.0
    """Seconds an attempt to reserve may take."""
    shipping_deadline: StepSeconds = 60.0
    """Seconds an attempt to prepare a shipment may take."""
    undo_deadline: StepSeconds = 30.0
    """Seconds an attempt to undo a step may take."""
    provider_timeout: Seconds = 10.0
    """Seconds one call to the payment provider, the carrier or the mail server may take; what it did meanwhile is asked
    for again."""
    provider_calls: Annotated[int, Field(ge=1, le=10_000)] = 64
    """How many calls to the payment provider may run at once, how many to the carrier, and, up to 16, to the mail
    server."""
    provider_books: NamedPath | None = None
    """File with the books of the payment stand-in, `provider.sqlite` in the data folder by default; `payment` and
    `deadlines` need the same."""
    reservation: StepSeconds = 900.0
    """Seconds for which stock is reserved for an order that is not complete."""
    cart_abandoned: Seconds = 86_400.0
    """Seconds without activity after which a cart that is not empty is called abandoned."""
    guest_cart: LongSeconds = 2_592_000.0
    """Seconds without activity after which a guest's cart ends, and the cookie with the guest's id."""
    second_person: LongSeconds | None = None
    """Seconds within which another operator must confirm that an undo is marked as done, or an order forced to fail; if
    not set, one operator is enough."""
    inventory_first: bool = False
    """Reserve stock before charging, for orders placed from now on."""
    store: Database | None = Field(default=None, repr=False)
    """PostgreSQL of the separate services, `postgresql://user:password@host/database`; the embedded shop needs none."""
    broker: Brokers | None = None
    """Kafka of the separate services, `kafka://host:port`, more brokers after commas; the embedded shop needs none."""
    documents: Documents | None = Field(default=None, repr=False)
    """MongoDB of the separate services, `mongodb://user:password@host/database`; the embedded shop has its own."""
    command_url: Url | None = None
    """The command API for the services that send it commands or reports, such as `http://command-api:8000`; those that
    only report take the one on this machine by default. The embedded shop needs none."""
    query_url: Url | None = None
    """The query API for the service `bff`, such as `http://query-api:8001`; the embedded shop needs none."""
    stock_url: Url | None = None
    """A query API that the service `bff` asks for nothing but stock, such as `http://query-api-stock:8001`: when it is
    away, pages come without their stock. By default that of `AIOUTLET_QUERY_URL`."""
    reviews_url: Url | None = None
    """The same for what everybody may see of reviews."""
    smtp: MailServer | None = Field(default=None, repr=False)
    """Mail server of the separate services, `smtp://user:password@host:port`, or `smtps://` with TLS from the first
    byte; a password goes to another machine over TLS only. The embedded shop keeps its mails in memory."""
    mail_from: Sender | None = None
    """Sender of the mails of the separate services, `shop@example.com` or `A shop <shop@example.com>`."""
    health_port: Port = 8080
    """Port of health and metrics of a service without an HTTP API; 0 takes a free one."""
    commit_age: Seconds = 60.0
    """Seconds a consumer may have work and finish nothing before it reports that it is not live, and then exits."""
    partitions: Annotated[int, Field(ge=1, le=1_000)] = 12
    """Partitions of every topic of the separate services; never change it after the first event."""
    connections: Annotated[int, Field(ge=1, le=100_000)] = 1_000
    """Connections an HTTP server holds at once; at the limit those that waited longest for their client make room."""
    header_timeout: Seconds = 20.0
    """Seconds a client may take to send a request's line and headers."""
    body_timeout: Seconds = 20.0
    """Seconds a client may take to send a body or read an answer; each 500 bytes give it another one."""
    idle_timeout: Seconds = 60.0
    """Seconds a connection stays open after an answer."""
    rate_limits: Literal["on", "off"] = "on"
    """`off` lets everybody ask as often as they like, as measurements need it."""

    @model_validator(mode="before")
    @classmethod
    def _reach_the_port(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Have mailed links lead to the port that is listened on, where nothing is said of an origin."""
        port = str(given.get("bff_port", ""))
        if "public_origin" in given or not re.fullmatch(r"[1-9]\d{0,4}", port, re.ASCII) or int(port) > MAX_PORT:
            return given
        return {**given, "public_origin": f"http://localhost:{port}"}

    @model_validator(mode="after")
    def _check_reservation(self) -> Self:
        if self.reservation > self.shipping_deadline:
            return self
        raise _contradiction(
            f"AIOUTLET_SHIPPING_DEADLINE: {self.shipping_deadline}, and AIOUTLET_RESERVATION is {self.reservation}: a"
            " reservation lasts longer than an attempt to prepare a shipment; lower the first, or raise the second"
        )

    @property
    def sites(self) -> tuple[WarehouseSite, ...]:
        """The warehouses."""
        return parse_sites(self.warehouses)

    @property
    def log(self) -> str:
        """The URL of the services' PostgreSQL, which holds the log."""
        return self.require("store", "the services' PostgreSQL, such as postgresql://aioutlet@localhost/aioutlet")

    @property
    def bootstrap(self) -> str:
        """The brokers as Kafka's clients take them: host:port, separated by commas."""
        return self.require("broker", "the services' Kafka, such as kafka://localhost:9092").removeprefix(KAFKA)

    def require(self, name: str, example: str) -> str:
        """Return a setting that the separate services need.

        Raises:
            WrongSettings: It is not set.
        """
        value: str | None = getattr(self, name)
        if value is None:
            raise WrongSettings(f"AIOUTLET_{name.upper()}: set it to {example}")
        return value


class CannotStart(Exception):
    """The process cannot start; the message says in a line, for each fault, which setting it is and what helps."""


class WrongSettings(CannotStart):
    """Settings are missing or invalid; the message has a line for each."""


def read() -> Settings:
    """Read the settings of this process.

    Raises:
        WrongSettings: With one line for each invalid variable.
    """
    if wrong := [f"{old} is called {new} now" for old, new in RENAMED.items() if old in os.environ]:
        raise WrongSettings("\n".join(wrong))
    try:
        return Settings()
    except ValidationError as error:
        raise WrongSettings("\n".join(map(_describe, error.errors()))) from None


def http_url(host: str, port: int) -> str:
    """Return the URL of an HTTP server; an IPv6 address stands in brackets."""
    return f"http://{host_and_port(host, port)}"


def host_and_port(host: str, port: int) -> str:
    """Return both as URLs have them."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _describe(error: ErrorDetails) -> str:
    """The setting, its value unless that may hold a secret, what is wrong with it, and what is right."""
    if error["type"] == CONTRADICTION:
        return error["msg"]
    name = str(error["loc"][0])
    field = Settings.model_fields[name]
    value = f" {_shorten(error['input'])}," if field.repr else ""
    words = str(error["msg"]).removeprefix("Value error, ")
    default = "leave it out" if field.default is None else f"leave it out for {_text(field.default)}"
    return f"AIOUTLET_{name.upper()}:{value} {words[0].lower()}{words[1:]}; set it so, or {default}"


def _contradiction(line: str) -> PydanticCustomError:
    return PydanticCustomError(CONTRADICTION, "{line}", {"line": line})


def _shorten(value: object) -> str:
    text = repr(value)
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
