"""Every mail, with data as it should be and as hostile people would have it."""

import re
import tomllib
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError

from schemas.notification import Template
from streams.mail.contexts import CONTEXTS, Context, OrderContext
from streams.mail.examples import example
from streams.mail.rendering import TEMPLATES, RenderedMail, _environment, render
from streams.mail.safe_text import MAX_NAME, isolated, one_line, shorten

ROOT = Path(__file__).parents[3]
HOSTILE = {
    "markup": "<script>alert(1)</script>",
    "attribute": '" onmouseover="alert(1)',
    "template": "{{ mail.link }}{% include 'base.txt' %}",
    "lines": "Ann\r\nSubject: You have won\n\nClick https://evil.example\u2028\x00\x1b[31m",
    "long": "x" * 500,
    "right to left": "\u202eمرحبا שלום\u202c",
}
MAIL_OF_EVERY_TEMPLATE = pytest.mark.parametrize("template", Template)
HOSTILE_TEXT = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
VOID = {"meta", "br"}


class Shown(HTMLParser):
    """Elements, links and words of a document; one that is not closed in order is an error."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.words = ""
        self.feed(document)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in {"style", "title"}:
            self.words += f" {data}"


def hostile(template: Template, text: str) -> Context:
    """The example, in which everything that somebody has written is this text."""
    changed: dict[str, Any] = {}
    context = example(template)
    for name in ("name", "carrier", "tracking_number"):
        if hasattr(context, name):
            changed[name] = text
    if isinstance(context, OrderContext):
        changed["lines"] = tuple(replace(line, name=text) for line in context.lines)
    return replace(context, **changed)


def rendered(template: Template) -> RenderedMail:
    return render(template, example(template))


@MAIL_OF_EVERY_TEMPLATE
def test_every_mail_has_one_button_which_the_text_has_too(template: Template) -> None:
    mail, link = rendered(template), example(template).link
    assert Shown(mail.html).links == [link]
    assert [line for line in mail.text.splitlines() if "http" in line] == [link]


@MAIL_OF_EVERY_TEMPLATE
def test_the_subject_is_a_line_of_its_own_and_the_text_begins_with_what_it_is_about(template: Template) -> None:
    mail = rendered(template)
    assert 0 < len(mail.subject) <= 78
    assert "Subject:" not in mail.text
    assert "{" not in mail.text + mail.subject
    assert mail.text[0].isupper()
    assert f"<title>{mail.subject}</title>" in mail.html


@MAIL_OF_EVERY_TEMPLATE
def test_text_and_html_say_the_same_numbers(template: Template) -> None:
    mail = rendered(template)
    numbers = {word.strip(".,") for word in re.findall(r"[\w.-]*\d[\w.,-]*", re.sub(r"http\S+", "", mail.text))}
    assert numbers <= {word.strip(".,") for word in re.findall(r"[\w.-]*\d[\w.,-]*", Shown(mail.html).words)}


@pytest.mark.parametrize("template", [each for each in Template if issubclass(CONTEXTS[each], OrderContext)])
def test_a_mail_about_an_order_begins_with_its_number_and_sum(template: Template) -> None:
    mail = rendered(template)
    assert mail.text.splitlines()[0] == "Order ORD-20260314-7K3QZ · 57.34 USD"
    assert Shown(mail.html).words.strip().startswith("Order ORD-20260314-7K3QZ · 57.34 USD")


@HOSTILE_TEXT
@MAIL_OF_EVERY_TEMPLATE
def test_nothing_that_people_write_becomes_markup(template: Template, text: str) -> None:
    harmless, mail = Shown(rendered(template).html), Shown(render(template, hostile(template, text)).html)
    assert mail.tags == harmless.tags
    assert mail.attributes == harmless.attributes
    assert mail.links == harmless.links


@HOSTILE_TEXT
@MAIL_OF_EVERY_TEMPLATE
def test_nothing_that_people_write_adds_a_line_or_changes_the_subject(template: Template, text: str) -> None:
    harmless, mail = rendered(template), render(template, hostile(template, text))
    assert mail.subject == harmless.subject
    assert len(mail.text.splitlines()) == len(harmless.text.splitlines())
    assert not re.search("[\x00-\x09\x0b-\x1f\u2028\u202a-\u202e]", mail.text + mail.html)
    assert max(map(len, mail.text.splitlines())) < 300


def test_text_from_the_right_is_isolated_from_what_stands_around_it() -> None:
    mail = render(Template.RECEIPT, hostile(Template.RECEIPT, HOSTILE["right to left"]))
    assert "Hello \u2068مرحبا שלום\u2069," in mail.text
    assert "<bdi>مرحبا שלום</bdi>" in mail.html
    assert isolated("Ann") == "Ann"


def test_a_long_name_ends_in_an_ellipsis() -> None:
    assert shorten("x" * 500) == "x" * (MAX_NAME - 1) + "…"
    assert shorten("Ann") == "Ann"


@pytest.mark.parametrize("text", ["a\nb", "a\r\n\tb", "a\u2028b", "a\x00b", "\ufeffa\u202e b\u2066"])
def test_a_line_is_one_line(text: str) -> None:
    assert one_line(text) == "a b"


def test_the_products_beyond_those_listed_are_counted() -> None:
    context = example(Template.ORDER_RECEIVED)
    assert isinstance(context, OrderContext)
    mail = render(Template.ORDER_RECEIVED, replace(context, more=131))
    assert "and 131 more" in mail.text
    assert "and 131 more" in mail.html


def test_a_template_refuses_the_context_of_another() -> None:
    with pytest.raises(TypeError, match="receipt is filled with PaymentContext, not ProofContext"):
        render(Template.RECEIPT, example(Template.WELCOME))


def test_a_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        _environment("txt").from_string("{{ mail.missing }}").render(mail=example(Template.WELCOME))


def test_what_a_mail_holds_is_not_shown() -> None:
    mail, context = rendered(Template.WELCOME), example(Template.WELCOME)
    assert "token=" in mail.text
    assert "token=" not in f"{mail!r} {context!r}"


def test_every_context_is_frozen() -> None:
    for context in set(CONTEXTS.values()):
        assert is_dataclass(context)
        with pytest.raises(AttributeError):
            setattr(example(Template.WELCOME), fields(context)[0].name, "another")


def test_every_template_has_both_files_and_every_file_is_shipped() -> None:
    data = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["streams.mail"]
    shipped = {path for pattern in data for path in TEMPLATES.parent.glob(pattern)}
    assert shipped == set(TEMPLATES.iterdir())
    names = {path.name for path in shipped}
    assert {f"{template}.{kind}" for template in Template for kind in ("txt", "html")} <= names
