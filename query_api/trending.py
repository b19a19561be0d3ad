"""What is trending: products for sale by their scores, in total or of one department."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

import structlog
from pymongo.errors import PyMongoError

from query_api.configuration import read_config
from query_api.context import UNREADABLE, QueryContext
from query_api.trending_ranking import Ranking
from schemas.config import ConfigKey, TrendingWeights
from schemas.documents import PRODUCTS_VIEW, Document, label
from schemas.error_codes import code_of
from schemas.errors import Unavailable

SMALL = 1_000
"""A department of so few products is read whole; of a larger one, products are looked up in the ranking's order."""
CHUNK = 500
"""Products looked up at once, at most."""
MAX_LOOKED_UP = 5_000
"""Products of the ranking that are looked up for a larger department, before it is read whole too."""

Scores = list[tuple[str, float]]
log = structlog.get_logger(__name__)


async def trending_scores(context: QueryContext, *, department: str | None = None, limit: int) -> Scores:
    """Return at most `limit` products for sale and their scores, the highest first, equal ones by id.

    Raises:
        Unavailable: The documents do not answer.
    """
    try:
        ranking, now = await context.trending.ranking(await current_weights(context)), context.clock()
        if department is None:
            return await _look_up(context, ranking.ranked(now), {"forSale": True}, limit)
        return await _of_department(context, ranking, department, limit, now)
    except PyMongoError as error:
        raise Unavailable(UNREADABLE) from error


async def warm_up(context: QueryContext) -> None:
    """Read the counts of the last days before the first request does; who asks meanwhile waits for the same reading."""
    try:
        await context.trending.ranking(await current_weights(context))
    except (PyMongoError, Unavailable) as error:
        log.warning("what is trending is not read yet", cause=code_of(error))


async def current_weights(context: QueryContext) -> TrendingWeights:
    """Return the weights that are configured."""
    weights = await read_config(context, ConfigKey.TRENDING)
    assert isinstance(weights, TrendingWeights)  # noqa: S101 - the key says which type its value has
    return weights


async def _of_department(context: QueryContext, ranking: Ranking, name: str, limit: int, now: datetime) -> Scores:
    query: Document = {"department": name, "forSale": True}
    if await context.read_tally(PRODUCTS_VIEW, label(department=name)) > SMALL:
        first = islice(ranking.ranked(now), MAX_LOOKED_UP)
        if len(found := await _look_up(context, first, query, limit)) == limit:
            return found
    ids = [each["_id"] async for each in context.collection(PRODUCTS_VIEW).find(query, {"_id": 1})]
    scored = ((each, score) for each in ids if (score := ranking.score(each, now)) > 0)
    return sorted(scored, key=lambda each: (-each[1], each[0]))[:limit]


async def _look_up(context: QueryContext, ranked: Iterator[tuple[str, float]], query: Document, limit: int) -> Scores:
    """Return the first of the ranking that match a query."""
    found: Scores = []
    while len(found) < limit and (chunk := dict(islice(ranked, min(CHUNK, 2 * limit)))):
        matching = context.collection(PRODUCTS_VIEW).find(query | {"_id": {"$in": list(chunk)}}, {"_id": 1})
        ids = {each["_id"] async for each in matching}
        found += [(product_id, score) for product_id, score in chunk.items() if product_id in ids]
    return found[:limit]
