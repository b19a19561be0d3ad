"""Who asks: as what they prove who they are, and what belongs to them."""

from dataclasses import dataclass, field
from http.cookies import SimpleCookie

import orjson

from schemas.cart_id import new_guest_id
from schemas.pictures.choosing import picture_table
from schemas.stream_names import order_stream
from tests.integration.doors.counter import ADDRESS, who
from tests.integration.openapi.asgi import Answer, Headers, Request, ask
from tests.integration.openapi.shop import ORIGIN, PASSWORD, Person, Shop, bearer

CALLERS = ("admin", "customer", "newcomer", "system", "nobody")
"""The newcomer has no order, so may leave; nobody brings no credential."""
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass
class Caller:
    """One of `CALLERS`; `person` is their session at the command API, or that of somebody else for who has none."""

    name: str
    person: Person
    ids: dict[str, str] = field(default_factory=dict)
    """Their own ids, by the name of the path parameter."""
    cookies: dict[str, str] = field(default_factory=dict)
    """Those of their browser."""

    def headers(self, method: str, *, is_browser: bool) -> Headers:
        """What proves who they are."""
        if self.name == "nobody":
            return ()
        if not is_browser:
            script = {"system": who("shop", "system")}
            proof = script.get(self.name) or bearer(self.person)
            return tuple((name.lower().encode(), value.encode()) for name, value in proof.items())
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        page = ((b"origin", ORIGIN.encode()), (b"x-csrf-token", self.cookies.get("aioutlet_csrf", "").encode()))
        return (
            (b"cookie", cookie.encode("latin-1")),
            (b"host", b"localhost:4000"),
            *(page if method in UNSAFE else ()),
        )

    def keep(self, answer: Answer) -> None:
        """Keep the cookies that an answer sets."""
        for line in answer.values("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                self.cookies.pop(name, None)
                if morsel["max-age"] != "0":
                    self.cookies[name] = morsel.value


async def new_caller(shop: Shop, name: str, *, is_browser: bool) -> Caller:
    """A caller who has just come, with an address and a second session; a customer has an order and a review."""
    person = await (shop.employ("admin") if name == "admin" else shop.join())
    email = person["user"]["email"]
    caller = Caller(name, person)
    caller.ids["owner_id"] = person["user"]["userId"]
    if name == "customer":
        caller.ids["order_id"] = await shop.order(person)
        await shop.review(person["user"]["userId"])
    if is_browser and name != "nobody":
        body = orjson.dumps({"email": email, "password": PASSWORD})
        said = ((b"content-type", b"application/json"), (b"origin", ORIGIN.encode()))
        caller.keep(await ask(shop.bff, Request("POST", b"/bff/auth/login", b"", said, body)))
        assert caller.cookies, "the BFF opened no session"
    return caller


async def fitting_ids(shop: Shop, caller: Caller, path: str) -> dict[str, str]:
    """Return those ids of a path that must fit one another or the operation."""
    match path.rpartition("/")[2]:
        case "ship":
            return {"order_id": await shop.prepared_order(caller.person)}
        case "deliver":
            return {"order_id": await shop.prepared_order(caller.person, is_shipped=True)}
        case "drop":
            return {"rebuild": "2"}  # the first one is read now and then
        case "{session_id}" if "{user_id}" in path:
            person = await shop.join()
            return {"user_id": person["user"]["userId"], "session_id": person["sessionId"]}
        case _:
            return {}


async def find_id(shop: Shop, caller: Caller, parameter: str) -> str:
    """Return an id that exists, the caller's own where they have one."""
    if parameter not in caller.ids and parameter not in shop.ids:
        caller.ids[parameter] = await _new_id(shop, caller, parameter)
    return caller.ids.get(parameter) or shop.ids[parameter]


async def _new_id(shop: Shop, caller: Caller, parameter: str) -> str:
    match parameter:
        case "guest_id":
            return new_guest_id()
        case "session_id":
            return str((await shop.log_in(caller.person["user"]["email"]))["sessionId"])
        case "address_id":
            return await shop.save_address(caller.person, {"address": ADDRESS})
        case "user_id":
            user_id = str((await shop.join())["user"]["userId"])
            await shop.review(user_id)
            return user_id
        case "name":
            return picture_table().fallback
        case "key":
            return "trending"
        case "version":
            return "0"
        case "stream":
            return order_stream("none")
    raise LookupError(parameter)
