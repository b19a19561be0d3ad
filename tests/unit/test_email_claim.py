"""One mail address belongs to one account at a time."""

from domain.email_claim import EMAIL_CLAIM
from schemas.email_claim import ClaimEmail, EmailClaimed, EmailReleased, ReleaseEmail
from schemas.errors import EmailTaken
from tests.spec import given

CLAIMED, RELEASED = EmailClaimed(user_id="ann"), EmailReleased(user_id="ann")


def test_a_free_address_is_claimed_once() -> None:
    given(EMAIL_CLAIM).when(ClaimEmail(user_id="ann")).then(CLAIMED)
    given(EMAIL_CLAIM, CLAIMED).when(ClaimEmail(user_id="ann")).then()


def test_an_address_that_another_holds_is_refused() -> None:
    given(EMAIL_CLAIM, CLAIMED).when(ClaimEmail(user_id="bob")).refused(EmailTaken)


def test_only_the_holder_gives_it_up_and_then_it_is_free() -> None:
    given(EMAIL_CLAIM, CLAIMED).when(ReleaseEmail(user_id="bob")).then()
    given(EMAIL_CLAIM, CLAIMED).when(ReleaseEmail(user_id="ann")).then(RELEASED)
    given(EMAIL_CLAIM, CLAIMED, RELEASED).when(ReleaseEmail(user_id="ann")).then()
    given(EMAIL_CLAIM, CLAIMED, RELEASED).when(ClaimEmail(user_id="bob")).then(EmailClaimed(user_id="bob"))
