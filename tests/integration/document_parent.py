"""Opens a document server on a file, tells its URI and the number of its process, and waits: `python -m … FILE`."""

import asyncio
import sys
from pathlib import Path
from typing import Any

from pymongo import AsyncMongoClient

from aioutlet.document_process import DocumentServer
from tests.documents import server_pid


async def _open(path: Path) -> None:
    async with DocumentServer(path) as uri, AsyncMongoClient[dict[str, Any]](uri) as client:
        sys.stdout.write(f"{uri} {await server_pid(client)}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_open(Path(sys.argv[1])))
