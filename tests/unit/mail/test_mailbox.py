"""The mailbox of the embedded shop."""

from dataclasses import replace

from streams.mail.mailbox import Mailbox
from tests.examples import NOON
from tests.unit.mail.test_smtp import ANN, MAIL


async def test_mails_are_read_newest_first() -> None:
    mailbox = Mailbox(clock=lambda: NOON)
    for number in ("1", "2"):
        await mailbox.send(replace(MAIL, id=number))
    newest, oldest = mailbox.messages()
    assert (newest.id, oldest.id) == ("2", "1")
    assert (newest.to, newest.subject, newest.at, newest.template) == (ANN, MAIL.content.subject, NOON, MAIL.template)
    assert (newest.text, newest.html) == (MAIL.content.text, MAIL.content.html)


async def test_a_mail_that_comes_again_is_there_once() -> None:
    mailbox = Mailbox(clock=lambda: NOON)
    await mailbox.send(MAIL)
    await mailbox.send(MAIL)
    assert len(mailbox.messages()) == 1


async def test_the_oldest_make_room() -> None:
    mailbox = Mailbox(clock=lambda: NOON, capacity=2)
    for number in range(5):
        await mailbox.send(replace(MAIL, id=str(number)))
    assert [mail.id for mail in mailbox.messages()] == ["4", "3"]


async def test_a_mail_does_not_show_what_it_says_or_to_whom() -> None:
    mailbox = Mailbox(clock=lambda: NOON)
    await mailbox.send(MAIL)
    assert ANN not in repr(MAIL) + repr(mailbox.messages())
    assert "Desk lamp" not in repr(MAIL) + repr(mailbox.messages())


async def test_of_people_who_were_forgotten_no_mail_is_kept_nor_one_that_was_on_its_way() -> None:
    mailbox = Mailbox(clock=lambda: NOON)
    of_bob, of_a_stranger = (
        replace(MAIL, id="2", user_id="bob", to="bob@example.com"),
        replace(MAIL, id="4", user_id="x"),
    )
    for mail in (MAIL, of_bob, of_a_stranger):
        await mailbox.send(mail)
    mailbox.forget("ann")
    await mailbox.send(replace(MAIL, id="3"))
    assert [mail.id for mail in mailbox.messages()] == ["2"]
