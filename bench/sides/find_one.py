"""The peer of GET /orders/{id}: no framework, one question to the same documents, and the answer as JSON."""

import sys
from typing import Any

import orjson
from pymongo import AsyncMongoClient
from starlette.types import ASGIApp, Receive, Scope, Send

from bench.sides.standing import stand

HEADERS = [(b"content-type", b"application/json")]


def build() -> ASGIApp:
    """Over the documents at the address and in the collection it was started with."""
    _, uri, database, collection = sys.argv
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(uri)
    documents = client[database][collection]

    async def app(scope: Scope, _: Receive, send: Send) -> None:
        found = await documents.find_one({"_id": scope["path"].rpartition("/")[2]})
        body = orjson.dumps(found)
        headers = [*HEADERS, (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200 if found else 404, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


if __name__ == "__main__":
    stand(build)
