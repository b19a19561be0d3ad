"""The whole catalogue as a file, for admins."""

from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter
from starlette.responses import StreamingResponse

from edge.auth import requires
from query_api.context import CurrentContext, QueryContext
from query_api.freshness import fresh
from schemas.catalogue_file.rows import Fields, FileFormat
from schemas.catalogue_file.writer import write_header, write_rows
from schemas.documents import PRODUCTS_VIEW, Document

ROWS_AT_ONCE = 500
MEDIA_TYPES = {FileFormat.CSV: "text/csv; charset=utf-8", FileFormat.JSON_LINES: "application/x-ndjson"}
FIELDS = ("productId", "name", "department", "category", "brand", "description", "attributes", "picture", "price")

router = APIRouter(
    prefix="/admin/catalogue", tags=["catalogue"], dependencies=[requires("admin"), fresh(PRODUCTS_VIEW)]
)


FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            media_type: {"schema": {"type": "string"}}
            for media_type in (each.partition(";")[0] for each in MEDIA_TYPES.values())
        }
    }
}


@router.get("", response_class=StreamingResponse, responses=FILES)
async def export_catalogue(context: CurrentContext, format: FileFormat = FileFormat.CSV) -> StreamingResponse:  # noqa: A002 - its name in the URL
    """Get all products, also discontinued ones, in order of their ids: a file that an import takes."""
    disposition = {"Content-Disposition": f'attachment; filename="catalogue.{format.value}"'}
    return StreamingResponse(_write(context, format), media_type=MEDIA_TYPES[format], headers=disposition)


async def _write(context: QueryContext, form: FileFormat) -> AsyncIterator[bytes]:
    yield write_header(form)
    products: list[Fields] = []
    async for document in context.collection(PRODUCTS_VIEW).find().sort("_id", 1).batch_size(ROWS_AT_ONCE):
        products.append(_fields_of(document))
        if len(products) == ROWS_AT_ONCE:
            yield write_rows(form, products)
            products = []
    yield write_rows(form, products)


def _fields_of(product: Document) -> Fields:
    """Return a product as a row: `forSale` last, so that nobody changes it unseen in a long table."""
    return {name: product.get(name) for name in FIELDS} | {"forSale": product["forSale"]}
