"""The three services answer whatever they are asked, and only what their OpenAPI documents say.

`SCHEMATHESIS_CASES` is how many cases each operation gets, 10 by default.
"""

import sys
from pathlib import Path

import pytest

from history.proof.tree_folder import TreeFolder
from projectors.document_io import Database
from tests.integration.openapi.run import Run
from tests.integration.openapi.shop import open_shop

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_800), pytest.mark.usefixtures("short_silences")]


@pytest.fixture
def tree(tmp_path: Path) -> TreeFolder:
    return TreeFolder(tmp_path)


async def test_the_command_api_answers_as_its_document_says(
    mongodb: Database, tree: TreeFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_shop(mongodb, tree) as shop:
        await finish(Run(shop, shop.counter.app), capsys)


async def test_the_query_api_answers_as_its_document_says(
    mongodb: Database, tree: TreeFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_shop(mongodb, tree) as shop:
        await finish(Run(shop, shop.queries), capsys)


async def test_the_webs_door_answers_as_its_document_says(
    mongodb: Database, tree: TreeFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_shop(mongodb, tree) as shop:
        await finish(Run(shop, shop.bff, is_browsers=True), capsys)


async def finish(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Ask everything, say how long it took, and check."""
    await run.ask_everything()
    with capsys.disabled():
        sys.stdout.write(f"\n{run.app.title}: {run.report()}\n")
    run.check()
