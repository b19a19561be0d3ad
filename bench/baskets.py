"""Real baskets: the load of every bench."""

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

from aioutlet.journey.baskets import Basket, demand
from aioutlet.journey.data import ExtraMissing, load
from schemas.product import CreateProduct
from tests.services.part import Missing

PIECES = 1_000_000
"""Received of every product: none runs out."""


class Shelves(NamedTuple):
    """What is sold, and what customers carry to the till."""

    products: Sequence[CreateProduct]
    baskets: Sequence[Basket]


def shelves(count: int) -> Shelves:
    """The first baskets of the year, read in a process of its own: the year takes a gigabyte.

    Raises:
        Missing: The year is not installed.
    """
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as elsewhere:
        try:
            return elsewhere.submit(_read, count).result()
        except ExtraMissing as missing:
            raise Missing(str(missing)) from missing


def _read(count: int) -> Shelves:
    year = load()
    baskets = year.baskets(count)
    return Shelves(year.catalogue(demand(baskets).keys()), baskets)
