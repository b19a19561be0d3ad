"""What is trending: products for sale by their scores, in total or of one department."""

from functools import partial
from itertools import islice

import structlog
from pymongo.errors import PyMongoError

from query_api.catalogue.index import CatalogueIndex
from query_api.configuration import read_config
from query_api.context import UNREADABLE, QueryContext
from query_api.trending_ranking import Ranking
from schemas.config import ConfigKey, TrendingWeights
from schemas.error_codes import code_of
from schemas.errors import Unavailable

Scores = list[tuple[str, float]]
log = structlog.get_logger(__name__)


async def trending_scores(context: QueryContext, *, department: str | None = None, limit: int) -> Scores:
    """Return at most `limit` products for sale and their scores, the highest first, equal ones by id.

    Raises:
        Unavailable: The documents do not answer.
    """
    ranking, index = await find_ranking(context), await context.catalogue.index()
    ranked = ranking.ranked(context.clock())
    return list(islice((each for each in ranked if _is_wanted(index, each[0], department)), limit))


async def find_ranking(context: QueryContext) -> Ranking:
    """Return the ranking of all products by the configured weights.

    Raises:
        Unavailable: The documents do not answer.
    """
    try:
        return await context.trending.ranking(partial(_read_weights, context))
    except PyMongoError as error:
        raise Unavailable(UNREADABLE) from error


async def warm_up(context: QueryContext) -> None:
    """Read the counts of the last days before the first request does; who asks meanwhile waits for the same reading."""
    try:
        await trending_scores(context, limit=1)
    except Unavailable as error:
        log.warning("what is trending is not read yet", cause=code_of(error))


async def _read_weights(context: QueryContext) -> TrendingWeights:
    weights = await read_config(context, ConfigKey.TRENDING)
    assert isinstance(weights, TrendingWeights)  # noqa: S101 - the key says which type its value has
    return weights


def _is_wanted(index: CatalogueIndex, product_id: str, department: str | None) -> bool:
    number = index.number_of(product_id)
    if number is None:
        return False
    product = index.products[number]
    return product.is_for_sale and department in (None, product.department)
