"""Changes of the configuration, by admins: each names the version it replaces, and why."""

import re
from typing import Annotated, Generic, TypeVar

from fastapi import APIRouter, Header
from pydantic import Field
from starlette.responses import Response

from command_api.config_checks import check_regions
from command_api.context import Caller, CurrentCaller
from command_api.responses import ConfigAccepted
from domain.config import Config
from edge.auth import requires
from edge.problems import field_error
from event_store.unit_of_work import UnitOfWork
from schemas.config import ChangeConfig, ConfigKey, DeadlineRules, PricingRules, TrendingWeights
from schemas.errors import Invalid
from schemas.message import Command
from schemas.stream_names import CONFIG_STREAM
from schemas.text import Line

V = TypeVar("V", PricingRules, DeadlineRules, TrendingWeights)
ETAG = re.compile(r'"?(\d{1,9})"?')
router = APIRouter(prefix="/admin/config", tags=["configuration"], dependencies=[requires("admin")])


class NewConfig(Command, Generic[V]):
    """The whole new value, why it changes, and the version it replaces, unless `If-Match` says it."""

    value: V
    reason: Line
    version: Annotated[int, Field(ge=0, le=999_999_999, strict=True)] | None = None


IfMatch = Annotated[str | None, Header(alias="If-Match", description='The version to be replaced, `"3"`.')]


@router.put("/pricing", response_model=ConfigAccepted)
async def set_pricing(body: NewConfig[PricingRules], caller: CurrentCaller, if_match: IfMatch = None) -> Response:
    """Set the tax rates and shipping fees of orders placed from now on."""
    check_regions(body.value)
    return await _change(caller, ConfigKey.PRICING, body, if_match)


@router.put("/deadlines", response_model=ConfigAccepted)
async def set_deadlines(body: NewConfig[DeadlineRules], caller: CurrentCaller, if_match: IfMatch = None) -> Response:
    """Set the deadlines and retries of fulfilment; a wait that has begun ends as it began."""
    return await _change(caller, ConfigKey.DEADLINES, body, if_match)


@router.put("/trending", response_model=ConfigAccepted)
async def set_trending(body: NewConfig[TrendingWeights], caller: CurrentCaller, if_match: IfMatch = None) -> Response:
    """Set what views, cart adds and orders weigh in what is trending."""
    return await _change(caller, ConfigKey.TRENDING, body, if_match)


async def _change(caller: Caller, key: ConfigKey, body: NewConfig[V], if_match: str | None) -> Response:
    version = expected_version(body.version, if_match)
    request = caller.make_request(body.model_copy(update={"version": version}))
    command = ChangeConfig(
        key=key,
        value=body.value,
        released=caller.context.released[key],
        expected_version=version,
        by=caller.actor.id,
        reason=body.reason,
    )
    async with request.reply_once() as idempotent:
        for unit in idempotent.attempts():
            await unit.load(caller.context.config, [CONFIG_STREAM])
            unit.decide(CONFIG_STREAM, command, request.cause)
            await idempotent.commit(unit, _reply(key, unit))
    return idempotent.response(200)


def _reply(key: ConfigKey, unit: UnitOfWork) -> ConfigAccepted:
    config: Config = unit.state(CONFIG_STREAM)
    return ConfigAccepted(
        stream_id=CONFIG_STREAM,
        version=unit.version(CONFIG_STREAM),
        position=0,
        key=key,
        config_version=config.version(key),
    )


def expected_version(version: int | None, if_match: str | None) -> int:
    """Return the version that a change replaces.

    Raises:
        Invalid: Neither says it, `If-Match` is no version, or they differ.
    """
    if if_match is not None:
        found = ETAG.fullmatch(if_match)
        if found is None or version not in (None, int(found[1])):
            raise _invalid("If-Match", "if_match", 'If-Match is the version to be replaced, such as "3"', "header")
        return int(found[1])
    if version is None:
        raise _invalid("version", "missing", "Say which version is replaced: the one you have read", "body")
    return version


def _invalid(field: str, code: str, detail: str, where: str) -> Invalid:
    return Invalid(detail, errors=[field_error(field, code, detail, where=where)])
