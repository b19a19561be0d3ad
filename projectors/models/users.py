"""One document per person: the account, its addresses and its open sessions; what is personal stays sealed."""

from typing import Any, cast

from projectors.read_model import ReadModel
from projectors.timestamps import occurred_at
from schemas import user
from schemas.actor_type import ActorType
from schemas.documents import USERS_VIEW, Document, UserState, label
from schemas.envelope import Envelope

MAX_SESSIONS = 50
"""Open sessions that a document keeps, the newest: one that nobody ends expires without an event."""
KEPT_AFTER_ERASURE = ("userId", "created", "createdAt")
_COPIED_FIELDS = {"user_id", "email", "email_index", "first_name", "last_name"}


def project(document: Document | None, _: Any, envelope: Envelope) -> Document | None:
    event = cast(user.UserFact, envelope.event)
    if document is None:
        return _record(_new_document(event, envelope), envelope) if isinstance(event, user.UserCreated) else None
    if isinstance(event, user.UserCreated) or document["state"] == UserState.ERASED:
        return document
    if isinstance(event, user.UserErased):
        return _record(_erased(document), envelope)
    changed = document | _changes(document, event, envelope)
    return _record(changed | _standing(changed), envelope)


def labels(document: Document) -> list[str]:
    """People are counted in total, by state, by role and by both."""
    state, roles = document["state"], document["roles"]
    by_role = [label(role=role) for role in roles]
    by_both = [label(role=role, state=state) for role in roles]
    return [label(), label(state=state), *by_role, *by_both]


def _new_document(event: user.UserCreated, envelope: Envelope) -> Document:
    document: Document = {
        **event.model_dump(mode="json", include=_COPIED_FIELDS),
        "grantedRoles": _values(event.roles),
        "isDeactivated": False,
        "emailVerified": False,
        "addresses": [],
        "sessions": [],
        "loginCount": 0,
        "lastLoginAt": None,
        "created": envelope.position,
        "createdAt": occurred_at(envelope),
    }
    return document | _standing(document)


def _erased(document: Document) -> Document:
    kept = {name: document[name] for name in KEPT_AFTER_ERASURE}
    return kept | {"state": UserState.ERASED.value, "roles": [], "isStaff": False}


def _record(document: Document, envelope: Envelope) -> Document:
    return document | {"updatedAt": occurred_at(envelope), "version": envelope.version}


def _standing(document: Document) -> Document:
    """Return the state and the effective roles that follow from the rest of a document."""
    if not document["emailVerified"]:
        state, roles = UserState.UNVERIFIED, list[str]()
    else:
        state, roles = UserState.ACTIVE, list(dict.fromkeys((ActorType.CUSTOMER.value, *document["grantedRoles"])))
    return {
        "state": (UserState.DEACTIVATED if document["isDeactivated"] else state).value,
        "roles": roles,
        "isStaff": not {*roles} <= {ActorType.CUSTOMER.value},
    }


def _values(roles: user.Roles) -> list[str]:
    return [role.value for role in roles]


def _changes(document: Document, event: user.UserFact, envelope: Envelope) -> Document:
    match event:
        case user.EmailVerified():
            return {"emailVerified": True}
        case user.EmailChanged():
            return {"emailVerified": True} | event.model_dump(mode="json", include={"email", "email_index"})
        case user.ProfileUpdated():
            return event.model_dump(mode="json", include={"first_name", "last_name"})
        case user.RolesChanged():
            return {"grantedRoles": _values(event.new)}
        case user.UserDeactivated():
            return {"isDeactivated": True}
        case user.UserReactivated():
            return {"isDeactivated": False}
        case user.AddressSaved() | user.AddressRemoved():
            return {"addresses": _addresses(document["addresses"], event)}
        case _:
            return _login(document, event, envelope)


def _login(document: Document, event: user.UserFact, envelope: Envelope) -> Document:
    match event:
        case user.LoggedIn():
            others = _without(document["sessions"], "sessionId", event.session_id)
            return {
                "sessions": [*others, _session(event, envelope)][-MAX_SESSIONS:],
                "loginCount": document["loginCount"] + 1,
                "lastLoginAt": occurred_at(envelope),
            }
        case user.LoggedOut() | user.SessionRevoked():
            return {"sessions": _without(document["sessions"], "sessionId", event.session_id)}
        case _:
            return {}


def _session(event: user.LoggedIn, envelope: Envelope) -> Document:
    client = envelope.client.model_dump(mode="json", exclude_none=True) if envelope.client else {}
    return {"sessionId": event.session_id, "openedAt": occurred_at(envelope), "client": client}


def _addresses(book: list[Document], event: user.AddressSaved | user.AddressRemoved) -> list[Document]:
    """Return the book after an event: a new address at its end, a changed one in its place."""
    if isinstance(event, user.AddressRemoved):
        return _without(book, "addressId", event.address_id)
    saved = event.model_dump(mode="json", include={"address_id", "address"})
    if any(entry["addressId"] == event.address_id for entry in book):
        return [saved if entry["addressId"] == event.address_id else entry for entry in book]
    return [*book, saved]


def _without(entries: list[Document], field: str, value: str) -> list[Document]:
    return [entry for entry in entries if entry[field] != value]


USERS = ReadModel(
    view=USERS_VIEW,
    types=frozenset(
        {
            "user.created",
            "auth.email.verified",
            "user.email.changed",
            "user.profile.updated",
            "user.address.saved",
            "user.address.removed",
            "user.role.changed",
            "user.deactivated",
            "user.reactivated",
            "user.erased",
            "auth.login",
            "auth.logout",
            "auth.session.revoked",
        }
    ),
    touches=lambda envelope: ((cast(user.UserFact, envelope.event).user_id, None),),
    project=project,
    labels=labels,
    counted=("state", "roles"),
    indexes=(
        (("created", -1),),
        (("isStaff", 1), ("created", -1)),
        (("state", 1), ("created", -1)),
        (("emailIndex", 1),),
    ),
)
