"""Queries for the configuration: what is in force, and who changed what, when and why."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from edge.auth import requires
from query_api.configuration import ConfigVersion, config_in_force, config_version
from query_api.context import CurrentContext
from query_api.cursors import Sort
from query_api.freshness import fresh
from query_api.paging import Cursor, Limit, PageParameters, QueryParameters
from schemas.config import ConfigKey
from schemas.documents import CONFIG_VIEW
from schemas.message import Message

NEWEST_FIRST: Sort = (("version", -1),)
router = APIRouter(prefix="/admin/config", tags=["configuration"], dependencies=[requires("admin"), fresh(CONFIG_VIEW)])


class Change(Message):
    """One version of a key without its value; version 0 is what was released, which nobody has set."""

    version: int
    by: str | None = None
    reason: str | None = None
    changed_at: str | None = None


RELEASED = Change(version=0)


class ConfigHistory(ConfigVersion):
    """The value in force, and one part of the list of its versions, the newest first; `next` begins the next part."""

    versions: list[Change]
    total: int
    next: str | None


class HistoryParameters(QueryParameters):
    """Which part of the versions to list."""

    limit: Limit = 20
    cursor: Cursor | None = None


@router.get("")
async def list_config(context: CurrentContext) -> list[ConfigVersion]:
    """List what is in force under each key."""
    return [await config_in_force(context, key) for key in ConfigKey]


@router.get("/{key}")
async def get_config(
    key: ConfigKey, parameters: Annotated[HistoryParameters, Query()], context: CurrentContext, response: Response
) -> ConfigHistory:
    """Get what is in force under a key, with its versions; `ETag` is what `If-Match` takes to change it."""
    current = await config_in_force(context, key)
    page = await context.find_page(
        CONFIG_VIEW,
        {"key": key.value},
        NEWEST_FIRST,
        PageParameters(limit=parameters.limit, cursor=parameters.cursor),
        {"value": 0},
    )
    response.headers["ETag"] = f'"{current.version}"'
    versions = [Change.model_validate(each) for each in page.documents] + ([] if page.next else [RELEASED])
    return ConfigHistory(**dict(current), versions=versions, total=current.version + 1, next=page.next)


@router.get("/{key}/versions/{version}")
async def get_config_version(
    key: ConfigKey, version: Annotated[int, Path(ge=0, le=999_999_999)], context: CurrentContext
) -> ConfigVersion:
    """Get the value that a key had in one version: that of `pricing` explains the orders which name it."""
    return await config_version(context, key, version)
