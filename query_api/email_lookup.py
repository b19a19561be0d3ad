"""Looking people up by their mail address: through its blind index, for the documents hold no address in the clear."""

from edge.problems import field_error
from query_api.context import QueryContext
from schemas.errors import Invalid, Unavailable


def index_of_email(context: QueryContext, email: str, *, field: str) -> str:
    """Return the blind index of a mail address that came in a parameter named `field`.

    Raises:
        Invalid: It is no mail address.
        Unavailable: Nobody is looked up by it in this process.
    """
    if context.index_of is None:
        raise Unavailable("mail addresses cannot be looked up here")
    try:
        return context.index_of(email)
    except Invalid as error:
        detail = "this is no e-mail address"
        raise Invalid(detail, errors=[field_error(field, "not_an_address", detail, where="query")]) from error
