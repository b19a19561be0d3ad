"""Every query for figures has its index: it asks by id, or begins with the fields of one."""

import inspect
import re
from types import ModuleType

import pytest

from projectors.models.registry import STATISTICS
from projectors.models.stock_flow import STOCK_FLOW
from projectors.models.trending import TRENDING_CARTS, TRENDING_ORDERS, TRENDING_VIEWS
from projectors.read_model import ReadModel
from query_api import analytics, bought_together, trending_index

TRENDING = (TRENDING_VIEWS, TRENDING_CARTS, TRENDING_ORDERS)
BY_ID = [model for model in STATISTICS if model not in (*TRENDING, STOCK_FLOW)]


def queries(module: ModuleType) -> set[str]:
    """The fields by which a module asks the documents."""
    return set(re.findall(r'{"(\w+)": {"\$', inspect.getsource(module)))


def fields(model: ReadModel) -> set[tuple[str, ...]]:
    return {tuple(name for name, _ in index) for index in model.indexes}


@pytest.mark.parametrize("model", TRENDING, ids=lambda model: model.view.name)
def test_counts_are_found_by_minute_and_by_what_is_new(model: ReadModel) -> None:
    assert queries(trending_index) == {"minute", "position", "_id"}
    assert fields(model) == {("minute",), ("position",)}


def test_stock_is_found_by_period_and_the_rest_by_id() -> None:
    assert queries(analytics) == {"period", "_id"}
    assert fields(STOCK_FLOW) == {("period",)}


def test_what_is_bought_together_is_found_by_id() -> None:
    assert queries(bought_together) == {"_id"}


@pytest.mark.parametrize("model", BY_ID, ids=lambda model: model.view.name)
def test_what_is_found_by_id_needs_no_index(model: ReadModel) -> None:
    assert model.indexes == ()
