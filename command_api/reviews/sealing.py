"""What a person writes in a review, and the name under which it is shown, sealed for that person."""

from typing import Any

from pydantic import MISSING

from command_api.accounts.login import user_of
from command_api.context import CommandContext
from command_api.reviews.bodies import NewReview, ReviewChanges
from edge.problems import field_error
from schemas.errors import Invalid, NotFound
from schemas.review import ShownAs
from schemas.sealed import Sealed

TEXTS = frozenset({"title", "text"})


async def seal_content(context: CommandContext, user_id: str, body: NewReview | ReviewChanges) -> dict[str, Any]:
    """Return the given fields of a review's content: rating, and the rest sealed.

    Raises:
        Invalid: `displayName` comes without the `shownAs` that shows it, or the other way round.
        NotFound: The first name is to be shown of somebody who has no account.
        Erased: The person was erased.
    """
    _check_name(body)
    await context.sealer.prepare([user_id])
    given = {name: getattr(body, name) for name in body.model_fields_set & {"rating", *TEXTS}}
    content = {
        name: context.sealer.seal(user_id, value) if name in TEXTS and value is not None else value
        for name, value in given.items()
    }
    shown_as = body.shown_as if isinstance(body.shown_as, ShownAs) else None
    if shown_as is None:
        return content
    reviewer = await _name(context, user_id, shown_as, body.display_name)
    return content | {"shown_as": shown_as, "reviewer": reviewer and context.sealer.seal(user_id, reviewer)}


def _check_name(body: NewReview | ReviewChanges) -> None:
    is_alone = body.shown_as is MISSING and "display_name" in body.model_fields_set
    if is_alone or (body.shown_as == ShownAs.DISPLAY_NAME) != (body.display_name is not None):
        detail = "a display name comes with the shownAs that shows it"
        raise Invalid(detail, errors=[field_error("displayName", "display_name", detail)])


async def _name(context: CommandContext, user_id: str, shown_as: ShownAs, display_name: str | None) -> str | None:
    match shown_as:
        case ShownAs.ANONYMOUS:
            return None
        case ShownAs.DISPLAY_NAME:
            return display_name
        case ShownAs.FIRST_NAME:
            user = await user_of(context, user_id)
            if user.first_name is None or user.last_name is None:
                raise NotFound(f"there is no user {user_id}", user_id=user_id)
            return _short_name(context, user.first_name, user.last_name)


def _short_name(context: CommandContext, first_name: Sealed, last_name: Sealed) -> str:
    """Return `Ada L.` of Ada Lovelace."""
    return f"{context.sealer.open(first_name)} {context.sealer.open(last_name)[0]}."
