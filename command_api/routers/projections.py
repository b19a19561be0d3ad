"""Decisions about the versions of read models, by operators: each is an event, which the projectors carry out."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from command_api.context import Caller, CurrentCaller
from domain.read_models import Versions, versions_of
from edge.auth import requires
from schemas.accepted import VersionAccepted
from schemas.documents import VIEW_BY_TITLE, View
from schemas.errors import NotFound, VersionNotVerified
from schemas.read_models import DropVersion, ReadModelCommand, StartRebuild, SwitchVersion, VersionDecision, ViewTitle
from schemas.stream_names import READ_MODELS_STREAM

router = APIRouter(prefix="/admin/projections", tags=["projections"], dependencies=[requires("operator", "admin")])
Title = Annotated[ViewTitle, Path(alias="view")]
Rebuild = Annotated[int, Path(ge=0, le=1_000_000)]


class AskedAbout(VersionDecision):
    """A decision with what it is about: one key is for one version."""

    view: ViewTitle
    rebuild: int | None


CommandOf = Callable[[View, Versions], ReadModelCommand]


@router.post("/{view}/rebuild", response_model=VersionAccepted)
async def rebuild_read_model(title: Title, body: VersionDecision, caller: CurrentCaller) -> Response:
    """Build a new version beside the one that is read, and compare it with the log; queries are answered as before."""

    def start(view: View, _: Versions) -> StartRebuild:
        return StartRebuild(view=view.title, form=view.form, by=caller.actor.id, reason=body.reason)

    return await _decide(caller, AskedAbout(view=title, rebuild=None, reason=body.reason), start)


@router.post("/{view}/versions/{rebuild}/switch", response_model=VersionAccepted)
async def switch_version(title: Title, rebuild: Rebuild, body: VersionDecision, caller: CurrentCaller) -> Response:
    """Have queries answered from a version that equals the log; the one before is kept up to the log."""

    def switch(view: View, _: Versions) -> SwitchVersion:
        return _switch(view, rebuild, caller, body)

    return await _decide(caller, AskedAbout(view=title, rebuild=rebuild, reason=body.reason), switch)


@router.post("/{view}/rollback", response_model=VersionAccepted)
async def roll_back(title: Title, body: VersionDecision, caller: CurrentCaller) -> Response:
    """Have queries answered from the version before the last switch again."""

    def roll_back_to_previous(view: View, versions: Versions) -> SwitchVersion:
        if versions.previous is None:
            raise VersionNotVerified(f"there is no version of {view.title} to go back to", view=view.title)
        return _switch(view, versions.previous, caller, body)

    return await _decide(caller, AskedAbout(view=title, rebuild=None, reason=body.reason), roll_back_to_previous)


@router.post("/{view}/versions/{rebuild}/drop", response_model=VersionAccepted)
async def drop_version(title: Title, rebuild: Rebuild, body: VersionDecision, caller: CurrentCaller) -> Response:
    """Remove a version that queries are not answered from; a rebuild that is under way is given up."""

    def drop(view: View, _: Versions) -> DropVersion:
        return DropVersion(view=view.title, form=view.form, rebuild=rebuild, by=caller.actor.id, reason=body.reason)

    return await _decide(caller, AskedAbout(view=title, rebuild=rebuild, reason=body.reason), drop)


async def _decide(caller: Caller, asked: AskedAbout, command_of: CommandOf) -> Response:
    view = VIEW_BY_TITLE.get(asked.view)
    if view is None:
        raise NotFound(f"there is no read model {asked.view}", view=asked.view)
    context, request = caller.context, caller.make_request(asked)
    await context.accounts.limiter.hit("decision about read models by account", caller.actor.id)
    async with request.reply_once() as idempotent:
        for unit in idempotent.attempts():
            await unit.load(context.read_models, [READ_MODELS_STREAM])
            versions = versions_of(unit.state(READ_MODELS_STREAM), view.title, view.form)
            events = unit.decide(READ_MODELS_STREAM, command_of(view, versions), request.cause)
            reply = VersionAccepted(
                stream_id=READ_MODELS_STREAM,
                version=unit.version(READ_MODELS_STREAM),
                position=0,
                view=view.title,
                rebuild=events[0].rebuild if events else versions.current,
            )
            await idempotent.commit(unit, reply)
    return idempotent.response(200)


def _switch(view: View, rebuild: int, caller: Caller, body: VersionDecision) -> SwitchVersion:
    return SwitchVersion(view=view.title, form=view.form, rebuild=rebuild, by=caller.actor.id, reason=body.reason)
