"""What is not imported before the embedded shop is ready: each takes a tenth of its start or more."""

import gc
import subprocess
import sys

import pytest

from aioutlet.gc_tuning import without_gc


def imported_by(module: str) -> set[str]:
    """Every module a fresh interpreter has after it."""
    code = f"import sys, {module}; print(*sys.modules)"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_the_document_server_imports_nothing_else_of_the_shop() -> None:
    ours = {"aioutlet", "schemas", "domain", "event_store", "identity", "edge", "streams", "projectors", "query_api"}
    found = {name for name in imported_by("aioutlet.document_server") if name.partition(".")[0] in ours}
    assert found == {"aioutlet", "aioutlet.document_server"}


@pytest.mark.parametrize("late", ["faust", "fastapi", "pymongo", "nx_27017"])
def test_the_document_server_is_started_before_this_is_imported(late: str) -> None:
    assert late not in imported_by("aioutlet.embedded")


@pytest.mark.parametrize("unused", ["psycopg", "nx_27017", "icu"])
def test_the_embedded_shop_is_ready_without_this(unused: str) -> None:
    assert unused not in imported_by("aioutlet.embedded_components")


def test_the_garbage_collector_looks_again_afterwards() -> None:
    with without_gc():
        assert not gc.isenabled()
    assert gc.isenabled()
