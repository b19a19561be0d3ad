"""The catalogue as a file: what is exported is imported without a change, into this shop and into an empty one."""

from typing import Any

import pytest

from schemas.stream_names import product_stream
from schemas.warehouse import StockReplenished
from tests.histories import recorded
from tests.integration.doors.counter import ANN, BOB, LAMP, MUG, Counter
from tests.integration.doors.reader import Reader

PATH = "/admin/catalogue"
MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}
VASE = LAMP | {
    "productId": "vase",
    "name": 'Vase, "tall"; blue',
    "brand": "Ácme",
    "description": "One line\nand, another\u2028one",
    "attributes": {"No. of $": "1.5", "Height": "40 cm", "Colour": "blau; blue"},
    "picture": "amphora",
}


@pytest.fixture
async def catalogue(counter: Counter, reader: Reader) -> Counter:
    """A lamp, a vase, and a mug that was discontinued."""
    await counter.done("POST", "/products", 201, json=VASE)
    await counter.done("POST", "/products/mug/discontinue")
    await reader.sees(await counter.log())
    return counter


async def exported(reader: Reader, form: str) -> bytes:
    answer = await reader.client.get(PATH, params={"format": form}, headers=ANN)
    assert (answer.status_code, answer.headers["content-type"]) == (200, MEDIA_TYPES[form])
    assert answer.headers["content-disposition"] == f'attachment; filename="catalogue.{form}"'
    return answer.content


async def imported(counter: Counter, content: bytes, form: str) -> dict[str, Any]:
    return await counter.done("POST", PATH, content=content, headers={"Content-Type": MEDIA_TYPES[form]})


@pytest.mark.parametrize("form", MEDIA_TYPES)
async def test_an_import_of_the_export_changes_nothing(catalogue: Counter, reader: Reader, form: str) -> None:
    head = await catalogue.store.head()
    report = await imported(catalogue, await exported(reader, form), form)
    assert (report["rows"], report["unchanged"], report["errors"]) == (3, 3, [])
    assert await catalogue.store.head() == head


@pytest.mark.parametrize("form", MEDIA_TYPES)
async def test_an_empty_shop_that_imports_it_has_the_same_products(
    catalogue: Counter, reader: Reader, form: str
) -> None:
    other = Counter()
    await imported(other, await exported(reader, form), form)
    for product in (LAMP, MUG, VASE):
        stream = product_stream(str(product["productId"]))
        mine, theirs = [await each.app.state.context.products.load(stream) for each in (catalogue, other)]
        assert mine.state == theirs.state
    await other.store.close()


async def test_the_columns_are_these(catalogue: Counter, reader: Reader) -> None:
    header, *_ = (await exported(reader, "csv")).decode().splitlines()
    assert header == (
        "productId,name,department,category,brand,description,price.amount,price.currency,picture,forSale,attributes"
    )


async def test_what_is_no_product_yet_is_no_row(reader: Reader, catalogue: Counter) -> None:
    """The stock of a product may be known before the product is."""
    early = StockReplenished(warehouse_id="main", product_id="early", available=1)
    await reader.sees(recorded([early], after=await catalogue.store.head()))
    assert len((await exported(reader, "jsonl")).splitlines()) == 3


async def test_the_whole_catalogue_is_for_admins(reader: Reader, catalogue: Counter) -> None:
    await reader.refused(403, "forbidden", PATH, headers=BOB)
