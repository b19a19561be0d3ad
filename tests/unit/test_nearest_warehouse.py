"""The order of the warehouses for an order, and whether one of them can serve it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rpds import HashTrieMap

from domain.warehouse.nearest import by_nearness, can_serve
from domain.warehouse.state import Level, Warehouse
from schemas.warehouse_sites import WarehouseSite, parse_sites, write_sites

SITES = parse_sites("main=US,leeds=GB,west=US-CA,east=US-NY,anywhere")


@pytest.mark.parametrize(
    ("region", "order"),
    [
        ("US-NY", ["east", "main", "west", "leeds", "anywhere"]),
        ("US-CA", ["west", "main", "east", "leeds", "anywhere"]),
        ("US-TX", ["main", "west", "east", "leeds", "anywhere"]),
        ("GB", ["leeds", "main", "west", "east", "anywhere"]),
        ("GB-LND", ["leeds", "main", "west", "east", "anywhere"]),
        ("DE", ["main", "leeds", "west", "east", "anywhere"]),
    ],
)
def test_the_same_part_goes_before_the_same_country_and_that_before_the_list(region: str, order: list[str]) -> None:
    assert [site.id for site in by_nearness(SITES, region)] == order


@given(st.permutations(SITES), st.sampled_from(["US-NY", "US", "GB", "DE", "CA-QC"]))
def test_every_warehouse_has_its_place_and_equals_stay_as_they_are_listed(
    sites: list[WarehouseSite], region: str
) -> None:
    ordered = by_nearness(sites, region)
    assert sorted(ordered, key=SITES.index) == list(SITES)
    alike = [[site for site in each if site.region in (None, "DE")] for each in (sites, ordered)]
    assert alike[0] == alike[1]


@pytest.mark.parametrize(
    ("wanted", "can"),
    [
        ((("milk", 3),), True),
        ((("milk", 4),), False),
        ((("milk", 1), ("bread", 1)), True),
        ((("milk", 1), ("eggs", 1)), False),
        ((), True),
    ],
)
def test_a_warehouse_serves_all_of_an_order_from_what_nobody_else_holds(
    wanted: tuple[tuple[str, int], ...], can: bool
) -> None:
    assert can_serve(Warehouse(HashTrieMap({"milk": Level(5, 2), "bread": Level(1, 0)})), wanted) is can


@pytest.mark.parametrize("text", ["main", "main=US,east=US-NY,leeds=GB", "b,a"])
def test_the_text_of_the_sites_is_what_they_were_read_from(text: str) -> None:
    assert write_sites(parse_sites(text)) == text
