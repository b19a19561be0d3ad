"""Every query for figures has its index: it asks by id, or begins with the fields of one."""

import inspect
import re

import pytest

from projectors import writer
from projectors.models.registry import STATISTICS
from projectors.models.stock_flow import STOCK_FLOW
from projectors.models.trending import TRENDING_CARTS, TRENDING_ORDERS, TRENDING_VIEWS
from projectors.read_model import ReadModel
from query_api import analytics, bought_together, trending_index

TRENDING = (TRENDING_VIEWS, TRENDING_CARTS, TRENDING_ORDERS)
BY_ID = [model for model in STATISTICS if model not in (*TRENDING, STOCK_FLOW)]


def fields(model: ReadModel) -> set[tuple[str, ...]]:
    return {tuple(name for name, _ in index) for index in model.indexes}


@pytest.mark.parametrize("model", TRENDING, ids=lambda model: model.view.name)
def test_counts_are_found_by_minute_and_by_what_is_new_in_a_partition(model: ReadModel) -> None:
    source = inspect.getsource(trending_index)
    assert '{"minute": {"$gte":' in source
    assert '{"partition": place.partition, "position": {"$gt": position}}' in source
    assert fields(model) == {("minute",), ("partition", "position")}


def test_stock_is_found_by_span_and_hour_or_day() -> None:
    queries = re.findall(r'{"span": [^}]*"bucket"', inspect.getsource(analytics))
    assert len(queries) == 3
    assert fields(STOCK_FLOW) == {("span", "bucket")}


def test_totals_are_found_by_view_and_hour_or_day() -> None:
    assert '{"view": view.name, "bucket": {"$in":' in inspect.getsource(analytics)
    assert 'database[TOTALS].create_index([("view", 1), ("bucket", 1)])' in inspect.getsource(writer)


@pytest.mark.parametrize("model", BY_ID, ids=lambda model: model.view.name)
def test_the_rest_is_found_by_id(model: ReadModel) -> None:
    for module in (analytics, bought_together):
        assert not re.search(rf"{model.view.name.upper()}_VIEW\)\.find\((?!{{\"_id\")", inspect.getsource(module))
    assert model.indexes == ()
