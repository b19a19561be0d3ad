"""A catalogue file over HTTP: what its rows become, what is wrong with some, and that a repeat changes nothing."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from command_api.catalogue.importing import BATCH
from command_api.catalogue.report import MAX_ERRORS
from command_api.routers.catalogue import MAX_FILE
from schemas.catalogue_file.rows import FileFormat
from schemas.catalogue_file.writer import write_header, write_rows
from schemas.errors import Unavailable
from tests.integration.doors.counter import ANN, BOB, LAMP, MUG, Counter

CSV, JSON_LINES = {"Content-Type": "text/csv; charset=utf-8"}, {"Content-Type": "application/x-ndjson"}
PATH = "/admin/catalogue"
HEADER = "productId,name,department,category,price.amount,price.currency,forSale\n"
NONE = {
    "rows": 0, "created": 0, "updated": 0, "priceChanged": 0, "relisted": 0, "discontinued": 0, "unchanged": 0,
    "failed": 0, "errors": [], "errorsLeftOut": 0, "recorded": None, "dryRun": False,
}  # fmt: skip


def csv(*rows: str) -> str:
    return HEADER + "".join(f"{row}\n" for row in rows)


def json_lines(*products: dict[str, Any]) -> bytes:
    return b"".join(orjson.dumps(product, option=orjson.OPT_APPEND_NEWLINE) for product in products)


def vase(number: int) -> dict[str, Any]:
    return LAMP | {"productId": f"vase-{number}", "name": f"Vase {number}"}


async def send(counter: Counter, content: str | bytes, **parameters: str) -> dict[str, Any]:
    form = CSV if isinstance(content, str) else JSON_LINES
    return await counter.done("POST", PATH, content=content, headers=form, params=parameters)


async def test_rows_add_products_and_change_those_that_differ(counter: Counter) -> None:
    await counter.done("POST", "/products/mug/discontinue")
    report = await send(
        counter,
        csv(
            "vase,Vase,Home,Decoration,1999,USD,",
            "lamp,Brass lamp,Home,Lighting,2999,USD,",
            "mug,Mug,Home,Lighting,899,USD,true",
            "cup,Cup,Home,Kitchen,499,USD,false",
        ),
    )
    recorded = {"streamId": "product-cup", "version": 2, "position": 9}
    assert report == NONE | {
        "rows": 4, "created": 2, "updated": 1, "priceChanged": 1, "relisted": 1, "discontinued": 1, "recorded": recorded
    }  # fmt: skip
    assert await counter.recorded(after=3) == [
        "product.created",
        "product.updated",
        "product.price.changed",
        "product.relisted",
        "product.created",
        "product.discontinued",
    ]


async def test_a_file_sent_again_changes_nothing(counter: Counter) -> None:
    content = json_lines(LAMP | {"attributes": {"Height": "40 cm"}, "picture": "light-bulb"}, vase(1), vase(2))
    first = await send(counter, content)
    assert (first["created"], first["updated"]) == (2, 1)
    head = await counter.store.head()
    assert await send(counter, content) == NONE | {"rows": 3, "unchanged": 3}
    assert await counter.store.head() == head


async def test_a_dry_run_says_the_same_and_records_nothing(counter: Counter) -> None:
    content = csv("vase,Vase,Home,Decoration,1999,USD,", "lamp,,,,2999,USD,", "mug,Mug,Home,Lighting,999,USD,")
    head = await counter.store.head()
    dry = await send(counter, content, dryRun="true")
    assert await counter.store.head() == head
    wet = await send(counter, content)
    assert dry == wet | {"dryRun": True, "recorded": None}
    assert wet["recorded"]


async def test_what_is_wrong_with_a_row_has_its_line_and_costs_no_other(counter: Counter) -> None:
    await counter.done("POST", "/products/mug/discontinue")
    report = await send(
        counter,
        csv(
            'a,"A\n\n",Home,Lighting,1,USD,',
            "a,A,Home,Lighting,1,USD,",
            "b,B,Home,Lighting,1.99,usd,maybe",
            "c,C,Home",
            "mug,Mugs,Home,Lighting,899,USD,",
            "lamp,Bedside lamp,Home,Lighting,3499,EUR,",
            "import,I,Home,Lighting,1,USD,",
            "d,D,Home,Lighting,,,",
            "e,E,Home,Lighting,1,USD,",
        ),
    )
    assert [(error["line"], error["code"], error["field"], error["productId"]) for error in report["errors"]] == [
        (2, "control_character", "name", "a"),
        (5, "duplicate", "productId", "a"),
        (6, "int_type", "price.amount", "b"),
        (6, "string_pattern_mismatch", "price.currency", "b"),
        (6, "bool_type", "forSale", "b"),
        (7, "wrong_number_of_cells", None, None),
        (8, "product_not_for_sale", None, "mug"),
        (9, "currency_differs", None, "lamp"),
        (10, "reserved_id", "productId", "import"),
        (11, "product_incomplete", None, "d"),
    ]
    assert (report["rows"], report["failed"], report["created"]) == (9, 8, 1)


async def test_a_long_file_is_recorded_in_batches(bare: Counter) -> None:
    products = [vase(number) for number in range(2 * BATCH + 7)]
    report = await send(bare, json_lines(*products))
    assert (report["rows"], report["created"]) == (len(products), len(products))
    assert report["recorded"]["position"] == await bare.store.head() == len(products)


async def test_a_file_comes_in_any_pieces(bare: Counter) -> None:
    content = (write_header(FileFormat.CSV) + write_rows(FileFormat.CSV, [vase(1) | {"forSale": True}])).decode()

    async def pieces() -> AsyncIterator[bytes]:
        for character in f"\ufeff{content}".encode():
            yield bytes([character])

    report = await bare.done("POST", PATH, content=pieces(), headers=CSV)
    assert report["created"] == 1


async def test_an_import_that_was_interrupted_goes_on_where_it_was(bare: Counter) -> None:
    """Its batches stay; sent again, the rows of these change nothing."""
    products = [vase(number) for number in range(3 * BATCH)]
    content = json_lines(*products)
    assert await cut_off(bare, content[: len(content) // 2]) == 422
    before = await bare.store.head()
    assert 0 < before < len(products)
    report = await send(bare, content)
    assert (report["created"], report["unchanged"]) == (len(products) - before, before)
    assert await bare.store.head() == len(products)


async def cut_off(counter: Counter, content: bytes) -> int:
    """The status of a request whose client goes away after this much of the body."""
    messages = [{"type": "http.disconnect"}, {"type": "http.request", "body": content, "more_body": True}]
    statuses = list[int]()
    headers = ANN | JSON_LINES | {"Transfer-Encoding": "chunked"}
    scope = {
        "type": "http", "method": "POST", "path": PATH, "raw_path": PATH.encode(), "query_string": b"",
        "http_version": "1.1", "scheme": "http", "client": ("127.0.0.1", 1), "server": ("test", 80),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip

    async def receive() -> Any:
        return messages.pop()

    async def answer(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await counter.app(scope, receive, answer)
    return statuses[0]


async def test_a_store_that_is_away_ends_the_import(bare: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    append, appends = bare.store.append, 0

    async def failing(request: Any) -> Any:
        nonlocal appends
        appends += 1
        if appends > 1:
            raise Unavailable("the database is away")
        return await append(request)

    monkeypatch.setattr(bare.store, "append", failing)
    answer = await bare.says(
        "POST", PATH, content=json_lines(*(vase(n) for n in range(4 * BATCH))), headers=ANN | JSON_LINES
    )
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert await bare.store.head() == BATCH
    monkeypatch.undo()
    report = await send(bare, json_lines(*(vase(n) for n in range(4 * BATCH))))
    assert (report["created"], report["unchanged"]) == (3 * BATCH, BATCH)


async def test_a_report_lists_so_many_errors_and_counts_the_others(counter: Counter) -> None:
    report = await send(counter, b"1\n" * (MAX_ERRORS + 3))
    assert (len(report["errors"]), report["errorsLeftOut"], report["failed"]) == (MAX_ERRORS, 3, MAX_ERRORS + 3)


async def test_a_header_of_something_else_is_refused(counter: Counter) -> None:
    said = {"content": "name,colour\na,b\n", "headers": ANN | CSV}
    refusal = await counter.refused(422, "file_unreadable", "POST", PATH, **said)
    assert refusal["line"] == 1


async def test_another_media_type_is_refused(counter: Counter) -> None:
    for form in ({}, {"Content-Type": "application/json"}):
        refusal = await counter.refused(422, "invalid", "POST", PATH, content=b"{}", headers=ANN | form)
        assert [error["field"] for error in refusal["errors"]] == ["Content-Type"]


async def test_a_file_may_be_larger_than_other_bodies_but_not_than_its_own_limit(counter: Counter) -> None:
    said = {"content": b"\n" * 200_000, "headers": ANN | JSON_LINES}
    assert (await counter.says("POST", PATH, **said)).status_code == 200
    said["headers"] = ANN | JSON_LINES | {"Content-Length": str(MAX_FILE + 1)}
    refusal = await counter.refused(413, "too_large", "POST", PATH, **said)
    assert refusal["limit"] == MAX_FILE


async def test_only_an_admin_sends_files_and_of_others_none_is_read(counter: Counter) -> None:
    async def unread() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    said = {"content": unread(), "headers": BOB | JSON_LINES | {"Content-Length": "1000000"}}
    await counter.refused(403, "forbidden", "POST", PATH, **said)


async def test_products_of_orders_and_imports_are_the_same(counter: Counter) -> None:
    """A product of a file is one like any other."""
    await send(counter, json_lines(vase(1), MUG))
    await counter.done("PUT", "/products/vase-1/price", json={"price": {"amount": 1, "currency": "USD"}})
    assert (await counter.done("POST", "/products", 201, json=vase(1)))["version"] == 1
