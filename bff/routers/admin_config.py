"""The configuration, as an admin reads and changes it."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from bff.admin.answers import ConfigAccepted, ConfigHistory, ConfigVersion
from bff.admin.bodies import NewConfig
from bff.admin.parameters import HistoryParameters
from bff.calls import CurrentCalls
from edge.access import restricted
from schemas.config import ConfigKey

router = APIRouter(prefix="/bff/admin/config", tags=["admin"], dependencies=[restricted("admin")])


@router.get("")
async def list_config(calls: CurrentCalls) -> list[ConfigVersion]:
    """List what is in force under each key."""
    minimum = calls.session.written.of_category("ops")
    return await calls.query("/admin/config", answer=list[ConfigVersion], minimum=minimum)


@router.get("/{key}")
async def get_config(
    key: ConfigKey, parameters: Annotated[HistoryParameters, Query()], calls: CurrentCalls
) -> ConfigHistory:
    """Get what is in force under a key, with its versions."""
    minimum = calls.session.written.of_category("ops")
    path = f"/admin/config/{key}"
    return await calls.query(path, answer=ConfigHistory, parameters=parameters.pairs(), minimum=minimum)


@router.put("/{key}")
async def set_config(key: ConfigKey, body: NewConfig, calls: CurrentCalls) -> ConfigAccepted:
    """Replace the value of a key; refused where somebody has changed the version that is named."""
    return await calls.command("PUT", f"/admin/config/{key}", body, answer=ConfigAccepted)


@router.get("/{key}/versions/{version}")
async def get_config_version(
    key: ConfigKey, version: Annotated[int, Path(ge=0, le=999_999_999)], calls: CurrentCalls
) -> ConfigVersion:
    """Get the value that a key had in one version."""
    return await calls.query(f"/admin/config/{key}/versions/{version}", answer=ConfigVersion)
