"""The bodies of requests for accounts. Passwords and tokens are shown in no `repr`, and no answer repeats them."""

from typing import Annotated, Any

from pydantic import MISSING, Field, StringConstraints

from command_api.places.address import PostalAddress
from schemas.message import Command
from schemas.text import Line
from schemas.user import Roles

EmailText = Annotated[
    str,
    StringConstraints(min_length=3, max_length=254, strip_whitespace=True),
    Field(json_schema_extra={"format": "email"}),
]
PersonName = Annotated[Line, Field(max_length=80)]
PasswordText = Annotated[str, Field(min_length=1, max_length=1_024, json_schema_extra={"format": "password"})]
"""What a person types; how long a new one must be is checked where it is set."""
TokenText = Annotated[str, StringConstraints(min_length=1, max_length=512, pattern=r"^[!-~]+$")]


class NoBody(Command):
    """What a request without a body says."""


class AccountRequest(Command):
    """What is fingerprinted of a request: the id that its path names, and its body without what is secret in it."""

    named: str
    said: dict[str, Any]


class Registration(Command):
    """A person who joins the shop."""

    email: EmailText
    password: PasswordText = Field(repr=False)
    first_name: PersonName
    last_name: PersonName


class Login(Command):
    """A mail address and its account's password."""

    email: EmailText
    password: PasswordText = Field(repr=False)


class Refresh(Command):
    """The refresh token of a session."""

    refresh_token: TokenText = Field(repr=False)


class MailedToken(Command):
    """The token of a mailed link."""

    token: TokenText = Field(repr=False)


class ForgottenPassword(Command):
    """The mail address of an account whose password is forgotten."""

    email: EmailText


class NewPassword(Command):
    """Another password, and the token that was mailed for it."""

    token: TokenText = Field(repr=False)
    password: PasswordText = Field(repr=False)


class PasswordChange(Command):
    """The password as it is and as it shall be."""

    current_password: PasswordText = Field(repr=False)
    new_password: PasswordText = Field(repr=False)


class ProfileChange(Command):
    """Other names; what is left out stays."""

    first_name: PersonName | MISSING = MISSING
    last_name: PersonName | MISSING = MISSING


class EmailChange(Command):
    """Another mail address; it is changed once it is proven."""

    email: EmailText
    password: PasswordText = Field(repr=False)


class Confirmation(Command):
    """The password, for what cannot be taken back."""

    password: PasswordText = Field(repr=False)


class NewUser(Command):
    """An account that an admin creates; without a password its person sets one by a mailed link."""

    email: EmailText
    first_name: PersonName
    last_name: PersonName
    password: PasswordText | None = Field(default=None, repr=False)
    roles: Roles = ()


class NewRoles(Command):
    """The roles that an account shall have besides that of a customer."""

    roles: Roles


class Deactivation(Command):
    """Why an account is closed."""

    reason: Line


class SavedAddress(Command):
    """An address for the book."""

    address: PostalAddress
