"""The whole catalogue as a file, for admins."""

from collections.abc import AsyncIterator

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
FIELDS = (
    "productId",
    "name",
    "department",
    "category",
    "brand",
    "description",
    "price",
    "picture",
    "forSale",
    "attributes",
)

FILES = {media_type.partition(";")[0]: {"schema": {"type": "string"}} for media_type in MEDIA_TYPES.values()}

router = APIRouter(
    prefix="/admin/catalogue", tags=["catalogue"], dependencies=[requires("admin"), fresh(PRODUCTS_VIEW)]
)


@router.get("", response_class=StreamingResponse, responses={200: {"content": FILES}})
async def export_catalogue(context: CurrentContext, format: FileFormat = FileFormat.CSV) -> StreamingResponse:  # noqa: A002 - its name in the URL
    """Get all products, also discontinued ones, in order of their ids: a file that an import takes."""
    disposition = {"Content-Disposition": f'attachment; filename="catalogue.{format.value}"'}
    return StreamingResponse(_write(context, format), media_type=MEDIA_TYPES[format], headers=disposition)


async def _write(context: QueryContext, form: FileFormat) -> AsyncIterator[bytes]:
    yield write_header(form)
    products: list[Fields] = []
    documents = context.collection(PRODUCTS_VIEW).find({"name": {"$exists": True}})
    async for document in documents.sort("_id", 1).batch_size(ROWS_AT_ONCE):
        products.append(_fields_of(document))
        if len(products) == ROWS_AT_ONCE:
            yield write_rows(form, products)
            products = []
    yield write_rows(form, products)


def _fields_of(product: Document) -> Fields:
    return {name: product[name] for name in FIELDS} | {"attributes": dict(product["attributes"])}
